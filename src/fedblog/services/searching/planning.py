"""When threads are looked through: by themselves, after an absence, and because the author asks for it."""

from dataclasses import dataclass, replace

from fedblog.domain.backoff import MINUTE
from fedblog.domain.post import Post
from fedblog.domain.thread_search import LOOKS_BACK, MISSED_AFTER, ThreadSearch, next_fixed, wanted_after, wanted_next
from fedblog.errors import Conflict, Missing
from fedblog.services.workshop import Workshop
from fedblog.store import accounts, posts, thread_searches
from fedblog.store.door import Reader, Writer

_MOST_AFTER_ABSENCE = 200
_PULSE = "worker"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the search of a thread is: `done` of the `steps` addresses that it knows so far were asked."""

    search: ThreadSearch
    steps: int
    done: int


async def plan_first(db: Writer, post: Post) -> None:
    """A post was published: its thread is looked through an hour later, and at the other fixed times."""
    published_at = post.published_at or 0
    first = next_fixed(published_at, published_at)
    if first is not None:
        await thread_searches.want(db, post.pk, post.blog_pk, first)


async def plan_after_news(shop: Workshop, post_pk: int) -> int | None:
    """Something was said, liked or boosted below a post. Returns when it is looked through; None: no such post."""

    async def work(db: Writer) -> int | None:
        post = await posts.by_pk(db, post_pk)
        if post is None or not post.is_public:
            return None
        known = await thread_searches.by_post(db, post_pk)
        at = wanted_after(shop.now(), known.ended_at if known else None)
        return await thread_searches.want(db, post_pk, post.blog_pk, at)

    return await shop.store.write(work)


async def beat(shop: Workshop) -> None:
    """A worker is at work now."""
    await shop.store.write(lambda db: thread_searches.beat(db, _PULSE, shop.now()))


async def look_back(shop: Workshop) -> int:
    """After an absence of more than four minutes every thread where something happened in the last 30 days is looked
    through, for servers may have given up meanwhile. Returns how many those are."""

    async def work(db: Writer) -> int:
        now, last = shop.now(), await thread_searches.last_beat(db, _PULSE)
        await thread_searches.beat(db, _PULSE, now)
        if last is None or now - last <= MISSED_AFTER:
            return 0
        lively = await thread_searches.lively_posts(db, now - LOOKS_BACK, _MOST_AFTER_ABSENCE)
        for post_pk, blog_pk in lively:
            await thread_searches.want(db, post_pk, blog_pk, now + MINUTE)
        for post_pk, _ in lively[:1]:  # once for all of them: people are asked what they said to any post
            await thread_searches.ask_people(db, post_pk)
        return len(lively)

    return await shop.store.write(work)


async def ask(shop: Workshop, post_pk: int, *, by: str) -> None:
    """Look through a thread now, with up to 1,500 requests. Raises `Missing` and `Conflict`."""

    async def work(db: Writer) -> None:
        post = await posts.by_pk(db, post_pk)
        if post is None:
            raise Missing(f"There is no post {post_pk}.", "fedblog post list shows them.")
        if not post.is_public:
            raise Conflict("Only below a published post can replies be missing.")
        await thread_searches.ask(db, post_pk, post.blog_pk, shop.now())
        await accounts.note(db, post.blog_pk, by, "look for missing replies", str(post_pk), shop.now())

    await shop.store.write(work)


async def stop(shop: Workshop, post_pk: int, *, by: str) -> None:
    """End the search under way. What it has not asked yet is kept for a day; `ask` goes on from there."""

    async def work(db: Writer) -> None:
        search, post = await thread_searches.by_post(db, post_pk), await posts.by_pk(db, post_pk)
        if search is None or post is None or not (search.is_under_way or search.is_waiting):
            return
        now = shop.now()
        idle = replace(search, wanted_at=None)
        wanted_at = wanted_next(idle, post.published_at, now, is_left_over=False)
        stopped = replace(idle, running_since=None, is_asked=0, ended_at=now, wanted_at=wanted_at)
        await thread_searches.save(db, stopped)
        await accounts.note(db, post.blog_pk, by, "stop looking for missing replies", str(post_pk), now)

    await shop.store.write(work)


async def progress(db: Reader, post_pk: int) -> Progress | None:
    """How far the search of a thread is; None where there never was one."""
    search = await thread_searches.by_post(db, post_pk)
    return Progress(search, *await thread_searches.count_steps(db, post_pk)) if search else None
