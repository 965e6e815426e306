"""The queue of deliveries: claimed for a while, tried, settled.

A row is claimed by its lease; a lease that has run out counts for nothing. Times are milliseconds UTC.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fedblog.domain.backoff import GIVES_UP_AFTER, Ending, Exchange, Missing
from fedblog.domain.breaker import Hold, after, hold_of, unknown_host
from fedblog.domain.delivery import Delivery, DeliveryState, Host, Lane
from fedblog.store import hosts
from fedblog.store.door import Reader, Row, Value, Writer
from fedblog.store.rows import build

MOST_PER_HOST = 2
ACCEPT_PATIENCE = 600_000
"""How long (ms) a post waits for the Accept that goes to the same server (protocol.md f.3)."""
LOOK_AGAIN = 15_000
"""How soon (ms) a row that is due but waits for another one is looked at again."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that is ours to try, and what is known of its host and its inbox."""

    delivery: Delivery
    host: Host
    missing: Missing | None


@dataclass(frozen=True, slots=True)
class Settlement:
    """What one try brought.

    `exchange` None: the host was not asked. `has_host_news`: it changes what we know of the host. `missing`: the inbox
    was not there, again. `accepted` is the actor id of a follower whose Accept has arrived.
    """

    delivery: Delivery
    worker: str
    ending: Ending
    now: int
    exchange: Exchange | None = None
    has_host_news: bool = False
    missing: Missing | None = None
    was_missing: bool = False
    accepted: str | None = None


def _delivery(row: Row) -> Delivery:
    return build(Delivery, row, {"lane": Lane, "state": DeliveryState})


# A host has room for two, or for one while its breaker tries whether it is back. `older`: one thing after the other
# to each inbox. `follower`: nobody gets a post before the Accept to their Follow. COALESCE at the end keeps PostgreSQL
# from walking through the whole index of what is due, rather than looking up the few rows by their keys.
_CLAIM = f"""
WITH busy AS MATERIALIZED (
    SELECT host, COUNT(*) AS flying FROM delivery WHERE leased_until > ? GROUP BY host),
crowded AS MATERIALIZED (
    SELECT b.host FROM busy b LEFT JOIN host h ON h.name = b.host
    WHERE b.flying >= CASE WHEN h.open_until IS NULL THEN {MOST_PER_HOST} ELSE 1 END),
candidate AS MATERIALIZED (
    SELECT d.pk, d.host, d.due_at FROM delivery d
    WHERE d.lane = ? AND d.due_at <= ? AND d.ended_at IS NULL AND d.leased_until IS NULL
      AND d.host NOT IN (SELECT host FROM crowded)
      AND (CAST(? AS BIGINT) > 0
           OR NOT EXISTS (SELECT 1 FROM host h WHERE h.name = d.host AND h.failures > 0))
      AND NOT EXISTS (
          SELECT 1 FROM delivery older
          WHERE older.object_id = d.object_id AND older.inbox = d.inbox AND older.pk < d.pk
            AND older.ended_at IS NULL)
      AND (d.lane < {Lane.POST:d}
           OR NOT EXISTS (
               SELECT 1 FROM follower f
               WHERE f.delivery_inbox = d.inbox AND f.accept_delivered_at IS NULL AND f.blog_pk = d.blog_pk
                 AND f.accepted_at > ?)
           OR EXISTS (
               SELECT 1 FROM follower f
               WHERE f.delivery_inbox = d.inbox AND f.accept_delivered_at > 0 AND f.blog_pk = d.blog_pk))
    ORDER BY d.due_at, d.pk LIMIT ? {{claim_lock}}),
placed AS (
    SELECT c.pk, c.due_at,
           COALESCE(b.flying, 0) + ROW_NUMBER() OVER (PARTITION BY c.host ORDER BY c.due_at, c.pk) AS place,
           CASE WHEN h.open_until IS NULL THEN {MOST_PER_HOST} ELSE 1 END AS room,
           CASE WHEN h.failures > 0 THEN 1 ELSE 0 END AS is_suspect
    FROM candidate c LEFT JOIN busy b ON b.host = c.host LEFT JOIN host h ON h.name = c.host),
fitting AS (
    SELECT pk, due_at, is_suspect, ROW_NUMBER() OVER (PARTITION BY is_suspect ORDER BY due_at, pk) AS turn
    FROM placed WHERE place <= room)
UPDATE delivery SET leased_until = ?, leased_by = ?, attempts = attempts + 1
WHERE pk IN (SELECT pk FROM fitting WHERE is_suspect = 0 OR turn <= ? ORDER BY due_at, pk LIMIT ?)
  AND COALESCE(ended_at, leased_until) IS NULL
RETURNING *"""  # noqa: S608 - our own numbers


