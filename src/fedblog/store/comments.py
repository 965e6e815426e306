"""Comments. Whatever goes to readers or other servers is read from the view `public_comment` only."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from fedblog.domain.actor import Actor, NameEmoji
from fedblog.domain.comment import Attachment, Audience, Comment, CommentState
from fedblog.store import actors, trusts
from fedblog.store.door import Reader, Row, Writer
from fedblog.store.rows import as_json, beginning_with, build, insert, subdomains_of
from fedblog.urls import origin_of

_LINE = f"""c.pk, c.post_pk, c.parent_pk, c.number, c.object_id, c.actor_pk, c.state, c.audience, c.rule, c.html,
    c.text, c.summary, c.language, c.url, c.attachments, c.published_at, c.edited_at, c.received_at, c.removed_at,
    c.read_at, a.kind AS actor_kind, a.actor_id, a.name AS actor_name, a.username AS actor_username,
    {actors.ADDRESS} AS actor_handle, a.url AS actor_url, a.host AS actor_host, a.avatar_name,
    a.emojis AS actor_emojis"""


@dataclass(frozen=True, slots=True)
class CommentLine:
    """A comment together with its author, as pages and lists need it."""

    pk: int
    post_pk: int
    parent_pk: int | None
    number: int | None
    object_id: str
    actor_pk: int
    state: CommentState
    audience: Audience
    rule: str
    html: str
    text: str
    summary: str
    language: str
    url: str
    attachments: tuple[Attachment, ...]
    published_at: int
    edited_at: int | None
    received_at: int
    removed_at: int | None
    read_at: int | None
    actor_kind: str
    actor_id: str
    actor_name: str
    actor_username: str
    actor_handle: str
    actor_url: str
    actor_host: str
    avatar_name: str | None
    actor_emojis: tuple[NameEmoji, ...]

    @property
    def is_by_author(self) -> bool:
        """Whether the blog's own actor wrote it."""
        return self.actor_kind == "blog"


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A numbered comment whose text may not be shown (any more): only its place in the thread."""

    pk: int
    parent_pk: int | None
    number: int
    is_removed: bool


def _attachments(text: str) -> tuple[Attachment, ...]:
    return tuple(Attachment(*parts) for parts in json.loads(text))


_CONVERTERS = {
    "state": CommentState,
    "audience": Audience,
    "attachments": _attachments,
    "actor_emojis": actors.read_emojis,
}


def _comment(row: Row) -> Comment:
    return build(Comment, row, _CONVERTERS)


def _line(row: Row) -> CommentLine:
    return build(CommentLine, row, _CONVERTERS)


async def by_pk(db: Reader, pk: int) -> Comment | None:
    """The comment of that row."""
    row = await db.one("SELECT * FROM comment WHERE pk = ?", pk)
    return _comment(row) if row else None


async def by_object_id(db: Reader, blog_pk: int, object_id: str) -> Comment | None:
    """The comment with that wire id."""
    row = await db.one("SELECT * FROM comment WHERE blog_pk = ? AND object_id = ?", blog_pk, object_id)
    return _comment(row) if row else None


async def by_id_or_url(db: Reader, blog_pk: int, address: str) -> Comment | None:
    """The comment with that wire id or, since people paste addresses, with that page.

    A page counts only on the server of the comment itself: nobody takes the answers to others by claiming theirs.
    """
    found = await by_object_id(db, blog_pk, address)
    origin = origin_of(address)
    if found or origin is None:
        return found
    row = await db.one(
        "SELECT * FROM comment WHERE blog_pk = ? AND url = ? AND object_id LIKE ? ESCAPE '!' ORDER BY pk LIMIT 1",
        blog_pk,
        address,
        beginning_with(f"{origin}/"),
    )
    return _comment(row) if row else None


async def by_number(db: Reader, post_pk: int, number: int) -> Comment | None:
    """The comment of a post with that number."""
    row = await db.one("SELECT * FROM comment WHERE post_pk = ? AND number = ?", post_pk, number)
    return _comment(row) if row else None


async def line(db: Reader, pk: int) -> CommentLine | None:
    """One comment with its author, for the admin."""
    row = await db.one(f"SELECT {_LINE} FROM comment c JOIN actor a ON a.pk = c.actor_pk WHERE c.pk = ?", pk)  # noqa: S608
    return _line(row) if row else None


async def thread(db: Reader, post_pk: int) -> list[CommentLine]:
    """All comments of a post that readers may see, in the order of their numbers."""
    rows = await db.all(
        f"SELECT {_LINE} FROM public_comment c JOIN actor a ON a.pk = c.actor_pk WHERE c.post_pk = ? ORDER BY c.number",  # noqa: S608
        post_pk,
    )
    return [_line(row) for row in rows]


async def placeholders(db: Reader, post_pk: int) -> list[Placeholder]:
    """The numbered comments of a post that readers may not see: where answers may still hang."""
    rows = await db.all(
        """SELECT pk, parent_pk, number, removed_at FROM comment
           WHERE post_pk = ? AND number IS NOT NULL AND pk NOT IN (SELECT pk FROM public_comment WHERE post_pk = ?)
           ORDER BY number""",
        post_pk,
        post_pk,
    )
    return [Placeholder(r["pk"], r["parent_pk"], r["number"], r["removed_at"] is not None) for r in rows]


async def public_count(db: Reader, post_pk: int) -> int:
    """How many comments of a post readers see."""
    return int(await db.value("SELECT COUNT(*) FROM public_comment WHERE post_pk = ?", post_pk))


async def public_counts(db: Reader, blog_pk: int) -> dict[int, int]:
    """How many comments readers see, for each post that has some."""
    rows = await db.all(
        "SELECT post_pk, COUNT(*) AS comments FROM public_comment WHERE blog_pk = ? GROUP BY post_pk", blog_pk
    )
    return {row["post_pk"]: row["comments"] for row in rows}


async def is_public(db: Reader, pk: int) -> bool:
    """Whether readers see this comment."""
    return await db.value("SELECT pk FROM public_comment WHERE pk = ?", pk) is not None


async def listed(
    db: Reader, blog_pk: int, *, state: CommentState | None = None, limit: int | None = None, offset: int = 0
) -> list[CommentLine]:
    """Comments for the author, newest first; all states, or one."""
    rows = await db.all(
        f"""SELECT {_LINE} FROM comment c JOIN actor a ON a.pk = c.actor_pk
            WHERE c.blog_pk = ? AND c.state LIKE ? ORDER BY c.received_at DESC, c.pk DESC LIMIT ? OFFSET ?""",  # noqa: S608
        blog_pk,
        state or "%",
        1 << 40 if limit is None else limit,
        offset,
    )
    return [_line(row) for row in rows]


async def count_by_state(db: Reader, blog_pk: int) -> dict[str, int]:
    """How many comments there are in each state."""
    rows = await db.all("SELECT state, COUNT(*) AS comments FROM comment WHERE blog_pk = ? GROUP BY state", blog_pk)
    return {row["state"]: row["comments"] for row in rows}


# What the blog's author took off the page speaks for nobody.
_WAS_SHOWN = "shown_at IS NOT NULL AND state IN ('shown', 'removed') AND rule <> 'by-hand'"


async def has_shown_one(db: Reader, blog_pk: int, actor_pk: int, *, except_pk: int = 0) -> bool:
    """Whether an earlier comment of this actor was shown here: what makes one known (decisions.md)."""
    found = await db.value(
        f"SELECT 1 FROM comment WHERE blog_pk = ? AND actor_pk = ? AND {_WAS_SHOWN} AND pk <> ? LIMIT 1",  # noqa: S608
        blog_pk,
        actor_pk,
        except_pk,
    )
    return found is not None


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of somebody who comments: whether an earlier comment was shown or the author trusts them, how many
    came lately, and since when the key is that of a new identity (security.md S21)."""

    is_known: bool
    recent: int
    renewed_at: int | None


