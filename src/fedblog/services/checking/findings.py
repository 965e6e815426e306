"""What a check says: how it stands, what is wrong, whose move it is, and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How a thing stands, the best first."""

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    PROBLEM = "problem"


class Whose(StrEnum):
    """Whose move it is."""

    NOBODY = "nobody"
    YOU = "you"
    YOUR_HOST = "your host"
    YOUR_PROXY = "your proxy"
    THE_OTHER = "the other server"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a check. `todo` is empty where nothing is to be done.

    `text`: lines to put into a file, to run elsewhere, or to send to whoever has the next move.
    """

    subject: str
    grade: Grade
    what: str
    todo: str = ""
    whose: Whose = Whose.NOBODY
    text: tuple[str, ...] = ()


def ok(subject: str, what: str) -> Finding:
    """It is as it should be."""
    return Finding(subject, Grade.OK, what)


def note(subject: str, what: str, todo: str, whose: Whose = Whose.NOBODY, text: Iterable[str] = ()) -> Finding:
    """It is no fault, and good to know."""
    return Finding(subject, Grade.NOTE, what, todo, whose, tuple(text))


def warning(subject: str, what: str, todo: str, whose: Whose = Whose.YOU, text: Iterable[str] = ()) -> Finding:
    """It works, and somebody should know."""
    return Finding(subject, Grade.WARNING, what, todo, whose, tuple(text))


def problem(subject: str, what: str, todo: str, whose: Whose = Whose.YOU, text: Iterable[str] = ()) -> Finding:
    """It does not work, or must not stay so."""
    return Finding(subject, Grade.PROBLEM, what, todo, whose, tuple(text))
