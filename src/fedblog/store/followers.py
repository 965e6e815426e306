"""Followers of the blog."""

from dataclasses import dataclass

from fedblog.domain.follower import Follower, FollowState
from fedblog.store import actors
from fedblog.store.door import Reader, Row, Writer
from fedblog.store.rows import build, subdomains_of


@dataclass(frozen=True, slots=True)
class FollowerLine:
    """A follower as the author sees it in a list."""

    pk: int
    actor_id: str
    handle: str
    name: str
    url: str
    host: str
    inbox: str
    state: str
    avatar_name: str | None
    requested_at: int
    accepted_at: int | None


@dataclass(frozen=True, slots=True)
class Addressed:
    """A follower behind an inbox that we deliver to; `has_own_inbox`: nobody else is behind it."""

    pk: int
    actor_pk: int
    actor_id: str
    has_own_inbox: bool


def _follower(row: Row) -> Follower:
    return build(Follower, row, {"state": FollowState})


async def by_actor(db: Reader, blog_pk: int, actor_pk: int) -> Follower | None:
    """The follower that this actor is."""
    row = await db.one("SELECT * FROM follower WHERE blog_pk = ? AND actor_pk = ?", blog_pk, actor_pk)
    return _follower(row) if row else None


async def by_pk(db: Reader, pk: int) -> Follower | None:
    """The follower of that row."""
    row = await db.one("SELECT * FROM follower WHERE pk = ?", pk)
    return _follower(row) if row else None


async def by_host(db: Reader, blog_pk: int, host: str) -> list[Follower]:
    """The followers at a host or one of its subdomains."""
    rows = await db.all(
        "SELECT * FROM follower WHERE blog_pk = ? AND (host = ? OR host LIKE ? ESCAPE '!')",
        blog_pk,
        host,
        subdomains_of(host),
    )
    return [_follower(row) for row in rows]


async def save(db: Writer, follower: Follower) -> int:
    """Insert a follower (its `pk` is not used), or take over what a newer Follow says; returns its key.

    One who was accepted stays accepted, and since when stays too.
    """
    return int(
        await db.value(
            """INSERT INTO follower (blog_pk, actor_pk, state, follow_id, follow, delivery_inbox, host, requested_at,
                   accepted_at, accept_delivered_at)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
               ON CONFLICT (blog_pk, actor_pk) DO UPDATE SET follow_id = excluded.follow_id, follow = excluded.follow,
                   delivery_inbox = excluded.delivery_inbox,
                   state = CASE WHEN follower.state = 'accepted' THEN 'accepted' ELSE excluded.state END,
                   accepted_at = COALESCE(follower.accepted_at, excluded.accepted_at)
               RETURNING pk""",
            follower.blog_pk,
            follower.actor_pk,
            follower.state,
            follower.follow_id,
            follower.follow,
            follower.delivery_inbox,
            follower.host,
            follower.requested_at,
            follower.accepted_at,
            follower.accept_delivered_at,
        )
    )


async def accept(db: Writer, pk: int, now: int) -> None:
    """A waiting follower is let in."""
    await db.run("UPDATE follower SET state = 'accepted', accepted_at = ? WHERE pk = ? AND state = 'pending'", now, pk)


async def remove(db: Writer, pk: int) -> None:
    """The actor follows no more."""
    await db.run("DELETE FROM follower WHERE pk = ?", pk)


async def set_delivery_inbox(db: Writer, actor_pk: int, delivery_inbox: str) -> None:
    """The actor's server changed its inbox."""
    await db.run("UPDATE follower SET delivery_inbox = ? WHERE actor_pk = ?", delivery_inbox, actor_pk)


async def count(db: Reader, blog_pk: int) -> int:
    """How many followers the blog has."""
    return int(await db.value("SELECT COUNT(*) FROM follower WHERE blog_pk = ? AND state = 'accepted'", blog_pk))


async def count_pending(db: Reader, blog_pk: int) -> int:
    """How many wait for the author's yes."""
    return int(await db.value("SELECT COUNT(*) FROM follower WHERE blog_pk = ? AND state = 'pending'", blog_pk))


async def pending(db: Reader, blog_pk: int) -> list[Follower]:
    """Those who wait for the author's yes, the first who asked first."""
    rows = await db.all(
        "SELECT * FROM follower WHERE blog_pk = ? AND state = 'pending' ORDER BY requested_at, pk", blog_pk
    )
    return [_follower(row) for row in rows]


async def count_since(db: Reader, blog_pk: int, since: int) -> int:
    """How many of the followers asked since then."""
    return int(
        await db.value(
            "SELECT COUNT(*) FROM follower WHERE blog_pk = ? AND state = 'accepted' AND requested_at >= ?",
            blog_pk,
            since,
        )
    )


async def listed(db: Reader, blog_pk: int, *, limit: int | None = None, offset: int = 0) -> list[FollowerLine]:
    """Followers, those who wait first, then the newest."""
    rows = await db.all(
        f"""SELECT f.pk, a.actor_id, {actors.ADDRESS} AS handle, a.name, a.url, f.host, f.delivery_inbox AS inbox,
                  f.state, a.avatar_name, f.requested_at, f.accepted_at
           FROM follower f JOIN actor a ON a.pk = f.actor_pk WHERE f.blog_pk = ?
           ORDER BY f.state DESC, f.requested_at DESC, f.pk DESC LIMIT ? OFFSET ?""",  # noqa: S608
        blog_pk,
        1 << 40 if limit is None else limit,
        offset,
    )
    return [build(FollowerLine, row) for row in rows]


async def of_inbox(db: Reader, blog_pk: int, inbox: str, limit: int) -> list[Addressed]:
    """The followers whom deliveries to this inbox are for, those first whose actor was looked at the longest ago."""
    rows = await db.all(
        """SELECT f.pk, f.actor_pk, a.actor_id, CASE WHEN a.inbox = f.delivery_inbox THEN 1 ELSE 0 END AS has_own_inbox
           FROM follower f JOIN actor a ON a.pk = f.actor_pk
           WHERE f.blog_pk = ? AND f.delivery_inbox = ? ORDER BY a.fetched_at, f.pk LIMIT ?""",
        blog_pk,
        inbox,
        limit,
    )
    return [build(Addressed, row, {"has_own_inbox": bool}) for row in rows]


async def of_host(db: Reader, blog_pk: int, host: str) -> list[tuple[int, str]]:
    """The key and actor id of every follower from that host."""
    rows = await db.all(
        """SELECT f.pk, a.actor_id FROM actor a JOIN follower f ON f.actor_pk = a.pk
           WHERE a.host = ? AND f.blog_pk = ?""",
        host,
        blog_pk,
    )
    return [(row["pk"], row["actor_id"]) for row in rows]
