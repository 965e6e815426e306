"""Followers: who asked to get our posts."""

from dataclasses import dataclass
from enum import StrEnum


class FollowState(StrEnum):
    """Where a Follow stands."""

    PENDING = "pending"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Follower:
    """A remote actor that follows the blog.

    `follow` is the Follow as received (JSON text), for the Accept or Reject that embeds it.
    `delivery_inbox` is where posts go: the shared inbox if there is one, else the actor's own.
    `accept_delivered_at` gates the first Create (protocol.md f.3).
    """

    pk: int
    blog_pk: int
    actor_pk: int
    state: FollowState
    follow_id: str | None
    follow: str
    delivery_inbox: str
    host: str
    requested_at: int
    accepted_at: int | None
    accept_delivered_at: int | None
