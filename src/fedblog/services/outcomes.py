"""What becomes of one received activity."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fedblog.domain.inbox_event import Verdict
from fedblog.errors import FedblogError
from fedblog.store.door import Writer


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict on an activity and, in plain words of ours, why.

    `is_proven_by_itself`: somebody else brought it, and it was believed for the proof of its actor that is in it.
    """

    verdict: Verdict
    reason: str
    is_proven_by_itself: bool = False


class Later(FedblogError):
    """It cannot be decided now. `due_at`, in ms UTC, is when to try again; `reason` is for the ledger."""

    def __init__(self, due_at: int, reason: str) -> None:
        super().__init__(reason)
        self.due_at = due_at
        self.reason = reason


Apply = Callable[[Writer], Awaitable[Outcome]]
"""The second step of handling an activity: everything that it changes, in one transaction with its verdict."""


def accepted(reason: str) -> Outcome:
    """It had its effect."""
    return Outcome(Verdict.ACCEPTED, reason)


def ignored(reason: str) -> Outcome:
    """It does not concern the blog, or not any more."""
    return Outcome(Verdict.IGNORED, reason)


def refused(reason: str) -> Outcome:
    """It is against a rule."""
    return Outcome(Verdict.REFUSED, reason)


def repeated(reason: str) -> Outcome:
    """It says what was known."""
    return Outcome(Verdict.DUPLICATE, reason)


def without_effect(outcome: Outcome) -> Apply:
    """A second step that changes nothing but the verdict."""

    async def apply(_: Writer) -> Outcome:
        return outcome

    return apply