async def claim(db: Writer, worker: str, now: int, leased_until: int, limit: int, suspect_limit: int) -> list[Claimed]:
    """Lease up to `limit` deliveries that may go now, and count the try; at most `suspect_limit` to ailing hosts.

    Accepts come first, then posts, then the rest; in each lane what has been due the longest. Fewer than
    `limit` does not mean that nothing is left; none does.
    """
    await db.run("UPDATE claim_turn SET taken_at = ? WHERE queue = 'delivery'", now)
    await db.run("UPDATE delivery SET leased_until = NULL, leased_by = NULL WHERE leased_until <= ?", now)
    found: list[Delivery] = []
    for lane in Lane:
        if len(found) < limit:
            found += await _claim_lane(db, worker, now, leased_until, lane, limit - len(found), suspect_limit)
    return await _with_hosts(db, found, worker, leased_until)


async def _claim_lane(
    db: Writer, worker: str, now: int, leased_until: int, lane: Lane, limit: int, suspect_limit: int
) -> list[Delivery]:
    values: tuple[Value, ...] = (now, lane, now, suspect_limit, now - ACCEPT_PATIENCE, 2 * limit + 32)
    rows = await db.all(_CLAIM, *values, leased_until, worker, suspect_limit, limit)
    return sorted((_delivery(row) for row in rows), key=lambda delivery: (delivery.due_at, delivery.pk))


async def _with_hosts(db: Reader, found: Sequence[Delivery], worker: str, leased_until: int) -> list[Claimed]:
    if not found:
        return []
    known = await db.all(
        """SELECT * FROM host
           WHERE name IN (SELECT host FROM delivery WHERE leased_until = ? AND leased_by = ?)""",
        leased_until,
        worker,
    )
    missing = await db.all(
        """SELECT inbox, count, since FROM missing_inbox
           WHERE inbox IN (SELECT inbox FROM delivery WHERE leased_until = ? AND leased_by = ?)""",
        leased_until,
        worker,
    )
    by_name = {row["name"]: build(Host, row) for row in known}
    by_inbox = {row["inbox"]: Missing(row["count"], row["since"]) for row in missing}
    return [Claimed(d, by_name.get(d.host) or unknown_host(d.host), by_inbox.get(d.inbox)) for d in found]


async def settle(db: Writer, settlements: Sequence[Settlement]) -> list[None]:
    """Write what tries brought, many at once. Where the lease had passed on, the other worker's word counts."""
    ordered = sorted(settlements, key=lambda s: s.delivery.pk)  # one order for all: no two batches block each other
    await _note_tries(db, ordered)
    await db.many(
        """UPDATE delivery SET state = ?, due_at = ?, last_status = ?, last_error = ?, ended_at = ?,
               leased_until = NULL, leased_by = NULL
           WHERE pk = ? AND leased_by = ? AND attempts = ? AND ended_at IS NULL""",
        [_settled(s) for s in ordered],
    )
    await _note_hosts(db, ordered)
    await _note_missing(db, ordered)
    await _note_accepts(db, ordered)
    return [None] * len(settlements)


async def _note_tries(db: Writer, settlements: Iterable[Settlement]) -> None:
    """Failed tries are written down one by one; of the one that succeeds the delivery's own row tells."""
    failed = [(s, s.exchange) for s in settlements if s.exchange is not None and not s.exchange.is_success]
    if not failed:
        return
    await db.many(
        """INSERT INTO delivery_try (blog_pk, delivery_pk, tried_at, status, error)
           SELECT blog_pk, pk, CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS TEXT) FROM delivery
           WHERE pk = ? AND leased_by = ? AND attempts = ? AND ended_at IS NULL""",
        [
            (s.now, exchange.status, exchange.reason[:500], s.delivery.pk, s.worker, s.delivery.attempts)
            for s, exchange in failed
        ],
    )


def _settled(s: Settlement) -> tuple[Value, ...]:
    ended_at = s.now if s.ending.is_final else None
    ending = (str(s.ending.state), s.ending.due_at, s.ending.last_status, s.ending.last_error[:500], ended_at)
    return (*ending, s.delivery.pk, s.worker, s.delivery.attempts)


