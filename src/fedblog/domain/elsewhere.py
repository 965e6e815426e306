"""What the blog does outside of its own threads: whom it follows, what it likes and boosts, what it says there."""

from dataclasses import dataclass
from enum import StrEnum

from fedblog.domain.comment import Audience


class FolloweeState(StrEnum):
    """What became of a Follow of ours."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Followee:
    """Somebody whom the blog follows, or asked to. `follow_id` is the id of our Follow."""

    pk: int
    blog_pk: int
    actor_pk: int
    state: FolloweeState
    follow_id: str
    asked_at: int
    answered_at: int | None


class GestureKind(StrEnum):
    """What the blog does without words."""

    LIKE = "like"
    BOOST = "boost"

    @property
    def activity_type(self) -> str:
        """Its name on the wire."""
        return {GestureKind.LIKE: "Like", GestureKind.BOOST: "Announce"}[self]


@dataclass(frozen=True, slots=True)
class Gesture:
    """A like or boost of ours. `actor_pk` wrote what it is about, `words` are the beginning of that, `url` its page.

    `post_pk` is set where it shares a post of our own again.
    """

    pk: int
    blog_pk: int
    kind: GestureKind
    object_id: str
    actor_pk: int
    post_pk: int | None
    activity_id: str
    url: str
    words: str
    created_at: int


@dataclass(frozen=True, slots=True)
class Remark:
    """An answer of ours to something that stands below no post of ours.

    `actor_pk` is who is answered, `community_pk` the Group where that stands (if any), `words` the beginning of what
    they said and `url` its page. Its audience is that of what it answers where that is for everybody, else direct.
    """

    pk: int
    blog_pk: int
    object_id: str
    in_reply_to: str
    actor_pk: int
    community_pk: int | None
    audience: Audience
    markdown: str
    html: str
    language: str
    url: str
    words: str
    published_at: int
    updated_at: int | None

    @property
    def summary(self) -> str:
        """It carries no content warning."""
        return ""
