"""Activities of ours as they go out, and the rows that send them."""

from collections.abc import Iterable

from fedblog.domain.delivery import Activity, Lane
from fedblog.store.door import Reader, Writer
from fedblog.store.rows import build, insert


async def create(db: Writer, activity: Activity) -> int:
    """Store an activity (its `pk` is not used) and return its key."""
    return await insert(
        db,
        "activity",
        blog_pk=activity.blog_pk,
        activity_id=activity.activity_id,
        kind=activity.kind,
        object_id=activity.object_id,
        actor_pk=activity.actor_pk,
        post_pk=activity.post_pk,
        body=activity.body,
        is_public=activity.is_public,
        created_at=activity.created_at,
    )


async def by_id(db: Reader, activity_id: str) -> Activity | None:
    """The activity of that wire id."""
    row = await db.one("SELECT * FROM activity WHERE activity_id = ?", activity_id)
    return build(Activity, row) if row else None


async def by_pk(db: Reader, pk: int) -> Activity | None:
    """The activity of that row."""
    row = await db.one("SELECT * FROM activity WHERE pk = ?", pk)
    return build(Activity, row) if row else None


async def latest_at(db: Reader) -> int:
    """When the latest activity came or went; 0 when there is none."""
    found = await db.value(
        """SELECT MAX(at) FROM (SELECT MAX(created_at) AS at FROM activity
                                UNION ALL SELECT MAX(received_at) AS at FROM inbox_event) AS both_ways"""
    )
    return int(found or 0)


async def create_id_of(db: Reader, object_id: str) -> str | None:
    """The id of the Create that brought this object out."""
    found = await db.value(
        "SELECT activity_id FROM activity WHERE object_id = ? AND kind = 'Create' ORDER BY pk LIMIT 1", object_id
    )
    return None if found is None else str(found)


# A host that is left alone, or asked to be, gets its rows too; they are due when it will be tried again.
_HELD_UNTIL = """CASE WHEN COALESCE(h.open_until, 0) > COALESCE(h.retry_after, 0) THEN COALESCE(h.open_until, 0)
                      ELSE COALESCE(h.retry_after, 0) END"""


async def deliver_to_followers(
    db: Writer,
    *,
    blog_pk: int,
    activity_pk: int,
    object_id: str,
    lane: Lane,
    now: int,
    except_hosts: tuple[str, str] = ("", ""),
) -> int:
    """One delivery for each distinct inbox of the accepted followers, but those of two hosts, in one statement.
    Returns how many."""
    return await db.run(
        f"""INSERT INTO delivery (blog_pk, activity_pk, object_id, inbox, host, lane, state, due_at, attempts,
                last_error, created_at)
            SELECT CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS TEXT), f.delivery_inbox, MIN(f.host),
                   CAST(? AS BIGINT), 'waiting', MAX(CASE WHEN {_HELD_UNTIL} > ? THEN {_HELD_UNTIL} ELSE ? END), 0, '',
                   CAST(? AS BIGINT)
            FROM follower f LEFT JOIN host h ON h.name = f.host
            WHERE f.blog_pk = ? AND f.state = 'accepted' AND f.host NOT IN (?, ?)
            GROUP BY f.delivery_inbox
            ON CONFLICT (activity_pk, inbox) DO NOTHING""",  # noqa: S608 - our own words
        blog_pk,
        activity_pk,
        object_id,
        lane,
        now,
        now,
        now,
        blog_pk,
        *except_hosts,
    )


async def deliver_to(
    db: Writer,
    inboxes: Iterable[tuple[str, str]],
    *,
    blog_pk: int,
    activity_pk: int,
    object_id: str,
    lane: Lane,
    now: int,
) -> None:
    """One delivery for each of the (inbox, host) pairs; an inbox that has one already keeps it.

    An Accept waits for no pause: its host has just spoken to us.
    """
    wanted = dict(inboxes)
    held = await _held_hosts(db, now) if wanted and lane > Lane.ACCEPT else {}
    await db.many(
        """INSERT INTO delivery (blog_pk, activity_pk, object_id, inbox, host, lane, state, due_at, attempts,
               last_error, created_at)
           VALUES (?, ?, ?, ?, ?, ?, 'waiting', ?, 0, '', ?)
           ON CONFLICT (activity_pk, inbox) DO NOTHING""",
        [
            (blog_pk, activity_pk, object_id, inbox, host, int(lane), held.get(host, now), now)
            for inbox, host in wanted.items()
        ],
    )


async def _held_hosts(db: Reader, now: int) -> dict[str, int]:
    rows = await db.all(
        f"""SELECT h.name, {_HELD_UNTIL} AS until FROM host h
            WHERE h.open_until > ? OR h.retry_after > ?""",  # noqa: S608 - our own words
        now,
        now,
    )
    return {row["name"]: row["until"] for row in rows}


async def inboxes_that_may_have(db: Reader, object_id: str) -> list[tuple[str, str]]:
    """Every (inbox, host) that any activity about this object was delivered to, or may have reached."""
    rows = await db.all(
        """SELECT DISTINCT d.inbox, d.host FROM activity a JOIN delivery d ON d.activity_pk = a.pk
           WHERE a.object_id = ? AND (d.state = 'delivered' OR d.attempts > 0)""",
        object_id,
    )
    return [(row["inbox"], row["host"]) for row in rows]


async def inboxes_of(db: Reader, activity_pk: int) -> list[str]:
    """Every inbox that one activity was or is to be delivered to."""
    rows = await db.all("SELECT inbox FROM delivery WHERE activity_pk = ?", activity_pk)
    return [row["inbox"] for row in rows]


async def latest_of(db: Reader, object_id: str, kind: str) -> int | None:
    """When the latest activity of that kind about this object left."""
    found = await db.value("SELECT MAX(created_at) FROM activity WHERE object_id = ? AND kind = ?", object_id, kind)
    return None if found is None else int(found)


async def cancel_waiting(db: Writer, object_id: str, now: int) -> int:
    """Cancel what is not under way at this moment about this object: it was taken back. Returns how many.

    An inbox where an earlier try may have arrived all the same is still one of `inboxes_that_may_have`.
    """
    return await db.run(
        """UPDATE delivery SET state = 'cancelled', ended_at = ?, last_error = 'taken back before it was delivered',
               leased_until = NULL, leased_by = NULL
           WHERE object_id = ? AND ended_at IS NULL AND (leased_until IS NULL OR leased_until <= ?)""",
        now,
        object_id,
        now,
    )


async def cancel_to_inbox(db: Writer, host: str, inbox: str, now: int) -> int:
    """Cancel what is not under way at this moment to an inbox where nobody is left who may have it."""
    return await db.run(
        """UPDATE delivery SET state = 'cancelled', ended_at = ?, last_error = 'nobody there may have it any more',
               leased_until = NULL, leased_by = NULL
           WHERE host = ? AND inbox = ? AND ended_at IS NULL AND (leased_until IS NULL OR leased_until <= ?)""",
        now,
        host,
        inbox,
        now,
    )
