"""The worker's side of the inbox: what was received is given its effect, in order for each sender."""

from collections import Counter
from collections.abc import Awaitable, Callable

from fedblog.domain.inbox_event import InboxEvent
from fedblog.services.workshop import Workshop
from fedblog.store import hosts, inbox_events
from fedblog.store.door import Writer
from fedblog.urls import host_of, origin_of

LEASE = 50_000
"""How long (ms) an event is ours."""
MOST_PER_SERVER = 16
"""So many events of one server may be under way: half of all."""

Process = Callable[[Workshop, InboxEvent], Awaitable[object]]
"""Gives an event its effect and its verdict, or postpones it; writes all of that itself."""


class Inbox:
    """The inbox as a source of jobs."""

    def __init__(self, shop: Workshop, worker: str, process: Process) -> None:
        self._shop = shop
        self._worker = worker
        self._process = process
        self._under_way: Counter[str] = Counter()

    async def take(self, free: int) -> list[InboxEvent]:
        """Claim events that are due: of each sender the oldest, while none of it is in flight.

        A server that keeps us waiting holds its own events up and not those of others.
        """
        now = self._shop.now()
        if not await inbox_events.is_any_due(self._shop.store.reader, now):
            return []
        # There is only one while a place is free.
        busy = next((origin for origin, count in self._under_way.items() if count >= MOST_PER_SERVER), "")
        most = max((count for count in self._under_way.values() if count < MOST_PER_SERVER), default=0)
        limit = min(free, MOST_PER_SERVER - most)

        async def work(db: Writer) -> list[InboxEvent]:
            events = await inbox_events.claim(db, self._worker, now, now + LEASE, limit, busy)
            await hosts.heard(db, [*{host_of(event.signer) or "" for event in events}], now)
            return events

        events = await self._shop.store.write(work, alone=False)
        self._under_way.update(_origin(event) for event in events)
        return events

    async def do(self, job: InboxEvent) -> None:
        """Process one."""
        try:
            await self._process(self._shop, job)
        finally:
            self._landed(_origin(job))

    def _landed(self, origin: str) -> None:
        self._under_way[origin] -= 1
        if self._under_way[origin] <= 0:
            del self._under_way[origin]

    async def next_due(self) -> int | None:
        """When an event may be processed."""
        return await inbox_events.next_due(self._shop.store.reader, self._shop.now())

    async def hand_back(self) -> None:
        """Give back the leases."""
        await self._shop.store.write(lambda db: inbox_events.release(db, self._worker), alone=False)


def _origin(event: InboxEvent) -> str:
    return origin_of(event.signer) or ""
