"""Moving house: the author's other accounts, the blog's own move, and followers who were let go."""

from dataclasses import dataclass

from fedblog.domain.backoff import DAY

MOST_ALIASES = 20
"""GoToSocial reads no more than so many of an actor's `alsoKnownAs`."""
COOLDOWN = 7 * DAY
"""Mastodon and GoToSocial pass over a second Move of an account within that time (ms)."""


@dataclass(frozen=True, slots=True)
class Alias:
    """Another account of the author, which our actor names in `alsoKnownAs`, as it was last looked at.

    `proven_at`: since when it names the blog too, by `alsoKnownAs` or by a profile link with rel="me".
    `trouble`: why the last look failed, in words, or "". `move_received_at`: its Move to the blog came in here.
    """

    blog_pk: int
    actor_id: str
    handle: str
    url: str
    software: str
    moved_to: str | None
    trouble: str
    added_at: int
    looked_at: int
    proven_at: int | None
    move_received_at: int | None

    @property
    def full_handle(self) -> str:
        """`@name@host`."""
        return f"@{self.handle}"


@dataclass(frozen=True, slots=True)
class OwnMove:
    """The blog's account moved to another one. `followers`: how many it had then. Times in ms UTC."""

    pk: int
    blog_pk: int
    target_id: str
    target_handle: str
    target_url: str
    activity_pk: int
    followers: int
    moved_at: int
    undone_at: int | None

    @property
    def full_handle(self) -> str:
        """The new account, as people write it."""
        return f"@{self.target_handle}"

    def cools_until(self) -> int:
        """When other servers listen to another Move."""
        return self.moved_at + COOLDOWN


@dataclass(frozen=True, slots=True)
class FormerFollower:
    """A follower whom nobody sent away by hand, and why they follow no more."""

    pk: int
    blog_pk: int
    actor_id: str
    handle: str
    host: str
    reason: str
    left_at: int
