"""The author's other accounts."""

from collections.abc import Sequence

from fedblog.domain.moving import Alias
from fedblog.store.door import Reader, Writer
from fedblog.store.rows import build


async def listed(db: Reader, blog_pk: int) -> Sequence[Alias]:
    """All of them, in the order in which they were added."""
    rows = await db.all("SELECT * FROM alias WHERE blog_pk = ? ORDER BY added_at, actor_id", blog_pk)
    return [build(Alias, row) for row in rows]


async def by_id(db: Reader, blog_pk: int, actor_id: str) -> Alias | None:
    """The one with that actor id."""
    row = await db.one("SELECT * FROM alias WHERE blog_pk = ? AND actor_id = ?", blog_pk, actor_id)
    return build(Alias, row) if row else None


async def proven_ids(db: Reader, blog_pk: int) -> frozenset[str]:
    """The actor ids of those that name the blog too."""
    rows = await db.all("SELECT actor_id FROM alias WHERE blog_pk = ? AND proven_at IS NOT NULL", blog_pk)
    return frozenset(row["actor_id"] for row in rows)


async def save(db: Writer, alias: Alias) -> None:
    """Insert it, or replace what was seen of it; since when it is one stays."""
    await db.run(
        """INSERT INTO alias (blog_pk, actor_id, handle, url, software, moved_to, trouble, added_at, looked_at,
               proven_at, move_received_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (blog_pk, actor_id) DO UPDATE SET handle = excluded.handle, url = excluded.url,
               software = excluded.software, moved_to = excluded.moved_to, trouble = excluded.trouble,
               looked_at = excluded.looked_at, proven_at = excluded.proven_at""",
        alias.blog_pk,
        alias.actor_id,
        alias.handle,
        alias.url,
        alias.software,
        alias.moved_to,
        alias.trouble,
        alias.added_at,
        alias.looked_at,
        alias.proven_at,
        alias.move_received_at,
    )


async def note_move(db: Writer, blog_pk: int, actor_id: str, target_id: str, now: int) -> bool:
    """Its Move to `target_id` came in. Whether it is an alias at all."""
    touched = await db.run(
        "UPDATE alias SET move_received_at = ?, moved_to = ? WHERE blog_pk = ? AND actor_id = ?",
        now,
        target_id,
        blog_pk,
        actor_id,
    )
    return touched > 0


async def remove(db: Writer, blog_pk: int, actor_id: str) -> None:
    """It is no account of the author's any more."""
    await db.run("DELETE FROM alias WHERE blog_pk = ? AND actor_id = ?", blog_pk, actor_id)
