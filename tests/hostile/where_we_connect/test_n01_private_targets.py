"""N01, addresses of the inside.

Known case: Fedify CVE-2024-39687, Misskey CVE-2021-39195, discourse-activity-pub CVE-2026-55103.
Verdict: refused before anything is connected, for every door, when one of the addresses of a name is reserved.
"""

import pytest

from tests.hostile.where_we_connect.doors import assert_refused_everywhere
from tests.unit.net.fakes import (
    PUBLIC,
    FakeNames,
    fake_net,
    reply,
)

RESERVED = [
    "0.0.0.0", "0.0.0.1", "0.255.255.255", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200",
    "100.127.255.255", "127.0.0.1", "127.0.0.53", "127.255.255.255", "168.63.129.16", "169.254.0.1",
    "169.254.169.254", "169.254.170.2", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.8",
    "192.0.0.192", "192.0.2.1", "192.31.196.1", "192.52.193.1", "192.88.99.1", "192.168.0.1",
    "192.168.255.255", "192.175.48.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1",
    "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:0:127.0.0.1",
    "64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b:1::7f00:1", "100::1", "2001::1",
    "2001:0:7f00:1::80ff:fffe", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1",
    "2002:7f00:1::1", "2002:a00:1::1", "2002:a9fe:a9fe::1", "2620:4f:8000::1", "3fff::1", "5f00::1",
    "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "4000::1", "e000::1",
]  # fmt: skip


@pytest.mark.parametrize("address", RESERVED)
@pytest.mark.checklist(row=40)
async def test_a_reserved_address_is_never_connected_to_by_name_or_by_number(address):
    net, transport = fake_net(
        reply(), resolve=FakeNames({"evil.example": (address,), "mixed.example": (PUBLIC, address)})
    )
    literal = f"[{address}]" if ":" in address else address
    for host in ("evil.example", "mixed.example", literal):
        await assert_refused_everywhere(net, f"https://{host}/")
    assert transport.requests == []
    await net.aclose()


def test_the_list_is_as_long_as_promised():
    assert len(set(RESERVED)) >= 60
