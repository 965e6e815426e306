"""Answers of ours outside of our own threads."""

from dataclasses import dataclass

from fedblog.domain.comment import Audience
from fedblog.domain.elsewhere import Remark
from fedblog.store import actors
from fedblog.store.door import Reader, Row, Writer
from fedblog.store.rows import build, insert


@dataclass(frozen=True, slots=True)
class RemarkLine:
    """An answer of ours with whom it answers, as the author sees it in a list.

    `ended_at`: since when whoever it answers does not want it, and it is off the wire.
    """

    pk: int
    object_id: str
    in_reply_to: str
    audience: Audience
    html: str
    url: str
    words: str
    published_at: int
    updated_at: int | None
    ended_at: int | None
    actor_id: str
    actor_name: str
    actor_handle: str
    actor_url: str
    avatar_name: str | None


def _remark(row: Row) -> Remark:
    return build(Remark, row, {"audience": Audience})


async def by_pk(db: Reader, pk: int) -> Remark | None:
    """The remark of that row."""
    row = await db.one("SELECT * FROM remark WHERE pk = ?", pk)
    return _remark(row) if row else None


async def by_object_id(db: Reader, object_id: str) -> Remark | None:
    """The remark of that wire id."""
    row = await db.one("SELECT * FROM remark WHERE object_id = ?", object_id)
    return _remark(row) if row else None


async def answering(db: Reader, blog_pk: int, object_id: str) -> list[Remark]:
    """What the blog answered to that object, the oldest first."""
    rows = await db.all("SELECT * FROM remark WHERE in_reply_to = ? AND blog_pk = ? ORDER BY pk", object_id, blog_pk)
    return [_remark(row) for row in rows]


async def stands_in(db: Reader, actor_id: str) -> bool:
    """Whether something that the blog said stands in that community."""
    found = await db.value(
        "SELECT r.pk FROM actor a JOIN remark r ON r.community_pk = a.pk WHERE a.actor_id = ? LIMIT 1", actor_id
    )
    return found is not None


async def create(db: Writer, remark: Remark) -> int:
    """Store a remark (its `pk` is not used) and return its key."""
    return await insert(
        db,
        "remark",
        blog_pk=remark.blog_pk,
        object_id=remark.object_id,
        in_reply_to=remark.in_reply_to,
        actor_pk=remark.actor_pk,
        community_pk=remark.community_pk,
        audience=remark.audience,
        markdown=remark.markdown,
        html=remark.html,
        language=remark.language,
        url=remark.url,
        words=remark.words,
        published_at=remark.published_at,
        updated_at=remark.updated_at,
    )


async def is_off_the_wire(db: Reader, object_id: str) -> bool:
    """Whether whoever it answers did not want it."""
    found = await db.value("SELECT object_id FROM own_object WHERE object_id = ? AND ended_at IS NOT NULL", object_id)
    return found is not None


async def save(db: Writer, remark: Remark) -> None:
    """Write its text back."""
    await db.run(
        "UPDATE remark SET markdown = ?, html = ?, updated_at = ? WHERE pk = ?",
        remark.markdown,
        remark.html,
        remark.updated_at,
        remark.pk,
    )


async def remove(db: Writer, pk: int) -> None:
    """Taken back: nothing of its text stays."""
    await db.run("DELETE FROM remark WHERE pk = ?", pk)


async def listed(db: Reader, blog_pk: int, *, limit: int | None = None, offset: int = 0) -> list[RemarkLine]:
    """All of them, the newest first."""
    rows = await db.all(
        f"""SELECT r.pk, r.object_id, r.in_reply_to, r.audience, r.html, r.url, r.words, r.published_at, r.updated_at,
                  o.ended_at, a.actor_id, a.name AS actor_name, {actors.ADDRESS} AS actor_handle, a.url AS actor_url,
                  a.avatar_name
           FROM remark r JOIN actor a ON a.pk = r.actor_pk JOIN own_object o ON o.object_id = r.object_id
           WHERE r.blog_pk = ?
           ORDER BY r.published_at DESC, r.pk DESC LIMIT ? OFFSET ?""",  # noqa: S608 - our own words
        blog_pk,
        1 << 40 if limit is None else limit,
        offset,
    )
    return [build(RemarkLine, row, {"audience": Audience}) for row in rows]
