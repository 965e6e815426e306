"""Where we may connect: the rule on addresses, the rule on URLs, and both on a resolved name.

An explicit list of what is allowed and not `ipaddress.is_global`, which changed its mind between
releases of Python and calls some special-use ranges global (security.md N01 to N03, N06).
"""

import ipaddress
from collections.abc import Sequence

from fedblog.config import FederationConfig, Network
from fedblog.errors import AddressRefused, Invalid, Unreachable
from fedblog.urls import Url
from fedblog.world import World

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# IANA IPv4 Special-Purpose Address Registry, multicast, and one address that a large cloud
# answers on from inside its machines although it looks public.
_DENIED_V4 = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's machine-local service
        "169.254.0.0/16",  # link-local and cloud metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # TEST-NET-1
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # TEST-NET-2
        "203.0.113.0/24",  # TEST-NET-3
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)

_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
_DENIED_V6 = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, benchmarking, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: an IPv4 address in disguise, and no server lives there
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)
# An IPv4-only peer is seen under this prefix from an IPv6-only machine (RFC 6052), and as a mapped
# address from a dual-stack socket; both reach exactly the IPv4 address in their last 32 bits.
_WRAPS_V4 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::ffff:0:0/96"))


def is_allowed(address: str | Address, laboratory: Sequence[Network] = ()) -> bool:
    """Whether we may connect to `address`: a public unicast one, or one inside a `laboratory` network.

    IPv4 addresses inside IPv6 ones are judged as what they reach. False for anything that is not an address.
    """
    parsed = _unwrapped(address)
    if parsed is None:
        return False
    return _is_inside(parsed, laboratory) or _is_public(parsed)


def is_laboratory(address: str | Address, laboratory: Sequence[Network]) -> bool:
    """Whether `address` lies in one of the networks that `[federation] allow_private_networks` names."""
    parsed = _unwrapped(address)
    return parsed is not None and _is_inside(parsed, laboratory)


def _unwrapped(address: str | Address) -> Address | None:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv4Address):
        return parsed
    if parsed.scope_id is not None:
        return None
    if any(parsed in network for network in _WRAPS_V4):
        return ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
    return parsed


def _is_inside(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv4Address):
        return not _is_inside(address, _DENIED_V4)
    return address in _GLOBAL_V6 and not _is_inside(address, _DENIED_V6)


def check_url(url: str | Url, federation: FederationConfig) -> Url:
    """Read `url` and refuse it where no request may go. Raises `AddressRefused`.

    Allowed are https, port 443 and a host name. Laboratory networks may be reached by literal
    address, on any port, and by plain http with `allow_http`; for a name, whether it leads into
    the laboratory is seen when it is resolved (`resolve_checked`).
    """
    read = _read(url)
    laboratory = federation.allow_private_networks
    if read.is_ip_literal and not is_laboratory(read.host, laboratory):
        raise AddressRefused("the address is a number, not a name")
    if read.scheme != "https" and not (laboratory and federation.allow_http):
        raise AddressRefused("only https is spoken")
    if not laboratory and read.port != 443:
        raise AddressRefused("only port 443 is used")
    return read


def _read(url: str | Url) -> Url:
    if isinstance(url, Url):
        return url
    try:
        return Url.parse(url)
    except Invalid as error:
        raise AddressRefused("it is not an https address") from error


def _is_for_laboratory_only(url: Url) -> bool:
    return url.scheme != "https" or url.port != 443


async def resolve_checked(world: World, url: Url, federation: FederationConfig) -> tuple[str, ...]:
    """Every address of the URL's host, resolved once, each of them checked.

    Connect to these and to nothing else; a second resolution could answer otherwise (N02).
    Raises `AddressRefused` when any one of them is not allowed, `Unreachable` when there is none.
    """
    check_url(url, federation)
    addresses = (url.host,) if url.is_ip_literal else await _resolve(world, url.host)
    laboratory = federation.allow_private_networks
    if not all(is_allowed(address, laboratory) for address in addresses):
        raise AddressRefused("the name leads to an address that is not public")
    if _is_for_laboratory_only(url) and not all(is_laboratory(address, laboratory) for address in addresses):
        raise AddressRefused("only https on port 443 is spoken outside of the laboratory")
    return addresses


async def _resolve(world: World, host: str) -> tuple[str, ...]:
    try:
        addresses = tuple(await world.resolve(host))
    except (OSError, UnicodeError) as error:
        raise Unreachable("the name does not resolve") from error
    if not addresses:
        raise Unreachable("the name does not resolve")
    return addresses
