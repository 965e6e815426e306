"""Searches for missing replies: a row for each post, leased by whoever is at it, and the addresses it goes through."""

from collections.abc import Iterable

from fedblog.domain.thread_search import PAUSE, Step, StepKind, ThreadSearch
from fedblog.store.door import Reader, Row, Writer
from fedblog.store.rows import build

TOPIC = "work:threads"
"""Touched where a search is asked for."""
_NEWS = "thread:"


def stir(db: Writer, post_pk: int) -> None:
    """Somebody wrote, liked or boosted something below the post: its thread may hold more that never came.

    Only a topic, so that it costs nothing where thousands of likes arrive; the worker hears it after the commit.
    """
    db.touch(f"{_NEWS}{post_pk}")


def stirred(topics: Iterable[str]) -> set[int]:
    """The posts that these topics speak of."""
    return {int(topic.removeprefix(_NEWS)) for topic in topics if topic.startswith(_NEWS)}


def _search(row: Row) -> ThreadSearch:
    return build(ThreadSearch, row)


async def by_post(db: Reader, post_pk: int) -> ThreadSearch | None:
    """The search of that post, if there ever was one."""
    row = await db.one("SELECT * FROM thread_search WHERE post_pk = ?", post_pk)
    return _search(row) if row else None


async def complete_at(db: Reader, post_pk: int) -> int | None:
    """As of when all that other servers tell of a thread was looked through."""
    found = await db.value("SELECT complete_at FROM thread_search WHERE post_pk = ?", post_pk)
    return None if found is None else int(found)


async def want(db: Writer, post_pk: int, blog_pk: int, at: int) -> int:
    """Look through a thread at that time, or 15 minutes after the last search; sooner where that was wanted already.

    Returns when it is to be.
    """
    row = await db.one(
        """INSERT INTO thread_search (post_pk, blog_pk, wanted_at, is_asked, asks_people, requests, found, unanswered,
               rested_at)
           VALUES (?, ?, ?, 0, 0, 0, 0, 0, 0)
           ON CONFLICT (post_pk) DO UPDATE SET wanted_at = CASE
               WHEN thread_search.wanted_at <= excluded.wanted_at THEN thread_search.wanted_at
               WHEN thread_search.ended_at + CAST(? AS BIGINT) > excluded.wanted_at
                   THEN thread_search.ended_at + CAST(? AS BIGINT)
               ELSE excluded.wanted_at END
           RETURNING wanted_at""",
        post_pk,
        blog_pk,
        at,
        PAUSE,
        PAUSE,
    )
    assert row is not None
    return int(row["wanted_at"])


async def ask(db: Writer, post_pk: int, blog_pk: int, now: int) -> None:
    """The author wants a thread looked through now, at a higher price; a run that is under way may cost as much."""
    await db.run(
        """INSERT INTO thread_search (post_pk, blog_pk, wanted_at, is_asked, asks_people, requests, found, unanswered,
               rested_at)
           VALUES (?, ?, ?, 1, 1, 0, 0, 0, 0)
           ON CONFLICT (post_pk) DO UPDATE SET is_asked = 1, asks_people = 1, wanted_at = CASE
               WHEN thread_search.running_since IS NULL THEN excluded.wanted_at ELSE thread_search.wanted_at END""",
        post_pk,
        blog_pk,
        now,
    )
    db.touch(TOPIC)


async def ask_people(db: Writer, post_pk: int) -> None:
    """The next run of a search that is wanted also looks at what known people have said lately."""
    await db.run("UPDATE thread_search SET asks_people = 1 WHERE post_pk = ?", post_pk)


async def claim(
    db: Writer, worker: str, now: int, leased_until: int, post_pk: int | None = None
) -> ThreadSearch | None:
    """Lease the search whose turn it is (or only that of one post), while nobody else is at any.

    One at a time in all, so that no server is asked more than once a second. One that is due to begin goes first.
    """
    if await db.value("SELECT post_pk FROM thread_search WHERE leased_until > ? LIMIT 1", now) is not None:
        return None
    chosen = post_pk if post_pk is not None else await _next(db, now)
    if chosen is None:
        return None
    row = await db.one(
        """UPDATE thread_search SET leased_until = ?, leased_by = ?
           WHERE post_pk = ? AND (running_since IS NOT NULL OR wanted_at <= ?) RETURNING *""",
        leased_until,
        worker,
        chosen,
        now,
    )
    return _search(row) if row else None


