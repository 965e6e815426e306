"""What other servers see of the threads below our posts: ids only, and only what readers see."""

from fedblog.store.door import Reader


async def children(db: Reader, post_pk: int, parent_pk: int | None, *, limit: int, offset: int) -> list[str]:
    """Wire ids of the shown direct answers to a post (`parent_pk` None) or to a comment, oldest first."""
    if parent_pk is None:
        rows = await db.all(
            """SELECT object_id FROM public_comment WHERE post_pk = ? AND parent_pk IS NULL
               ORDER BY number LIMIT ? OFFSET ?""",
            post_pk,
            limit,
            offset,
        )
    else:
        rows = await db.all(
            "SELECT object_id FROM public_comment WHERE parent_pk = ? ORDER BY number LIMIT ? OFFSET ?",
            parent_pk,
            limit,
            offset,
        )
    return [row["object_id"] for row in rows]


async def count_children(db: Reader, post_pk: int, parent_pk: int | None) -> int:
    """How many shown direct answers a post (`parent_pk` None) or a comment has."""
    if parent_pk is None:
        sql, key = "SELECT COUNT(*) FROM public_comment WHERE post_pk = ? AND parent_pk IS NULL", post_pk
    else:
        sql, key = "SELECT COUNT(*) FROM public_comment WHERE parent_pk = ?", parent_pk
    return int(await db.value(sql, key))


async def in_time(db: Reader, post_pk: int, *, limit: int, offset: int) -> list[str]:
    """Wire ids of everything that readers see below a post, nested answers too, oldest first (FEP-f228)."""
    rows = await db.all(
        "SELECT object_id FROM public_comment WHERE post_pk = ? ORDER BY published_at, number LIMIT ? OFFSET ?",
        post_pk,
        limit,
        offset,
    )
    return [row["object_id"] for row in rows]
