"""How much waits for the worker: what decides whether the inbox takes more, in all and from each server."""

from collections import Counter

from fedblog.store import inbox_events, ledger
from fedblog.store.door import Store
from fedblog.world import World

MOST_WAITING = 2_000
MOST_OF_ONE = MOST_WAITING // 4
"""The share of one server: what it floods us with, or makes us wait for, keeps nobody else out."""

_WHILE_ROOM, _WHILE_FULL = 1.0, 0.1  # s


class Backlog:
    """Counted in memory. The database is asked once a second while there is room, and ten times while there is none:
    counting a full one for each of those who are turned away would cost more than taking what they bring."""

    def __init__(self, store: Store, world: World) -> None:
        self._store = store
        self._world = world
        self._waiting = 0
        self._of_host: Counter[str] = Counter()
        self._asked_at = float("-inf")

    async def is_full(self, host: str) -> bool:
        """Whether nothing more is taken, or nothing more from that server."""
        now = self._world.monotonic()
        if now - self._asked_at > (_WHILE_FULL if self._waiting >= MOST_WAITING else _WHILE_ROOM):
            self._asked_at = now
            await self._count()
        return self._waiting >= MOST_WAITING or self.is_share_full(host)

    def is_share_full(self, host: str) -> bool:
        """Whether that server has its share, as counted last."""
        return self._of_host[host] >= MOST_OF_ONE

    def grew(self, host: str, by: int) -> None:
        """So many more of that server wait."""
        self._waiting += by
        self._of_host[host] += by

    async def _count(self) -> None:
        """By server only once there may be one that has its share."""
        self._waiting = await inbox_events.count_waiting(self._store.reader)
        may_be = self._waiting >= MOST_OF_ONE
        self._of_host = Counter(await ledger.waiting_by_host(self._store.reader) if may_be else {})
