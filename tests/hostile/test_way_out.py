"""What hostile names, addresses, redirects and answers do to the way out (security.md 2.2, D01, D02, D05, D08)."""

import ast
import asyncio
import gzip
import hashlib
import ipaddress
import itertools
import json
import socket
import tracemalloc
from pathlib import Path

import pytest

import fedblog
from fedblog.config import FederationConfig
from fedblog.errors import AddressRefused, BadAnswer, RemoteError, TooLarge, Unreachable
from fedblog.net.client import Net
from fedblog.net.tls import client_context
from fedblog.net.transport import SocketTransport
from fedblog.world import Limits, real_world
from tests.unit.net.fakes import (
    AGENT,
    PUBLIC,
    Clock,
    FakeNames,
    document,
    fake_net,
    instance_key,
    instance_signing_key,
    reply,
)
from tests.unit.net.servers import serving

ACTOR = "https://peer.example/users/ada"

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


def every_door(net: Net, url: str):
    body = b"{}"
    return (
        net.get(url, accept="*/*"),
        net.get(url, accept="*/*", signed=True),
        net.get_document(url),
        net.get_json(url),
        net.get_image(url),
        net.post_signed(url, body, body_sha256=hashlib.sha256(body).digest(), key=instance_signing_key()),
    )


async def assert_refused_everywhere(net: Net, url: str) -> None:
    for door in every_door(net, url):
        with pytest.raises(AddressRefused):
            await door


def test_the_lists_are_as_long_as_promised():
    assert len(set(RESERVED)) >= 60
    assert len(set(SPELLINGS)) >= 200


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


@pytest.mark.checklist(row=40)
async def test_no_spelling_of_a_private_address_is_connected_to():
    net, transport = fake_net(reply(), resolve=libc_like)
    for spelling in SPELLINGS:
        await assert_refused_everywhere(net, f"https://{spelling}/x")
    assert transport.requests == []
    await net.aclose()


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


@pytest.mark.checklist(row=40)
async def test_a_name_that_changes_its_mind_is_asked_once_and_connected_to_where_it_was_checked():
    answers = itertools.chain([(PUBLIC,)], itertools.repeat(("127.0.0.1",)))

    async def rebinding(_):
        return next(answers)

    clock = Clock()
    net, transport = fake_net(reply(302, location="/next"), resolve=rebinding, clock=clock)
    with pytest.raises(BadAnswer, match="more than 3 times"):
        await net.get_json(ACTOR)
    assert set(transport.addresses) == {(PUBLIC,)}
    clock.seconds = 3600
    connections = len(transport.requests)
    await assert_refused_everywhere(net, ACTOR)
    assert len(transport.requests) == connections
    await net.aclose()


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


async def test_an_unknown_context_is_never_fetched():
    body = json.dumps({"@context": ["https://contexts.example/x"], "type": "Note"}).encode()
    net, transport = fake_net(document(body))
    await net.get_document(ACTOR)
    assert [request.host for request in transport.requests] == ["peer.example"]
    await net.aclose()


async def test_proxies_of_the_environment_are_not_asked(monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:3128")
    net, transport = fake_net(document())
    await net.get_document(ACTOR)
    assert transport.addresses == [(PUBLIC,)]
    await net.aclose()


@pytest.mark.checklist(row=47)
async def test_a_gzip_bomb_costs_no_more_than_its_cap():
    """306 KB that want to be 315 MB."""
    bomb = gzip.compress(bytes(315 << 20), compresslevel=9)
    net, _ = fake_net(reply(200, bomb, content_type="application/activity+json", content_encoding="gzip"))
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            await net.get_document(ACTOR)
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()
    await net.aclose()


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "gzip, br"])
async def test_a_coding_that_was_not_asked_for_is_refused(coding):
    net, _ = fake_net(reply(200, b"\x1f\x8b", content_type="application/activity+json", content_encoding=coding))
    with pytest.raises(BadAnswer):
        await net.get_document(ACTOR)
    await net.aclose()


async def test_a_server_that_compresses_all_the_same_is_understood():
    body = gzip.compress(b'{"type":"Note"}')
    net, _ = fake_net(reply(200, body, content_type="application/activity+json", content_encoding="gzip"))
    assert (await net.get_document(ACTOR))[1] == {"type": "Note"}
    await net.aclose()


LABORATORY = FederationConfig(allow_private_networks=(ipaddress.ip_network("127.0.0.0/8"),), allow_http=True)


