"""How the blog stands with a server: who follows from there, what came from there, and which servers need a look."""

from collections.abc import Mapping
from dataclasses import dataclass

from fedblog.domain.breaker import unknown_host
from fedblog.domain.delivery import Host
from fedblog.store import hosts
from fedblog.store.door import Reader
from fedblog.store.rows import build


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
    """The servers that need a look: first those that have failed the longest. At most 500."""
    failing = await db.all(
        "SELECT * FROM host WHERE failures > 0 OR retry_after > ? ORDER BY COALESCE(failing_since, ?), name LIMIT 500",
        now,
        now,
    )
    gave_up = await db.all(
        """SELECT host, COUNT(*) AS number FROM delivery
           WHERE state IN ('gave_up', 'cancelled') AND state = 'gave_up' AND ended_at >= ?
           GROUP BY host ORDER BY host LIMIT 500""",
        given_up_since,
    )
    known = {row["name"]: build(Host, row) for row in failing}
    lost: dict[str, int] = {row["host"]: row["number"] for row in gave_up}
    names = [*known, *(name for name in lost if name not in known)][:500]
    return [await _in_need(db, known.get(name), name, lost.get(name, 0)) for name in names]


async def _in_need(db: Reader, known: Host | None, name: str, gave_up: int) -> InNeed:
    host = known or await hosts.by_name(db, name) or unknown_host(name)
    waiting = await db.value("SELECT COUNT(*) FROM delivery WHERE host = ? AND ended_at IS NULL", name)
    return InNeed(host, int(waiting), gave_up)


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
