"""Our transport under the API of httpx: guard, exchange, inflate.

Imported with the first fetch: httpx costs 40 ms and 5 MiB, which a server that only delivers and is read does without.
"""

import httpx

from fedblog.errors import BadAnswer
from fedblog.net.inflate import inflate
from fedblog.net.way_out import WayOut
from fedblog.urls import Url
from fedblog.world import Headers, Limits, WireResponse

LIMITS = "fedblog.limits"
"""The key under which a request's `extensions` carry its `Limits`."""

# What describes the wire and not the content, and what would make httpx collect strangers' cookies for ever.
_DROPPED = frozenset({"content-encoding", "content-length", "transfer-encoding", "set-cookie"})


class Client:
    """One `httpx.AsyncClient` over the way out, for GETs without redirects."""

    def __init__(self, way_out: WayOut) -> None:
        self._client = httpx.AsyncClient(transport=GuardedTransport(way_out), trust_env=False, follow_redirects=False)

    async def get(self, url: Url, headers: Headers, limits: Limits) -> WireResponse:
        """One GET. Raises what the way out raises, and `BadAnswer` for what httpx cannot read."""
        try:
            request = httpx.Request("GET", str(url), headers=list(headers), extensions={LIMITS: limits})
            response = await self._client.send(request)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise BadAnswer("the answer cannot be read") from error
        lines = tuple((name.lower(), value) for name, value in response.headers.multi_items())
        return WireResponse(response.status_code, lines, response.content)

    def target_of(self, url: Url) -> str:
        """The request target as it will stand on the wire, for signing. Raises `BadAnswer`."""
        try:
            return httpx.URL(str(url)).raw_path.decode("ascii")
        except httpx.InvalidURL as error:
            raise BadAnswer("the address cannot be asked for") from error

    async def aclose(self) -> None:
        """Let go of it. The transport of the world stays open."""
        await self._client.aclose()


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
