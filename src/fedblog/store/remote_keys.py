"""The cache of remote public keys (protocol.md a.3)."""

from fedblog.domain.actor import RemoteKey
from fedblog.store.door import Reader, Writer
from fedblog.store.rows import build


async def by_id(db: Reader, key_id: str) -> RemoteKey | None:
    """The cached key of that id, its owner gone or not."""
    row = await db.one("SELECT * FROM remote_key WHERE key_id = ?", key_id)
    return build(RemoteKey, row) if row else None


async def save(db: Writer, key: RemoteKey) -> None:
    """Store what a fetch brought: a proven key, or that its owner is gone."""
    await db.run(
        """INSERT INTO remote_key (key_id, owner, host, pem, fetched_at, refetched_at, renewed_at, gone_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (key_id) DO UPDATE SET owner = excluded.owner, host = excluded.host, pem = excluded.pem,
               fetched_at = excluded.fetched_at, refetched_at = excluded.refetched_at,
               renewed_at = excluded.renewed_at, gone_at = excluded.gone_at""",
        key.key_id,
        key.owner,
        key.host,
        key.pem,
        key.fetched_at,
        key.refetched_at,
        key.renewed_at,
        key.gone_at,
    )


async def renewed_at(db: Reader, owner: str) -> int | None:
    """Since when the owner counts as a new identity (security.md S21), or None."""
    found = await db.value("SELECT MAX(renewed_at) FROM remote_key WHERE owner = ?", owner)
    return None if found is None else int(found)


async def forget_of_owner(db: Writer, owner: str) -> None:
    """The owner is gone: its keys prove nothing any more."""
    await db.run("DELETE FROM remote_key WHERE owner = ?", owner)


async def forget_beyond(db: Writer, keep: int) -> None:
    """Keep only the `keep` keys that were fetched last (security.md D09)."""
    await db.run(
        """DELETE FROM remote_key WHERE key_id IN (
               SELECT key_id FROM remote_key ORDER BY fetched_at DESC LIMIT 1000000 OFFSET ?)""",
        keep,
    )
