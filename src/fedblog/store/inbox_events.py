"""The inbox ledger and what protects it: replays, tombstones, counts of the unproven."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from fedblog.domain.inbox_event import InboxEvent, Verdict
from fedblog.store.door import Reader, Row, Value, Writer
from fedblog.store.rows import beginning_with, build, in_groups, marks
from fedblog.urls import host_of

LEDGER_LIMIT = 10_000
LOOK_AGAIN = 1000
"""How soon (ms) an event that is due but waits for another one is looked at again."""

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A proven activity as it is recorded before the 202."""

    blog_pk: int
    signer: str
    activity_id: str
    type: str
    actor: str
    object_id: str
    body_sha256: str
    body: bytes
    headers: str
    signature_sha256: str
    received_at: int


@dataclass(frozen=True, slots=True)
class UnprovenLine:
    """How often requests of one host failed for one reason on one day (days since 1970)."""

    day: int
    host: str
    reason: str
    count: int
    last_at: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """The verdict on an event that is leased by `worker`."""

    pk: int
    worker: str
    verdict: Verdict
    reason: str
    ended_at: int


def _event(row: Row) -> InboxEvent:
    return build(InboxEvent, row, {"verdict": Verdict})


async def record(db: Writer, arrivals: Sequence[Arrival]) -> list[bool]:
    """Record arrivals that came together. False for a replay or a duplicate, which change nothing.

    Duplicate: same signer, same activity id, same body. Replay: same signature bytes.
    """
    return [is_new for some in in_groups(arrivals) for is_new in await _record_some(db, some)]


async def _record_some(db: Writer, arrivals: Sequence[Arrival]) -> list[bool]:
    unused = await _use_signatures(db, arrivals)
    fresh = [arrival for arrival in arrivals if _take(unused, arrival.signature_sha256)]
    new = [arrival for some in in_groups(fresh) for arrival in await _insert(db, some)]
    return [any(arrival is known for known in new) for arrival in arrivals]


def _take(from_set: set[Key], key: Key) -> bool:
    """Whether the key is there; only once, so that of two equal ones the first counts."""
    is_there = key in from_set
    from_set.discard(key)
    return is_there


async def _use_signatures(db: Writer, arrivals: Sequence[Arrival]) -> set[str]:
    """Remember the signatures; returns those that were not known."""
    rows = await db.all(
        f"""INSERT INTO used_signature (sha256, used_at) VALUES {marks(2, len(arrivals))}
            ON CONFLICT (sha256) DO NOTHING RETURNING sha256""",  # noqa: S608 - marks only
        *[value for arrival in arrivals for value in (arrival.signature_sha256, arrival.received_at)],
    )
    return {row["sha256"] for row in rows}


async def _insert(db: Writer, arrivals: Sequence[Arrival]) -> list[Arrival]:
    """Insert what is new, and return it."""
    rows = await db.all(
        f"""INSERT INTO inbox_event (blog_pk, signer, activity_id, type, actor, object_id, body_sha256, body, headers,
                received_at, due_at, attempts, verdict, reason, host)
            VALUES {marks(15, len(arrivals))}
            ON CONFLICT (signer, activity_id, body_sha256) DO NOTHING
            RETURNING signer, activity_id, body_sha256""",  # noqa: S608 - marks only
        *[value for arrival in arrivals for value in _columns(arrival)],
    )
    new = {tuple(row) for row in rows}
    return [a for a in arrivals if _take(new, (a.signer, a.activity_id, a.body_sha256))]


def _columns(arrival: Arrival) -> tuple[Value, ...]:
    return (
        arrival.blog_pk,
        arrival.signer,
        arrival.activity_id,
        arrival.type,
        arrival.actor,
        arrival.object_id,
        arrival.body_sha256,
        arrival.body,
        arrival.headers,
        arrival.received_at,
        arrival.received_at,
        0,
        "waiting",
        "",
        host_of(arrival.signer) or "",
    )


