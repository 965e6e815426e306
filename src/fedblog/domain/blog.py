"""The blog: its identity, its settings, and the people who may log in."""

from dataclasses import dataclass
from enum import StrEnum

from fedblog.domain.interaction import QuotePolicy, ReplyScope


class CommentPolicy(StrEnum):
    """Who may comment without waiting (decisions.md, "Posts and comments")."""

    OPEN = "open"
    CAUTIOUS = "cautious"
    HOLD_ALL = "hold_all"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class ProfileField:
    """One line of the profile: a name and a value; a value that is a web address becomes a link."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Blog:
    """One blog. Its origin and handle never change; every follow hangs on them. Times in ms UTC."""

    pk: int
    base_url: str
    handle: str
    handle_domain: str
    actor_pk: int
    instance_actor_pk: int
    title: str
    description: str
    language: str
    time_zone: str
    comment_policy: CommentPolicy
    approves_followers_at: int | None
    fields: tuple[ProfileField, ...]
    avatar_pk: int | None
    header_pk: int | None
    feed_token: str
    created_at: int
    updated_at: int
    update_due_at: int | None
    reply_scope: ReplyScope = ReplyScope.EVERYONE
    quote_policy: QuotePolicy = QuotePolicy.EVERYONE

    @property
    def address(self) -> str:
        """`blog@blog.example.org`, as WebFinger's acct: has it."""
        return f"{self.handle}@{self.handle_domain}"

    @property
    def full_handle(self) -> str:
        """`@blog@blog.example.org`, as people write it."""
        return f"@{self.address}"


@dataclass(frozen=True, slots=True)
class Account:
    """A login to the admin."""

    pk: int
    blog_pk: int
    name: str
    password_hash: str
    created_at: int


@dataclass(frozen=True, slots=True)
class Session:
    """One logged-in browser. The cookie holds the token; the row only its hash."""

    token_hash: str
    account_pk: int
    csrf: str
    created_at: int
    seen_at: int
