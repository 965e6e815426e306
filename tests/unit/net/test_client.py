"""What the services ask of the way out: documents, JSON, images, redirects, signatures, deliveries."""

import asyncio
import hashlib
import ipaddress

import pytest

from fedblog.ap.media_types import ACCEPT_ACTIVITY, LD_JSON
from fedblog.ap.signatures import CAVAGE, RFC9421, Message, claim
from fedblog.config import FederationConfig
from fedblog.errors import AddressRefused, BadAnswer, Gone, Missing, Unreachable
from fedblog.net.client import user_agent_of
from fedblog.urls import Url
from fedblog.world import Limits
from tests.unit.net.fakes import (
    AGENT,
    PUBLIC,
    Clock,
    FakeNames,
    document,
    fake_net,
    instance_signing_key,
    reply,
    sent,
)

NOW = 1_793_707_200_000
ACTOR = "https://peer.example/users/ada"
NOTE = b'{"type":"Note"}'


def form_of(request):
    if sent(request, "signature") is None:
        return None
    return RFC9421 if sent(request, "signature-input") else CAVAGE


def is_signed_as_sent(request) -> bool:
    message = Message(request.method, request.scheme, request.host, request.target, request.headers, request.body)
    return claim(message, NOW, needs_body=message.method == "POST").is_made_by(
        instance_signing_key().private_key.public_key()
    )


async def test_a_document_is_fetched_signed_by_the_instance_and_with_plain_headers():
    net, transport = fake_net(document(NOTE))
    assert await net.get_document(ACTOR + "#main-key") == (ACTOR, {"type": "Note"})
    (request,) = transport.requests
    assert (request.host, request.port, request.target) == ("peer.example", 443, "/users/ada")
    assert sent(request, "accept") == ACCEPT_ACTIVITY
    assert sent(request, "accept-encoding") == "identity"
    assert sent(request, "user-agent") == AGENT
    assert sent(request, "host") == "peer.example"
    assert is_signed_as_sent(request)
    assert transport.addresses == [(PUBLIC,)]
    await net.aclose()


def test_we_name_ourselves_with_version_and_origin():
    assert user_agent_of(Url.parse("https://blog.example")).startswith("fedblog/")
    assert user_agent_of(Url.parse("https://blog.example")).endswith(" (+https://blog.example/)")


@pytest.mark.parametrize(
    "path", ["/ä/ö", "/a b".replace(" ", "%20"), "/x?q=%C3%A4&r=ü", '/"quoted"', "/a/../b", "/a|b"]
)
async def test_what_is_signed_is_what_is_sent_for_odd_paths(path):
    net, transport = fake_net(document())
    await net.get_document("https://peer.example" + path)
    await net.post_signed(
        "https://peer.example" + path,
        b"{}",
        body_sha256=hashlib.sha256(b"{}").digest(),
        key=instance_signing_key(),
    )
    assert len(transport.requests) == 2
    for request in transport.requests:
        assert request.target.isascii()
        assert is_signed_as_sent(request)
    await net.aclose()


@pytest.mark.parametrize(
    "content_type",
    [
        "application/activity+json",
        "application/activity+json; charset=utf-8",
        'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
        'Application/LD+JSON;charset=utf-8;profile="https://www.w3.org/ns/activitystreams"',
    ],
)
async def test_the_two_types_of_activitypub_are_read(content_type):
    net, _ = fake_net(document(NOTE, content_type))
    assert (await net.get_document(ACTOR))[1] == {"type": "Note"}
    await net.aclose()


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "application/json",
        "application/ld+json",
        'application/ld+json; profile="https://example.com/other"',
        "text/html",
        "text/plain",
        "image/png",
        "application/octet-stream",
        "application/activity+json, text/html",
        "application/activity+jsonx",
    ],
)
async def test_an_upload_served_as_another_type_is_no_document(content_type):
    net, _ = fake_net(document(NOTE, content_type))
    with pytest.raises(BadAnswer, match="not an ActivityPub document"):
        await net.get_document(ACTOR)
    await net.aclose()


async def test_two_content_types_are_no_document():
    answer = reply(200, NOTE)
    two = (("content-type", "application/activity+json"), ("content-type", "text/html"))
    net, _ = fake_net(type(answer)(200, two, NOTE))
    with pytest.raises(BadAnswer):
        await net.get_document(ACTOR)
    await net.aclose()


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"a":1,"a":2}', b"\xff", b'{"a":NaN}', b"[" * 5000])
async def test_unsound_json_is_a_bad_answer(body):
    net, _ = fake_net(document(body))
    with pytest.raises(BadAnswer, match="not sound JSON"):
        await net.get_document(ACTOR)
    await net.aclose()


@pytest.mark.parametrize(
    ("status", "error"), [(410, Gone), (404, Missing), (403, BadAnswer), (500, BadAnswer), (302, BadAnswer)]
)
async def test_each_refusal_is_told_apart(status, error):
    net, _ = fake_net(reply(status, NOTE, content_type="application/activity+json"))
    with pytest.raises(error) as caught:
        await net.get_document(ACTOR)
    if error is BadAnswer:
        assert caught.value.status == status
    await net.aclose()


