"""What is due at a time: gathered Updates, a change of keys, and once an hour the housekeeping."""

from collections.abc import Sequence

from fedblog.services import describing, publishing, rotating
from fedblog.services.workshop import Workshop
from fedblog.worker.housekeeping import EVERY, keep_house

_AFTER_TROUBLE = 60_000  # ms


class Schedule:
    """The clockwork as a source of one job at a time: a round of everything that is due."""

    def __init__(self, shop: Workshop) -> None:
        self._shop = shop
        self._next_due: int | None = 0
        self._cleans_at = shop.now() + EVERY // 60  # not at once: a start has enough to do

    def look_again(self) -> None:
        """Something was put on the schedule."""
        self._next_due = 0

    async def take(self, free: int) -> Sequence[str]:
        """A round, when one is due."""
        del free
        now = self._shop.now()
        rounds = []
        if self._next_due is not None and self._next_due <= now:
            self._next_due = None
            rounds.append("updates")
        if self._cleans_at <= now:
            self._cleans_at = now + EVERY
            rounds.append("house")
        return rounds

    async def do(self, job: str) -> None:
        """One round."""
        if job == "house":
            await keep_house(self._shop)
        else:
            await self.send_updates()

    async def send_updates(self) -> None:
        """Send the Updates that are due, of posts and of the actor, and change keys when it is time."""
        times: list[int | None] = [self._shop.now() + _AFTER_TROUBLE]
        try:
            times = [
                await publishing.send_due_updates(self._shop),
                await describing.send_due_update(self._shop),
                await rotating.keep_time(self._shop),
            ]
        finally:
            known = [time for time in (*times, self._next_due) if time is not None]
            self._next_due = min(known, default=None)

    async def next_due(self) -> int | None:
        """When the next round is."""
        return self._cleans_at if self._next_due is None else min(self._next_due, self._cleans_at)

    async def hand_back(self) -> None:
        """Nothing is leased here."""
