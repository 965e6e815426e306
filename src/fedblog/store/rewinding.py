"""Putting a copy of the blog back to an earlier day, for a rehearsal. Never run on the blog itself.

A row that others point to is set aside under a name that nothing asks for, rather than deleted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fedblog.domain.comment import Comment
from fedblog.store import comments
from fedblog.store.door import Reader, Writer
from fedblog.store.found_events import FOUND
from fedblog.store.rows import build


@dataclass(frozen=True, slots=True)
class EventHead:
    """An event that was decided, without what came. `is_kept`: what came is there. Times in ms UTC."""

    pk: int
    signer: str
    actor: str
    host: str
    type: str
    activity_id: str
    object_id: str
    verdict: str
    reason: str
    received_at: int
    ended_at: int
    is_kept: bool


@dataclass(frozen=True, slots=True)
class AuditLine:
    """What the author, or fedblog for the author, did by hand."""

    action: str
    subject: str
    done_at: int


@dataclass(frozen=True, slots=True)
class OwnLife:
    """When an object of the blog's own came on the wire, and when it was taken off again (None: it is there)."""

    object_id: str
    post_pk: int | None
    comment_pk: int | None
    created_at: int
    ended_at: int | None


async def decided(db: Reader, blog_pk: int, from_pk: int) -> list[EventHead]:
    """All events that were decided, from that key on, in the order of their keys; not what nobody sent."""
    rows = await db.all(
        """SELECT pk, signer, actor, host, type, activity_id, object_id, verdict, reason, received_at, ended_at,
                  CASE WHEN body IS NULL THEN 0 ELSE 1 END AS is_kept
           FROM inbox_event WHERE blog_pk = ? AND pk >= ? AND ended_at IS NOT NULL AND type <> ? ORDER BY pk""",
        blog_pk,
        from_pk,
        FOUND,
    )
    return [build(EventHead, row, {"is_kept": bool}) for row in rows]


async def deeds_since(db: Reader, blog_pk: int, since: int) -> list[AuditLine]:
    """What was done by hand since then, in order."""
    rows = await db.all(
        "SELECT action, subject, done_at FROM audit WHERE blog_pk = ? AND done_at >= ? ORDER BY pk", blog_pk, since
    )
    return [build(AuditLine, row) for row in rows]


async def own_lives_since(db: Reader, blog_pk: int, since: int) -> list[OwnLife]:
    """The blog's own objects that came on the wire or were taken off it since then."""
    rows = await db.all(
        """SELECT object_id, post_pk, comment_pk, created_at, ended_at FROM own_object
           WHERE blog_pk = ? AND (created_at >= ? OR ended_at >= ?) ORDER BY created_at""",
        blog_pk,
        since,
        since,
    )
    return [build(OwnLife, row) for row in rows]


async def set_own_life(db: Writer, life: OwnLife, ended_at: int | None) -> None:
    """Put an object of our own on the wire, or take it off; a post is public with it."""
    await db.run("UPDATE own_object SET ended_at = ? WHERE object_id = ?", ended_at, life.object_id)
    if life.post_pk is not None and life.comment_pk is None:
        state = "published" if ended_at is None else "unpublished"
        await db.run("UPDATE post SET state = ? WHERE pk = ?", state, life.post_pk)


async def forget_verdict(db: Writer, event_pk: int) -> None:
    """The event waits, as it did."""
    await db.run("UPDATE inbox_event SET verdict = 'waiting', reason = '', ended_at = NULL WHERE pk = ?", event_pk)


async def write_verdict(db: Writer, event_pk: int, verdict: str, reason: str, at: int) -> None:
    """The verdict of the rehearsal."""
    await db.run(
        "UPDATE inbox_event SET verdict = ?, reason = ?, ended_at = ? WHERE pk = ?", verdict, reason, at, event_pk
    )


async def set_comment_aside(db: Writer, pk: int) -> None:
    """As if the comment had never come; its row stays, for what points to it."""
    await db.run(
        """UPDATE comment SET object_id = 'rewound:' || pk, url = '', state = 'removed', number = NULL, shown_at = NULL,
               received_at = 0, removed_at = 0, read_at = 0 WHERE pk = ?""",
        pk,
    )


async def bring_comment_back(db: Writer, comment: Comment) -> None:
    """The comment as it was before it was set aside, but for its number, which another one may have by now."""
    await db.run(
        "UPDATE comment SET object_id = ?, received_at = ? WHERE pk = ?",
        comment.object_id,
        comment.received_at,
        comment.pk,
    )
    free = await comments.by_number(db, comment.post_pk, comment.number) is None if comment.number else True
    await comments.save(db, comment if free else replace(comment, number=None))


async def unsay(db: Writer, actor_pk: int, actor_id: str, since: int) -> None:
    """Take back everything but comments that an actor has left here since then."""
    await db.run("DELETE FROM reaction WHERE actor_pk = ? AND created_at >= ?", actor_pk, since)
    await db.run("DELETE FROM follower WHERE actor_pk = ? AND requested_at >= ?", actor_pk, since)
    await db.run("DELETE FROM report WHERE actor_id = ? AND received_at >= ?", actor_id, since)
    await db.run("DELETE FROM tombstone WHERE signer = ? AND deleted_at >= ?", actor_id, since)
    await db.run("DELETE FROM used_proof WHERE actor_id = ? AND used_at >= ?", actor_id, since)
    await db.run("UPDATE actor SET gone_at = NULL WHERE pk = ? AND gone_at >= ?", actor_pk, since)
    await db.run(
        """UPDATE mention SET object_id = 'rewound:' || pk, removed_at = 0, read_at = 0
           WHERE actor_pk = ? AND received_at >= ?""",
        actor_pk,
        since,
    )
    await db.run(
        "UPDATE quote SET object_id = 'rewound:' || pk WHERE actor_pk = ? AND received_at >= ?", actor_pk, since
    )
    await db.run(
        "UPDATE interaction SET object_id = 'rewound:' || pk WHERE actor_pk = ? AND asked_at >= ?", actor_pk, since
    )


async def renewals_since(db: Reader, since: int) -> list[tuple[str, int]]:
    """Owners whose key is that of a new identity since then, and since when."""
    rows = await db.all("SELECT owner, renewed_at FROM remote_key WHERE renewed_at >= ?", since)
    return [(row["owner"], row["renewed_at"]) for row in rows]


async def set_renewal(db: Writer, owner: str, renewed_at: int | None) -> None:
    """Since when an owner's key is that of a new identity."""
    await db.run("UPDATE remote_key SET renewed_at = ? WHERE owner = ?", renewed_at, owner)


async def set_policy(db: Writer, blog_pk: int, policy: str) -> None:
    """The policy that is tried out; posts with one of their own keep it."""
    await db.run("UPDATE blog SET comment_policy = ? WHERE pk = ?", policy, blog_pk)
    db.touch("settings")


async def still_followed(db: Reader, actor_id: str) -> Sequence[int]:
    """The keys of the follower that an actor is."""
    rows = await db.all("SELECT f.pk FROM actor a JOIN follower f ON f.actor_pk = a.pk WHERE a.actor_id = ?", actor_id)
    return [row["pk"] for row in rows]