async def standing(db: Reader, blog_pk: int, actor: Actor, since: int) -> Standing:
    """The standing of an actor; `recent` counts from `since`."""
    row = await db.one(
        f"""SELECT COALESCE(
                   (SELECT 1 FROM comment WHERE blog_pk = ? AND actor_pk = ? AND {_WAS_SHOWN} LIMIT 1),
                   (SELECT 1 FROM trust WHERE blog_pk = ? AND {trusts.COVERING} LIMIT 1)) AS known,
               (SELECT COUNT(*) FROM comment WHERE blog_pk = ? AND actor_pk = ? AND received_at >= ?) AS recent,
               (SELECT MAX(renewed_at) FROM remote_key WHERE owner = ?) AS renewed_at""",  # noqa: S608 - our own words
        blog_pk,
        actor.pk,
        blog_pk,
        actor.actor_id,
        actor.host,
        blog_pk,
        actor.pk,
        since,
        actor.actor_id,
    )
    assert row is not None
    return Standing(row["known"] is not None, row["recent"], row["renewed_at"])


@dataclass(frozen=True, slots=True)
class Traces:
    """What is here of an object by others. `is_buried`: its author deleted it, perhaps before it came."""

    is_buried: bool
    comment_pk: int | None
    mention_pk: int | None


