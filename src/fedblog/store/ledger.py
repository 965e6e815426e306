"""The inbox ledger as the author reads it: by filters and by key, never by offset; counts; verdicts of before."""

from collections.abc import Sequence
from dataclasses import dataclass

from fedblog.domain.inbox_event import InboxEvent, Verdict
from fedblog.store.door import Reader, Row, Value, Writer
from fedblog.store.rows import build

FROM_THE_NEWEST = 1 << 62


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """Which lines: all that fit everything given. "" fits any.

    `signer` is an actor id; `address` the id of an activity or of what it is about.
    """

    verdict: str = ""
    host: str = ""
    signer: str = ""
    type: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One received activity in a list, without what was received. Times in ms UTC."""

    pk: int
    type: str
    actor: str
    signer: str
    host: str
    activity_id: str
    object_id: str
    verdict: str
    reason: str
    attempts: int
    received_at: int
    ended_at: int | None


@dataclass(frozen=True, slots=True)
class EarlierVerdict:
    """What the verdict on an event was, until somebody asked at `asked_at` to have it processed again."""

    verdict: str
    reason: str
    ended_at: int
    asked_by: str
    asked_at: int


# `+` keeps SQLite, which knows nothing of how the values are spread, from preferring the blog's key to what was asked.
_LINE = """SELECT e.pk, e.type, e.actor, e.signer, e.host, e.activity_id, e.object_id, e.verdict, e.reason,
                  e.attempts, e.received_at, e.ended_at
           FROM inbox_event e"""
_NARROWED = """e.pk < ? AND (CAST(? AS TEXT) = '' OR e.verdict = ?) AND (CAST(? AS TEXT) = '' OR e.type = ?)
               AND (CAST(? AS TEXT) = '' OR e.host = ?) AND (CAST(? AS TEXT) = '' OR e.signer = ?)
               ORDER BY e.pk DESC LIMIT ?"""


_NAMED = """SELECT pk FROM inbox_event WHERE activity_id = ? AND ended_at IS NOT NULL
            UNION SELECT pk FROM inbox_event WHERE object_id = ? AND ended_at IS NOT NULL
            UNION SELECT pk FROM inbox_event WHERE ended_at IS NULL AND (activity_id = ? OR object_id = ?)"""


async def listed(
    db: Reader, blog_pk: int, wanted: LedgerFilter, *, before: int = FROM_THE_NEWEST, limit: int = 1 << 40
) -> list[LedgerLine]:
    """Lines of the ledger, the newest first, of those with a key below `before`."""
    narrowed: tuple[Value, ...] = (before, *_twice(wanted.verdict, wanted.type, wanted.host, wanted.signer), limit)
    if wanted.address:
        rows = await db.all(
            f"{_LINE} WHERE e.pk IN ({_NAMED}) AND +e.blog_pk = ? AND {_NARROWED}",
            *[wanted.address] * 4,
            blog_pk,
            *narrowed,
        )
    elif wanted.signer:
        rows = await db.all(
            f"{_LINE} WHERE e.signer = ? AND +e.blog_pk = ? AND {_NARROWED}", wanted.signer, blog_pk, *narrowed
        )
    elif wanted.host:
        rows = await db.all(
            f"{_LINE} WHERE e.host = ? AND +e.blog_pk = ? AND {_NARROWED}", wanted.host, blog_pk, *narrowed
        )
    else:
        rows = await db.all(f"{_LINE} WHERE e.blog_pk = ? AND {_NARROWED}", blog_pk, *narrowed)
    return [build(LedgerLine, row) for row in rows]


def _twice(*values: str) -> tuple[str, ...]:
    """Each value for both of its places in `_NARROWED`."""
    return tuple(place for value in values for place in (value, value))


async def waiting_by_host(db: Reader) -> dict[str, int]:
    """How many events of each host wait for the worker."""
    rows = await db.all(
        """WITH waiting AS MATERIALIZED (SELECT host FROM inbox_event WHERE ended_at IS NULL)
           SELECT host, COUNT(*) AS number FROM waiting GROUP BY host"""
    )
    return {row["host"]: row["number"] for row in rows}


async def first_since(db: Reader, blog_pk: int, since: int) -> int:
    """The key of the first event that came at `since` (ms) or later; above all keys when there is none."""
    found = await db.value(
        "SELECT pk FROM inbox_event WHERE blog_pk = ? AND received_at >= ? ORDER BY received_at, pk LIMIT 1",
        blog_pk,
        since,
    )
    return FROM_THE_NEWEST if found is None else int(found)


async def counted_from(db: Reader, blog_pk: int, since: int, most: int) -> int:
    """The key from which on lines are worth counting: of those since then, at most about so many of the newest."""
    newest = await db.value("SELECT MAX(pk) FROM inbox_event WHERE blog_pk = ?", blog_pk)
    return max(await first_since(db, blog_pk, since), int(newest or 0) - most)


async def counts(db: Reader, blog_pk: int, *, from_pk: int, host: str = "", signer: str = "") -> dict[str, int]:
    """How many events there are with each verdict, from that key on: of all, of a host, or of one signer."""
    if signer:
        rows = await db.all(
            """SELECT verdict, COUNT(*) AS number FROM inbox_event
               WHERE signer = ? AND +blog_pk = ? AND +pk >= ? GROUP BY verdict""",
            signer,
            blog_pk,
            from_pk,
        )
    elif host:
        rows = await db.all(
            """SELECT verdict, COUNT(*) AS number FROM inbox_event
               WHERE host = ? AND +blog_pk = ? AND pk >= ? GROUP BY verdict""",
            host,
            blog_pk,
            from_pk,
        )
    else:
        rows = await db.all(
            "SELECT verdict, COUNT(*) AS number FROM inbox_event WHERE blog_pk = ? AND pk >= ? GROUP BY verdict",
            blog_pk,
            from_pk,
        )
    return {row["verdict"]: row["number"] for row in rows}


async def types_since(db: Reader, blog_pk: int, from_pk: int) -> list[str]:
    """The types of activities that came, from that key on."""
    rows = await db.all(
        "SELECT DISTINCT type FROM inbox_event WHERE blog_pk = ? AND pk >= ? ORDER BY type", blog_pk, from_pk
    )
    return [row["type"] for row in rows]


async def earlier_verdicts(db: Reader, event_pk: int) -> list[EarlierVerdict]:
    """The verdicts that an event had before, the oldest first."""
    rows = await db.all(
        """SELECT verdict, reason, ended_at, asked_by, asked_at FROM earlier_verdict
           WHERE event_pk = ? ORDER BY pk""",
        event_pk,
    )
    return [build(EarlierVerdict, row) for row in rows]


async def reopen(db: Writer, pk: int, by: str, now: int) -> bool:
    """Let a decided event wait for the worker again; its verdict is kept beside it.

    False, and nothing is changed: it waits already, or what came is not kept any more.
    """
    kept = await db.run(
        """INSERT INTO earlier_verdict (blog_pk, event_pk, verdict, reason, ended_at, asked_by, asked_at)
           SELECT blog_pk, pk, verdict, reason, ended_at, CAST(? AS TEXT), CAST(? AS BIGINT) FROM inbox_event
           WHERE pk = ? AND ended_at IS NOT NULL AND body IS NOT NULL""",
        by,
        now,
        pk,
    )
    if kept:
        await db.run(
            """UPDATE inbox_event SET verdict = 'waiting', reason = '', ended_at = NULL, due_at = ?, attempts = 0
               WHERE pk = ?""",
            now,
            pk,
        )
        db.touch("work:inbox")
    return kept > 0


async def taken_back_since(db: Reader, actor: str, pk: int) -> Sequence[InboxEvent]:
    """What the actor itself took back after that event, as far as it is kept."""
    rows = await db.all(
        """SELECT * FROM inbox_event
           WHERE signer = ? AND +pk > ? AND type IN ('Undo', 'Delete', 'Block') AND verdict IN ('accepted', 'ignored')
           ORDER BY pk LIMIT 500""",
        actor,
        pk,
    )
    return [read_event(row) for row in rows]


def read_event(row: Row) -> InboxEvent:
    """The event of a whole row."""
    return build(InboxEvent, row, {"verdict": Verdict})
