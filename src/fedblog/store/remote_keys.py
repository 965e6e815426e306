"""The cache of remote public keys (protocol.md a.3)."""

from fedblog.domain.actor import RemoteKey
from fedblog.store.door import Reader, Writer
from fedblog.store.rows import build


async def by_id(db: Reader, key_id: str) -> RemoteKey | None:
    """The cached key of that id, be it good, failed or gone."""
    row = await db.one("SELECT * FROM remote_key WHERE key_id = ?", key_id)
    return build(RemoteKey, row) if row else None


async def save(db: Writer, key: RemoteKey) -> None:
    """Store what a fetch brought: a proven key, a failure, or that the owner is gone."""
    await db.run(
        """INSERT INTO remote_key (key_id, owner, host, pem, fetched_at, refetched_at, failed_at, gone_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (key_id) DO UPDATE SET owner = excluded.owner, host = excluded.host, pem = excluded.pem,
               fetched_at = excluded.fetched_at, refetched_at = excluded.refetched_at,
               failed_at = excluded.failed_at, gone_at = excluded.gone_at""",
        key.key_id,
        key.owner,
        key.host,
        key.pem,
        key.fetched_at,
        key.refetched_at,
        key.failed_at,
        key.gone_at,
    )


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
