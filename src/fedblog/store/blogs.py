"""The blog's own row: identity and settings."""

import json

from fedblog.domain.blog import Blog, CommentPolicy, ProfileField
from fedblog.domain.interaction import QuotePolicy, ReplyScope
from fedblog.store.door import Reader, Row, Writer
from fedblog.store.rows import as_json, build, insert


def _fields(text: str) -> tuple[ProfileField, ...]:
    return tuple(ProfileField(name, value) for name, value in json.loads(text))


_CONVERTERS = {
    "comment_policy": CommentPolicy,
    "reply_scope": ReplyScope,
    "quote_policy": QuotePolicy,
    "fields": _fields,
}


def _blog(row: Row) -> Blog:
    return build(Blog, row, _CONVERTERS)


async def only(db: Reader) -> Blog | None:
    """The blog, or None before `init`."""
    row = await db.one("SELECT * FROM blog ORDER BY pk LIMIT 1")
    return _blog(row) if row else None


async def create(
    db: Writer,
    *,
    base_url: str,
    handle: str,
    handle_domain: str,
    actor_pk: int,
    instance_actor_pk: int,
    title: str,
    language: str,
    time_zone: str,
    feed_token: str,
    now: int,
) -> int:
    """Make the blog's row and return its key."""
    return await insert(
        db,
        "blog",
        base_url=base_url,
        handle=handle,
        handle_domain=handle_domain,
        actor_pk=actor_pk,
        instance_actor_pk=instance_actor_pk,
        title=title,
        description="",
        language=language,
        time_zone=time_zone,
        comment_policy=CommentPolicy.CAUTIOUS,
        approves_followers_at=None,
        fields=as_json([["Blog", base_url]]),
        avatar_pk=None,
        header_pk=None,
        feed_token=feed_token,
        created_at=now,
        updated_at=now,
        update_due_at=None,
    )


async def save_settings(db: Writer, blog: Blog) -> None:
    """Write everything of the blog that its settings may change."""
    await db.run(
        """UPDATE blog SET title = ?, description = ?, language = ?, time_zone = ?, comment_policy = ?,
               approves_followers_at = ?, fields = ?, avatar_pk = ?, header_pk = ?, updated_at = ?, update_due_at = ?,
               reply_scope = ?, quote_policy = ?
           WHERE pk = ?""",
        blog.title,
        blog.description,
        blog.language,
        blog.time_zone,
        blog.comment_policy,
        blog.approves_followers_at,
        as_json([[field.name, field.value] for field in blog.fields]),
        blog.avatar_pk,
        blog.header_pk,
        blog.updated_at,
        blog.update_due_at,
        blog.reply_scope,
        blog.quote_policy,
        blog.pk,
    )


async def take_due_update(db: Writer, blog_pk: int, now: int) -> bool:
    """Whether the gathered Update of the actor is due; if so it is taken, and due no more."""
    touched = await db.run("UPDATE blog SET update_due_at = NULL WHERE pk = ? AND update_due_at <= ?", blog_pk, now)
    return touched > 0


async def new_feed_token(db: Writer, blog_pk: int, token: str) -> None:
    """Give the author's feed a new secret address."""
    await db.run("UPDATE blog SET feed_token = ? WHERE pk = ?", token, blog_pk)
