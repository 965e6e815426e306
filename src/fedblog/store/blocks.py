"""Blocks: actors and hosts that the blog wants nothing of."""

from fedblog.domain.actor import Block, BlockKind
from fedblog.store.door import Reader, Writer
from fedblog.store.rows import build


async def add(db: Writer, blog_pk: int, kind: BlockKind, value: str, now: int) -> None:
    """Block an actor id or a host; once is enough."""
    await db.run(
        """INSERT INTO block (blog_pk, kind, value, created_at) VALUES (?, ?, ?, ?)
           ON CONFLICT (blog_pk, kind, value) DO NOTHING""",
        blog_pk,
        kind,
        value,
        now,
    )


async def by_pk(db: Reader, pk: int) -> Block | None:
    """The block of that row."""
    row = await db.one("SELECT * FROM block WHERE pk = ?", pk)
    return build(Block, row, {"kind": BlockKind}) if row else None


async def remove(db: Writer, pk: int) -> None:
    """Lift a block."""
    await db.run("DELETE FROM block WHERE pk = ?", pk)


async def listed(db: Reader, blog_pk: int) -> list[Block]:
    """All blocks, newest first."""
    rows = await db.all("SELECT * FROM block WHERE blog_pk = ? ORDER BY created_at DESC, pk DESC", blog_pk)
    return [build(Block, row, {"kind": BlockKind}) for row in rows]


async def inboxes(db: Reader, blog_pk: int) -> frozenset[str]:
    """The own inboxes of all blocked actors."""
    rows = await db.all(
        "SELECT a.inbox FROM block b JOIN actor a ON a.actor_id = b.value WHERE b.blog_pk = ? AND b.kind = ?",
        blog_pk,
        BlockKind.ACTOR,
    )
    return frozenset(row["inbox"] for row in rows)
