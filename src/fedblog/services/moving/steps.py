"""A move as a list of steps: what is done, what is missing and who does it."""

from dataclasses import dataclass
from enum import StrEnum


class StepState(StrEnum):
    """`missing` keeps the move from working; `open` is yet to happen; `note` is good to know."""

    DONE = "done"
    MISSING = "missing"
    OPEN = "open"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Step:
    """One step in words, and what to do about it."""

    state: StepState
    words: str
    todo: str = ""


def done(words: str) -> Step:
    """It is as it should be."""
    return Step(StepState.DONE, words)


def missing(words: str, todo: str = "") -> Step:
    """It keeps the move from working."""
    return Step(StepState.MISSING, words, todo)


def still_open(words: str, todo: str = "") -> Step:
    """It is yet to happen."""
    return Step(StepState.OPEN, words, todo)


def note(words: str, todo: str = "") -> Step:
    """It is good to know."""
    return Step(StepState.NOTE, words, todo)
