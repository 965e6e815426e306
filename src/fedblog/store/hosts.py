"""Remote servers: how they fared, and which signature form they take."""

from fedblog.domain.delivery import Host
from fedblog.store.door import Reader, Writer
from fedblog.store.rows import build


async def by_name(db: Reader, name: str) -> Host | None:
    """What we know of a host."""
    row = await db.one("SELECT * FROM host WHERE name = ?", name)
    return build(Host, row) if row else None


async def save(db: Writer, host: Host) -> None:
    """Write what we know of a host."""
    await db.run(
        """INSERT INTO host (name, failures, failing_since, open_until, open_for, retry_after, signature_form,
               signature_form_at, reached_at, heard_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (name) DO UPDATE SET failures = excluded.failures, failing_since = excluded.failing_since,
               open_until = excluded.open_until, open_for = excluded.open_for, retry_after = excluded.retry_after,
               signature_form = excluded.signature_form, signature_form_at = excluded.signature_form_at,
               reached_at = excluded.reached_at, heard_at = excluded.heard_at""",
        host.name,
        host.failures,
        host.failing_since,
        host.open_until,
        host.open_for,
        host.retry_after,
        host.signature_form,
        host.signature_form_at,
        host.reached_at,
        host.heard_at,
    )
