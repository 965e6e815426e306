"""Posts: what the author writes."""

from dataclasses import dataclass
from enum import StrEnum

from fedblog.domain.blog import CommentPolicy
from fedblog.domain.interaction import QuotePolicy, ReplyScope


class PostState(StrEnum):
    """draft → published → unpublished → published (new object id); any → deleted, which is final."""

    DRAFT = "draft"
    PUBLISHED = "published"
    UNPUBLISHED = "unpublished"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Post:
    """One post. `object_id` and `path` are None until it is first published; `path` then stays, but
    for a changed slug. `updated_at` is the wire's `updated`; None until the first edit that is told."""

    pk: int
    blog_pk: int
    ulid: str
    state: PostState
    object_id: str | None
    path: str | None
    title: str
    slug: str
    markdown: str
    html: str
    summary: str
    summary_off_at: int | None
    excerpt: str
    language: str
    content_warning: str
    comment_policy: CommentPolicy | None
    last_comment_number: int
    created_at: int
    published_at: int | None
    edited_at: int | None
    updated_at: int | None
    update_due_at: int | None
    update_sent_at: int | None
    unpublished_at: int | None
    deleted_at: int | None
    reply_scope: ReplyScope | None = None
    quote_policy: QuotePolicy | None = None

    @property
    def is_public(self) -> bool:
        """Whether readers and servers may see it."""
        return self.state is PostState.PUBLISHED

    @property
    def teaser(self) -> str:
        """What introduces the post where only a line is shown: the author's words, or the excerpt."""
        return self.summary or self.excerpt


@dataclass(frozen=True, slots=True)
class PostHead:
    """What the rules for comments and reactions ask of a post: all but what is read."""

    pk: int
    state: PostState
    object_id: str | None
    comment_policy: CommentPolicy | None
    reply_scope: ReplyScope | None = None
    quote_policy: QuotePolicy | None = None

    @property
    def is_public(self) -> bool:
        """Whether readers and servers may see it."""
        return self.state is PostState.PUBLISHED


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of a post: `name` as written, `slug` as in the address."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Addressee:
    """Someone mentioned in a post or note of ours, resolved before it is sent."""

    handle: str
    actor_id: str
    url: str
    inbox: str


@dataclass(frozen=True, slots=True)
class Media:
    """A file of the blog, re-encoded by us and named by its content."""

    pk: int
    blog_pk: int
    name: str
    media_type: str
    width: int
    height: int
    size: int
    alt: str
    created_at: int


@dataclass(frozen=True, slots=True)
class OwnObject:
    """An object id that we ever put on the wire. `ended_at` set: it answers 410 with a Tombstone."""

    object_id: str
    blog_pk: int
    kind: str
    post_pk: int | None
    comment_pk: int | None
    created_at: int
    ended_at: int | None
