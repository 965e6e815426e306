"""Activities that were believed for the proof in them, so that each counts once, whoever brings it."""

from fedblog.store.door import Reader, Writer


async def is_used(db: Reader, blog_pk: int, actor_id: str, activity_id: str) -> bool:
    """Whether that activity of the actor has had its effect."""
    found = await db.value(
        "SELECT 1 FROM used_proof WHERE actor_id = ? AND activity_id = ? AND blog_pk = ?",
        actor_id,
        activity_id,
        blog_pk,
    )
    return found is not None


async def use(db: Writer, blog_pk: int, actor_id: str, activity_id: str, now: int) -> None:
    """It has its effect now."""
    await db.run(
        """INSERT INTO used_proof (blog_pk, actor_id, activity_id, used_at) VALUES (?, ?, ?, ?)
           ON CONFLICT (actor_id, activity_id, blog_pk) DO NOTHING""",
        blog_pk,
        actor_id,
        activity_id,
        now,
    )


async def forget_old(db: Writer, before: int) -> None:
    """Drop those that no proof can bring back any more."""
    await db.run("DELETE FROM used_proof WHERE used_at < ?", before)
