"""The door that every request leaves by: checked, resolved once, and sent to a checked address."""

from dataclasses import replace

from fedblog.config import FederationConfig
from fedblog.errors import Unreachable
from fedblog.net.guard import check_url
from fedblog.net.names import Names
from fedblog.urls import Url
from fedblog.world import Headers, Limits, WireRequest, WireResponse, World


class WayOut:
    """Guard and transport in one step. Everything in `net` that sends holds one of these."""

    def __init__(self, world: World, federation: FederationConfig) -> None:
        self.world = world
        self._federation = federation
        self._names = Names(world, federation)

    def check(self, url: str | Url) -> Url:
        """Read a URL that we are about to ask. Raises `AddressRefused`."""
        return check_url(url, self._federation)

    async def exchange(
        self, method: str, url: Url, target: str, headers: Headers, limits: Limits, body: bytes = b""
    ) -> WireResponse:
        """One exchange with the host of `url`, resolving included in `limits.total`.

        `target` is the request target as it was signed. Raises `AddressRefused`, `Unreachable`,
        `TooLarge` or `BadAnswer`.
        """
        started = self.world.monotonic()
        addresses = await self._names.addresses(url, limits.total)
        request = WireRequest(method, url.scheme, url.host, url.port, target, headers, body)
        left = limits.total - (self.world.monotonic() - started)
        if left <= 0:
            raise Unreachable("the name server does not answer")
        return await self.world.transport.exchange(request, addresses, replace(limits, total=left))
