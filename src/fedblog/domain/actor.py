"""Actors: ActivityPub identities, ours and remote, their keys, and the blocks against them."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """Whose actor a row holds."""

    BLOG = "blog"
    INSTANCE = "instance"
    REMOTE = "remote"


@dataclass(frozen=True, slots=True)
class NameEmoji:
    """A custom emoji in somebody's name: `name` with its colons, `file_name` of our copy once there is one."""

    name: str
    icon_url: str
    file_name: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """An ActivityPub identity as last seen. `handle` is `name@host`, settled by WebFinger both ways,
    or the name with the actor's own host where the two do not agree; empty until one was wanted."""

    pk: int
    kind: ActorKind
    actor_id: str
    type: str
    host: str
    name: str
    username: str
    handle: str
    summary: str
    url: str
    inbox: str
    shared_inbox: str | None
    outbox: str
    followers: str
    avatar_url: str | None
    avatar_name: str | None
    also_known_as: tuple[str, ...]
    moved_to: str | None
    hides_public_at: int | None
    hides_unlisted_at: int | None
    suspended_at: int | None
    gone_at: int | None
    fetched_at: int
    created_at: int
    emojis: tuple[NameEmoji, ...] = ()

    @property
    def display_name(self) -> str:
        """The name people chose, or their user name."""
        return self.name or self.username

    @property
    def delivery_inbox(self) -> str:
        """Where public activities for this actor go: the inbox that its server shares, so that it gets each once."""
        return self.shared_inbox or self.inbox

    @property
    def address(self) -> str:
        """`name@host`: the settled handle, and until it is settled the name with the actor's own host."""
        return self.handle or f"{self.username or 'unknown'}@{self.host}"

    @property
    def full_handle(self) -> str:
        """`@name@host`."""
        return f"@{self.address}"


@dataclass(frozen=True, slots=True)
class RemoteKey:
    """A remote public key in the cache, proven to be listed by its owner.

    `refetched_at` bounds re-fetches after a mismatch (protocol.md a.3). `renewed_at`: since when the
    owner has another key, where its server had been silent for 30 days before (security.md S21).
    """

    key_id: str
    owner: str
    host: str
    pem: str
    fetched_at: int
    refetched_at: int
    renewed_at: int | None
    gone_at: int | None


class BlockKind(StrEnum):
    """What a block names."""

    ACTOR = "actor"
    HOST = "host"


@dataclass(frozen=True, slots=True)
class Block:
    """The blog wants nothing from this actor id or host (its subdomains included)."""

    pk: int
    blog_pk: int
    kind: BlockKind
    value: str
    created_at: int
