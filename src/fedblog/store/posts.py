"""Posts, their addresses and their tags."""

from collections.abc import Sequence
from dataclasses import dataclass

from fedblog.domain.blog import CommentPolicy
from fedblog.domain.interaction import QuotePolicy, ReplyScope
from fedblog.domain.post import Post, PostHead, PostState, Tag
from fedblog.store.door import Reader, Row, Writer
from fedblog.store.rows import build, insert


@dataclass(frozen=True, slots=True)
class Address:
    """The permalink of a public post and the time of its last change."""

    pk: int
    path: str
    changed_at: int


HEAD = "p.pk, p.state, p.object_id, p.comment_policy, p.reply_scope, p.quote_policy"
"""The columns of a `PostHead`, of the table that a statement calls `p`."""


_CONVERTERS = {
    "state": PostState,
    "comment_policy": CommentPolicy,
    "reply_scope": ReplyScope,
    "quote_policy": QuotePolicy,
}


def _post(row: Row) -> Post:
    return build(Post, row, _CONVERTERS)


async def by_pk(db: Reader, pk: int) -> Post | None:
    """The post of that row, whatever its state."""
    row = await db.one("SELECT * FROM post WHERE pk = ?", pk)
    return _post(row) if row else None


async def head(db: Reader, pk: int) -> PostHead | None:
    """As `by_pk`, without the text: some hundred kilobytes less for each reply."""
    row = await db.one(f"SELECT {HEAD} FROM post p WHERE p.pk = ?", pk)  # noqa: S608 - our own words
    return read_head(row) if row else None


def read_head(row: Row) -> PostHead:
    """The head of a post in a row that holds the columns `HEAD`."""
    policy, scope, quotes = row["comment_policy"], row["reply_scope"], row["quote_policy"]
    return PostHead(
        row["pk"],
        PostState(row["state"]),
        row["object_id"],
        CommentPolicy(policy) if policy else None,
        ReplyScope(scope) if scope else None,
        QuotePolicy(quotes) if quotes else None,
    )


async def by_ulid(db: Reader, ulid: str) -> Post | None:
    """The post that this key was given to."""
    row = await db.one("SELECT * FROM post WHERE ulid = ?", ulid)
    return _post(row) if row else None


async def by_object_id(db: Reader, object_id: str) -> Post | None:
    """The post whose present object id this is."""
    row = await db.one("SELECT * FROM post WHERE object_id = ?", object_id)
    return _post(row) if row else None


async def by_path(db: Reader, blog_pk: int, path: str) -> Post | None:
    """The post that this path leads to, now or formerly; compare `post.path` to see which."""
    row = await db.one(
        "SELECT p.* FROM post_path a JOIN post p ON p.pk = a.post_pk WHERE a.blog_pk = ? AND a.path = ?",
        blog_pk,
        path,
    )
    return _post(row) if row else None


async def head_by_path(db: Reader, blog_pk: int, path: str) -> PostHead | None:
    """As `by_path`, without the text."""
    row = await db.one(
        f"""SELECT {HEAD} FROM post_path a JOIN post p ON p.pk = a.post_pk
            WHERE a.blog_pk = ? AND a.path = ?""",  # noqa: S608 - our own words
        blog_pk,
        path,
    )
    return read_head(row) if row else None


async def public(db: Reader, blog_pk: int, *, limit: int, offset: int = 0) -> list[Post]:
    """Published posts, newest first."""
    rows = await db.all(
        """SELECT * FROM post WHERE blog_pk = ? AND state = 'published'
           ORDER BY published_at DESC, pk DESC LIMIT ? OFFSET ?""",
        blog_pk,
        limit,
        offset,
    )
    return [_post(row) for row in rows]


async def public_between(db: Reader, blog_pk: int, start: int, end: int) -> list[Post]:
    """Published posts with `start` <= published_at < `end`, newest first."""
    rows = await db.all(
        """SELECT * FROM post WHERE blog_pk = ? AND state = 'published' AND published_at >= ? AND published_at < ?
           ORDER BY published_at DESC, pk DESC""",
        blog_pk,
        start,
        end,
    )
    return [_post(row) for row in rows]


async def public_times(db: Reader, blog_pk: int) -> list[int]:
    """When each published post was published, newest first: for archives, which know the time zone."""
    rows = await db.all(
        "SELECT published_at FROM post WHERE blog_pk = ? AND state = 'published' ORDER BY published_at DESC", blog_pk
    )
    return [row["published_at"] for row in rows]


async def public_addresses(db: Reader, blog_pk: int) -> list[Address]:
    """Where every published post stands and when it last changed, newest first: for the sitemap."""
    rows = await db.all(
        """SELECT pk, path, COALESCE(edited_at, published_at) AS changed_at FROM post
           WHERE blog_pk = ? AND state = 'published' ORDER BY published_at DESC, pk DESC""",
        blog_pk,
    )
    return [build(Address, row) for row in rows]


async def public_by_tag(db: Reader, blog_pk: int, slug: str, *, limit: int, offset: int = 0) -> list[Post]:
    """Published posts with that tag, newest first."""
    rows = await db.all(
        """SELECT p.* FROM post_tag t JOIN post p ON p.pk = t.post_pk
           WHERE t.blog_pk = ? AND t.slug = ? AND p.state = 'published'
           ORDER BY p.published_at DESC, p.pk DESC LIMIT ? OFFSET ?""",
        blog_pk,
        slug,
        limit,
        offset,
    )
    return [_post(row) for row in rows]


