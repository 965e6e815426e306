"""The network of a rehearsal: it goes nowhere, and remembers where to it would have gone."""

import pytest

from fedblog.errors import Unreachable
from fedblog.services.rehearsal.still_world import StillNet
from fedblog.world import Limits, WireRequest

LIMITS = Limits()


@pytest.mark.parametrize(
    ("scheme", "host", "port", "origin"),
    [
        ("https", "pond.example", 443, "https://pond.example"),
        ("http", "127.0.0.3", 8201, "http://127.0.0.3:8201"),
        ("https", "2001:db8::1", 8443, "https://[2001:db8::1]:8443"),
    ],
)
async def test_the_port_was_missing_from_what_a_rehearsal_would_have_to_fetch(scheme, host, port, origin):
    net = StillNet()
    with pytest.raises(Unreachable):
        await net.exchange(WireRequest("GET", scheme, host, port, "/notes/1?page=2", ()), ["1.1.1.1"], LIMITS)
    assert net.take() == [f"{origin}/notes/1?page=2"]