async def traces(db: Reader, blog_pk: int, object_id: str, author_id: str) -> Traces:
    """What is known of an object, in one look: nothing at all, for most that come."""
    row = await db.one(
        """SELECT (SELECT 1 FROM tombstone WHERE object_id = ? AND signer = ?) AS buried,
               (SELECT pk FROM comment WHERE blog_pk = ? AND object_id = ?) AS comment_pk,
               (SELECT pk FROM mention WHERE blog_pk = ? AND object_id = ?) AS mention_pk""",
        object_id,
        author_id,
        blog_pk,
        object_id,
        blog_pk,
        object_id,
    )
    assert row is not None
    return Traces(row["buried"] is not None, row["comment_pk"], row["mention_pk"])


async def create(db: Writer, comment: Comment) -> int:
    """Insert a comment (its `pk` is not used) and return its key."""
    return await insert(
        db,
        "comment",
        blog_pk=comment.blog_pk,
        post_pk=comment.post_pk,
        parent_pk=comment.parent_pk,
        number=comment.number,
        object_id=comment.object_id,
        actor_pk=comment.actor_pk,
        state=comment.state,
        audience=comment.audience,
        rule=comment.rule,
        html=comment.html,
        text=comment.text,
        markdown=comment.markdown,
        summary=comment.summary,
        language=comment.language,
        url=comment.url,
        attachments=_attachments_json(comment.attachments),
        published_at=comment.published_at,
        updated_at=comment.updated_at,
        edited_at=comment.edited_at,
        received_at=comment.received_at,
        shown_at=comment.shown_at,
        removed_at=comment.removed_at,
        read_at=comment.read_at,
    )


async def save(db: Writer, comment: Comment) -> None:
    """Write a comment back: everything but its place in the thread and when it came."""
    await db.run(
        """UPDATE comment SET number = ?, state = ?, audience = ?, rule = ?, html = ?, text = ?, markdown = ?,
               summary = ?, language = ?, url = ?, attachments = ?, updated_at = ?, edited_at = ?, shown_at = ?,
               removed_at = ?, read_at = ?
           WHERE pk = ?""",
        comment.number,
        comment.state,
        comment.audience,
        comment.rule,
        comment.html,
        comment.text,
        comment.markdown,
        comment.summary,
        comment.language,
        comment.url,
        _attachments_json(comment.attachments),
        comment.updated_at,
        comment.edited_at,
        comment.shown_at,
        comment.removed_at,
        comment.read_at,
        comment.pk,
    )


def _attachments_json(attachments: Sequence[Attachment]) -> str:
    return as_json([[a.url, a.media_type, a.name] for a in attachments])


async def by_actor(db: Reader, actor_pk: int) -> list[Comment]:
    """Everything this actor ever commented, oldest first."""
    rows = await db.all("SELECT * FROM comment WHERE actor_pk = ? ORDER BY pk", actor_pk)
    return [_comment(row) for row in rows]


async def by_host(db: Reader, host: str) -> list[Comment]:
    """Everything that came from a host or one of its subdomains."""
    rows = await db.all(
        """SELECT c.* FROM comment c JOIN actor a ON a.pk = c.actor_pk
           WHERE a.kind = 'remote' AND (a.host = ? OR a.host LIKE ? ESCAPE '!') ORDER BY c.pk""",
        host,
        subdomains_of(host),
    )
    return [_comment(row) for row in rows]


async def count_unread(db: Reader, blog_pk: int) -> int:
    """How many comments the author has not seen in the admin."""
    return int(await db.value("SELECT COUNT(*) FROM comment WHERE blog_pk = ? AND read_at IS NULL", blog_pk))


async def mark_read(db: Writer, blog_pk: int, now: int) -> None:
    """The author has seen the list."""
    await db.run("UPDATE comment SET read_at = ? WHERE blog_pk = ? AND read_at IS NULL", now, blog_pk)


async def writers(db: Reader, post_pk: int, comment_pk: int | None) -> list[str]:
    """Ids and profile addresses of those who visibly wrote below a post, and of whoever wrote that comment."""
    rows = await db.all(
        """SELECT actor_id, url FROM actor WHERE pk IN (
               SELECT actor_pk FROM public_comment WHERE post_pk = ?
               UNION SELECT actor_pk FROM comment WHERE pk = ?)""",
        post_pk,
        comment_pk,
    )
    return [address for row in rows for address in (row["actor_id"], row["url"])]


async def written_below(db: Reader, post_pk: int, actor_pk: int) -> list[Comment]:
    """What somebody wrote below a post and did not take back."""
    rows = await db.all(
        "SELECT * FROM comment WHERE actor_pk = ? AND post_pk = ? AND removed_at IS NULL ORDER BY pk", actor_pk, post_pk
    )
    return [_comment(row) for row in rows]


async def posts_of_actor(db: Reader, actor_pk: int) -> list[int]:
    """Keys of the posts that this actor commented on."""
    rows = await db.all("SELECT DISTINCT post_pk FROM comment WHERE actor_pk = ?", actor_pk)
    return [row["post_pk"] for row in rows]