async def test_a_server_that_knows_only_the_long_type_is_asked_again():
    def script(request):
        is_long = sent(request, "accept") == LD_JSON
        return document(NOTE, LD_JSON) if is_long else reply(406)

    net, transport = fake_net(script)
    assert (await net.get_document(ACTOR))[1] == {"type": "Note"}
    assert len(transport.requests) == 2
    await net.aclose()


async def test_a_server_that_never_accepts_is_asked_twice_and_no_more():
    net, transport = fake_net(reply(415))
    with pytest.raises(BadAnswer):
        await net.get_document(ACTOR)
    assert len(transport.requests) == 2
    await net.aclose()


async def test_a_redirect_within_the_origin_is_followed_and_signed_anew():
    def script(request):
        return reply(301, location="/ap/ada#x") if request.target == "/users/ada" else document(NOTE)

    net, transport = fake_net(script)
    assert await net.get_document(ACTOR) == ("https://peer.example/ap/ada", {"type": "Note"})
    assert all(map(is_signed_as_sent, transport.requests))
    await net.aclose()


@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize(
    "location", ["https://other.example/users/ada", "//other.example/", "https://www.peer.example/"]
)
async def test_a_document_never_comes_from_another_server(location, signed):
    net, transport = fake_net(reply(302, location=location))
    with pytest.raises(BadAnswer, match="another server"):
        await net.get_document(ACTOR, signed=signed)
    assert len(transport.requests) == 1
    await net.aclose()


async def test_a_signature_is_never_made_for_another_server():
    net, transport = fake_net(reply(302, location="https://other.example/"))
    with pytest.raises(BadAnswer, match="another server"):
        await net.get(ACTOR, accept="*/*", signed=True)
    assert len(transport.requests) == 1
    await net.aclose()


async def test_webfinger_follows_to_the_server_that_answers_for_the_domain():
    def script(request):
        if request.host == "example.org":
            return reply(302, location="https://blog.example.org/.well-known/webfinger?resource=x")
        return reply(200, b'{"subject":"acct:x"}', content_type="application/jrd+json; charset=utf-8")

    net, transport = fake_net(script)
    url, found = await net.get_json("https://example.org/.well-known/webfinger?resource=x")
    assert (url, found["subject"]) == ("https://blog.example.org/.well-known/webfinger?resource=x", "acct:x")
    assert [sent(request, "signature") for request in transport.requests] == [None, None]
    await net.aclose()


@pytest.mark.checklist(row=4)
async def test_a_query_is_left_out_of_the_signature_after_a_401():
    """Some servers verify the path alone."""

    def script(request):
        message = Message("GET", "https", "peer.example", "/outbox", request.headers)
        is_path_alone = form_of(request) == CAVAGE and claim(
            message, NOW, needs_body=message.method == "POST"
        ).is_made_by(instance_signing_key().private_key.public_key())
        return document(NOTE) if is_path_alone else reply(401)

    net, transport = fake_net(script)
    assert (await net.get_document("https://peer.example/outbox?page=1"))[1] == {"type": "Note"}
    assert [request.target for request in transport.requests] == ["/outbox?page=1"] * 2
    await net.aclose()


async def test_the_newer_form_is_tried_after_a_401_and_remembered():
    def script(request):
        return document(NOTE) if form_of(request) == RFC9421 else reply(401)

    net, transport = fake_net(script)
    await net.get_document(ACTOR)
    await net.get_document(ACTOR)
    assert [form_of(request) for request in transport.requests] == [CAVAGE, RFC9421, RFC9421]
    assert is_signed_as_sent(transport.requests[-1])
    await net.aclose()


async def test_a_server_that_refuses_everything_is_asked_once_for_each_way():
    net, transport = fake_net(reply(401))
    with pytest.raises(BadAnswer) as caught:
        await net.get_document("https://peer.example/outbox?page=1")
    assert caught.value.status == 401
    assert [form_of(request) for request in transport.requests] == [CAVAGE, CAVAGE, RFC9421]
    await net.aclose()


async def test_an_image_comes_as_it_is_and_nothing_else_does():
    net, transport = fake_net(reply(200, b"\x89PNG", content_type="image/png"))
    assert (await net.get_image("https://peer.example/a.png")).body == b"\x89PNG"
    assert transport.limits[0].body == 10 << 20
    await net.aclose()
    for content_type in ("image/svg+xml", "text/html", ""):
        net, _ = fake_net(reply(200, b"x", content_type=content_type))
        with pytest.raises(BadAnswer):
            await net.get_image("https://peer.example/a.png")
        await net.aclose()


async def test_the_time_of_all_redirects_together_is_bounded():
    clock = Clock()

    def script(_):
        clock.seconds += 3
        return reply(302, location="/again")

    net, transport = fake_net(script, clock=clock)
    with pytest.raises(Unreachable, match="no answer within 8 s"):
        await net.get_json(ACTOR)
    assert [limits.total for limits in transport.limits] == [8, 5, 2]
    await net.aclose()


