"""What a check says: how it stands, what is wrong, what to do."""

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How a thing stands."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `fedblog check`. `todo` is empty where nothing is to be done."""

    subject: str
    grade: Grade
    what: str
    todo: str = ""


def ok(subject: str, what: str) -> Finding:
    """It is as it should be."""
    return Finding(subject, Grade.OK, what)


def warning(subject: str, what: str, todo: str) -> Finding:
    """It works, and somebody should know."""
    return Finding(subject, Grade.WARNING, what, todo)


def problem(subject: str, what: str, todo: str) -> Finding:
    """It does not work, or must not stay so."""
    return Finding(subject, Grade.PROBLEM, what, todo)
