"""Deliveries as the author looks at them and sends them again: by filters and by key, with each try."""

from collections.abc import Sequence
from dataclasses import dataclass

from fedblog.domain.delivery import DeliveryState, Lane
from fedblog.store.door import Reader, Value, Writer
from fedblog.store.rows import build

FROM_THE_NEWEST = 1 << 62


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """Which deliveries: all that fit everything given. "" or 0 fits any."""

    post_pk: int = 0
    host: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One delivery. Times in ms UTC; `last_error` is in plain words; `leased_until`: it is under way."""

    pk: int
    activity_pk: int
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
    created_at: int
    ended_at: int | None
    leased_until: int | None
    post_title: str | None


@dataclass(frozen=True, slots=True)
class Try:
    """One try of a delivery. `status` is None where there was no answer."""

    tried_at: int
    status: int | None
    error: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A delivery that may be sent again."""

    pk: int
    kind: str
    host: str
    inbox: str


_COLUMNS = """SELECT d.pk, d.activity_pk, a.activity_id, a.kind, d.object_id, a.post_pk, d.inbox, d.host, d.state,
                     d.attempts, d.last_status, d.last_error, d.due_at, d.created_at, d.ended_at, d.leased_until,
                     p.title AS post_title"""
_LINE = f"""{_COLUMNS} FROM delivery d JOIN activity a ON a.pk = d.activity_pk
            LEFT JOIN post p ON p.pk = a.post_pk"""
_OF_POST = f"""{_COLUMNS} FROM activity a JOIN delivery d ON d.activity_pk = a.pk
               LEFT JOIN post p ON p.pk = a.post_pk"""
# `+` keeps SQLite, which knows nothing of how the values are spread, from preferring the blog's key to what was asked;
# `pk > 0` asks for the index delivery_of_host.
_NARROWED = """+d.blog_pk = ? AND d.pk < ? AND (CAST(? AS TEXT) = '' OR d.state = ?)
               AND (CAST(? AS TEXT) = '' OR d.host = ?) ORDER BY d.pk DESC LIMIT ?"""


_WAITING = "SELECT pk FROM delivery WHERE ended_at IS NULL"


async def listed(
    db: Reader, blog_pk: int, wanted: DeliveryFilter, *, before: int = FROM_THE_NEWEST, limit: int = 1 << 40
) -> list[ReceiptLine]:
    """Deliveries, the newest first, of those with a key below `before`."""
    state, host = wanted.state, wanted.host
    narrowed: tuple[Value, ...] = (blog_pk, before, state, state, host, host, limit)
    if wanted.post_pk:
        rows = await db.all(f"{_OF_POST} WHERE a.post_pk = ? AND {_NARROWED}", wanted.post_pk, *narrowed)
    elif wanted.host:
        rows = await db.all(f"{_LINE} WHERE d.host = ? AND d.pk > 0 AND {_NARROWED}", wanted.host, *narrowed)
    elif wanted.state == DeliveryState.WAITING:
        rows = await db.all(f"{_LINE} WHERE d.pk IN ({_WAITING}) AND {_NARROWED}", *narrowed)
    elif wanted.state in {DeliveryState.GAVE_UP, DeliveryState.CANCELLED}:
        rows = await db.all(f"{_LINE} WHERE d.state IN ('gave_up', 'cancelled') AND {_NARROWED}", *narrowed)
    else:
        rows = await db.all(f"{_LINE} WHERE {_NARROWED}", *narrowed)
    return [build(ReceiptLine, row) for row in rows]


async def by_pk(db: Reader, pk: int) -> ReceiptLine | None:
    """One delivery."""
    row = await db.one(f"{_LINE} WHERE d.pk = ?", pk)
    return build(ReceiptLine, row) if row else None


async def counts(db: Reader, blog_pk: int, wanted: DeliveryFilter) -> dict[str, int]:
    """How many deliveries there are in each state: of all, of a post, of a host, or of a post to a host."""
    if wanted.post_pk:
        rows = await db.all(
            """SELECT d.state, COUNT(*) AS number FROM activity a JOIN delivery d ON d.activity_pk = a.pk
               WHERE a.post_pk = ? AND a.blog_pk = ? AND (CAST(? AS TEXT) = '' OR d.host = ?) GROUP BY d.state""",
            wanted.post_pk,
            blog_pk,
            wanted.host,
            wanted.host,
        )
    elif wanted.host:
        rows = await db.all(
            """SELECT state, COUNT(*) AS number FROM delivery
               WHERE host = ? AND pk > 0 AND +blog_pk = ? GROUP BY state""",
            wanted.host,
            blog_pk,
        )
    else:
        return await _all_counts(db)
    return {row["state"]: row["number"] for row in rows}


async def _all_counts(db: Reader) -> dict[str, int]:
    """Most are delivered; they are counted as what is left."""
    rows = await db.all(
        """SELECT state, COUNT(*) AS number FROM delivery WHERE state IN ('gave_up', 'cancelled') GROUP BY state
           UNION ALL SELECT 'waiting', COUNT(*) FROM delivery WHERE ended_at IS NULL
           UNION ALL SELECT 'delivered', COUNT(*) FROM delivery"""
    )
    found = {row["state"]: int(row["number"]) for row in rows}
    rest = sum(number for state, number in found.items() if state != DeliveryState.DELIVERED)
    return found | {DeliveryState.DELIVERED.value: found[DeliveryState.DELIVERED] - rest}


async def tries(db: Reader, pk: int) -> list[Try]:
    """The tries of a delivery that were written down by themselves, the oldest first."""
    rows = await db.all(
        "SELECT tried_at, status, error FROM delivery_try WHERE delivery_pk = ? ORDER BY tried_at, pk", pk
    )
    return [build(Try, row) for row in rows]