async def _next(db: Reader, now: int) -> int | None:
    due = await db.value(
        """SELECT post_pk FROM thread_search
           WHERE wanted_at IS NOT NULL AND wanted_at <= ? AND running_since IS NULL ORDER BY wanted_at LIMIT 1""",
        now,
    )
    if due is None:
        due = await db.value(
            "SELECT post_pk FROM thread_search WHERE running_since IS NOT NULL ORDER BY rested_at LIMIT 1"
        )
    return None if due is None else int(due)


async def next_due(db: Reader) -> int | None:
    """When a search may be claimed, in ms UTC; None: none is wanted."""
    leased = await db.value("SELECT MAX(COALESCE(leased_until, 0)) FROM thread_search WHERE running_since IS NOT NULL")
    if leased is not None:
        return int(leased)
    wanted = await db.value("SELECT MIN(wanted_at) FROM thread_search WHERE wanted_at IS NOT NULL")
    return None if wanted is None else int(wanted)


async def save(db: Writer, search: ThreadSearch) -> None:
    """Write a search back."""
    await db.run(
        """UPDATE thread_search SET wanted_at = ?, is_asked = ?, asks_people = ?, began_at = ?, running_since = ?,
               requests = ?, found = ?, unanswered = ?, rested_at = ?, ended_at = ?, complete_at = ?,
               leased_until = ?, leased_by = ?
           WHERE post_pk = ?""",
        search.wanted_at,
        search.is_asked,
        search.asks_people,
        search.began_at,
        search.running_since,
        search.requests,
        search.found,
        search.unanswered,
        search.rested_at,
        search.ended_at,
        search.complete_at,
        search.leased_until,
        search.leased_by,
        search.post_pk,
    )


async def release(db: Writer, worker: str) -> None:
    """Give back the lease of one worker that stops; the run goes on later."""
    await db.run("UPDATE thread_search SET leased_until = NULL, leased_by = NULL WHERE leased_by = ?", worker)


async def release_all(db: Writer) -> None:
    """Give back every lease: the only server of this file has just started."""
    await db.run("UPDATE thread_search SET leased_until = NULL, leased_by = NULL WHERE leased_until IS NOT NULL")


def _step(row: Row) -> Step:
    return build(Step, row, {"kind": StepKind})


async def add_steps(db: Writer, steps: Iterable[Step]) -> None:
    """Addresses to ask; one that is known already stays as it is."""
    await db.many(
        """INSERT INTO search_step (post_pk, blog_pk, address, kind, level, turn, done_at, is_good)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (post_pk, address) DO NOTHING""",
        [(s.post_pk, s.blog_pk, s.address, s.kind.value, s.level, s.turn, s.done_at, s.is_good) for s in steps],
    )


async def seed(db: Writer, post_pk: int, blog_pk: int, most: int) -> int:
    """Begin anew with what others wrote below the post and readers see, the newest first. Returns how many."""
    await drop_steps(db, post_pk)
    return await db.run(
        """INSERT INTO search_step (post_pk, blog_pk, address, kind, level, turn, is_good)
           SELECT c.post_pk, CAST(? AS BIGINT), c.object_id, 'comment', 0, 0, 1
           FROM public_comment c JOIN actor a ON a.pk = c.actor_pk
           WHERE c.post_pk = ? AND a.kind = 'remote' ORDER BY c.number DESC LIMIT ?
           ON CONFLICT (post_pk, address) DO NOTHING""",
        blog_pk,
        post_pk,
        most,
    )


