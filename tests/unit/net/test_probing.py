"""Asking our own name: where the prober goes, what it sends, and which certificate it is shown."""

import datetime as dt
import ssl
from pathlib import Path

import pytest
import trustme

from fedblog.ap.signatures import CAVAGE, RFC9421, Message, claim
from fedblog.config import FederationConfig
from fedblog.errors import AddressRefused, RemoteError, Unreachable
from fedblog.net.probing import Ask, Prober, is_of_this_machine
from fedblog.net.transport import SocketTransport
from fedblog.urls import Url
from fedblog.world import Limits
from tests.ports import free_port
from tests.unit.net.fakes import AGENT, FakeNames, FakeTransport, fake_world, instance_signing_key, reply, sent
from tests.unit.net.servers import serving

OWN = Url.parse("https://blog.example")
NAMES = {"blog.example": ("127.0.1.1",), "inside.example": ("10.0.0.1",)}


def prober(script=None, own=OWN):
    transport = FakeTransport(script or (lambda _: reply()))
    world = fake_world(transport, FakeNames(dict(NAMES)))
    return Prober(world, FederationConfig(), AGENT, own), transport


async def test_the_own_name_is_asked_wherever_it_leads_and_others_only_in_public():
    asking, transport = prober()
    await asking.ask(Ask("https://blog.example/a?b"))
    await asking.ask(Ask("http://blog.example/"))
    await asking.ask(Ask("https://pond.example/"))
    assert transport.addresses == [("127.0.1.1",), ("127.0.1.1",), ("93.184.215.14",)]
    for url in (
        "https://inside.example/", "http://pond.example/", "http://blog.example:8000/", "https://blog.example:8443/",
        "https://127.0.0.1/", "http://blog.example.evil.example/", "https://10.0.0.1/",
    ):  # fmt: skip
        with pytest.raises(RemoteError):
            await asking.ask(Ask(url))
    assert len(transport.requests) == 3


async def test_one_of_its_addresses_can_be_asked_alone_and_no_other():
    asking, transport = prober()
    await asking.ask(Ask("https://pond.example/"), at="93.184.215.14")
    with pytest.raises(AddressRefused):
        await asking.ask(Ask("https://pond.example/"), at="93.184.215.15")
    assert transport.addresses == [("93.184.215.14",)]


async def test_a_name_without_addresses_is_unreachable():
    transport = FakeTransport(lambda _: reply())
    asking = Prober(fake_world(transport, FakeNames({"blog.example": ()})), FederationConfig(), AGENT, OWN)
    with pytest.raises(Unreachable):
        await asking.ask(Ask("https://blog.example/"))


@pytest.mark.parametrize("form", [CAVAGE, RFC9421])
async def test_a_signed_request_is_one_that_inboxes_take(form):
    asking, transport = prober()
    key = instance_signing_key()
    ask = Ask("https://blog.example/inbox", "POST", (("Content-Type", "application/activity+json"),), b"{}")
    await asking.ask(asking.signed(ask, key, form))
    (request,) = transport.requests
    assert sent(request, "content-length") == "2"
    message = Message("POST", "https", "blog.example", request.target, request.headers, request.body)
    claimed = claim(message, 1_793_707_200_000, needs_body=True)
    assert claimed.is_made_by(key.private_key.public_key())


async def test_compressed_answers_are_read_though_nobody_asked_for_them():
    import gzip

    asking, _ = prober(lambda _: reply(200, gzip.compress(b"hello"), content_encoding="gzip"))
    assert (await asking.ask(Ask("https://blog.example/"))).body == b"hello"


def test_only_addresses_of_this_machine_can_be_bound_to():
    assert is_of_this_machine("127.0.0.1")
    assert is_of_this_machine("127.0.1.1")
    assert not is_of_this_machine("192.0.2.1")
    assert not is_of_this_machine("2001:db8::1")
    assert not is_of_this_machine("no address")


def contexts(days=90, name="blog.example", chain=True):
    """A server's context, and that of a client who trusts the authority above its issuer."""
    until = dt.datetime.now(dt.UTC) + dt.timedelta(days=days)
    root = trustme.CA()
    issuer = root.create_child_ca()
    issued = issuer.issue_cert(name, not_before=until - dt.timedelta(days=365), not_after=until)
    ours, theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    if chain:
        issued.configure_cert(ours)
    else:
        with issued.private_key_and_cert_chain_pem.tempfile() as path:
            blocks = issued.private_key_and_cert_chain_pem.bytes().split(b"-----END CERTIFICATE-----")
            Path(path).write_bytes(blocks[0] + b"-----END CERTIFICATE-----\n")
            ours.load_cert_chain(path)
    root.configure_trust(theirs)
    return ours, theirs, until


@pytest.mark.parametrize(
    ("how", "code"),
    [({}, 0), ({"days": -2}, 10), ({"name": "other.example"}, 62), ({"chain": False}, 20)],
    ids=["sound", "expired", "another name", "without its chain"],
)
async def test_a_handshake_tells_why_a_certificate_is_not_believed(how, code):
    ours, theirs, until = contexts(**how)
    transport = SocketTransport(theirs)
    async with serving(tls=ours) as server:
        shown = await transport.shake_hands("blog.example", server.port, ["127.0.0.1"], Limits())
    await transport.aclose()
    assert shown.code == code
    assert bool(shown.trouble) is bool(code)
    if not code:
        assert abs(shown.ends_at - until.timestamp() * 1000) < 2000


async def test_a_handshake_with_nobody_says_so():
    transport = SocketTransport(ssl.create_default_context())
    with pytest.raises(Unreachable, match="connection refused"):
        await transport.shake_hands("blog.example", free_port(), ["127.0.0.1"], Limits())
    await transport.aclose()


async def test_a_handshake_tries_the_next_address():
    ours, theirs, _ = contexts()
    transport = SocketTransport(theirs)
    async with serving(tls=ours) as server:
        shown = await transport.shake_hands("blog.example", server.port, ["127.0.0.9", "127.0.0.1"], Limits())
    await transport.aclose()
    assert shown.trouble == ""
