"""Checked addresses, kept for a minute, so that a burst to one host asks the resolver once."""

import asyncio
from dataclasses import dataclass

from fedblog.config import FederationConfig
from fedblog.errors import Unreachable
from fedblog.net.guard import resolve_checked
from fedblog.urls import Url
from fedblog.world import World

_SECONDS = 60.0
_MOST = 1000


@dataclass(frozen=True, slots=True)
class _Kept:
    addresses: tuple[str, ...]
    until: float


class Names:
    """A bounded memory before `resolve_checked`. Only addresses that passed the guard are kept.

    Failures are never remembered: a host that comes back is found at the next try.
    """

    def __init__(self, world: World, federation: FederationConfig) -> None:
        self._world = world
        self._federation = federation
        self._kept: dict[str, _Kept] = {}

    async def addresses(self, url: Url, seconds: float) -> tuple[str, ...]:
        """The checked addresses of the URL's host. Raises `AddressRefused`, `Unreachable`."""
        kept = self._kept.get(url.origin)
        if kept is not None and self._world.monotonic() < kept.until:
            return kept.addresses
        addresses = await self._resolve(url, seconds)
        self._keep(url.origin, addresses)
        return addresses

    async def _resolve(self, url: Url, seconds: float) -> tuple[str, ...]:
        try:
            async with asyncio.timeout(seconds):
                return await resolve_checked(self._world, url, self._federation)
        except TimeoutError as error:
            raise Unreachable("the name server does not answer") from error

    def _keep(self, origin: str, addresses: tuple[str, ...]) -> None:
        self._kept.pop(origin, None)
        if len(self._kept) >= _MOST:
            del self._kept[next(iter(self._kept))]
        self._kept[origin] = _Kept(addresses, self._world.monotonic() + _SECONDS)
