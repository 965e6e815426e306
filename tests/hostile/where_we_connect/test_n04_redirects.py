"""N04, redirects to the inside, and without end.

Known case: Fedify CVE-2026-77632 (to a link-local address), CVE-2025-23221 and CVE-2026-34148 (no limit).
Verdict: every hop is checked like the first; three at most; none leaves https, and a POST follows none.
"""

import hashlib

import pytest

from fedblog.errors import AddressRefused, BadAnswer
from tests.hostile.where_we_connect.doors import ACTOR
from tests.unit.net.fakes import (
    FakeNames,
    fake_net,
    instance_signing_key,
    reply,
)


@pytest.mark.parametrize(
    "location",
    [
        "https://169.254.169.254/latest/meta-data/",
        "http://169.254.169.254/",
        "https://inside.example/",
        "//127.0.0.1/",
        "http://peer.example/",
        "https://peer.example:8443/",
        "file:///etc/passwd",
    ],
)
@pytest.mark.checklist(row=40)
async def test_a_redirect_to_a_forbidden_place_is_not_followed(location):
    names = FakeNames({"inside.example": ("10.0.0.7",)})
    net, transport = fake_net(reply(302, location=location), resolve=names)
    for door in (net.get_json(ACTOR), net.get_image(ACTOR), net.get(ACTOR, accept="*/*")):
        with pytest.raises(AddressRefused):
            await door
    assert {request.host for request in transport.requests} == {"peer.example"}
    assert {request.target for request in transport.requests} == {"/users/ada"}
    await net.aclose()


async def test_a_redirect_loop_stops_after_three():
    net, transport = fake_net(reply(301, location=ACTOR))
    with pytest.raises(BadAnswer, match="more than 3 times"):
        await net.get_document(ACTOR)
    assert len(transport.requests) == 4
    await net.aclose()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_delivery_follows_no_redirect(status):
    net, transport = fake_net(reply(status, location="https://peer.example/other"))
    body = b"{}"
    answer = await net.post_signed(ACTOR, body, body_sha256=hashlib.sha256(body).digest(), key=instance_signing_key())
    assert answer.status == status
    assert [request.target for request in transport.requests] == ["/users/ada"]
    await net.aclose()