@pytest.fixture
async def real_net():
    transport = SocketTransport(client_context())
    net = Net(real_world(transport), LABORATORY, instance_key, AGENT)
    yield net
    await net.aclose()
    await transport.aclose()


async def test_an_answer_of_a_gigabyte_is_cut_near_its_cap(real_net):
    sent = itertools.count()

    async def answer(call):
        call.writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n")
        for _ in range(1 << 14):
            call.writer.write(b"10000\r\n" + bytes(65536) + b"\r\n")
            await call.writer.drain()
            next(sent)

    async with serving(answer) as server:
        tracemalloc.start()
        try:
            with pytest.raises(TooLarge):
                await real_net.get_json(f"http://127.0.0.1:{server.port}/")
            assert tracemalloc.get_traced_memory()[1] < 6 << 20
        finally:
            tracemalloc.stop()
        await server.left.wait()
    assert next(sent) < 1 << 9


async def test_a_hundred_servers_that_drip_hold_up_nobody(real_net):
    async def drip(call):
        call.writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
        while True:
            call.writer.write(b"x")
            await call.writer.drain()
            await asyncio.sleep(0.05)

    async def healthy(_):
        return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"

    long = Limits(total=60, connect=60)
    async with serving(drip) as tarpit, serving(healthy) as other:
        stuck = [
            asyncio.create_task(real_net.get(f"http://127.0.0.1:{tarpit.port}/{n}", accept="*/*", limits=long))
            for n in range(100)
        ]
        await real_net.get_json(f"http://127.0.0.1:{other.port}/")
        assert not any(task.done() for task in stuck)
        for task in stuck:
            task.cancel()
        await asyncio.gather(*stuck, return_exceptions=True)


async def test_a_server_that_drips_is_left_at_the_deadline(real_net):
    async def drip(call):
        call.writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
        while True:
            call.writer.write(b"x")
            await call.writer.drain()
            await asyncio.sleep(0.02)

    async with serving(drip) as tarpit:
        with pytest.raises(Unreachable, match="no answer within"):
            await real_net.get(f"http://127.0.0.1:{tarpit.port}/", accept="*/*", limits=Limits(total=0.2))
        await tarpit.left.wait()


# ---------------------------------------------------------------- no other way out

SOURCE = Path(fedblog.__file__).parent
MODULES = ("httpx", "http.client", "urllib.request", "requests", "aiohttp", "ftplib", "smtplib")
CALLS = ("asyncio.open_connection", ".create_connection", ".create_datagram_endpoint", ".sock_connect")
# The server holds sockets to listen on; with a socket in hand, these would connect it.
CONNECTING = (".connect", ".connect_ex", ".sendto")


def ways_out_of(path: Path) -> set[str]:
    """The modules and calls in a source file by which something could leave."""
    modules: set[str] = set()
    calls: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Attribute):
            calls.add(ast.unparse(node))
    connecting = CALLS + CONNECTING if "socket" in modules else CALLS
    return {name for name in modules if name in MODULES} | {n for n in modules | calls if n.endswith(connecting)}


def test_nothing_outside_of_net_opens_a_connection():
    others = [path for path in SOURCE.rglob("*.py") if SOURCE / "net" not in path.parents]
    assert len(others) > 10
    assert {str(path): leaks for path in others if (leaks := ways_out_of(path))} == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import httpx", {"httpx"}),
        ("import urllib.request", {"urllib.request"}),
        ("from http import client", {"http.client"}),
        ("import asyncio\nasyncio.open_connection('x', 1)", {"asyncio.open_connection"}),
        ("loop.create_connection(object, 'x', 1)", {"loop.create_connection"}),
        ("from socket import create_connection", {"socket.create_connection"}),
        ("import socket\nsocket.socket().connect(('127.0.0.1', 1))", {"socket.socket().connect"}),
        ("import socket\nsocket.socket().bind(('127.0.0.1', 1))", set()),
        ("import sqlite3\nsqlite3.connect('file')", set()),
    ],
)
def test_the_search_for_other_ways_out_finds_them(tmp_path, source, found):
    path = tmp_path / "leak.py"
    path.write_text(source)
    assert ways_out_of(path) == found


def test_every_refusal_of_the_way_out_is_a_remote_error():
    assert all(issubclass(error, RemoteError) for error in (AddressRefused, BadAnswer, TooLarge, Unreachable))
