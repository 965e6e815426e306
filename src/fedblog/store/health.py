"""What a check asks of the queues and of what is known about other servers."""

from dataclasses import dataclass

from fedblog.store.door import Reader
from fedblog.store.rows import build


@dataclass(frozen=True, slots=True)
class FailingHost:
    """A server that does not answer: since when (ms UTC), and how many deliveries wait for it."""

    name: str
    failing_since: int
    waiting: int


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A file of ours as it must be served."""

    name: str
    media_type: str
    size: int


async def oldest_due_event(db: Reader, now: int) -> int | None:
    """Since when (ms UTC) the event that is due the longest could be processed."""
    found = await db.value(
        "SELECT MIN(due_at) FROM inbox_event WHERE ended_at IS NULL AND due_at <= ? AND leased_until IS NULL", now
    )
    return None if found is None else int(found)


async def oldest_due_delivery(db: Reader, now: int) -> int | None:
    """Since when (ms UTC) the delivery that is due the longest could go; those to servers at rest do not count."""
    found = await db.value(
        """SELECT MIN(d.due_at) FROM delivery d WHERE d.ended_at IS NULL AND d.leased_until IS NULL AND d.due_at <= ?
           AND NOT EXISTS (SELECT 1 FROM host h WHERE h.name = d.host
                           AND (h.failing_since IS NOT NULL OR h.retry_after > ?))""",
        now,
        now,
    )
    return None if found is None else int(found)


async def oldest_waiting_delivery(db: Reader) -> int | None:
    """When (ms UTC) the oldest delivery that still waits was queued."""
    found = await db.value("SELECT MIN(created_at) FROM delivery WHERE ended_at IS NULL")
    return None if found is None else int(found)


async def failing_hosts(db: Reader) -> list[FailingHost]:
    """Every server that does not answer, for the longest first."""
    rows = await db.all(
        """SELECT h.name, h.failing_since,
                  (SELECT COUNT(*) FROM delivery d WHERE d.host = h.name AND d.ended_at IS NULL) AS waiting
           FROM host h WHERE h.failing_since IS NOT NULL ORDER BY h.failing_since, h.name"""
    )
    return [build(FailingHost, row) for row in rows]


async def known_inboxes(db: Reader, limit: int) -> list[str]:
    """Inboxes of servers that took something of late, one for each server, the latest first."""
    rows = await db.all(
        """SELECT h.name, MIN(f.delivery_inbox) AS inbox FROM host h JOIN follower f ON f.host = h.name
           WHERE h.reached_at IS NOT NULL AND h.failing_since IS NULL
           GROUP BY h.name, h.reached_at ORDER BY h.reached_at DESC, h.name LIMIT ?""",
        limit,
    )
    return [row["inbox"] for row in rows]


async def newest_media(db: Reader, blog_pk: int, limit: int) -> list[MediaFile]:
    """The files that came last."""
    rows = await db.all(
        "SELECT name, media_type, size FROM media WHERE blog_pk = ? ORDER BY pk DESC LIMIT ?", blog_pk, limit
    )
    return [build(MediaFile, row) for row in rows]
