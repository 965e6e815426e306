"""Searching, a slice at a time: each slice takes some steps and leaves everything in the database, so that a search
survives the end of the program, can be stopped and gone on with, and shares its turns with those of other threads."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from fedblog.domain.thread_search import LOOKS_BACK, PEOPLE, STEPS, Step, StepKind, ThreadSearch, wanted_next
from fedblog.services import home
from fedblog.services.searching.exploring import Explorer
from fedblog.services.searching.news import News
from fedblog.services.searching.pace import Budget, Pace
from fedblog.services.searching.silence import Silence
from fedblog.services.workshop import Workshop
from fedblog.store import posts, thread_searches
from fedblog.store.door import Reader, Writer
from fedblog.urls import is_same_origin

LEASE = 50_000
"""How long (ms) a search is ours: longer than one step may take. Each step begins it anew."""
SLICE = 10.0
"""Seconds after which the next search has its turn."""


class Searcher:
    """Takes searches from the store and works on them. One for each process; `worker` names its leases."""

    def __init__(self, shop: Workshop, worker: str) -> None:
        self._shop = shop
        self._worker = worker
        self._pace = Pace(shop.world)
        self._silence = Silence(shop.world)

    async def claim(self, post_pk: int | None = None) -> ThreadSearch | None:
        """A search that is due, or only that of one post; none while anybody is at one."""
        now = self._shop.now()
        return await self._shop.store.write(
            lambda db: thread_searches.claim(db, self._worker, now, now + LEASE, post_pk)
        )

    async def work_on(self, search: ThreadSearch) -> None:
        """One slice of a search that is ours."""
        monotonic = self._shop.world.monotonic
        run, until = await self._write(search.post_pk, self._begun), monotonic() + SLICE
        while run is not None and monotonic() < until:
            run = await self._advance(run)
        if run is not None:
            await self._write(run.post_pk, self._rested)

    async def hand_back(self) -> None:
        """Give back the lease."""
        await self._shop.store.write(lambda db: thread_searches.release(db, self._worker))

    async def _advance(self, run: ThreadSearch) -> ThreadSearch | None:
        """One step further; None when the run has ended."""
        step = await thread_searches.next_step(self._shop.store.reader, run.post_pk)
        if step is None:
            return await self._write(run.post_pk, self._completed)
        if run.is_spent():
            return await self._write(run.post_pk, self._left_over)
        return await self._take(run, step)

    async def _take(self, run: ThreadSearch, step: Step) -> ThreadSearch | None:
        budget = Budget(self._pace, run.requests, run.most_requests)
        shop = replace(self._shop, net=self._shop.net.metered(budget))
        here = await self._shop.store.read(home.read)
        news = await Explorer(shop, here, self._silence).explore(step)
        if not news.is_done and run.requests == 0:
            # A whole run was not enough for this one step; it would not be next time either.
            news.is_done, news.unanswered = True, news.unanswered + 1

        async def taken(db: Writer, row: ThreadSearch) -> ThreadSearch:
            return await self._noted(db, row, news, budget.spent)

        return await self._write(run.post_pk, taken)

    async def _write(
        self, post_pk: int, change: Callable[[Writer, ThreadSearch], Awaitable[ThreadSearch]]
    ) -> ThreadSearch | None:
        """Change a search that is still ours and save it. None when the run is over, or was stopped, or is lost."""

        async def work(db: Writer) -> ThreadSearch | None:
            row = await thread_searches.by_post(db, post_pk)
            if row is None or row.leased_by != self._worker:
                return None
            after = await change(db, row)
            await thread_searches.save(db, after)
            return after if after.is_under_way and after.leased_by else None

        return await self._shop.store.write(work)

    async def _begun(self, db: Writer, row: ThreadSearch) -> ThreadSearch:
        """The run under way, or a new one: on what the last one left over, or from the start."""
        if not await _is_public(db, row.post_pk):
            await thread_searches.drop_steps(db, row.post_pk)
            return _freed(replace(row, wanted_at=None, is_asked=0, began_at=None, running_since=None))
        if row.is_under_way:
            return row
        now = self._shop.now()
        run = replace(row, wanted_at=None, running_since=now, requests=0, found=0, asks_people=0)
        if row.is_stale(now):
            await thread_searches.seed(db, row.post_pk, row.blog_pk, STEPS)
            run = replace(run, began_at=now, unanswered=0)
        if row.asks_people:
            await self._seed_people(db, row)
        return run

    async def _seed_people(self, db: Writer, row: ThreadSearch) -> None:
        """Those who are known here: what they answered to us directly stands in no other list."""
        known = await thread_searches.people(db, row.blog_pk, self._shop.now() - LOOKS_BACK, PEOPLE)
        theirs = [outbox for actor_id, outbox in known if is_same_origin(actor_id, outbox)]
        await thread_searches.add_steps(
            db, [Step(row.post_pk, row.blog_pk, outbox, StepKind.OUTBOX, 0, 1, None, 1) for outbox in theirs]
        )

    async def _noted(self, db: Writer, row: ThreadSearch, news: News, requests: int) -> ThreadSearch:
        """What a step brought. One that was stopped meanwhile keeps it, and goes no further."""
        step, now = news.step, self._shop.now()
        if news.is_done:
            await thread_searches.finish_step(db, step.post_pk, step.address, now)
        room = max(0, STEPS - (await thread_searches.count_steps(db, step.post_pk))[0])
        await thread_searches.add_steps(db, news.steps[:room])
        left_out = int(len(news.steps) > room)
        after = replace(
            row, requests=requests, found=row.found + news.found, unanswered=row.unanswered + news.unanswered + left_out
        )
        return replace(after, leased_until=now + LEASE) if row.is_under_way else _freed(after)

    async def _rested(self, db: Writer, row: ThreadSearch) -> ThreadSearch:  # noqa: ARG002 - as the others
        return replace(_freed(row), rested_at=self._shop.now())

    async def _completed(self, db: Writer, row: ThreadSearch) -> ThreadSearch:
        """Every address was asked: all that others tell is here, as of when it began."""
        steps, _ = await thread_searches.count_steps(db, row.post_pk)
        await thread_searches.drop_steps(db, row.post_pk)
        if steps:
            db.touch(f"post:{row.post_pk}")
        is_news = bool(steps or row.is_asked)
        after = replace(row, complete_at=row.began_at if is_news else row.complete_at)
        return replace(await self._ended(db, after, is_left_over=False), began_at=None)

    async def _left_over(self, db: Writer, row: ThreadSearch) -> ThreadSearch:
        return await self._ended(db, row, is_left_over=True)

    async def _ended(self, db: Reader, row: ThreadSearch, *, is_left_over: bool) -> ThreadSearch:
        now = self._shop.now()
        post = await posts.by_pk(db, row.post_pk)
        wanted_at = wanted_next(row, post.published_at if post else None, now, is_left_over=is_left_over)
        return _freed(replace(row, running_since=None, is_asked=0, ended_at=now, rested_at=now, wanted_at=wanted_at))


def _freed(row: ThreadSearch) -> ThreadSearch:
    return replace(row, leased_until=None, leased_by=None)


async def _is_public(db: Reader, post_pk: int) -> bool:
    post = await posts.by_pk(db, post_pk)
    return post is not None and post.is_public
