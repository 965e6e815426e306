"""The worker's side of searches for missing replies: one at a time, a slice of each in turn."""

from collections.abc import Sequence

from fedblog.domain.backoff import MINUTE
from fedblog.domain.thread_search import ThreadSearch
from fedblog.services.searching import planning
from fedblog.services.searching.searcher import Searcher
from fedblog.services.workshop import Workshop
from fedblog.store import thread_searches

BEATS_EVERY = 2 * MINUTE
_MOST_REMEMBERED = 10_000


class Searches:
    """The searches as a source of jobs. What is heard of a thread plans the next search of it."""

    def __init__(self, shop: Workshop, worker: str) -> None:
        self._shop = shop
        self._searcher = Searcher(shop, worker)
        self._stirred: set[int] = set()
        self._planned: dict[int, int] = {}
        self._beats_at = shop.now() + BEATS_EVERY

    def heard(self, topics: frozenset[str]) -> bool:
        """Whether something happened below a post whose thread is not on the plan yet."""
        now = self._shop.now()
        fresh = {pk for pk in thread_searches.stirred(topics) if self._planned.get(pk, 0) <= now}
        self._stirred |= fresh
        return bool(fresh)

    async def take(self, free: int) -> Sequence[ThreadSearch]:
        """The search whose turn it is."""
        del free
        await self._plan()
        now = self._shop.now()
        if self._beats_at <= now:
            self._beats_at = now + BEATS_EVERY
            await planning.beat(self._shop)
        due_at = await thread_searches.next_due(self._shop.store.reader)
        if due_at is None or due_at > now:
            return []
        search = await self._searcher.claim()
        return [search] if search else []

    async def _plan(self) -> None:
        while self._stirred:
            post_pk = self._stirred.pop()
            at = await planning.plan_after_news(self._shop, post_pk)
            if len(self._planned) >= _MOST_REMEMBERED:
                self._planned.clear()
            self._planned[post_pk] = max(at or 0, self._shop.now() + MINUTE)

    async def do(self, job: ThreadSearch) -> None:
        """One slice."""
        await self._searcher.work_on(job)

    async def next_due(self) -> int | None:
        """When a search may begin or go on."""
        due_at = await thread_searches.next_due(self._shop.store.reader)
        return self._beats_at if due_at is None else min(due_at, self._beats_at)

    async def hand_back(self) -> None:
        """Give back the lease, and note until when somebody was here."""
        await self._searcher.hand_back()
        await planning.beat(self._shop)
