"""A world whose names and wires are scripted, and which counts every exchange."""

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import cache

from fedblog.ap.signatures import SigningKey, make_key_pair, read_private_key
from fedblog.config import FederationConfig
from fedblog.net.client import Net
from fedblog.world import Headers, Limits, WireRequest, WireResponse, World, real_world

PUBLIC = "93.184.215.14"
AGENT = "fedblog/0 (+https://blog.example/)"

Reply = Callable[[WireRequest], WireResponse]


def reply(status: int = 200, body: bytes = b"{}", **headers: str) -> WireResponse:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return WireResponse(status, named, body)


def document(body: bytes = b"{}", content_type: str = "application/activity+json") -> WireResponse:
    return reply(200, body, content_type=content_type)


@dataclass
class FakeTransport:
    """Answers by script, and keeps what it was asked and at which addresses."""

    script: Reply
    requests: list[WireRequest] = field(default_factory=list)
    addresses: list[tuple[str, ...]] = field(default_factory=list)
    limits: list[Limits] = field(default_factory=list)

    async def exchange(self, request: WireRequest, addresses: Sequence[str], limits: Limits) -> WireResponse:
        self.requests.append(request)
        self.addresses.append(tuple(addresses))
        self.limits.append(limits)
        return self.script(request)

    async def aclose(self) -> None:
        """Nothing is open."""


@dataclass
class Clock:
    """Seconds that move by hand."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class FakeNames:
    """A resolver. `table` gives addresses by name; names that are not there lead to a public address."""

    table: dict[str, Sequence[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def __call__(self, host: str) -> Sequence[str]:
        self.asked.append(host)
        return self.table.get(host, (PUBLIC,))


def fake_world(
    transport: FakeTransport,
    resolve: Callable[[str], Awaitable[Sequence[str]]] | None = None,
    clock: Callable[[], float] | None = None,
) -> World:
    world = real_world(transport)
    return dataclasses.replace(
        world,
        now=lambda: 1_793_707_200_000,
        monotonic=clock or Clock(),
        resolve=resolve or FakeNames(),
    )


@cache
def instance_signing_key() -> SigningKey:
    return SigningKey("https://blog.example/ap/instance#main-key", read_private_key(make_key_pair().private_pem))


async def instance_key() -> SigningKey:
    return instance_signing_key()


def fake_net(
    script: Reply | WireResponse,
    *,
    resolve: Callable[[str], Awaitable[Sequence[str]]] | None = None,
    clock: Callable[[], float] | None = None,
    federation: FederationConfig | None = None,
) -> tuple[Net, FakeTransport]:
    """A `Net` over a scripted transport."""
    transport = FakeTransport(script if callable(script) else lambda _: script)
    world = fake_world(transport, resolve, clock)
    return Net(world, federation or FederationConfig(), instance_key, AGENT), transport


def sent(request: WireRequest, name: str) -> str | None:
    """The value of a header that was sent."""
    return next((value for key, value in request.headers if key.lower() == name), None)


def headers_of(request: WireRequest) -> Headers:
    return request.headers


async def until(condition: Callable[[], bool]) -> None:
    """Give the loop turns until something is so; the test's own time-out ends a vain wait."""
    while not condition():
        await asyncio.sleep(0)
