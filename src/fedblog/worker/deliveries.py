"""The worker's side of deliveries: what is taken from the queue, and how many at once."""

import logging

from fedblog.services.delivering import Courier, Parcel
from fedblog.services.workshop import Workshop
from fedblog.store import delivery_queue

SUSPECTS_AT_ONCE = 32
"""Servers that do not answer may hold so many places, and no more (security.md D08)."""

_log = logging.getLogger(__name__)


class Deliveries:
    """The queue of deliveries as a source of jobs."""

    def __init__(self, shop: Workshop, worker: str) -> None:
        self._shop = shop
        self._courier = Courier(shop, worker)
        self._suspects = 0

    async def take(self, free: int) -> list[Parcel]:
        """Claim what may go now."""
        if not await delivery_queue.is_any_due(self._shop.store.reader, self._shop.now()):
            return []
        return await self._courier.collect(free, SUSPECTS_AT_ONCE - self._suspects)

    async def do(self, job: Parcel) -> None:
        """Send one."""
        self._suspects += job.is_suspect
        try:
            await self._courier.carry(job)
        except Exception:  # noqa: BLE001 - a mistake of ours is tried again later, as a failure of theirs would be
            _log.exception("Delivery %s failed.", job.claimed.delivery.pk)
            await self._courier.put_off(job)
        finally:
            self._suspects -= job.is_suspect

    async def next_due(self) -> int | None:
        """When one may go."""
        return await delivery_queue.next_due(self._shop.store.reader, self._shop.now())

    async def hand_back(self) -> None:
        """Give back the leases."""
        await self._courier.hand_back()
