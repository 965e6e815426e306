"""Remote servers: how they fared, and which signature form they take."""

from collections.abc import Sequence

from fedblog.domain.delivery import Host
from fedblog.store.door import Reader, Writer
from fedblog.store.rows import build, in_groups, marks


async def by_name(db: Reader, name: str) -> Host | None:
    """What we know of a host."""
    row = await db.one("SELECT * FROM host WHERE name = ?", name)
    return build(Host, row) if row else None


async def save(db: Writer, host: Host) -> None:
    """Write what we know of a host."""
    await db.run(
        """INSERT INTO host (name, failures, failing_since, failed_at, open_until, open_for, retry_after,
               signature_form, signature_form_at, reached_at, heard_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (name) DO UPDATE SET failures = excluded.failures, failing_since = excluded.failing_since,
               failed_at = excluded.failed_at, open_until = excluded.open_until, open_for = excluded.open_for,
               retry_after = excluded.retry_after,
               signature_form = excluded.signature_form, signature_form_at = excluded.signature_form_at,
               reached_at = excluded.reached_at, heard_at = excluded.heard_at""",
        host.name,
        host.failures,
        host.failing_since,
        host.failed_at,
        host.open_until,
        host.open_for,
        host.retry_after,
        host.signature_form,
        host.signature_form_at,
        host.reached_at,
        host.heard_at,
    )


async def silent(db: Reader, failing_before: int, failed_before: int, limit: int) -> Sequence[Host]:
    """Hosts with followers that have failed since before then, and were not tried since `failed_before`.

    Those first that have failed the longest.
    """
    rows = await db.all(
        """SELECT * FROM host
           WHERE failing_since < ? AND failed_at < ?
             AND EXISTS (SELECT 1 FROM follower f WHERE f.host = host.name)
           ORDER BY failing_since, name LIMIT ?""",
        failing_before,
        failed_before,
        limit,
    )
    return [build(Host, row) for row in rows]


HEARD_STEP = 600_000  # ms: how exactly we know when a host was last heard of


async def heard(db: Writer, names: Sequence[str], now: int) -> None:
    """Proven requests came from the hosts: they are up, so their breakers let one delivery through at once.

    Costs one look-up for hosts that are well known, and nothing is stored for those that we never sent to.
    """
    for some in in_groups(sorted(names)):
        await _heard_some(db, some, now)


async def _heard_some(db: Writer, names: Sequence[str], now: int) -> None:
    rows = await db.all(
        f"""UPDATE host SET heard_at = ?, open_until = CASE WHEN open_until > ? THEN ? ELSE open_until END
            WHERE name IN {marks(len(names), 1)} AND (heard_at IS NULL OR heard_at < ? OR open_until > ?)
            RETURNING name, open_until""",  # noqa: S608 - marks only
        now,
        now,
        now,
        *names,
        now - HEARD_STEP,
        now,
    )
    for name in [row["name"] for row in rows if row["open_until"] == now]:
        await db.run(
            """UPDATE delivery SET due_at = ?
               WHERE host = ? AND ended_at IS NULL AND leased_until IS NULL AND due_at > ?
                 AND NOT EXISTS (SELECT 1 FROM host h WHERE h.name = delivery.host AND h.retry_after > ?)""",
            now,
            name,
            now,
            now,
        )
        db.touch("work:delivery")


_IS_UNUSED = """NOT EXISTS (SELECT 1 FROM delivery d WHERE d.host = host.name AND d.ended_at IS NULL)
    AND NOT EXISTS (SELECT 1 FROM follower f WHERE f.host = host.name)"""


async def forget_old(db: Writer, before: int, keep: int) -> int:
    """Drop hosts that nothing waits for or follows from: those last met before then, and what is beyond `keep` rows.

    Returns how many went (security.md D09).
    """
    stale = await db.run(
        f"""DELETE FROM host WHERE COALESCE(reached_at, 0) < ? AND COALESCE(heard_at, 0) < ?
            AND COALESCE(failed_at, 0) < ? AND {_IS_UNUSED}""",  # noqa: S608 - our own words
        before,
        before,
        before,
    )
    surplus = int(await db.value("SELECT COUNT(*) FROM host")) - keep
    if surplus <= 0:
        return stale
    return stale + await db.run(
        f"""DELETE FROM host WHERE name IN (
                SELECT name FROM host WHERE {_IS_UNUSED}
                ORDER BY COALESCE(failed_at, heard_at, reached_at, 0), name LIMIT ?)""",  # noqa: S608
        surplus,
    )
