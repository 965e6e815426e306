"""Remote posts that quote ours. Whatever goes to readers is read from the view `public_quote` only."""

from dataclasses import dataclass

from fedblog.domain.comment import Audience
from fedblog.domain.interaction import Quote
from fedblog.store import actors
from fedblog.store.door import Reader, Row, Writer
from fedblog.store.rows import build

_LINE = f"""q.pk, q.post_pk, q.object_id, q.target_id, q.audience, q.html, q.text, q.url, q.published_at, q.received_at,
    q.read_at, COALESCE(i.state, '') AS state, i.approval_id, a.actor_id, a.name AS actor_name,
    a.username AS actor_username, {actors.ADDRESS} AS actor_handle, a.url AS actor_url, a.avatar_name"""


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """A quote with its author. `state` is that of its request, "" where nobody asked."""

    pk: int
    post_pk: int
    object_id: str
    target_id: str
    audience: Audience
    html: str
    text: str
    url: str
    published_at: int
    received_at: int
    read_at: int | None
    state: str
    approval_id: str | None
    actor_id: str
    actor_name: str
    actor_username: str
    actor_handle: str
    actor_url: str
    avatar_name: str | None


@dataclass(frozen=True, slots=True)
class PublicQuote:
    """A quote as readers see it below the post."""

    object_id: str
    url: str
    published_at: int
    actor_name: str
    actor_username: str
    actor_handle: str
    actor_url: str


def _quote(row: Row) -> Quote:
    return build(Quote, row, {"audience": Audience})


async def by_object_id(db: Reader, blog_pk: int, object_id: str) -> Quote | None:
    """The quote with that wire id."""
    row = await db.one("SELECT * FROM quote WHERE blog_pk = ? AND object_id = ?", blog_pk, object_id)
    return _quote(row) if row else None


async def by_pk(db: Reader, pk: int) -> Quote | None:
    """The quote of that row."""
    row = await db.one("SELECT * FROM quote WHERE pk = ?", pk)
    return _quote(row) if row else None


async def save(db: Writer, quote: Quote) -> None:
    """Insert a quote (its `pk` is not used), or bring the one with that wire id up to it."""
    await db.run(
        """INSERT INTO quote (blog_pk, post_pk, comment_pk, actor_pk, object_id, target_id, audience, html, text, url,
               published_at, updated_at, received_at, read_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (blog_pk, object_id) DO UPDATE SET post_pk = excluded.post_pk, comment_pk = excluded.comment_pk,
               target_id = excluded.target_id, audience = excluded.audience, html = excluded.html,
               text = excluded.text, url = excluded.url, updated_at = excluded.updated_at""",
        quote.blog_pk,
        quote.post_pk,
        quote.comment_pk,
        quote.actor_pk,
        quote.object_id,
        quote.target_id,
        quote.audience,
        quote.html,
        quote.text,
        quote.url,
        quote.published_at,
        quote.updated_at,
        quote.received_at,
        quote.read_at,
    )


async def remove(db: Writer, pk: int) -> None:
    """It quotes nothing of ours any more, or is gone: nothing of it stays."""
    await db.run("DELETE FROM quote WHERE pk = ?", pk)


async def by_actor(db: Reader, actor_pk: int) -> list[Quote]:
    """Everything of this actor that quotes ours."""
    rows = await db.all("SELECT * FROM quote WHERE actor_pk = ? ORDER BY received_at, pk", actor_pk)
    return [_quote(row) for row in rows]


async def listed(
    db: Reader, blog_pk: int, *, state: str = "%", post_pk: int = 0, limit: int | None = None, offset: int = 0
) -> list[QuoteLine]:
    """Quotes for the author, newest first: all, those in one state, those of one post."""
    rows = await db.all(
        f"""SELECT {_LINE} FROM quote q JOIN actor a ON a.pk = q.actor_pk
            LEFT JOIN interaction i ON i.blog_pk = q.blog_pk AND i.object_id = q.object_id AND i.kind = 'quote'
            WHERE q.blog_pk = ? AND COALESCE(i.state, '') LIKE ? AND (CAST(? AS BIGINT) = 0 OR q.post_pk = ?)
            ORDER BY q.received_at DESC, q.pk DESC LIMIT ? OFFSET ?""",  # noqa: S608 - our own words
        blog_pk,
        state,
        post_pk,
        post_pk,
        1 << 40 if limit is None else limit,
        offset,
    )
    return [build(QuoteLine, row, {"audience": Audience}) for row in rows]


async def public_of_post(db: Reader, post_pk: int, limit: int) -> list[PublicQuote]:
    """The quotes of a post that readers may see, oldest first."""
    rows = await db.all(
        f"""SELECT q.object_id, q.url, q.published_at, a.name AS actor_name, a.username AS actor_username,
                  {actors.ADDRESS} AS actor_handle, a.url AS actor_url
            FROM public_quote q JOIN actor a ON a.pk = q.actor_pk
            WHERE q.post_pk = ? AND q.comment_pk IS NULL ORDER BY q.published_at, q.pk LIMIT ?""",  # noqa: S608
        post_pk,
        limit,
    )
    return [build(PublicQuote, row) for row in rows]


async def count_of_post(db: Reader, post_pk: int) -> int:
    """How many quotes of a post and of what stands below it the author can see."""
    return int(await db.value("SELECT COUNT(*) FROM quote WHERE post_pk = ?", post_pk))


async def count_unread(db: Reader, blog_pk: int) -> int:
    """How many of them the author has not seen."""
    return int(await db.value("SELECT COUNT(*) FROM quote WHERE blog_pk = ? AND read_at IS NULL", blog_pk))


async def mark_read(db: Writer, blog_pk: int, now: int) -> None:
    """The author has seen the list."""
    await db.run("UPDATE quote SET read_at = ? WHERE blog_pk = ? AND read_at IS NULL", now, blog_pk)
