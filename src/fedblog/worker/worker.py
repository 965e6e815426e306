"""The worker: four loops over the queues, woken by commits and by the clock."""

import asyncio

from fedblog.domain.inbox_event import InboxEvent
from fedblog.domain.thread_search import ThreadSearch
from fedblog.services import processing
from fedblog.services.delivering import Parcel
from fedblog.services.searching import planning
from fedblog.services.workshop import Workshop
from fedblog.store import checkups, delivery_queue, inbox_events, thread_searches
from fedblog.store.checkups import Checkup
from fedblog.store.door import Writer
from fedblog.worker.checkups import Checkups
from fedblog.worker.deliveries import Deliveries
from fedblog.worker.housekeeping import keep_house
from fedblog.worker.inbox import MOST_PER_SERVER, Inbox, Process
from fedblog.worker.loop import Loop
from fedblog.worker.schedule import Schedule
from fedblog.worker.searches import Searches

EVENTS_AT_ONCE = 2 * MOST_PER_SERVER
DRAIN_SECONDS = 8.0
"""How long jobs in flight may take to end after `stop`."""
BREATH = 0.01
"""Seconds between two takings of received activities; nobody sees them, and the claims become a third as many."""


class Worker:
    """Does what is due, over and over (`run_until_stopped`) or once (`work_off` and its parts).

    One for each process. `process` gives one received activity its effect.
    """

    def __init__(self, shop: Workshop, process: Process | None = None) -> None:
        name = shop.world.token(8).hex()
        self._shop = shop
        self._schedule = Schedule(shop)
        process = process or processing.processor(shop)
        in_flight = shop.config.federation.deliveries_in_flight
        self._delivering: Loop[Parcel] = Loop("deliveries", Deliveries(shop, name), in_flight, shop.world)
        inbox = Inbox(shop, name, process)
        self._processing: Loop[InboxEvent] = Loop("events", inbox, EVENTS_AT_ONCE, shop.world, breath=BREATH)
        self._scheduled: Loop[str] = Loop("rounds", self._schedule, 2, shop.world)
        self._checking: Loop[Checkup] = Loop("checks", Checkups(shop), 1, shop.world)
        self._searches = Searches(shop, name)
        self._searching: Loop[ThreadSearch] = Loop("searches", self._searches, 1, shop.world)
        self._loops = (self._delivering, self._processing, self._scheduled, self._checking, self._searching)
        shop.store.listen(self._heard)

    async def run_until_stopped(self) -> None:
        """Work until `stop`; then end what is in flight within 8 s and return the leases."""
        await self._take_over()
        await self.look_back()
        async with asyncio.TaskGroup() as loops:
            for loop in self._loops:
                loops.create_task(loop.run(DRAIN_SECONDS))

    def stop(self) -> None:
        """Take nothing more."""
        for loop in self._loops:
            loop.stop()

    async def work_off(self) -> int:
        """Do everything that is due now, and what follows from it. Returns how many jobs that were."""
        total = 0
        while count := await self._work_off_each():
            total += count
        return total

    async def _work_off_each(self) -> int:
        done = await self.schedule_due() + await self.process_due() + await self.deliver_due()
        return done + await self.search_due()

    async def deliver_due(self) -> int:
        """Try every delivery that may go now; returns how many."""
        return await self._delivering.work_off()

    async def process_due(self) -> int:
        """Process every received activity that is due; returns how many."""
        return await self._processing.work_off()

    async def schedule_due(self) -> int:
        """Send the gathered Updates that are due, and clean where it is time; returns how many rounds that took."""
        return await self._scheduled.work_off()

    async def search_due(self) -> int:
        """Look for missing replies where that is due; returns how many slices of searches that took."""
        return await self._searching.work_off()

    async def look_back(self) -> int:
        """After an absence, plan the search of every thread that may have missed something. Returns how many."""
        return await planning.look_back(self._shop)

    async def keep_house(self) -> None:
        """Drop what is kept only for a while."""
        await keep_house(self._shop)

    async def _take_over(self) -> None:
        """On SQLite this is the only server of the file: every lease is a dead one's."""
        if self._shop.store.engine.kind != "sqlite":
            return

        async def work(db: Writer) -> None:
            await delivery_queue.release_all(db)
            await inbox_events.release_all(db)
            await thread_searches.release_all(db)
            await checkups.release(db)

        await self._shop.store.write(work)

    def _heard(self, topics: frozenset[str] | None) -> None:
        if topics is None or "work:delivery" in topics:
            self._delivering.ring()
        if topics is None or "work:inbox" in topics:
            self._processing.ring()
        if topics is None or checkups.TOPIC in topics:
            self._checking.ring()
        if topics is None or "work:schedule" in topics:
            self._schedule.look_again()
            self._scheduled.ring()
        if topics is None or thread_searches.TOPIC in topics or self._searches.heard(topics):
            self._searching.ring()
