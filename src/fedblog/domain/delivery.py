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


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity of ours as it goes out. `body` is stored once, so that every try sends the same bytes."""

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