async def people(db: Reader, blog_pk: int, since: int, most: int) -> list[tuple[str, str]]:
    """Actor id and outbox of those who follow the blog, or said or did something below a post since then."""
    rows = await db.all(
        """SELECT a.actor_id, a.outbox FROM actor a
           WHERE a.kind = 'remote' AND a.outbox <> '' AND a.gone_at IS NULL AND a.suspended_at IS NULL
             AND (EXISTS (SELECT 1 FROM follower f
                          WHERE f.actor_pk = a.pk AND f.blog_pk = ? AND f.state = 'accepted')
                  OR EXISTS (SELECT 1 FROM comment c WHERE c.actor_pk = a.pk AND c.received_at >= ?)
                  OR EXISTS (SELECT 1 FROM reaction r WHERE r.actor_pk = a.pk AND r.created_at >= ?))
           ORDER BY a.fetched_at DESC LIMIT ?""",
        blog_pk,
        since,
        since,
        most,
    )
    return [(row["actor_id"], row["outbox"]) for row in rows]


async def next_step(db: Reader, post_pk: int) -> Step | None:
    """What to ask next: all first pages before any second one, so that no collection without end takes every turn."""
    row = await db.one(
        """SELECT * FROM search_step WHERE post_pk = ? AND done_at IS NULL ORDER BY turn, level, address LIMIT 1""",
        post_pk,
    )
    return _step(row) if row else None


async def step_at(db: Reader, post_pk: int, address: str) -> Step | None:
    """What is known of an address in this search."""
    row = await db.one("SELECT * FROM search_step WHERE post_pk = ? AND address = ?", post_pk, address)
    return _step(row) if row else None


async def finish_step(db: Writer, post_pk: int, address: str, now: int) -> None:
    """It was asked."""
    await db.run("UPDATE search_step SET done_at = ? WHERE post_pk = ? AND address = ?", now, post_pk, address)


async def count_steps(db: Reader, post_pk: int) -> tuple[int, int]:
    """How many addresses a search has in mind, and how many of them it has asked."""
    row = await db.one("SELECT COUNT(*) AS steps, COUNT(done_at) AS done FROM search_step WHERE post_pk = ?", post_pk)
    assert row is not None
    return int(row["steps"]), int(row["done"])


async def drop_steps(db: Writer, post_pk: int) -> None:
    """Forget all addresses."""
    await db.run("DELETE FROM search_step WHERE post_pk = ?", post_pk)


async def count_comments(db: Reader, blog_pk: int) -> int:
    """How many comments there are, in whatever state."""
    return int(await db.value("SELECT COUNT(*) FROM comment WHERE blog_pk = ?", blog_pk))


async def forget_stale(db: Writer, before: int) -> None:
    """Drop what searches left over that began before then: the next ones begin from the start."""
    await db.run(
        """DELETE FROM search_step WHERE post_pk IN (
               SELECT post_pk FROM thread_search WHERE began_at < ? AND running_since IS NULL)""",
        before,
    )


async def lively_posts(db: Reader, since: int, most: int) -> list[tuple[int, int]]:
    """Post and blog of the public posts where something happened since then, the newest first."""
    rows = await db.all(
        """SELECT p.pk, p.blog_pk FROM post p
           WHERE p.state = 'published' AND (p.published_at >= ?
               OR EXISTS (SELECT 1 FROM comment c WHERE c.post_pk = p.pk AND c.received_at >= ?)
               OR EXISTS (SELECT 1 FROM reaction r WHERE r.post_pk = p.pk AND r.created_at >= ?))
           ORDER BY p.published_at DESC LIMIT ?""",
        since,
        since,
        since,
        most,
    )
    return [(row["pk"], row["blog_pk"]) for row in rows]


async def beat(db: Writer, name: str, now: int) -> None:
    """A worker is at work."""
    await db.run(
        """INSERT INTO worker_pulse (name, beat_at) VALUES (?, ?)
           ON CONFLICT (name) DO UPDATE SET beat_at = excluded.beat_at""",
        name,
        now,
    )


async def last_beat(db: Reader, name: str) -> int | None:
    """When a worker was last at work."""
    found = await db.value("SELECT beat_at FROM worker_pulse WHERE name = ?", name)
    return None if found is None else int(found)
