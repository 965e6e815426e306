"""N06, other ports and schemes, and proxies of the environment.

Known case: httpx asks the environment for proxies and for passwords unless it is told not to.
Verdict: https on port 443 only, nobody's name in the address, and no proxy.
"""

import pytest

from tests.hostile.where_we_connect.doors import ACTOR, assert_refused_everywhere
from tests.unit.net.fakes import (
    PUBLIC,
    document,
    fake_net,
    reply,
)


@pytest.mark.parametrize(
    "url",
    [
        "http://peer.example/",
        "https://peer.example:22/",
        "https://peer.example:6379/",
        "https://peer.example:0/",
        "https://peer.example:65536/",
        "ftp://peer.example/",
        "file:///etc/passwd",
        "data:application/activity+json,{}",
        "gopher://peer.example/",
        "unix:///run/x",
        "//peer.example/",
        "/etc/passwd",
        "https:///x",
        "https://",
        "https://peer.example\r\nHost: other.example/",
        "https://peer.example/" + "x" * 5000,
        "",
    ],
)
async def test_other_ports_schemes_and_broken_addresses_are_refused(url):
    net, transport = fake_net(reply())
    await assert_refused_everywhere(net, url)
    assert transport.requests == []
    await net.aclose()


async def test_proxies_of_the_environment_are_not_asked(monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:3128")
    net, transport = fake_net(document())
    await net.get_document(ACTOR)
    assert transport.addresses == [(PUBLIC,)]
    await net.aclose()
