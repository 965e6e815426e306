"""The last check of the blog: who asked for it, whether it runs, and what it found."""

from dataclasses import dataclass

from fedblog.store.door import Reader, Writer
from fedblog.store.rows import build

TOPIC = "work:checkup"


@dataclass(frozen=True, slots=True)
class Checkup:
    """Times in ms UTC. `findings` is JSON, "" before the first one has ended.

    It waits when it was asked for after it last ended, and runs while it is leased.
    """

    blog_pk: int
    asked_at: int
    asked_by: str
    leased_until: int | None
    ended_at: int | None
    problems: int
    warnings: int
    findings: str

    def is_running(self, now: int) -> bool:
        """Whether a worker is at it."""
        return self.leased_until is not None and self.leased_until > now

    @property
    def is_waiting(self) -> bool:
        """Whether one was asked for that has not ended."""
        return self.ended_at is None or self.ended_at < self.asked_at


async def last(db: Reader, blog_pk: int) -> Checkup | None:
    """The last one, running or ended."""
    row = await db.one("SELECT * FROM checkup WHERE blog_pk = ?", blog_pk)
    return build(Checkup, row) if row else None


async def ask(db: Writer, blog_pk: int, asked_by: str, now: int, pause: int) -> bool:
    """Ask for one. False where the last one was asked for less than `pause` ms ago."""
    asked = await db.run(
        """INSERT INTO checkup (blog_pk, asked_at, asked_by, leased_until, ended_at, problems, warnings, findings)
           VALUES (?, ?, ?, NULL, NULL, 0, 0, '')
           ON CONFLICT (blog_pk) DO UPDATE SET asked_at = excluded.asked_at, asked_by = excluded.asked_by
               WHERE checkup.asked_at <= ?""",
        blog_pk,
        now,
        asked_by,
        now - pause,
    )
    if asked:
        db.touch(TOPIC)
    return asked > 0


async def claim(db: Writer, now: int, leased_until: int) -> Checkup | None:
    """Take the one that waits, if no worker is at it."""
    row = await db.one(
        """UPDATE checkup SET leased_until = ?
           WHERE (ended_at IS NULL OR ended_at < asked_at) AND (leased_until IS NULL OR leased_until <= ?)
           RETURNING *""",
        leased_until,
        now,
    )
    return build(Checkup, row) if row else None


async def keep(db: Writer, blog_pk: int, findings: str, problems: int, warnings: int, now: int) -> None:
    """Write down what was found."""
    await db.run(
        """UPDATE checkup SET findings = ?, problems = ?, warnings = ?, ended_at = ?, leased_until = NULL
           WHERE blog_pk = ?""",
        findings,
        problems,
        warnings,
        now,
        blog_pk,
    )


async def next_due(db: Reader, now: int) -> int | None:
    """When one can be claimed, in ms UTC; None while none waits."""
    row = await db.one("SELECT leased_until FROM checkup WHERE ended_at IS NULL OR ended_at < asked_at LIMIT 1")
    if row is None:
        return None
    return now if row["leased_until"] is None else int(row["leased_until"])


async def release(db: Writer) -> None:
    """Give back a check that was not ended: its worker stops."""
    await db.run("UPDATE checkup SET leased_until = NULL WHERE leased_until IS NOT NULL")