async def count_public(db: Reader, blog_pk: int) -> int:
    """How many posts are published."""
    return int(await db.value("SELECT COUNT(*) FROM post WHERE blog_pk = ? AND state = 'published'", blog_pk))


async def listed(db: Reader, blog_pk: int, *, limit: int | None = None, offset: int = 0) -> list[Post]:
    """All posts that are not deleted, for the author, the latest work first."""
    rows = await db.all(
        """SELECT * FROM post WHERE blog_pk = ? AND state <> 'deleted'
           ORDER BY COALESCE(edited_at, published_at, created_at) DESC, pk DESC LIMIT ? OFFSET ?""",
        blog_pk,
        1 << 40 if limit is None else limit,
        offset,
    )
    return [_post(row) for row in rows]


async def create(db: Writer, post: Post) -> int:
    """Insert a post (its `pk` is not used) and return its key."""
    return await insert(
        db,
        "post",
        blog_pk=post.blog_pk,
        ulid=post.ulid,
        state=post.state,
        object_id=post.object_id,
        path=post.path,
        title=post.title,
        slug=post.slug,
        markdown=post.markdown,
        html=post.html,
        summary=post.summary,
        summary_off_at=post.summary_off_at,
        excerpt=post.excerpt,
        language=post.language,
        content_warning=post.content_warning,
        comment_policy=post.comment_policy,
        last_comment_number=post.last_comment_number,
        created_at=post.created_at,
        published_at=post.published_at,
        edited_at=post.edited_at,
        updated_at=post.updated_at,
        update_due_at=post.update_due_at,
        update_sent_at=post.update_sent_at,
        unpublished_at=post.unpublished_at,
        deleted_at=post.deleted_at,
        reply_scope=post.reply_scope,
        quote_policy=post.quote_policy,
    )


async def save(db: Writer, post: Post) -> None:
    """Write the post back. `last_comment_number` is left alone: comments take numbers by themselves."""
    await db.run(
        """UPDATE post SET state = ?, object_id = ?, path = ?, title = ?, slug = ?, markdown = ?, html = ?, summary = ?,
               summary_off_at = ?, excerpt = ?, language = ?, content_warning = ?, comment_policy = ?,
               published_at = ?, edited_at = ?, updated_at = ?, update_due_at = ?, update_sent_at = ?,
               unpublished_at = ?, deleted_at = ?, reply_scope = ?, quote_policy = ?
           WHERE pk = ?""",
        post.state,
        post.object_id,
        post.path,
        post.title,
        post.slug,
        post.markdown,
        post.html,
        post.summary,
        post.summary_off_at,
        post.excerpt,
        post.language,
        post.content_warning,
        post.comment_policy,
        post.published_at,
        post.edited_at,
        post.updated_at,
        post.update_due_at,
        post.update_sent_at,
        post.unpublished_at,
        post.deleted_at,
        post.reply_scope,
        post.quote_policy,
        post.pk,
    )


async def slug_owner(db: Reader, blog_pk: int, slug: str) -> int | None:
    """Which living post has this slug, now or as a former address of the same last part."""
    found = await db.value(
        "SELECT pk FROM post WHERE blog_pk = ? AND slug = ? AND state <> 'deleted' ORDER BY pk LIMIT 1", blog_pk, slug
    )
    return int(found) if found is not None else None


async def path_owner(db: Reader, blog_pk: int, path: str) -> int | None:
    """Which post this path leads to."""
    found = await db.value("SELECT post_pk FROM post_path WHERE blog_pk = ? AND path = ?", blog_pk, path)
    return int(found) if found is not None else None


async def add_path(db: Writer, blog_pk: int, path: str, post_pk: int, now: int) -> None:
    """Let a path lead to a post, from now on."""
    await db.run(
        """INSERT INTO post_path (blog_pk, path, post_pk, created_at) VALUES (?, ?, ?, ?)
           ON CONFLICT (blog_pk, path) DO UPDATE SET post_pk = excluded.post_pk""",
        blog_pk,
        path,
        post_pk,
        now,
    )


async def with_due_update(db: Reader, now: int, limit: int = 100) -> list[Post]:
    """Posts whose gathered Update should leave now."""
    rows = await db.all("SELECT * FROM post WHERE update_due_at <= ? ORDER BY update_due_at LIMIT ?", now, limit)
    return [_post(row) for row in rows]


async def next_update(db: Reader) -> int | None:
    """When the next gathered Update is due."""
    found = await db.value("SELECT MIN(update_due_at) FROM post WHERE update_due_at IS NOT NULL")
    return None if found is None else int(found)


async def set_tags(db: Writer, blog_pk: int, post_pk: int, tags: Sequence[Tag]) -> None:
    """Replace the tags of a post."""
    await db.run("DELETE FROM post_tag WHERE post_pk = ?", post_pk)
    await db.many(
        "INSERT INTO post_tag (blog_pk, post_pk, slug, name, position) VALUES (?, ?, ?, ?, ?)",
        [(blog_pk, post_pk, tag.slug, tag.name, position) for position, tag in enumerate(tags)],
    )


async def tags_of(db: Reader, post_pk: int) -> tuple[Tag, ...]:
    """The tags of a post in the author's order."""
    rows = await db.all("SELECT slug, name FROM post_tag WHERE post_pk = ? ORDER BY position", post_pk)
    return tuple(build(Tag, row) for row in rows)


async def take_comment_number(db: Writer, post_pk: int) -> int:
    """The next comment number of a post; never given twice."""
    return int(
        await db.value(
            "UPDATE post SET last_comment_number = last_comment_number + 1 WHERE pk = ? RETURNING last_comment_number",
            post_pk,
        )
    )
