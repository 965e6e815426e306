"""How the blog stands with a server: who follows from there, what came from there, and which servers need a look."""

from collections.abc import Mapping
from dataclasses import dataclass

from fedblog.domain.delivery import Host
from fedblog.store.door import Reader


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """How often requests in the name of a host could not be proven, for one reason; the last time in ms UTC."""

    reason: str
    count: int
    last_at: int


@dataclass(frozen=True, slots=True)
class InNeed:
    """A server that needs a look: it fails, asked for a pause, or something was given up there since then."""

    host: Host
    waiting: int
    gave_up: int


async def followers(db: Reader, blog_pk: int, host: str) -> Mapping[str, int]:
    """How many follow from a host, by state."""
    rows = await db.all(
        "SELECT state, COUNT(*) AS number FROM follower WHERE host = ? AND +blog_pk = ? GROUP BY state", host, blog_pk
    )
    return {row["state"]: row["number"] for row in rows}


async def comments(db: Reader, blog_pk: int, host: str) -> Mapping[str, int]:
    """How many comments came from a host, by state."""
    rows = await db.all(
        """SELECT c.state, COUNT(*) AS number FROM actor a JOIN comment c ON c.actor_pk = a.pk
           WHERE a.host = ? AND +c.blog_pk = ? GROUP BY c.state""",
        host,
        blog_pk,
    )
    return {row["state"]: row["number"] for row in rows}


async def turned_away(db: Reader, host: str) -> list[TurnedAway]:
    """What was turned away in a host's name, the latest first."""
    rows = await db.all(
        """SELECT reason, SUM(count) AS count, MAX(last_at) AS last_at FROM unproven WHERE host = ?
           GROUP BY reason ORDER BY MAX(last_at) DESC""",
        host,
    )
    return [TurnedAway(row["reason"], int(row["count"]), int(row["last_at"])) for row in rows]


async def in_need(db: Reader, now: int, given_up_since: int) -> list[InNeed]:
    """The servers that need a look: first those that have failed the longest."""
    rows = await db.all(
        """SELECT h.*, (SELECT COUNT(*) FROM delivery d WHERE d.host = h.name AND d.ended_at IS NULL) AS waiting,
                  COALESCE(g.number, 0) AS gave_up
           FROM host h LEFT JOIN (
               SELECT host, COUNT(*) AS number FROM delivery
               WHERE state IN ('gave_up', 'cancelled') AND state = 'gave_up' AND ended_at >= ? GROUP BY host
           ) AS g ON g.host = h.name
           WHERE h.failures > 0 OR h.retry_after > ? OR g.number > 0
           ORDER BY COALESCE(h.failing_since, ?), h.name LIMIT 500""",
        given_up_since,
        now,
        now,
    )
    return [_in_need(dict(row)) for row in rows]


def _in_need(columns: dict[str, object]) -> InNeed:
    waiting, gave_up = columns.pop("waiting"), columns.pop("gave_up")
    return InNeed(Host(**columns), int(str(waiting)), int(str(gave_up)))  # type: ignore[arg-type]


async def is_known(db: Reader, host: str) -> bool:
    """Whether anything at all is kept of a host."""
    found = await db.value(
        """SELECT 1 WHERE EXISTS (SELECT 1 FROM host WHERE name = ?)
             OR EXISTS (SELECT 1 FROM actor WHERE host = ? AND kind NOT IN ('blog', 'instance'))
             OR EXISTS (SELECT 1 FROM delivery WHERE host = ? AND pk > 0)
             OR EXISTS (SELECT 1 FROM inbox_event WHERE host = ?)
             OR EXISTS (SELECT 1 FROM unproven WHERE host = ?)
             OR EXISTS (SELECT 1 FROM block WHERE kind = 'host' AND value = ?)""",
        host,
        host,
        host,
        host,
        host,
        host,
    )
    return found is not None
