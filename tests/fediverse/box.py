"""The wires of the box: names to addresses, addresses to servers."""

import itertools
import random
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from fedblog.errors import Unreachable
from fedblog.world import Handshake, Limits, WireRequest, WireResponse, World
from tests.fediverse.clock import HandClock

Server = Callable[[WireRequest], Awaitable[WireResponse]]
AsgiApp = Callable[[MutableMapping[str, Any], Callable[..., Any], Callable[..., Any]], Awaitable[None]]


@dataclass
class Exchange:
    """One request that went over the box's wires, and its answer (None: there was none)."""

    request: WireRequest
    response: WireResponse | None


@dataclass
class Box:
    """A network of named servers. Give it servers, then worlds to the programs under test."""

    clock: HandClock = field(default_factory=HandClock)
    servers: dict[str, Server] = field(default_factory=dict)
    addresses: dict[str, tuple[str, ...]] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)
    handshakes: dict[str, Handshake] = field(default_factory=dict)
    log: list[Exchange] = field(default_factory=list)
    seed: int = 1
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def add(self, host: str, server: Server) -> None:
        """Give a host name a server and an address of its own."""
        self.servers[host] = server
        number = next(self._numbers)
        self.addresses[host] = (f"45.33.{number // 250}.{number % 250 + 1}",)

    def add_app(self, host: str, app: AsgiApp) -> None:
        """Give a host name an ASGI app."""
        self.add(host, asgi_server(app))

    def world(self) -> World:
        """A world whose only network is this box."""
        dice = random.Random(self.seed)
        self.seed += 1
        return World(
            now=self.clock.now,
            monotonic=self.clock.monotonic,
            sleep=self.clock.sleep,
            token=dice.randbytes,
            jitter=lambda: 0.5,
            resolve=self._resolve,
            transport=self,
        )

    async def _resolve(self, host: str) -> Sequence[str]:
        if host not in self.addresses:
            raise OSError(f"{host} is not known in this box")
        return self.addresses[host]

    async def exchange(self, request: WireRequest, addresses: Sequence[str], limits: Limits) -> WireResponse:
        """Carry one request (the Transport protocol)."""
        del limits
        if request.host in self.down or not set(addresses) <= set(self.addresses.get(request.host, ())):
            self.log.append(Exchange(request, None))
            raise Unreachable("connection refused")
        response = await self.servers[request.host](request)
        self.log.append(Exchange(request, response))
        return response

    async def shake_hands(self, host: str, port: int, addresses: Sequence[str], limits: Limits) -> Handshake:
        """Every server has a certificate for three months, or the one in `handshakes` (the Transport protocol)."""
        del port, limits
        if host in self.down or not set(addresses) <= set(self.addresses.get(host, ())):
            raise Unreachable("connection refused")
        return self.handshakes.get(host, Handshake(ends_at=self.clock.now() + 90 * 86_400_000))

    async def aclose(self) -> None:
        """Nothing to close."""

    def requests_to(self, host: str, method: str | None = None) -> list[WireRequest]:
        """What was asked of a host, in order."""
        return [e.request for e in self.log if e.request.host == host and method in {None, e.request.method}]


def asgi_server(app: AsgiApp) -> Server:
    """A server of the box that runs an ASGI app."""

    async def serve(request: WireRequest) -> WireResponse:
        return await call_asgi(app, request)

    return serve


async def call_asgi(app: AsgiApp, request: WireRequest) -> WireResponse:
    """Send one request to an ASGI app and gather its answer."""
    sent: list[Mapping[str, Any]] = []
    bodies = iter([{"type": "http.request", "body": request.body, "more_body": False}])

    async def receive() -> Mapping[str, Any]:
        return next(bodies, {"type": "http.disconnect"})

    async def send(message: Mapping[str, Any]) -> None:
        sent.append(message)

    await app(_scope(request), receive, send)
    start = next(message for message in sent if message["type"] == "http.response.start")
    headers = tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in start["headers"])
    return WireResponse(start["status"], headers, b"".join(m.get("body", b"") for m in sent))


def _scope(request: WireRequest) -> MutableMapping[str, Any]:
    path, _, query = request.target.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.scheme,
        "path": unquote(path),
        "raw_path": path.encode("latin-1"),
        "query_string": query.encode("latin-1"),
        "root_path": "",
        "headers": [(n.lower().encode("latin-1"), v.encode("latin-1")) for n, v in request.headers],
        "client": ("45.33.200.1", 40000),
        "server": (request.host, request.port),
        "state": {},
        "extensions": {},
    }
