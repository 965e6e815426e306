"""Followers whom nobody sent away by hand."""

from collections.abc import Sequence

from fedblog.domain.moving import FormerFollower
from fedblog.store import actors, followers
from fedblog.store.door import Reader, Writer
from fedblog.store.rows import build


async def let_go(db: Writer, follower_pk: int, reason: str, now: int) -> None:
    """Remove a follower, and keep a line that says why."""
    await db.run(
        f"""INSERT INTO former_follower (blog_pk, actor_id, handle, host, reason, left_at)
            SELECT f.blog_pk, a.actor_id, {actors.ADDRESS}, a.host, CAST(? AS TEXT), CAST(? AS BIGINT)
            FROM follower f JOIN actor a ON a.pk = f.actor_pk WHERE f.pk = ?""",  # noqa: S608 - our own words
        reason,
        now,
        follower_pk,
    )
    await followers.remove(db, follower_pk)


async def listed(db: Reader, blog_pk: int, *, limit: int | None = None, offset: int = 0) -> Sequence[FormerFollower]:
    """The lines, the newest first."""
    rows = await db.all(
        "SELECT * FROM former_follower WHERE blog_pk = ? ORDER BY left_at DESC, pk DESC LIMIT ? OFFSET ?",
        blog_pk,
        1 << 40 if limit is None else limit,
        offset,
    )
    return [build(FormerFollower, row) for row in rows]


async def count(db: Reader, blog_pk: int) -> int:
    """How many lines there are."""
    return int(await db.value("SELECT COUNT(*) FROM former_follower WHERE blog_pk = ?", blog_pk))


async def forget_old(db: Writer, before: int) -> None:
    """Drop the lines of before then."""
    await db.run(
        "DELETE FROM former_follower WHERE blog_pk IN (SELECT pk FROM blog) AND left_at < ?",
        before,
    )
