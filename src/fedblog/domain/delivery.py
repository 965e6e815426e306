"""Deliveries: one activity to one inbox, and the hosts they go to."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Lane(IntEnum):
    """Who goes first: the answer to a follow, then what people wrote, then the rest."""

    ACCEPT = 0
    POST = 1
    FORWARD = 2


class DeliveryState(StrEnum):
    """Where a delivery stands. `waiting` covers untried and retrying; `attempts` tells which."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GAVE_UP = "gave_up"
    CANCELLED = "cancelled"


_FORWARDED = "urn:fedblog:forwarded:sha256:"


def forwarded_name(body_sha256: str) -> str:
    """What the row of somebody else's activity is called here: by its bytes, never by the id that stands in it.

    No address can be equal to it, so it is never served as one of ours, and it takes the place of none.
    """
    return f"{_FORWARDED}{body_sha256}"


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity as it goes out: ours, or one that is passed on. `body` is stored once, so that every try sends the
    same bytes."""

    pk: int
    blog_pk: int
    activity_id: str
    kind: str
    object_id: str
    actor_pk: int
    post_pk: int | None
    body: bytes
    is_public: int
    created_at: int

    @property
    def is_forwarded(self) -> bool:
        """Whether somebody else wrote and signed it."""
        return self.activity_id.startswith(_FORWARDED)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One activity to one inbox. Times in ms UTC; `last_error` is a short text for the author."""

    pk: int
    blog_pk: int
    activity_pk: int
    object_id: str
    inbox: str
    host: str
    lane: Lane
    state: DeliveryState
    due_at: int
    leased_until: int | None
    leased_by: str | None
    attempts: int
    last_status: int | None
    last_error: str
    created_at: int
    ended_at: int | None


@dataclass(frozen=True, slots=True)
class Host:
    """What we know of a remote server. Times in ms UTC, `open_for` in ms.

    `failures` in a row, the last at `failed_at`; the breaker holds all deliveries until `open_until` and then lets
    one through; `retry_after`: the server asked for a pause. `signature_form` is the one that worked.
    """

    name: str
    failures: int
    failing_since: int | None
    failed_at: int | None
    open_until: int | None
    open_for: int
    retry_after: int | None
    signature_form: str
    signature_form_at: int | None
    reached_at: int | None
    heard_at: int | None
