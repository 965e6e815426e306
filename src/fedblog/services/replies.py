"""A remote post made ready to stand below one of ours: cleaned, counted, its audience read."""

import html
from collections.abc import Mapping
from dataclasses import dataclass

from fedblog.ap.addressing import Addressing, audience
from fedblog.ap.parse.object import RemoteObject
from fedblog.domain.actor import Actor
from fedblog.domain.blog import Blog
from fedblog.domain.comment import Audience, Comment, CommentState, Mention
from fedblog.services import emojis
from fedblog.services.workshop import Workshop
from fedblog.text.sanitise import SanitisedComment, comment_html
from fedblog.urls import host_of

_MOST_AHEAD_MS = 60 * 60 * 1000  # as a signature may be
_TITLED = frozenset({"Article", "Page", "Video", "Audio", "Event"})


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody wrote. `links` are those that count, `all_links` how many there were before it was cut,
    `named` the addresses of those whom it mentions."""

    object_id: str
    object: RemoteObject
    actor: Actor
    audience: Audience
    clean: SanitisedComment
    links: tuple[str, ...]
    all_links: int
    named: tuple[str, ...]

    @property
    def is_hidden_by_author(self) -> bool:
        """Whether its author does not want it on the web (protocol.md e.4), or is suspended at home."""
        actor = self.actor
        hides_unlisted = self.audience is Audience.UNLISTED and actor.hides_unlisted_at is not None
        return hides_unlisted or actor.hides_public_at is not None or actor.suspended_at is not None


async def gather_reply(
    shop: Workshop, written: RemoteObject, object_id: str, actor: Actor, blog: Blog, around: Addressing | None
) -> Reply:
    """As `read_reply`, with the custom emoji copied to here. Never raises for those."""
    files = await emojis.copied(shop, written.content, written.tags.emojis)
    return read_reply(written, object_id, actor, blog, around, emojis.pictures(files))


def read_reply(
    written: RemoteObject,
    object_id: str,
    actor: Actor,
    blog: Blog,
    around: Addressing | None,
    emoji: Mapping[str, tuple[str, str]] | None = None,
) -> Reply:
    """Make ready what `actor` wrote. `around`: the addressing of its activity, where the object names nobody.

    `emoji` goes to `comment_html`.
    """
    addressed = written.addressing or around or Addressing()
    mentions = {mention.href: mention.name for mention in written.tags.mentions}
    hosts = (actor.host, host_of(blog.base_url) or "")
    clean = comment_html(_content(written), mentions=mentions, hashtag_hosts=hosts, emoji=emoji)
    return Reply(
        object_id=object_id,
        object=written,
        actor=actor,
        audience=audience(addressed.to, addressed.cc, actor.followers),
        clean=clean,
        links=tuple(link for link in clean.links if host_of(link) != host_of(blog.base_url)),
        all_links=written.content.lower().count("<a"),
        named=tuple(mentions),
    )


def _content(written: RemoteObject) -> str:
    """The content, with the title of what has one and the choices of a poll (without votes)."""
    title = f"<p><strong>{html.escape(written.name)}</strong></p>" if written.type in _TITLED and written.name else ""
    choices = "".join(f"<li>{html.escape(option)}</li>" for option in written.options)
    return title + written.content + (f"<ul>{choices}</ul>" if choices else "")


def new_comment(reply: Reply, post_pk: int, parent_pk: int | None, blog_pk: int, now: int) -> Comment:
    """The row of a reply that was not judged yet. What says that it comes from the future came now."""
    written = reply.object
    return Comment(
        pk=0,
        blog_pk=blog_pk,
        post_pk=post_pk,
        parent_pk=parent_pk,
        number=None,
        object_id=reply.object_id,
        actor_pk=reply.actor.pk,
        state=CommentState.HELD,
        audience=reply.audience,
        rule="",
        html=reply.clean.html,
        text=reply.clean.text,
        markdown="",
        summary=written.summary,
        language=written.language,
        url=written.url or reply.object_id,
        attachments=written.attachments,
        published_at=min(written.published_at or now, now),
        updated_at=_believable(written.updated_at, now),
        edited_at=None,
        received_at=now,
        shown_at=None,
        removed_at=None,
        read_at=None,
    )


def _believable(updated_at: int | None, now: int) -> int | None:
    """The time of an edit. One that no clock can be wrong by would make every later edit an older one."""
    return now if updated_at and updated_at > now + _MOST_AHEAD_MS else updated_at


def as_mention(reply: Reply, blog_pk: int, now: int) -> Mention:
    """The row of something that only the author of the blog sees."""
    return Mention(
        pk=0,
        blog_pk=blog_pk,
        actor_pk=reply.actor.pk,
        object_id=reply.object_id,
        audience=reply.audience,
        html=reply.clean.html,
        text=reply.clean.text,
        url=reply.object.url or reply.object_id,
        published_at=min(reply.object.published_at or now, now),
        received_at=now,
        removed_at=None,
        read_at=None,
        in_reply_to=reply.object.in_reply_to or "",
    )
