"""Deliveries as the author sees them: lists, how a post fared, trying again, and what is forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass

from fedblog.store.door import Reader, Row, Writer
from fedblog.store.rows import build


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """One delivery in a list. Times in ms UTC; `last_error` is in plain words."""

    pk: int
    activity_id: str
    kind: str
    object_id: str
    post_pk: int | None
    inbox: str
    host: str
    state: str
    attempts: int
    last_status: int | None
    last_error: str
    due_at: int


@dataclass(frozen=True, slots=True)
class Tally:
    """How a post fared: of `hosts` servers, so many have everything, wait or are tried again, or were given up."""

    hosts: int = 0
    delivered: int = 0
    waiting: int = 0
    gave_up: int = 0


@dataclass(frozen=True, slots=True)
class Trouble:
    """One server that does not have everything of a post: tried again at `due_at`, or given up (None), and why."""

    host: str
    due_at: int | None
    attempts: int
    reason: str


@dataclass(frozen=True, slots=True)
class Summary:
    """How a post fared, with the servers that make trouble: first those that are tried again, the soonest first."""

    tally: Tally
    retrying: Sequence[Trouble]
    gave_up: Sequence[Trouble]


_LINES = """SELECT d.pk, a.activity_id, a.kind, d.object_id, a.post_pk, d.inbox, d.host, d.state, d.attempts,
                   d.last_status, d.last_error, d.due_at
            FROM activity a JOIN delivery d ON d.activity_pk = a.pk"""


async def listed(
    db: Reader, blog_pk: int, *, post_pk: int | None = None, limit: int | None = None
) -> list[DeliveryLine]:
    """Deliveries, the newest first: all, or those about one post."""
    most = 1 << 40 if limit is None else limit
    if post_pk is None:
        rows = await db.all(f"{_LINES} WHERE d.blog_pk = ? ORDER BY d.pk DESC LIMIT ?", blog_pk, most)
    else:
        rows = await db.all(
            f"{_LINES} WHERE a.post_pk = ? AND a.blog_pk = ? ORDER BY d.pk DESC LIMIT ?",
            post_pk,
            blog_pk,
            most,
        )
    return [build(DeliveryLine, row) for row in rows]


# A post's own activities, without those of answers below it. What was cancelled does not count; what arrived after
# something was given up makes that good.
_BY_HOST = """
    SELECT a.post_pk, d.host,
           SUM(CASE WHEN d.state = 'waiting' THEN 1 ELSE 0 END) AS waiting,
           MAX(CASE WHEN d.state = 'delivered' THEN d.pk ELSE 0 END) AS delivered,
           MAX(CASE WHEN d.state = 'gave_up' THEN d.pk ELSE 0 END) AS gave_up
    FROM post p JOIN activity a ON a.post_pk = p.pk AND a.object_id = p.object_id
    JOIN delivery d ON d.activity_pk = a.pk AND d.state <> 'cancelled'"""
_TALLY = """
    SELECT post_pk, COUNT(*) AS hosts, SUM(CASE WHEN waiting > 0 THEN 1 ELSE 0 END) AS waiting,
           SUM(CASE WHEN waiting = 0 AND gave_up > delivered THEN 1 ELSE 0 END) AS gave_up"""


async def tallies(db: Reader, blog_pk: int) -> dict[int, Tally]:
    """How each post of the blog fared, by its key; a post that was never sent anywhere is missing."""
    rows = await db.all(
        f"""{_TALLY} FROM ({_BY_HOST} WHERE p.blog_pk = ? GROUP BY a.post_pk, d.host) AS by_host
            GROUP BY post_pk""",
        blog_pk,
    )
    return {row["post_pk"]: _tally(row) for row in rows}


async def summary_of_post(db: Reader, post_pk: int) -> Summary:
    """How one post fared."""
    row = await db.one(
        f"""{_TALLY} FROM ({_BY_HOST} WHERE p.pk = ? GROUP BY a.post_pk, d.host) AS by_host
            GROUP BY post_pk""",
        post_pk,
    )
    return Summary(_tally(row) if row else Tally(), await _retrying(db, post_pk), await _given_up(db, post_pk))


# The same for what has no post: the activities of one object, or one activity.
_BY_HOST_OF = """
    SELECT d.host, SUM(CASE WHEN d.state = 'waiting' THEN 1 ELSE 0 END) AS waiting,
           MAX(CASE WHEN d.state = 'delivered' THEN d.pk ELSE 0 END) AS delivered,
           MAX(CASE WHEN d.state = 'gave_up' THEN d.pk ELSE 0 END) AS gave_up
    FROM activity a JOIN delivery d ON d.activity_pk = a.pk AND d.state <> 'cancelled'"""
_TALLY_OF = """
    SELECT COUNT(*) AS hosts, COALESCE(SUM(CASE WHEN waiting > 0 THEN 1 ELSE 0 END), 0) AS waiting,
           COALESCE(SUM(CASE WHEN waiting = 0 AND gave_up > delivered THEN 1 ELSE 0 END), 0) AS gave_up"""


async def tally_of_object(db: Reader, object_id: str) -> Tally:
    """How far the activities about one object of ours got. Of what was sent long ago nothing may be known."""
    row = await db.one(
        f"{_TALLY_OF} FROM ({_BY_HOST_OF} WHERE a.object_id = ? GROUP BY d.host) AS by_host",
        object_id,
    )
    return _tally(row) if row else Tally()


async def tally_of_activity(db: Reader, activity_id: str) -> Tally:
    """The same for one activity."""
    row = await db.one(
        f"{_TALLY_OF} FROM ({_BY_HOST_OF} WHERE a.activity_id = ? GROUP BY d.host) AS by_host",
        activity_id,
    )
    return _tally(row) if row else Tally()


def _tally(row: Row) -> Tally:
    hosts, waiting, gave_up = int(row["hosts"]), int(row["waiting"]), int(row["gave_up"])
    return Tally(hosts, hosts - waiting - gave_up, waiting, gave_up)


async def _retrying(db: Reader, post_pk: int) -> list[Trouble]:
    rows = await db.all(
        """SELECT d.host, MIN(d.due_at) AS due_at, MAX(d.attempts) AS attempts, MAX(d.last_error) AS reason
           FROM post p JOIN activity a ON a.post_pk = p.pk AND a.object_id = p.object_id
           JOIN delivery d ON d.activity_pk = a.pk AND d.state = 'waiting' AND d.attempts > 0
           WHERE p.pk = ? GROUP BY d.host ORDER BY due_at, d.host""",
        post_pk,
    )
    return [build(Trouble, row) for row in rows]


async def _given_up(db: Reader, post_pk: int) -> list[Trouble]:
    rows = await db.all(
        f"""SELECT h.host, NULL AS due_at, d.attempts, d.last_error AS reason
            FROM ({_BY_HOST} WHERE p.pk = ? GROUP BY a.post_pk, d.host) AS h JOIN delivery d ON d.pk = h.gave_up
            WHERE h.waiting = 0 AND h.gave_up > h.delivered ORDER BY h.host""",  # noqa: S608 - our own words
        post_pk,
    )
    return [build(Trouble, row) for row in rows]


_TRY_AGAIN = """UPDATE delivery SET state = 'waiting', ended_at = NULL, due_at = ?
                WHERE state IN ('waiting', 'gave_up') AND leased_until IS NULL"""


async def retry_now(
    db: Writer, now: int, *, pk: int | None = None, post_pk: int | None = None, host: str | None = None
) -> int:
    """Make one delivery, those of a post, those to a host, or those of a post to a host due now: what waits, and what
    was given up.

    What was given up after its seven days has one more try. Returns how many.
    """
    count = 0
    if pk is not None:
        count = await db.run(f"{_TRY_AGAIN} AND pk = ?", now, pk)
    elif post_pk is not None:
        count = await db.run(
            f"""{_TRY_AGAIN} AND activity_pk IN (SELECT pk FROM activity WHERE post_pk = ?)
                AND (CAST(? AS TEXT) = '' OR host = ?)""",  # noqa: S608 - our own words
            now,
            post_pk,
            host or "",
            host or "",
        )
    elif host is not None:
        count = await db.run(f"{_TRY_AGAIN} AND host = ? AND pk > 0", now, host)
    db.touch("work:delivery")
    return count


async def forget_ended(db: Writer, before: int, limit: int = 100) -> int:
    """Drop the deliveries of activities that no living post or remark needs, sent before then and all ended.

    Rows of those stay as long as they live: they say who gets its Delete. Those of a Move stay for its report.
    Returns how many activities were cleared.
    """
    rows = await db.all(
        """SELECT a.pk FROM activity a LEFT JOIN post p ON p.pk = a.post_pk
           WHERE a.created_at < ? AND (a.post_pk IS NULL OR p.state = 'deleted') AND a.kind <> 'Move'
             AND NOT EXISTS (SELECT 1 FROM remark r WHERE r.object_id = a.object_id)
             AND EXISTS (SELECT 1 FROM delivery d WHERE d.activity_pk = a.pk)
             AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.activity_pk = a.pk AND d.ended_at IS NULL)
           ORDER BY a.pk LIMIT ?""",
        before,
        limit,
    )
    await db.many(
        "DELETE FROM delivery_try WHERE delivery_pk IN (SELECT pk FROM delivery WHERE activity_pk = ?)",
        [(row["pk"],) for row in rows],
    )
    await db.many("DELETE FROM delivery WHERE activity_pk = ?", [(row["pk"],) for row in rows])
    await db.many("DELETE FROM activity WHERE pk = ? AND is_public = 0", [(row["pk"],) for row in rows])
    return len(rows)


async def forget_missing(db: Writer, before: int) -> None:
    """Drop what is known of inboxes that were missing, where nothing was sent to since then."""
    await db.run("DELETE FROM missing_inbox WHERE last_at < ?", before)
