"""Long lists of the admin, a page at a time: `?page=2`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from fedblog.web.admin.visit import Visit

SIZE = 25
_MOST_PAGES = 100_000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Turning:
    """Where a list goes on; empty paths where it ends."""

    number: int
    newer_path: str
    older_path: str


def page_of(visit: Visit) -> int:
    """The number of the page that is asked for; 1 for anything that is none."""
    text = visit.asked("page")
    is_number = text.isascii() and text.isdecimal() and len(text) < 7
    return min(max(int(text), 1), _MOST_PAGES) if is_number else 1


def cut(found: Sequence[T], number: int, path: str, query: Mapping[str, str] = {}) -> tuple[Sequence[T], Turning]:
    """The rows of one page, of which one more than `SIZE` was fetched, and its neighbours."""
    newer = _address(path, query, number - 1) if number > 1 else ""
    older = _address(path, query, number + 1) if len(found) > SIZE else ""
    return found[:SIZE], Turning(number, newer, older)


def _address(path: str, query: Mapping[str, str], number: int) -> str:
    asked = dict(query) | ({"page": str(number)} if number > 1 else {})
    return f"{path}?{urlencode(asked)}" if asked else path
