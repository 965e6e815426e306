"""Keeps a bounded number of jobs in flight, as long as there is something to do."""

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from typing import Generic, Protocol, TypeVar

from fedblog.world import World

Job = TypeVar("Job")

LONGEST_PAUSE = 60.0
"""Seconds after which the store is asked again in any case."""
AFTER_TROUBLE = 5.0
"""Seconds of rest when the store could not be asked."""

_log = logging.getLogger(__name__)


class Source(Protocol[Job]):
    """Where jobs come from and how one is done. `take` leases what it returns."""

    async def take(self, free: int) -> Sequence[Job]:
        """At most `free` jobs that may be done now, beside those in flight; none when there is nothing to do."""
        ...

    async def do(self, job: Job) -> None: ...

    async def next_due(self) -> int | None:
        """When it is worth to take again, in ms UTC; None: when somebody rings."""
        ...

    async def hand_back(self) -> None:
        """Give back what was taken and is not done."""
        ...


class Loop(Generic[Job]):
    """Takes jobs from a source whenever one of its `most` places is free.

    `breath`: seconds of rest after each taking that brought something. Under load the next one then brings
    many at once, and each job costs a small part of a claim.
    """

    def __init__(self, name: str, source: Source[Job], most: int, world: World, *, breath: float = 0.0) -> None:
        self._name = name
        self._source = source
        self._most = most
        self._world = world
        self._breath = breath
        self._flying: set[asyncio.Task[None]] = set()
        self._bell = asyncio.Event()
        self._is_stopping = False
        self._done = 0

    def ring(self) -> None:
        """There may be something to do."""
        self._bell.set()

    def stop(self) -> None:
        """Take nothing more; `run` ends when what is in flight has ended."""
        self._is_stopping = True
        self._bell.set()

    async def work_off(self) -> int:
        """Do everything that is due now, and return how many jobs that were."""
        before = self._done
        while True:
            done = self._done
            if await self._fill():
                continue
            if self._flying:
                await asyncio.wait(self._flying, return_when=asyncio.FIRST_COMPLETED)
            elif self._done == done:  # else something landed while we asked, and others may go now
                return done - before

    async def run(self, drain_seconds: float) -> None:
        """Work until `stop`, then let jobs in flight end within `drain_seconds`, and hand back the rest."""
        try:
            while not self._is_stopping:
                self._bell.clear()
                if not await self._fill_or_rest():
                    await self._pause()
                elif self._breath:
                    await self._world.sleep(self._breath)
            await self._drain(drain_seconds)
        finally:
            await self._end()

    async def _fill_or_rest(self) -> bool:
        try:
            return await self._fill()
        except Exception:  # noqa: BLE001 - whatever it is, it must not end the work for good
            _log.exception("No new %s could be taken.", self._name)
            await self._within(AFTER_TROUBLE)
            return True

    async def _fill(self) -> bool:
        """Take jobs for the free places. Whether there were any; then there may be more."""
        free = self._most - len(self._flying)
        if free <= 0:
            return False
        jobs = await self._source.take(free)
        for job in jobs:
            task = asyncio.create_task(self._do(job))
            self._flying.add(task)
            task.add_done_callback(self._landed)
        return len(jobs) > 0

    async def _do(self, job: Job) -> None:
        try:
            await self._source.do(job)
        except Exception:  # noqa: BLE001 - one bad job must not stop the others; its lease runs out
            _log.exception("One of the %s failed.", self._name)

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._flying.discard(task)
        self._done += 1
        self._bell.set()

    async def _pause(self) -> None:
        """Until somebody rings, a job ends, or the next one is due."""
        if not self._bell.is_set():
            await self._within(await self._seconds_to_wait())

    async def _seconds_to_wait(self) -> float:
        try:
            due_at = await self._source.next_due()
        except Exception:  # noqa: BLE001 - as above
            _log.exception("The next of the %s could not be looked up.", self._name)
            return AFTER_TROUBLE
        if due_at is None:
            return LONGEST_PAUSE
        return min(max(due_at - self._world.now(), 1) / 1000, LONGEST_PAUSE)

    async def _within(self, seconds: float) -> None:
        """Wait for the bell, at most so long."""
        await first_of(self._bell.wait(), self._world.sleep(seconds))

    async def _drain(self, seconds: float) -> None:
        if self._flying:
            await first_of(asyncio.wait(self._flying), self._world.sleep(seconds))

    async def _end(self) -> None:
        for task in self._flying:
            task.cancel()
        if self._flying:
            await asyncio.wait(self._flying)
        try:
            await self._source.hand_back()
        except Exception:  # noqa: BLE001 - then the leases run out by themselves
            _log.exception("The leases of the %s could not be handed back.", self._name)


async def first_of(*awaitables: Awaitable[object]) -> None:
    """Wait until one of them is done, and end the others."""
    tasks = [asyncio.ensure_future(awaitable) for awaitable in awaitables]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
