"""A world for the rehearsal: its clock stands where it is put, and its network reaches nobody, or only reads."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from fedblog.errors import Unreachable
from fedblog.urls import Url
from fedblog.world import Handshake, Limits, Transport, WireRequest, WireResponse, World

# Never connected to: it only lets every name pass the guard, so that the transport hears the whole address.
_SOMEWHERE = "1.1.1.1"


@dataclass
class StandingClock:
    """The moment (ms UTC) that the rehearsal is at."""

    at: int = 0

    def now(self) -> int:
        """The moment."""
        return self.at


@dataclass
class StillNet:
    """A transport that sends nothing anywhere, and remembers what was asked for."""

    wanted: list[str] = field(default_factory=list)

    async def exchange(self, request: WireRequest, addresses: Sequence[str], limits: Limits) -> WireResponse:
        """Raise `Unreachable`, always."""
        del addresses, limits
        self.wanted.append(f"{Url(request.scheme, request.host, request.port).origin}{request.target}")
        raise Unreachable("a rehearsal reaches nobody")

    async def shake_hands(self, host: str, port: int, addresses: Sequence[str], limits: Limits) -> Handshake:
        """Raise `Unreachable`, always."""
        del port, addresses, limits
        raise Unreachable(f"a rehearsal does not reach {host}")

    async def aclose(self) -> None:
        """Nothing to close."""

    def take(self) -> list[str]:
        """What was asked for since this was asked last."""
        wanted, self.wanted = self.wanted, []
        return wanted


@dataclass
class ReadingNet(StillNet):
    """The same, but GETs go out. The transport below belongs to somebody else and stays open."""

    below: Transport | None = None

    async def exchange(self, request: WireRequest, addresses: Sequence[str], limits: Limits) -> WireResponse:
        """Carry a GET. Raises `Unreachable` for everything else."""
        if request.method != "GET" or self.below is None:
            return await StillNet.exchange(self, request, addresses, limits)
        return await self.below.exchange(request, addresses, limits)


def still_world(world: World, clock: StandingClock) -> tuple[World, StillNet]:
    """The world without a network. Nobody in it waits."""

    async def resolve(host: str) -> Sequence[str]:
        del host
        return (_SOMEWHERE,)

    async def sleep(seconds: float) -> None:
        del seconds
        await asyncio.sleep(0)

    net = StillNet()
    return replace(world, now=clock.now, resolve=resolve, sleep=sleep, transport=net), net


def reading_world(world: World, clock: StandingClock) -> tuple[World, StillNet]:
    """The world in which documents may be fetched, as they are today. What is asked is signed with the time of today,
    so the clock of the rehearsal is for the services alone."""
    del clock
    net = ReadingNet(below=world.transport)
    return replace(world, transport=net), net
