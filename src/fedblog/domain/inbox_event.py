"""Inbox events: the ledger of everything that proven senders gave us."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What became of one received activity."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    HELD = "held"
    IGNORED = "ignored"
    REFUSED = "refused"
    DUPLICATE = "duplicate"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class InboxEvent:
    """One proven activity: its raw bytes and headers (kept 30 days), and its verdict with the reason.

    `signer` is the proven actor id, on the server `host`; unique with `activity_id` and `body_sha256` (decisions.md,
    Inbox).
    """

    pk: int
    blog_pk: int
    signer: str
    activity_id: str
    type: str
    actor: str
    object_id: str
    body_sha256: str
    body: bytes | None
    headers: str
    received_at: int
    due_at: int
    leased_until: int | None
    leased_by: str | None
    attempts: int
    verdict: Verdict
    reason: str
    ended_at: int | None
    host: str = ""
