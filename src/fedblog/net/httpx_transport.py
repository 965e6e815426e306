"""Our transport under the API of httpx: guard, exchange, inflate."""

import httpx

from fedblog.net.inflate import inflate
from fedblog.net.way_out import WayOut
from fedblog.world import Limits, WireResponse

LIMITS = "fedblog.limits"
"""The key under which a request's `extensions` carry its `Limits`."""

# What describes the wire and not the content, and what would make httpx collect strangers' cookies for ever.
_DROPPED = frozenset({"content-encoding", "content-length", "transfer-encoding", "set-cookie"})


class GuardedTransport(httpx.AsyncBaseTransport):
    """Every request of an `httpx.AsyncClient` goes through the way out.

    Raises our own errors (`AddressRefused`, `Unreachable`, `TooLarge`, `BadAnswer`), which httpx lets through.
    """

    def __init__(self, way_out: WayOut) -> None:
        self._way_out = way_out

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        limits: Limits = request.extensions.get(LIMITS, Limits())
        url = self._way_out.check(str(request.url))
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw)
        target = request.url.raw_path.decode("ascii")
        answer = await self._way_out.exchange(request.method, url, target, headers, limits, await request.aread())
        return _to_httpx(answer, limits.body)


def _to_httpx(answer: WireResponse, cap: int) -> httpx.Response:
    codings = [value for name, value in answer.headers if name == "content-encoding"]
    body = inflate(answer.body, ", ".join(codings), cap)
    headers = [(name, value.encode("latin-1")) for name, value in answer.headers if name not in _DROPPED]
    return httpx.Response(
        answer.status, headers=[(name.encode("latin-1"), value) for name, value in headers], content=body
    )