async def claim(
    db: Writer, worker: str, now: int, leased_until: int, limit: int, busy_origin: str = ""
) -> list[InboxEvent]:
    """Lease up to `limit` events that are due, the oldest first, and count the attempt; none of the busy origin.

    Of each signer only the oldest that is due, and none while one is leased: what somebody says has its order.
    An Undo waits for what it undoes even where that has to be tried again.
    """
    rows = await db.all(
        """WITH chosen AS MATERIALIZED (
               SELECT e.pk FROM inbox_event e
               WHERE e.ended_at IS NULL AND e.due_at <= ? AND (e.leased_until IS NULL OR e.leased_until <= ?)
                 AND e.signer NOT LIKE ? ESCAPE '!'
                 AND NOT EXISTS (
                     SELECT 1 FROM inbox_event older
                     WHERE older.signer = e.signer AND older.pk < e.pk AND older.ended_at IS NULL
                       AND (older.due_at <= ? OR older.leased_until > ?
                            OR (e.type = 'Undo' AND older.activity_id = e.object_id AND e.object_id <> '')))
               ORDER BY e.due_at, e.pk LIMIT ? {claim_lock})
           UPDATE inbox_event SET leased_until = ?, leased_by = ?, attempts = attempts + 1
           WHERE pk IN (SELECT pk FROM chosen) AND ended_at IS NULL AND (leased_until IS NULL OR leased_until <= ?)
           RETURNING *""",
        now,
        now,
        beginning_with(f"{busy_origin}/"),
        now,
        now,
        limit,
        leased_until,
        worker,
        now,
    )
    return sorted((_event(row) for row in rows), key=lambda event: (event.received_at, event.pk))


async def settle(db: Writer, verdicts: Sequence[Settlement]) -> bool:
    """Write the verdicts. False when a lease had passed to another worker, whose word then counts: roll back."""
    return all([await _settle_some(db, some) for some in in_groups(verdicts)])


_SETTLEMENT = ("BIGINT", "TEXT", "TEXT", "TEXT", "BIGINT")


async def _settle_some(db: Writer, verdicts: Sequence[Settlement]) -> bool:
    rows = await db.all(
        f"""WITH said (pk, worker, verdict, reason, ended_at) AS (VALUES {marks(_SETTLEMENT, len(verdicts))})
            UPDATE inbox_event SET verdict = said.verdict, reason = said.reason, ended_at = said.ended_at,
                leased_until = NULL, leased_by = NULL
            FROM said
            WHERE inbox_event.pk = said.pk AND inbox_event.leased_by = said.worker
                AND inbox_event.ended_at IS NULL
            RETURNING inbox_event.pk""",  # noqa: S608 - marks only
        *[value for each in verdicts for value in (each.pk, each.worker, each.verdict, each.reason, each.ended_at)],
    )
    return len(rows) == len(verdicts)


async def postpone(db: Writer, pk: int, worker: str, due_at: int, reason: str) -> None:
    """Try again later."""
    await db.run(
        """UPDATE inbox_event SET due_at = ?, reason = ?, leased_until = NULL, leased_by = NULL
           WHERE pk = ? AND leased_by = ? AND ended_at IS NULL""",
        due_at,
        reason,
        pk,
        worker,
    )


async def release(db: Writer, worker: str) -> None:
    """Give back the leases of one worker that stops."""
    await db.run(
        "UPDATE inbox_event SET leased_until = NULL, leased_by = NULL WHERE leased_by = ? AND ended_at IS NULL", worker
    )


async def release_all(db: Writer) -> None:
    """Give back every lease: the only server of this file has just started."""
    await db.run("UPDATE inbox_event SET leased_until = NULL, leased_by = NULL WHERE leased_until IS NOT NULL")


async def is_any_due(db: Reader, now: int) -> bool:
    """Whether a claim may find something."""
    found = await db.value(
        """SELECT 1 FROM inbox_event
           WHERE ended_at IS NULL AND due_at <= ? AND (leased_until IS NULL OR leased_until <= ?) LIMIT 1""",
        now,
        now,
    )
    return found is not None


async def next_due(db: Reader, now: int) -> int | None:
    """When it is worth to claim again after a claim brought nothing, or None."""
    found = await db.value(
        """SELECT MIN(CASE WHEN leased_until IS NULL THEN due_at ELSE leased_until END)
           FROM inbox_event WHERE ended_at IS NULL"""
    )
    if found is None:
        return None
    # What is due already waits for something else of the same sender, or for a free place.
    return int(found) if found > now else now + LOOK_AGAIN


