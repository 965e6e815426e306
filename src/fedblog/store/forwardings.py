"""What others said below our posts and is passed on to our followers: sent, or waiting for the author's yes."""

from dataclasses import dataclass

from fedblog.domain.comment import CommentState
from fedblog.domain.delivery import forwarded_name
from fedblog.domain.post import PostState
from fedblog.store.door import Reader, Writer
from fedblog.store.rows import build


@dataclass(frozen=True, slots=True)
class Forwarding:
    """One activity of somebody else. `event_pk` is the line of the inbox that holds its bytes; `copies` how many
    inboxes it goes to, 0 once all of that is over. Without `sent_at` it waits. Times in ms UTC."""

    pk: int
    blog_pk: int
    body_sha256: str
    object_id: str
    actor_id: str
    host: str
    event_pk: int
    copies: int
    seen_at: int
    sent_at: int | None


@dataclass(frozen=True, slots=True)
class Spent:
    """How many activities were passed on lately for one actor, for its host, and in all; `copies` of all of them."""

    by_actor: int
    by_host: int
    in_all: int
    copies: int


@dataclass(frozen=True, slots=True)
class Subject:
    """The comment that an activity is about: who wrote it, and whether it stands on the page now, or waits, or did.

    `our_actor_pk` is the actor that passes it on.
    """

    author_id: str
    our_actor_pk: int
    is_on_page: bool
    is_held: bool
    was_shown: bool


async def subject(db: Reader, blog_pk: int, object_id: str) -> Subject | None:
    """What is known of the comment with that wire id."""
    row = await db.one(
        """SELECT c.state, c.shown_at, a.actor_id, b.actor_pk, p.state AS post_state,
               (SELECT v.pk FROM public_comment v WHERE v.pk = c.pk) AS public_pk
           FROM comment c JOIN actor a ON a.pk = c.actor_pk JOIN post p ON p.pk = c.post_pk
           JOIN blog b ON b.pk = c.blog_pk
           WHERE c.blog_pk = ? AND c.object_id = ?""",
        blog_pk,
        object_id,
    )
    if row is None:
        return None
    return Subject(
        author_id=row["actor_id"],
        our_actor_pk=row["actor_pk"],
        is_on_page=row["public_pk"] is not None and row["post_state"] == PostState.PUBLISHED,
        is_held=row["state"] == CommentState.HELD,
        was_shown=row["shown_at"] is not None,
    )


async def has_readers_beyond(db: Reader, blog_pk: int, host: str) -> bool:
    """Whether anybody follows from another server than that one."""
    found = await db.value(
        "SELECT pk FROM follower WHERE blog_pk = ? AND state = 'accepted' AND host <> ? LIMIT 1", blog_pk, host
    )
    return found is not None


async def note(db: Writer, forwarding: Forwarding) -> int | None:
    """Keep one that is seen for the first time (its `pk` is not used), and return its key; None for known bytes."""
    found = await db.value(
        """INSERT INTO forwarding (blog_pk, body_sha256, object_id, actor_id, host, event_pk, copies, seen_at)
           VALUES (?, ?, ?, ?, ?, ?, 0, ?) ON CONFLICT (blog_pk, body_sha256) DO NOTHING RETURNING pk""",
        forwarding.blog_pk,
        forwarding.body_sha256,
        forwarding.object_id,
        forwarding.actor_id,
        forwarding.host,
        forwarding.event_pk,
        forwarding.seen_at,
    )
    return None if found is None else int(found)


async def waiting(db: Reader, object_id: str) -> list[Forwarding]:
    """What waits about one comment, in the order in which it came."""
    rows = await db.all("SELECT * FROM forwarding WHERE object_id = ? AND sent_at IS NULL ORDER BY pk", object_id)
    return [build(Forwarding, row) for row in rows]


async def mark_sent(db: Writer, pk: int, copies: int, now: int) -> None:
    """It is on its way."""
    await db.run("UPDATE forwarding SET copies = ?, sent_at = ? WHERE pk = ?", copies, now, pk)


async def drop_waiting(db: Writer, object_id: str) -> None:
    """What waits about one comment will never go."""
    await db.run("DELETE FROM forwarding WHERE object_id = ? AND sent_at IS NULL", object_id)


async def spent(db: Reader, blog_pk: int, actor_id: str, host: str, since: int) -> Spent:
    """What was passed on since then."""
    row = await db.one(
        """SELECT COALESCE(SUM(CASE WHEN actor_id = ? THEN 1 ELSE 0 END), 0) AS by_actor,
               COALESCE(SUM(CASE WHEN host = ? THEN 1 ELSE 0 END), 0) AS by_host,
               COUNT(*) AS in_all, COALESCE(SUM(copies), 0) AS copies
           FROM forwarding WHERE blog_pk = ? AND sent_at >= ?""",
        actor_id,
        host,
        blog_pk,
        since,
    )
    assert row is not None
    return Spent(int(row["by_actor"]), int(row["by_host"]), int(row["in_all"]), int(row["copies"]))


async def drop_copies(db: Writer, before: int, limit: int = 1000) -> int:
    """Drop the deliveries of what was sent before then and has ended everywhere: one comment may have thousands, and
    nothing needs them, for a Delete goes to all who follow. Returns of how many activities."""
    rows = await db.all(
        """SELECT f.pk, a.pk AS activity_pk FROM forwarding f JOIN activity a ON a.activity_id = ? || f.body_sha256
           WHERE f.copies > 0 AND f.sent_at < ?
             AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.activity_pk = a.pk AND d.ended_at IS NULL)
           ORDER BY f.sent_at LIMIT ?""",
        forwarded_name(""),
        before,
        limit,
    )
    keys = [(row["activity_pk"],) for row in rows]
    await db.many("DELETE FROM delivery_try WHERE delivery_pk IN (SELECT pk FROM delivery WHERE activity_pk = ?)", keys)
    await db.many("DELETE FROM delivery WHERE activity_pk = ?", keys)
    await db.many("DELETE FROM activity WHERE pk = ?", keys)
    await db.many("UPDATE forwarding SET copies = 0 WHERE pk = ?", [(row["pk"],) for row in rows])
    return len(rows)


async def forget_old(db: Writer, before: int) -> None:
    """Drop what was seen before then: its bytes are not kept any longer either."""
    await db.run("DELETE FROM forwarding WHERE seen_at < ?", before)
