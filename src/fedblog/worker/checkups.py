"""Checks that the author asked for, one at a time, beside all other work: a check's canary needs that to go on.

What a check takes is loaded with the first one: a tenth of the program, which most blogs need once a month.
"""

from collections.abc import Sequence

from fedblog.services.workshop import Workshop
from fedblog.store import checkups as rows
from fedblog.store.checkups import Checkup


class Checkups:
    """The check that waits, as a source of one job."""

    def __init__(self, shop: Workshop) -> None:
        self._shop = shop
        self._has_one = False

    async def take(self, free: int) -> Sequence[Checkup]:
        """The check that was asked for."""
        del free
        if await rows.next_due(self._shop.store.reader, self._shop.now()) is None:
            return []
        from fedblog.services import checkups

        found = await checkups.claim(self._shop)
        self._has_one = found is not None
        return [found] if found else []

    async def do(self, job: Checkup) -> None:
        """Run it."""
        from fedblog.services import checkups

        await checkups.run(self._shop, job)
        self._has_one = False

    async def next_due(self) -> int | None:
        """When one can be run; one whose worker died, when its lease has run out."""
        return await rows.next_due(self._shop.store.reader, self._shop.now())

    async def hand_back(self) -> None:
        """Whoever comes next begins anew."""
        if self._has_one:
            await self._shop.store.write(rows.release)
