"""Asking our own public name as strangers do: raw answers, redirects not followed, each address apart if wanted.

Goes where the guard lets everything go, and to one place more: the host of our own configured name, wherever that leads
from here, for that may well be this machine; and its port 80, to see whether plain http leads on to https.
"""

import socket
from collections.abc import Sequence
from dataclasses import dataclass, replace

from fedblog.ap.signatures import Form, Message, SigningKey, sign
from fedblog.config import FederationConfig
from fedblog.errors import AddressRefused, Unreachable
from fedblog.net.guard import resolve_checked
from fedblog.net.inflate import inflate
from fedblog.net.posting import request_target
from fedblog.urls import Url
from fedblog.world import Handshake, Headers, Limits, WireRequest, WireResponse, World

PROBE = Limits(total=6.0, connect=4.0, body=2 << 20)
"""What one question may cost."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. `headers` come after Host, User-Agent and Accept-Encoding."""

    url: str
    method: str = "GET"
    headers: Headers = ()
    body: bytes = b""


class Prober:
    """Asks `own` and whatever else the guard allows. It resolves each name once; one for each check."""

    def __init__(self, world: World, federation: FederationConfig, user_agent: str, own: Url) -> None:
        self._world = world
        self._federation = federation
        self._user_agent = user_agent
        self._own = own
        self._known: dict[str, tuple[str, ...]] = {}

    async def addresses(self, url: Url) -> tuple[str, ...]:
        """The addresses behind a URL, checked unless our own name's. Raises `AddressRefused`, `Unreachable`."""
        if url.origin not in self._known:
            self._known[url.origin] = await self._resolved(url)
        return self._known[url.origin]

    async def ask(self, what: Ask, *, at: str = "", limits: Limits = PROBE) -> WireResponse:
        """One exchange, at that one of the addresses if `at` is given. Raises `RemoteError`s and `Invalid`."""
        url = Url.parse(what.url)
        addresses = await self.addresses(url)
        if at and at not in addresses:
            raise AddressRefused("that is none of the addresses of this name")
        headers: Headers = (
            ("Host", url.authority),
            ("User-Agent", self._user_agent),
            ("Accept-Encoding", "identity"),
            *what.headers,
            *((("Content-Length", str(len(what.body))),) if what.method == "POST" else ()),
        )
        request = WireRequest(what.method, url.scheme, url.host, url.port, request_target(url), headers, what.body)
        answer = await self._world.transport.exchange(request, (at,) if at else addresses, limits)
        return replace(answer, body=inflate(answer.body, answer.header("content-encoding") or "", limits.body))

    def signed(self, what: Ask, key: SigningKey, form: Form) -> Ask:
        """The same request, signed as of now. Its headers must name the Content-Type of a body."""
        url = Url.parse(what.url)
        headers: Headers = (("Host", url.authority), *what.headers)
        message = Message(what.method, url.scheme, url.authority, request_target(url), headers, what.body)
        return replace(what, headers=(*what.headers, *sign(message, key, form, self._world.now())))

    async def shake_hands(self, url: Url) -> Handshake:
        """The certificate that is shown there. Raises `RemoteError`s."""
        return await self._world.transport.shake_hands(url.host, url.port, await self.addresses(url), PROBE)

    async def _resolved(self, url: Url) -> tuple[str, ...]:
        if not self._is_own(url):
            return await resolve_checked(self._world, url, self._federation)
        if url.is_ip_literal:
            return (url.host,)
        try:
            addresses = tuple(await self._world.resolve(url.host))
        except (OSError, UnicodeError):
            addresses = ()
        if not addresses:
            raise Unreachable("the name does not resolve")
        return addresses

    def _is_own(self, url: Url) -> bool:
        is_plain_form = (url.scheme, url.host, url.port) == ("http", self._own.host, 80)
        return is_plain_form or url.origin == self._own.origin


def is_of_this_machine(address: str) -> bool:
    """Whether an address is one of this machine's own: only those can be bound to. Nothing is sent."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((address, 0))
    except OSError:
        return False
    return True


def local_addresses(addresses: Sequence[str]) -> tuple[str, ...]:
    """Those of the addresses that are this machine's own."""
    return tuple(address for address in addresses if is_of_this_machine(address))
