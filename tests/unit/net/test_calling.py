"""Calls of another server's HTTP API."""

import pytest

from fedblog.errors import AddressRefused, BadAnswer
from tests.unit.net.fakes import PUBLIC, FakeNames, document, fake_net, reply, sent

API = "https://peer.example/api/v1/x"
JSON = "application/json; charset=utf-8"


async def test_a_form_goes_out_by_post_and_a_json_object_comes_back():
    net, transport = fake_net(document(b'{"id":"1"}', JSON))
    answer = await net.call_api(API, {"name": "a b&c=ü", "other": ""}, bearer="secret", once="again")
    assert (answer.status, answer.is_success, answer.document) == (200, True, {"id": "1"})
    (request,) = transport.requests
    assert (request.method, request.host, request.target) == ("POST", "peer.example", "/api/v1/x")
    assert request.body == b"name=a+b%26c%3D%C3%BC&other="
    assert sent(request, "content-length") == str(len(request.body))
    assert sent(request, "authorization") == "Bearer secret"
    assert sent(request, "idempotency-key") == "again"
    assert sent(request, "signature") is None


async def test_without_a_form_it_is_a_get_and_nobody_is_told_anything():
    net, transport = fake_net(document(b"{}", JSON))
    await net.call_api(f"{API}?q=1")
    (request,) = transport.requests
    assert (request.method, request.target, request.body) == ("GET", "/api/v1/x?q=1", b"")
    for name in ("authorization", "content-type", "cookie", "idempotency-key"):
        assert sent(request, name) is None


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_an_answer_and_takes_no_token_along(status):
    net, transport = fake_net(reply(status, b"", location="https://evil.example/"))
    answer = await net.call_api(API, {}, bearer="secret")
    assert (answer.status, answer.is_success, answer.document) == (status, False, {})
    assert len(transport.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [
        document(b"<html>", "text/html"),
        document(b'{"id":"1"}', "text/plain"),
        document(b"[1]", JSON),
        document(b'{"id":"1","id":"2"}', JSON),
        document(b"\xff", JSON),
        document(b"", JSON),
    ],
)
async def test_what_is_no_sound_json_object_says_nothing(answer):
    net, _ = fake_net(answer)
    assert (await net.call_api(API)).document == {}


async def test_a_compressed_answer_was_not_asked_for():
    net, transport = fake_net(reply(200, b"\x1f\x8b", content_type=JSON, content_encoding="gzip"))
    with pytest.raises(BadAnswer):
        await net.call_api(API)
    assert sent(transport.requests[0], "accept-encoding") == "identity"


@pytest.mark.parametrize(
    "address",
    ["http://peer.example/api", "https://peer.example:8443/api", "https://10.0.0.1/api", "ftp://peer.example/"],
)
async def test_it_leaves_by_the_same_door_as_everything_else(address):
    net, transport = fake_net(document(b"{}", JSON))
    with pytest.raises(AddressRefused):
        await net.call_api(address, {}, bearer="secret")
    assert transport.requests == []


async def test_a_name_that_leads_inside_is_not_called():
    net, transport = fake_net(document(b"{}", JSON), resolve=FakeNames({"peer.example": (PUBLIC, "127.0.0.1")}))
    with pytest.raises(AddressRefused):
        await net.call_api(API, {}, bearer="secret")
    assert transport.requests == []