async def listed(db: Reader, blog_pk: int, *, limit: int | None = None, offset: int = 0) -> list[InboxEvent]:
    """The ledger, newest first."""
    rows = await db.all(
        "SELECT * FROM inbox_event WHERE blog_pk = ? ORDER BY received_at DESC, pk DESC LIMIT ? OFFSET ?",
        blog_pk,
        1 << 40 if limit is None else limit,
        offset,
    )
    return [_event(row) for row in rows]


async def by_pk(db: Reader, pk: int) -> InboxEvent | None:
    """One line of the ledger."""
    row = await db.one("SELECT * FROM inbox_event WHERE pk = ?", pk)
    return _event(row) if row else None


async def came_before(db: Reader, signer: str, activity_id: str) -> bool:
    """Whether the signer sent an activity of that id itself, which has been worked on."""
    found = await db.value(
        "SELECT pk FROM inbox_event WHERE signer = ? AND activity_id = ? AND ended_at IS NOT NULL LIMIT 1",
        signer,
        activity_id,
    )
    return found is not None


async def last_accepted(db: Reader, signer: str, kind: str, object_id: str) -> int | None:
    """When an activity of that type of the signer about that object last had an effect."""
    found = await db.value(
        """SELECT MAX(ended_at) FROM inbox_event
           WHERE signer = ? AND type = ? AND object_id = ? AND verdict = 'accepted'""",
        signer,
        kind,
        object_id,
    )
    return None if found is None else int(found)


async def count_waiting(db: Reader) -> int:
    """How many events wait for the worker."""
    return int(await db.value("SELECT COUNT(*) FROM inbox_event WHERE ended_at IS NULL"))


async def count_unproven(db: Writer, host: str, reason: str, now: int) -> None:
    """Count a request whose sender was not proven; at most 10,000 lines are kept."""
    day = now // 86_400_000
    touched = await db.run(
        "UPDATE unproven SET count = count + 1, last_at = ? WHERE day = ? AND host = ? AND reason = ?",
        now,
        day,
        host,
        reason,
    )
    if not touched and int(await db.value("SELECT COUNT(*) FROM unproven")) < LEDGER_LIMIT:
        await db.run(
            """INSERT INTO unproven (day, host, reason, count, last_at) VALUES (?, ?, ?, 1, ?)
               ON CONFLICT (day, host, reason) DO UPDATE SET count = unproven.count + 1""",
            day,
            host,
            reason,
            now,
        )


async def unproven(db: Reader, limit: int = 200) -> list[UnprovenLine]:
    """The latest counts of unproven requests."""
    rows = await db.all("SELECT * FROM unproven ORDER BY last_at DESC LIMIT ?", limit)
    return [build(UnprovenLine, row) for row in rows]


async def bury(db: Writer, object_id: str, signer: str, now: int) -> None:
    """Remember that the signer deleted this object, so that a late Create finds it dead."""
    await db.run(
        """INSERT INTO tombstone (object_id, signer, deleted_at) VALUES (?, ?, ?)
           ON CONFLICT (object_id, signer) DO NOTHING""",
        object_id,
        signer,
        now,
    )


async def is_buried(db: Reader, object_id: str, signer: str) -> bool:
    """Whether the signer deleted this object before."""
    found = await db.value("SELECT 1 FROM tombstone WHERE object_id = ? AND signer = ?", object_id, signer)
    return found is not None


async def forget_old(
    db: Writer, *, bodies_before: int, signatures_before: int, graves_before: int, day_before: int
) -> None:
    """Drop what is kept only for a while: raw bodies, used signatures, tombstones, counts of the unproven."""
    await db.run("UPDATE inbox_event SET body = NULL, headers = '' WHERE received_at < ? AND body IS NOT NULL "
                 "AND +ended_at IS NOT NULL", bodies_before)  # fmt: skip
    await db.run("DELETE FROM used_signature WHERE used_at < ?", signatures_before)
    await db.run("DELETE FROM tombstone WHERE deleted_at < ?", graves_before)
    await db.run("DELETE FROM unproven WHERE day < ?", day_before)