async def tries_of_host(db: Reader, host: str, limit: int) -> list[Try]:
    """What deliveries to a host met with lately, the newest first."""
    rows = await db.all(
        """SELECT t.tried_at, t.status, t.error FROM delivery d JOIN delivery_try t ON t.delivery_pk = d.pk
           WHERE d.host = ? AND d.pk > 0 ORDER BY t.tried_at DESC, t.pk DESC LIMIT ?""",
        host,
        limit,
    )
    return [build(Try, row) for row in rows]


async def forget_tries(db: Writer, before: int) -> None:
    """Drop what was tried before then."""
    await db.run("DELETE FROM delivery_try WHERE tried_at < ?", before)


# Sent again is what still holds: not what speaks of something taken back, nor what was cancelled for good; and a post
# goes only where somebody follows, is named or took part. What has ended since it was asked for stays, so that asking
# twice sends once.
_MAY_GO_AGAIN = f"""
    +d.blog_pk = ? AND d.leased_until IS NULL AND COALESCE(d.ended_at, 0) <= ?
    AND (d.state <> '{DeliveryState.CANCELLED.value}' OR d.last_error IN ('blocked', 'restored from a backup'))
    AND (a.kind NOT IN ('Create', 'Update')
         OR (NOT EXISTS (SELECT 1 FROM own_object o WHERE o.object_id = d.object_id AND o.ended_at IS NOT NULL)
             AND (a.post_pk IS NULL
                  OR EXISTS (SELECT 1 FROM follower f WHERE f.delivery_inbox = d.inbox AND f.state = 'accepted')
                  OR EXISTS (SELECT 1 FROM addressee n WHERE n.object_id = d.object_id AND n.inbox = d.inbox)
                  OR EXISTS (SELECT 1 FROM comment c JOIN actor p ON p.pk = c.actor_pk
                             WHERE c.post_pk = a.post_pk AND (p.shared_inbox = d.inbox OR p.inbox = d.inbox)))))
    AND (a.kind NOT IN ('Like', 'Announce') OR EXISTS (SELECT 1 FROM gesture g WHERE g.activity_id = a.activity_id))
    AND (a.kind <> 'Follow' OR EXISTS (SELECT 1 FROM followee e WHERE e.follow_id = a.activity_id))
    AND (a.kind <> 'Move' OR EXISTS (SELECT 1 FROM own_move m WHERE m.activity_pk = a.pk AND m.undone_at IS NULL))
    AND (a.kind <> 'Accept'
         OR EXISTS (SELECT 1 FROM actor p JOIN follower f ON f.actor_pk = p.pk
                    WHERE p.actor_id = d.object_id AND f.state = 'accepted')
         OR EXISTS (SELECT 1 FROM interaction i
                    WHERE i.blog_pk = d.blog_pk AND i.object_id = d.object_id AND i.state = 'approved'))
    ORDER BY d.pk"""  # noqa: S608 - our own words
_NO_ACCEPT = f"d.lane > {Lane.ACCEPT:d}"
_CANDIDATE = "SELECT d.pk, a.kind, d.host, d.inbox FROM delivery d JOIN activity a ON a.pk = d.activity_pk"


async def candidate(db: Reader, blog_pk: int, pk: int, asked_at: int) -> list[Candidate]:
    """One delivery, if it may be sent again."""
    rows = await db.all(f"{_CANDIDATE} WHERE d.pk = ? AND {_MAY_GO_AGAIN}", pk, blog_pk, asked_at)
    return [build(Candidate, row) for row in rows]


async def candidates_of_post(db: Reader, blog_pk: int, post_pk: int, asked_at: int) -> list[Candidate]:
    """What may be sent again of a post as it stands on the wire; answers below it are not part of it."""
    rows = await db.all(
        f"""SELECT d.pk, a.kind, d.host, d.inbox
            FROM post p JOIN activity a ON a.post_pk = p.pk AND a.object_id = p.object_id
            JOIN delivery d ON d.activity_pk = a.pk WHERE p.pk = ? AND {_MAY_GO_AGAIN}""",  # noqa: S608 - our own words
        post_pk,
        blog_pk,
        asked_at,
    )
    return [build(Candidate, row) for row in rows]


async def candidates_of_host(db: Reader, blog_pk: int, host: str, since: int, asked_at: int) -> list[Candidate]:
    """What may be sent again to a host of what was written since then; no answers to follows."""
    rows = await db.all(
        f"{_CANDIDATE} WHERE d.host = ? AND d.pk > 0 AND a.created_at >= ? AND {_NO_ACCEPT} AND {_MAY_GO_AGAIN}",
        host,
        since,
        blog_pk,
        asked_at,
    )
    return [build(Candidate, row) for row in rows]


async def send_again(db: Writer, pks: Sequence[int], asked_at: int, now: int) -> None:
    """Let deliveries go again, for seven days from now; that they had arrived stays written down.

    A delivery that was tried stays one that was tried: whatever is taken back is told to its server.
    """
    await db.many(
        """INSERT INTO delivery_try (blog_pk, delivery_pk, tried_at, status, error)
           SELECT blog_pk, pk, ended_at, last_status, last_error FROM delivery
           WHERE pk = ? AND state = 'delivered' AND leased_until IS NULL AND ended_at <= ?""",
        [(pk, asked_at) for pk in pks],
    )
    await db.many(
        """UPDATE delivery SET state = 'waiting', ended_at = NULL, due_at = ?, created_at = ?, last_status = NULL,
               last_error = '', attempts = CASE WHEN attempts > 0 THEN 1 ELSE 0 END
           WHERE pk = ? AND leased_until IS NULL AND COALESCE(ended_at, 0) <= ?""",
        [(now, now, pk, asked_at) for pk in pks],
    )
    db.touch("work:delivery")
