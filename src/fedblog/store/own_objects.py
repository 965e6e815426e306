"""Every object id that we ever put on the wire."""

from dataclasses import dataclass

from fedblog.domain.post import Addressee, OwnObject, PostHead
from fedblog.store import posts
from fedblog.store.door import Reader, Writer
from fedblog.store.rows import build


async def by_id(db: Reader, object_id: str) -> OwnObject | None:
    """The object of that id, ended or not."""
    row = await db.one("SELECT * FROM own_object WHERE object_id = ?", object_id)
    return build(OwnObject, row) if row else None


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an object of ours stands: at a comment, or at a post itself. `is_ended`: it is a Tombstone now."""

    post: PostHead | None
    comment_pk: int | None
    is_ended: bool


async def spot(db: Reader, object_id: str) -> Spot | None:
    """Where the object of that id stands, in one look."""
    row = await db.one(
        f"""SELECT o.comment_pk, o.ended_at, {posts.HEAD}
            FROM own_object o LEFT JOIN post p ON p.pk = o.post_pk WHERE o.object_id = ?""",  # noqa: S608 - our own words
        object_id,
    )
    if row is None:
        return None
    return Spot(posts.read_head(row) if row["pk"] else None, row["comment_pk"], row["ended_at"] is not None)


async def begin(
    db: Writer, object_id: str, *, blog_pk: int, kind: str, post_pk: int | None, comment_pk: int | None, now: int
) -> None:
    """Put a new object id on the wire. `kind` is the wire's type: Article or Note."""
    await db.run(
        """INSERT INTO own_object (object_id, blog_pk, kind, post_pk, comment_pk, created_at, ended_at)
           VALUES (?, ?, ?, ?, ?, ?, NULL)""",
        object_id,
        blog_pk,
        kind,
        post_pk,
        comment_pk,
        now,
    )


async def end(db: Writer, object_id: str, now: int) -> None:
    """Take an object id off the wire for good: from now on it is a Tombstone."""
    await db.run("UPDATE own_object SET ended_at = ? WHERE object_id = ? AND ended_at IS NULL", now, object_id)


async def set_addressees(db: Writer, blog_pk: int, object_id: str, people: tuple[Addressee, ...]) -> None:
    """Replace the people whom an object of ours names."""
    await db.run("DELETE FROM addressee WHERE object_id = ?", object_id)
    await db.many(
        "INSERT INTO addressee (blog_pk, object_id, handle, actor_id, url, inbox) VALUES (?, ?, ?, ?, ?, ?)",
        [(blog_pk, object_id, p.handle, p.actor_id, p.url, p.inbox) for p in people],
    )


async def is_named(db: Reader, actor_id: str) -> bool:
    """Whether something of ours names that actor."""
    return await db.value("SELECT object_id FROM addressee WHERE actor_id = ? LIMIT 1", actor_id) is not None


async def addressees(db: Reader, object_id: str) -> tuple[Addressee, ...]:
    """The people whom an object of ours names."""
    rows = await db.all(
        "SELECT handle, actor_id, url, inbox FROM addressee WHERE object_id = ? ORDER BY handle", object_id
    )
    return tuple(build(Addressee, row) for row in rows)
