"""Fetches that strangers cause: bounded for each host and in all, never two for one thing, failures remembered.

Anybody can make us fetch a key by naming it in a signature (security.md S19); what that may cost is decided here.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from fedblog.errors import Unproven
from fedblog.services.key_documents import KeyGone
from fedblog.services.limits import Buckets
from fedblog.urls import host_of
from fedblog.world import World

T = TypeVar("T")

AT_ONCE = 64
AT_ONCE_PER_HOST = 4
BURST_PER_HOST = 30
PER_HOST_AND_SECOND = 1.0
FAILURES_LAST = 600.0
GONE_LASTS = 30 * 86_400.0
_MOST_WAITING = 2_000
_MOST_FAILURES = 10_000


@dataclass(slots=True)
class _Turn:
    """The places of one host, while anybody holds or wants one."""

    places: asyncio.Semaphore
    users: int = 0


class BoundedFetching:
    """Runs fetches. The host of the address pays; `purpose` tells two fetches of one address apart."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._tokens = Buckets(world.monotonic, size=BURST_PER_HOST, per_second=PER_HOST_AND_SECOND)
        self._places = asyncio.Semaphore(AT_ONCE)
        self._turns: dict[str, _Turn] = {}
        self._running: dict[tuple[str, str], asyncio.Task[Any]] = {}
        self._failures: dict[tuple[str, str], tuple[float, Unproven]] = {}

    async def run(self, purpose: str, address: str, fetch: Callable[[], Awaitable[T]]) -> T:
        """The result of `fetch`, shared with everybody who asks for the same meanwhile.

        Raises what it raises; an `Unproven` is remembered for ten minutes. Over budget: `Unproven` with 503.
        """
        name = (purpose, address)
        self._refuse_failed(name)
        task = self._running.get(name)
        if task is None:
            task = asyncio.create_task(self._fetch(name, fetch))
            self._running[name] = task
            task.add_done_callback(lambda done: self._ended(name, done))
        result: T = await asyncio.shield(task)
        return result

    def give_back(self, address: str) -> None:
        """The fetch led to a proven signature: it costs its host nothing."""
        self._tokens.give_back(host_of(address) or "")

    def _refuse_failed(self, name: tuple[str, str]) -> None:
        if name not in self._failures:
            return
        until, error = self._failures[name]
        left = until - self._world.monotonic()
        if left > 0:
            raise _again(error, left) from error.__cause__
        del self._failures[name]

    async def _fetch(self, name: tuple[str, str], fetch: Callable[[], Awaitable[T]]) -> T:
        host = host_of(name[1]) or ""
        wait = self._tokens.take(host)
        if wait or len(self._running) > _MOST_WAITING:
            raise Unproven("key-fetches-over-budget", status=503, retry_after=int(wait) + 1)
        async with self._turn(host), self._places:
            try:
                return await fetch()
            except Unproven as error:
                seconds = self._remember(name, error)
                raise _again(error, seconds) from error

    @asynccontextmanager
    async def _turn(self, host: str) -> AsyncIterator[None]:
        turn = self._turns.setdefault(host, _Turn(asyncio.Semaphore(AT_ONCE_PER_HOST)))
        turn.users += 1
        try:
            async with turn.places:
                yield
        finally:
            turn.users -= 1
            if not turn.users:
                del self._turns[host]

    def _remember(self, name: tuple[str, str], error: Unproven) -> float:
        seconds = GONE_LASTS if isinstance(error, KeyGone) else FAILURES_LAST
        if len(self._failures) >= _MOST_FAILURES:
            del self._failures[next(iter(self._failures))]
        self._failures[name] = (self._world.monotonic() + seconds, error)
        return seconds

    def _ended(self, name: tuple[str, str], task: "asyncio.Task[Any]") -> None:
        del self._running[name]
        if not task.cancelled():
            task.exception()  # seen, also when everybody who waited has left


def _again(error: Unproven, seconds: float) -> Unproven:
    """The same error as a fresh object, with a time to come back where that may help."""
    if isinstance(error, KeyGone):
        return KeyGone()
    retry_after = int(seconds) + 1 if error.status == 503 else None
    return Unproven(error.reason, status=error.status, retry_after=retry_after)
