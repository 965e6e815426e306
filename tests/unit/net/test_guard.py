"""The rule on addresses and the rule on URLs."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedblog.config import FederationConfig
from fedblog.errors import AddressRefused, Unreachable
from fedblog.net.guard import check_url, is_allowed, resolve_checked
from fedblog.urls import Url
from tests.unit.net.fakes import PUBLIC, FakeNames, FakeTransport, fake_world, reply

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))
LABORATORY = FederationConfig(allow_private_networks=LOOPBACK, allow_http=True)
LABORATORY_TLS = FederationConfig(allow_private_networks=LOOPBACK)
STREET = FederationConfig()


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "8.8.8.8",
        PUBLIC,
        "100.63.255.255",
        "100.128.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.1",
        "198.17.255.255",
        "198.20.0.1",
        "223.255.255.255",
        "2001:200::1",
        "2606:4700::1111",
        "2a00:1450:4001::1",
        "2c0f::1",
        "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8",
    ],
)
def test_public_unicast_addresses_are_allowed(address):
    assert is_allowed(address)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_that_python_calls_not_global_is_never_allowed(address):
    if not address.is_global or address.is_multicast:
        assert not is_allowed(address)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_wrapped_in_ipv6_is_judged_as_what_it_reaches(address):
    assert is_allowed(f"::ffff:{address}") == is_allowed(address)
    assert is_allowed(f"64:ff9b::{address}") == is_allowed(address)


@given(st.ip_addresses(v=4))
def test_tunnels_and_compatible_addresses_are_never_allowed(address):
    number = int(address)
    six_to_four = ipaddress.IPv6Address((0x2002 << 112) | (number << 80) | 1)
    teredo = ipaddress.IPv6Address((0x20010000 << 96) | (number << 64) | (number ^ 0xFFFFFFFF))
    compatible = ipaddress.IPv6Address(number)
    assert not any(map(is_allowed, (six_to_four, teredo, compatible)))


@pytest.mark.parametrize(
    "text", ["", "localhost", "127.1", "0x7f.1", "2130706433", "1.2.3.4.5", "fe80::1%eth0", "2606:4700::1%eth0", "::g"]
)
def test_what_is_no_address_is_not_allowed(text):
    assert not is_allowed(text)


def test_a_laboratory_network_is_allowed_and_nothing_beside_it():
    assert is_allowed("127.0.0.2", LOOPBACK)
    assert is_allowed("::1", LOOPBACK)
    assert is_allowed("::ffff:127.0.0.1", LOOPBACK)
    assert not is_allowed("10.0.0.1", LOOPBACK)


@pytest.mark.parametrize("url", ["https://peer.example/", "https://peer.example:443/x?y", "HTTPS://Peer.Example/"])
def test_https_to_a_name_is_let_out(url):
    assert check_url(url, STREET).host == "peer.example"


@pytest.mark.parametrize(
    "url",
    [
        "http://peer.example/",
        "https://peer.example:22/",
        "https://peer.example:6379/",
        "https://peer.example:8443/",
        "https://93.184.215.14/",
        "https://[2606:4700::1111]/",
        "https://user@peer.example/",
        "https://user:pass@peer.example/",
        "ftp://peer.example/",
        "file:///etc/passwd",
        "data:text/plain,x",
        "gopher://peer.example/",
        "peer.example",
        "",
    ],
)
def test_other_schemes_ports_literals_and_userinfo_are_refused(url):
    with pytest.raises(AddressRefused):
        check_url(url, STREET)


def test_a_laboratory_address_may_be_a_literal_on_any_port_with_plain_http():
    assert check_url("http://127.0.0.1:8000/x", LABORATORY).port == 8000
    assert check_url("https://127.0.0.1:8443/x", LABORATORY_TLS).port == 8443
    with pytest.raises(AddressRefused):
        check_url("http://127.0.0.1:8000/x", LABORATORY_TLS)
    with pytest.raises(AddressRefused):
        check_url("http://10.0.0.1:8000/x", LABORATORY)


async def test_plain_http_never_leaves_the_laboratory():
    names = FakeNames({"lab.test": ("127.0.0.1", "::1"), "half.test": ("127.0.0.1", PUBLIC)})
    world = fake_world(FakeTransport(lambda _: reply()), names)
    assert await resolve_checked(world, Url.parse("http://lab.test:8000/"), LABORATORY) == ("127.0.0.1", "::1")
    for url in ("http://half.test/", "http://peer.example/", "https://peer.example:8443/"):
        with pytest.raises(AddressRefused):
            await resolve_checked(world, Url.parse(url), LABORATORY)


async def test_one_private_address_among_public_ones_refuses_the_name():
    names = FakeNames({"mixed.example": (PUBLIC, "10.0.0.1")})
    world = fake_world(FakeTransport(lambda _: reply()), names)
    with pytest.raises(AddressRefused):
        await resolve_checked(world, Url.parse("https://mixed.example/"), STREET)


@pytest.mark.parametrize("failure", [OSError("no such name"), UnicodeError("label too long")])
async def test_a_name_that_does_not_resolve_says_so(failure):
    async def resolve(_):
        raise failure

    world = fake_world(FakeTransport(lambda _: reply()), resolve)
    with pytest.raises(Unreachable, match="the name does not resolve"):
        await resolve_checked(world, Url.parse("https://peer.example/"), STREET)


async def test_a_name_without_addresses_does_not_resolve():
    world = fake_world(FakeTransport(lambda _: reply()), FakeNames({"peer.example": ()}))
    with pytest.raises(Unreachable, match="the name does not resolve"):
        await resolve_checked(world, Url.parse("https://peer.example/"), STREET)
