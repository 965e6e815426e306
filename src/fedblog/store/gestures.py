"""Likes and boosts of ours."""

from dataclasses import dataclass

from fedblog.domain.elsewhere import Gesture, GestureKind
from fedblog.store import actors
from fedblog.store.door import Reader, Row, Writer
from fedblog.store.rows import build, insert


@dataclass(frozen=True, slots=True)
class GestureLine:
    """A like or boost of ours with whose work it is about, as the author sees it in a list."""

    pk: int
    kind: GestureKind
    object_id: str
    post_pk: int | None
    url: str
    words: str
    created_at: int
    actor_id: str
    actor_name: str
    actor_handle: str
    actor_url: str
    avatar_name: str | None


def _gesture(row: Row) -> Gesture:
    return build(Gesture, row, {"kind": GestureKind})


async def by_pk(db: Reader, pk: int) -> Gesture | None:
    """The gesture of that row."""
    row = await db.one("SELECT * FROM gesture WHERE pk = ?", pk)
    return _gesture(row) if row else None


async def of_object(db: Reader, blog_pk: int, object_id: str, kind: GestureKind) -> Gesture | None:
    """What the blog did of that kind to that object."""
    row = await db.one(
        "SELECT * FROM gesture WHERE object_id = ? AND kind = ? AND blog_pk = ?", object_id, kind, blog_pk
    )
    return _gesture(row) if row else None


async def by_activity(db: Reader, activity_id: str) -> Gesture | None:
    """The gesture that this activity of ours made, unless it was taken back."""
    row = await db.one("SELECT * FROM gesture WHERE activity_id = ?", activity_id)
    return _gesture(row) if row else None


async def create(db: Writer, gesture: Gesture) -> int:
    """Store a gesture (its `pk` is not used) and return its key."""
    return await insert(
        db,
        "gesture",
        blog_pk=gesture.blog_pk,
        kind=gesture.kind,
        object_id=gesture.object_id,
        actor_pk=gesture.actor_pk,
        post_pk=gesture.post_pk,
        activity_id=gesture.activity_id,
        url=gesture.url,
        words=gesture.words,
        created_at=gesture.created_at,
    )


async def remove(db: Writer, pk: int) -> None:
    """Taken back."""
    await db.run("DELETE FROM gesture WHERE pk = ?", pk)


async def remove_of_object(db: Writer, object_id: str) -> None:
    """What they were about is gone."""
    await db.run("DELETE FROM gesture WHERE object_id = ?", object_id)


async def listed(
    db: Reader, blog_pk: int, kind: GestureKind, *, limit: int | None = None, offset: int = 0
) -> list[GestureLine]:
    """Those of one kind, the newest first."""
    rows = await db.all(
        f"""SELECT g.pk, g.kind, g.object_id, g.post_pk, g.url, g.words, g.created_at, a.actor_id,
                  a.name AS actor_name, {actors.ADDRESS} AS actor_handle, a.url AS actor_url, a.avatar_name
           FROM gesture g JOIN actor a ON a.pk = g.actor_pk WHERE g.blog_pk = ? AND g.kind = ?
           ORDER BY g.created_at DESC, g.pk DESC LIMIT ? OFFSET ?""",  # noqa: S608 - our own words
        blog_pk,
        kind,
        1 << 40 if limit is None else limit,
        offset,
    )
    return [build(GestureLine, row, {"kind": GestureKind}) for row in rows]
