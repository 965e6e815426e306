"""The posts that the author has pinned, in the order in which that was done."""

from fedblog.store.door import Reader, Writer


async def add(db: Writer, blog_pk: int, post_pk: int, now: int) -> None:
    """Pin a post behind the others."""
    await db.run(
        "INSERT INTO pin (post_pk, blog_pk, pinned_at) VALUES (?, ?, ?) ON CONFLICT (post_pk) DO NOTHING",
        post_pk,
        blog_pk,
        now,
    )


async def remove(db: Writer, post_pk: int) -> bool:
    """Take a pin out. False when there was none."""
    return await db.run("DELETE FROM pin WHERE post_pk = ?", post_pk) > 0


async def is_pinned(db: Reader, post_pk: int) -> bool:
    """Whether a post is pinned."""
    return await db.value("SELECT post_pk FROM pin WHERE post_pk = ?", post_pk) is not None


async def listed(db: Reader, blog_pk: int) -> list[tuple[int, str]]:
    """Key and object id of the pinned posts, the first one pinned first."""
    rows = await db.all(
        """SELECT p.pk, p.object_id FROM pin i JOIN post p ON p.pk = i.post_pk AND p.state = 'published'
           WHERE i.blog_pk = ? ORDER BY i.pinned_at, i.post_pk""",
        blog_pk,
    )
    return [(row["pk"], row["object_id"]) for row in rows]
