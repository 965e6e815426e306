"""Comments: whatever is shown below a post, with its state, its audience and its number."""

from dataclasses import dataclass
from enum import StrEnum


class CommentState(StrEnum):
    """What became of a comment here."""

    SHOWN = "shown"
    HELD = "held"
    HIDDEN = "hidden"
    REMOVED = "removed"
    REFUSED = "refused"


class Audience(StrEnum):
    """Who an object was addressed to (protocol.md e.4)."""

    PUBLIC = "public"
    UNLISTED = "unlisted"
    FOLLOWERS = "followers"
    DIRECT = "direct"

    @property
    def may_be_shown(self) -> bool:
        """Whether it may ever reach a public page. Nothing else decides this (security.md P01)."""
        return self in {Audience.PUBLIC, Audience.UNLISTED}


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something attached to a comment, kept as a link."""

    url: str
    media_type: str
    name: str


@dataclass(frozen=True, slots=True)
class Comment:
    """A reply under a post, or the author's answer (`actor` is then the blog's own).

    `number` is None until first shown, and never reused. `html` is sanitised. `rule` names the rule
    that held or refused it. `removed_at`: its author took it away; the text is then empty.
    """

    pk: int
    blog_pk: int
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
    markdown: str
    summary: str
    language: str
    url: str
    attachments: tuple[Attachment, ...]
    published_at: int
    updated_at: int | None
    edited_at: int | None
    received_at: int
    shown_at: int | None
    removed_at: int | None
    read_at: int | None

    @property
    def is_visible(self) -> bool:
        """Whether readers see its text."""
        return self.state is CommentState.SHOWN and self.audience.may_be_shown


class ReactionKind(StrEnum):
    """What someone did to a post or comment without words."""

    LIKE = "like"
    BOOST = "boost"
    EMOJI = "emoji"


@dataclass(frozen=True, slots=True)
class Reaction:
    """A like, boost or emoji reaction to one of our posts or to a comment below it.

    `content` is the emoji; `icon_url` shows a custom one, on its own server.
    """

    pk: int
    blog_pk: int
    post_pk: int
    comment_pk: int | None
    actor_pk: int
    kind: ReactionKind
    content: str
    object_id: str
    activity_id: str | None
    created_at: int
    icon_url: str | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """What addresses the blog without being a comment: a public mention, or a private message. `in_reply_to` is what
    it answers, "" for nothing."""

    pk: int
    blog_pk: int
    actor_pk: int
    object_id: str
    audience: Audience
    html: str
    text: str
    url: str
    published_at: int
    received_at: int
    removed_at: int | None
    read_at: int | None
    in_reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A Flag that reached us. It never changes anything by itself (security.md M02)."""

    pk: int
    blog_pk: int
    actor_id: str
    content: str
    object_ids: tuple[str, ...]
    received_at: int
    closed_at: int | None
