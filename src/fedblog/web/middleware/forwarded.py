"""Who is the client, and which scheme did they use, when proxies stand between?"""

import ipaddress
from collections.abc import Sequence
from functools import lru_cache

from starlette.types import ASGIApp, Receive, Scope, Send

from fedblog.config import Network
from fedblog.web.middleware import asgi

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_MOST_HOPS = 32
_LONGEST_ADDRESS = 64  # an IPv6 one with its zone has 62 characters


class Forwarded:
    """Believes `X-Forwarded-For` and `X-Forwarded-Proto` from trusted proxies, and from nobody else.

    The client becomes the last address in the list that is no trusted proxy: what stands before it
    was written by the client itself.
    """

    def __init__(self, app: ASGIApp, trusted: Sequence[Network]) -> None:
        self._app = app
        self._trusted = tuple(trusted)
        self._is_trusted = lru_cache(maxsize=1024)(self._is_among_trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self.believe(scope)
        await self._app(scope, receive, send)

    def believe(self, scope: Scope) -> None:
        """Put into the scope what a trusted proxy tells."""
        if scope.get("client") and self._is_trusted(scope["client"][0]):
            scope.update(self._told(scope))

    def _told(self, scope: Scope) -> Scope:
        told: Scope = {}
        hops = [hop.strip() for value in asgi.headers(scope, b"x-forwarded-for") for hop in value.split(",")]
        client = self._client(hops[-_MOST_HOPS:])
        if client:
            told["client"] = (client, 0)
        scheme = asgi.header(scope, b"x-forwarded-proto")
        if scheme in {"http", "https"}:
            told["scheme"] = scheme
        return told

    def _client(self, hops: Sequence[str]) -> str | None:
        """The nearest address that is not ours; the farthest of ours if all are; None once one is unreadable."""
        last = None
        for hop in reversed(hops):
            address = _address(hop)
            if address is None:
                return last
            last = str(address)
            if not self._is_trusted(last):
                return last
        return last

    def _is_among_trusted(self, text: str) -> bool:
        address = _address(text)
        return address is not None and any(address in network for network in self._trusted)


def _address(text: str) -> Address | None:
    return _parsed(text) if len(text) <= _LONGEST_ADDRESS else None


@lru_cache(maxsize=1024)
def _parsed(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