async def _note_hosts(db: Writer, settlements: Iterable[Settlement]) -> None:
    for s in sorted(settlements, key=lambda s: s.delivery.host):
        if s.exchange is None or not s.has_host_news:
            continue
        before = await hosts.by_name(db, s.delivery.host) or unknown_host(s.delivery.host)
        met = after(before, s.exchange, s.now)
        if met != before:
            await hosts.save(db, met)
        held = hold_of(met, s.now)
        if held:
            await hold(db, held)


async def hold(db: Writer, held: Hold) -> None:
    """Let the waiting deliveries of a host wait longer; the last try of each at its seven days stays."""
    await db.run(
        f"""UPDATE delivery SET due_at = CASE WHEN created_at + {GIVES_UP_AFTER} < ?
                                         THEN created_at + {GIVES_UP_AFTER} ELSE ? END
            WHERE host = ? AND ended_at IS NULL AND leased_until IS NULL AND due_at < ?
              AND due_at < created_at + {GIVES_UP_AFTER}""",  # noqa: S608 - our own number
        held.until,
        held.until,
        held.host,
        held.until,
    )


async def _note_missing(db: Writer, settlements: Iterable[Settlement]) -> None:
    for s in settlements:
        if s.missing is not None:
            await db.run(
                """INSERT INTO missing_inbox (inbox, count, since, last_at) VALUES (?, ?, ?, ?)
                   ON CONFLICT (inbox) DO UPDATE SET count = excluded.count, last_at = excluded.last_at""",
                s.delivery.inbox,
                s.missing.count,
                s.missing.since,
                s.now,
            )
        elif s.was_missing and s.exchange is not None and s.exchange.status is not None:
            await db.run("DELETE FROM missing_inbox WHERE inbox = ?", s.delivery.inbox)


async def _note_accepts(db: Writer, settlements: Iterable[Settlement]) -> None:
    """Posts may follow now; another process may hold them, so all are told."""
    for s in settlements:
        if s.accepted is not None:
            await db.run(
                """UPDATE follower SET accept_delivered_at = ?
                   WHERE blog_pk = ? AND accept_delivered_at IS NULL
                     AND actor_pk = (SELECT pk FROM actor WHERE actor_id = ?)""",
                s.now,
                s.delivery.blog_pk,
                s.accepted,
            )
            db.touch("work:delivery")


async def release(db: Writer, worker: str) -> int:
    """Give back the leases of one worker that stops."""
    return await db.run(
        """UPDATE delivery SET leased_until = NULL, leased_by = NULL
           WHERE leased_until IS NOT NULL AND leased_by = ?""",
        worker,
    )


async def release_all(db: Writer) -> int:
    """Give back every lease: the only server of this file has just started."""
    return await db.run("UPDATE delivery SET leased_until = NULL, leased_by = NULL WHERE leased_until IS NOT NULL")


_LANES = "(SELECT 0 AS lane UNION ALL SELECT 1 UNION ALL SELECT 2) AS l"  # each lane is one look into the index


async def is_any_due(db: Reader, now: int) -> bool:
    """Whether a claim may find something. It costs no write, and so no commit."""
    found = await db.value(
        f"""SELECT 1 AS found FROM {_LANES}
            WHERE EXISTS (
                      SELECT 1 FROM delivery d
                      WHERE d.lane = l.lane AND d.due_at <= ? AND d.ended_at IS NULL AND d.leased_until IS NULL)
               OR EXISTS (SELECT 1 FROM delivery WHERE leased_until <= ?) LIMIT 1""",  # noqa: S608 - our own words
        now,
        now,
    )
    return found is not None


async def next_due(db: Reader, now: int) -> int | None:
    """When it is worth to claim again after a claim brought nothing, or None."""
    row = await db.one(
        f"""SELECT MIN(first) AS first, (SELECT MIN(leased_until) FROM delivery WHERE leased_until > 0) AS lease
            FROM (SELECT (SELECT MIN(d.due_at) FROM delivery d
                          WHERE d.lane = l.lane AND d.due_at > ? AND d.ended_at IS NULL AND d.leased_until IS NULL
                         ) AS first FROM {_LANES}) AS firsts""",  # noqa: S608 - our own words
        now,
    )
    again = now + LOOK_AGAIN if await is_any_due(db, now) else None
    times = [row["first"], row["lease"], again] if row else [again]
    return min((int(time) for time in times if time is not None), default=None)
