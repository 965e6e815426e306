"""N03, addresses in odd writing.

Known case: Hollo 0.8.3 (IPv4 inside of IPv6), Mastodon CVE-2026-46348 (`::`) and CVE-2026-22245, Fedify CVE-2026-50131;
a C library reads `127.1`, `2130706433`, `0x7f.1` and `017700000001` as 127.0.0.1.
Verdict: refused, each of more than 200 spellings, for every door.
"""

import ipaddress
import itertools
import socket

import pytest

from tests.hostile.where_we_connect.doors import assert_refused_everywhere
from tests.unit.net.fakes import (
    PUBLIC,
    fake_net,
    reply,
)


def spellings_of(address: str) -> list[str]:
    """The ways in which resolvers and sloppy parsers read one IPv4 address."""
    a, b, c, d = (int(part) for part in address.split("."))
    number = int(ipaddress.IPv4Address(address))
    wide = str.maketrans("0123456789.", "０１２３４５６７８９。")
    return [
        address,
        f"{address}.",
        f"{address}:443",
        f"{a}.{number & 0xFFFFFF}",
        f"{a}.{b}.{(c << 8) | d}",
        str(number),
        f"{number}.",
        hex(number),
        hex(number).upper(),
        f"0{number:o}",
        f"0x{a:02x}.0x{b:02x}.0x{c:02x}.0x{d:02x}",
        f"0x{a:02x}.{number & 0xFFFFFF}",
        f"0{a:o}.0{b:o}.0{c:o}.0{d:o}",
        f"000{a}.{b}.{c}.{d}",
        address.translate(wide),
        address.replace(".", "\u3002"),
        address.replace(".", "\uff0e"),
        address.replace(".", "%2e"),
        "".join(f"%{ord(character):02x}" for character in address),
        f"{address}%00.peer.example",
        f"peer.example@{address}",
        f"user:pass@{address}",
        f"{address}#@peer.example",
        f"{address}\\@peer.example",
        f"[{address}]",
        f"[::ffff:{address}]",
        f"[::ffff:{a << 8 | b:x}:{c << 8 | d:x}]",
        f"[0:0:0:0:0:ffff:{address}]",
        f"[::{address}]",
        f"[64:ff9b::{address}]",
        f"[2002:{a << 8 | b:x}:{c << 8 | d:x}::1]",
        f"[fe80::{address}%25eth0]",
        f" {address}",
        f"\t{address}",
        f"{address}.nip.example",
    ]


SPELLINGS = [
    *itertools.chain.from_iterable(
        spellings_of(address)
        for address in ("127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.1.1", "172.16.0.1", "0.0.0.0")
    ),
    *("localhost", "LOCALHOST.", "localhost.localdomain", "ip6-localhost", "[::1]", "[::]", "[0::1]", "[::1%lo]"),
    *("①②⑦.0.0.1", "ⓛocalhost", "127。0。0。1", "0", "0x0", "00", "127.1", "127.0.1", "017700000001", "0x7f.1"),
]


async def libc_like(host: str) -> tuple[str, ...]:
    """Reads names as a C library does: odd spellings of numbers are addresses, local names are local."""
    try:
        return (socket.inet_ntoa(socket.inet_aton(host)),)
    except OSError:
        pass
    for suffix in (".nip.example",):
        if host.endswith(suffix):
            return (host.removesuffix(suffix),)
    return ("127.0.0.1", "::1") if "local" in host else (PUBLIC,)


@pytest.mark.checklist(row=40)
async def test_no_spelling_of_a_private_address_is_connected_to():
    net, transport = fake_net(reply(), resolve=libc_like)
    for spelling in SPELLINGS:
        await assert_refused_everywhere(net, f"https://{spelling}/x")
    assert transport.requests == []
    await net.aclose()


def test_the_list_is_as_long_as_promised():
    assert len(set(SPELLINGS)) >= 200