async def test_strangers_cookies_are_neither_kept_nor_sent_back():
    net, transport = fake_net(reply(200, b"{}", content_type="application/json", set_cookie="a=b"))
    for _ in range(2):
        assert (await net.get(ACTOR, accept="*/*")).header("set-cookie") is None
    assert sent(transport.requests[1], "cookie") is None
    await net.aclose()


@pytest.mark.parametrize(
    "location", ["https://[::g/", "http://", "\x00", "https://peer.example:99999/", "mailto:a@b.example"]
)
async def test_a_redirect_to_nowhere_is_a_plain_refusal(location):
    net, _ = fake_net(reply(302, location=location))
    with pytest.raises((BadAnswer, AddressRefused)):
        await net.get_json(ACTOR)
    await net.aclose()


@pytest.mark.parametrize("form", [CAVAGE, RFC9421])
async def test_a_delivery_is_signed_and_its_answer_kept_short(form):
    net, transport = fake_net(reply(202, b"x" * 9, retry_after="120", date="d", set_cookie="a", server="s"))
    body = b'{"type":"Create"}'
    receipt = await net.post_signed(
        "https://peer.example/inbox",
        body,
        body_sha256=hashlib.sha256(body).digest(),
        key=instance_signing_key(),
        form=form,
    )
    assert (receipt.status, receipt.headers) == (202, (("retry-after", "120"), ("date", "d")))
    assert receipt.header("retry-after") == "120"
    (request,) = transport.requests
    assert (request.method, request.body, form_of(request)) == ("POST", body, form)
    assert sent(request, "content-type") == "application/activity+json"
    assert sent(request, "content-length") == str(len(body))
    assert is_signed_as_sent(request)
    assert transport.limits[0].cuts_body
    await net.aclose()


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_delivery_never_follows_a_redirect(status):
    net, transport = fake_net(reply(status, location="/elsewhere"))
    receipt = await net.post_signed(
        "https://peer.example/inbox", b"{}", body_sha256=hashlib.sha256(b"{}").digest(), key=instance_signing_key()
    )
    assert receipt.status == status
    assert len(transport.requests) == 1
    await net.aclose()


async def test_a_burst_to_one_host_resolves_its_name_once_a_minute():
    clock, names = Clock(), FakeNames()
    net, _ = fake_net(reply(200, b"{}", content_type="application/json"), resolve=names, clock=clock)
    for _ in range(3):
        await net.get_json(ACTOR)
    assert names.asked == ["peer.example"]
    clock.seconds = 61
    await net.get_json(ACTOR)
    assert names.asked == ["peer.example"] * 2
    await net.aclose()


async def test_a_name_that_failed_is_asked_again_at_once():
    answers = iter([OSError("not now"), (PUBLIC,)])

    async def resolve(_):
        answer = next(answers)
        if isinstance(answer, OSError):
            raise answer
        return answer

    net, _ = fake_net(reply(200, b"{}", content_type="application/json"), resolve=resolve)
    with pytest.raises(Unreachable):
        await net.get_json(ACTOR)
    assert (await net.get_json(ACTOR))[1] == {}
    await net.aclose()


async def test_a_laboratory_redirect_may_not_fall_back_to_plain_http():
    laboratory = FederationConfig(allow_private_networks=(ipaddress.ip_network("127.0.0.0/8"),), allow_http=True)
    net, transport = fake_net(reply(302, location="http://127.0.0.1:8000/"), federation=laboratory)
    with pytest.raises(AddressRefused, match="https to http"):
        await net.get_json("https://127.0.0.1:8443/")
    assert len(transport.requests) == 1
    await net.aclose()


async def test_a_name_known_from_https_is_not_thereby_open_to_plain_http():
    laboratory = FederationConfig(allow_private_networks=(ipaddress.ip_network("127.0.0.0/8"),), allow_http=True)
    net, transport = fake_net(reply(200, b"{}", content_type="application/json"), federation=laboratory)
    await net.get_json("https://peer.example/")
    with pytest.raises(AddressRefused):
        await net.get_json("http://peer.example/")
    assert len(transport.requests) == 1
    await net.aclose()


async def test_the_time_to_resolve_a_name_counts():
    clock = Clock()

    async def slow(_):
        clock.seconds += 3
        return (PUBLIC,)

    net, transport = fake_net(reply(202), resolve=slow, clock=clock)
    await net.get("https://one.example/", accept="*/*", limits=Limits(total=5))
    with pytest.raises(Unreachable, match="name server"):
        await net.get("https://two.example/", accept="*/*", limits=Limits(total=3))
    assert [limits.total for limits in transport.limits] == [2]
    await net.aclose()


async def test_a_name_server_that_never_answers_is_left():
    async def silent(_):
        await asyncio.Event().wait()

    net, transport = fake_net(reply(202), resolve=silent)
    with pytest.raises(Unreachable, match="name server"):
        await net.get(ACTOR, accept="*/*", limits=Limits(total=0.05))
    assert transport.requests == []
    await net.aclose()
