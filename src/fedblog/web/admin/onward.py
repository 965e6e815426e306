"""Lists that go on by key: `?before=123`. The rows before a page are never walked through."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar
from urllib.parse import urlencode

from fedblog.web.admin.visit import Visit

SIZE = 25
_NEWEST = 1 << 62


class Keyed(Protocol):
    """A row with its key."""

    @property
    def pk(self) -> int:
        """The key."""
        ...


Line = TypeVar("Line", bound=Keyed)


@dataclass(frozen=True, slots=True)
class Onward:
    """Where a list goes on; empty paths where it does not."""

    newest_path: str
    older_path: str


def before(visit: Visit) -> int:
    """The key below which the page begins; above all keys for anything that is none."""
    return number(visit.asked("before")) or _NEWEST


def number(text: str) -> int:
    """A key that was asked for; 0 for anything that is none."""
    is_number = text.isascii() and text.isdecimal() and len(text) < 16
    return int(text) if is_number else 0


def cut(visit: Visit, found: Sequence[Line], path: str, query: Mapping[str, str]) -> tuple[Sequence[Line], Onward]:
    """The rows of one page, of which one more than `SIZE` was fetched, and where the list goes on."""
    shown = found[:SIZE]
    newest = address(path, query) if before(visit) < _NEWEST else ""
    older = address(path, {**query, "before": str(shown[-1].pk)}) if len(found) > SIZE else ""
    return shown, Onward(newest, older)


def address(path: str, query: Mapping[str, str]) -> str:
    """A path with what is given of a query."""
    given = {name: value for name, value in query.items() if value}
    return f"{path}?{urlencode(given)}" if given else path
