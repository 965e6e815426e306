"""Reading single values: one or many, a string or an object, a bare or a prefixed type.

Nothing here raises: a value of the wrong kind counts as absent.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

from fedblog.ap.vocabulary import AS, PUBLIC, PUBLIC_SPELLINGS, Document
from fedblog.errors import Invalid
from fedblog.urls import normal_form

_Read = TypeVar("_Read")

MOST_RECIPIENTS: Final = 100
_MOST_ITEMS: Final = 1000
LONGEST_ID: Final = 1024
_LONGEST_TYPE: Final = 64
_LONGEST_TIME: Final = 40
_PREFIXES: Final = (
    "as:",
    f"{AS}#",
    "toot:",
    "http://joinmastodon.org/ns#",
    "litepub:",
    "http://litepub.social/ns#",
    "schema:",
    "http://schema.org#",
    "https://w3id.org/fep/044f#",
    "https://gotosocial.org/ns#",
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_LATEST_TIME: Final = (datetime(2200, 1, 1, tzinfo=UTC) - _EPOCH) // _MILLISECOND


def as_document(value: object) -> Document:
    """`value` as a JSON object. Raises `Invalid` for anything else."""
    if not isinstance(value, dict):
        raise Invalid("That is not a JSON object.")
    return value


def many(value: object) -> list[Any]:
    """The values of a property that holds none, one or several; at most 1000."""
    if value is None:
        return []
    return value[:_MOST_ITEMS] if isinstance(value, list) else [value]


def documents(value: object) -> list[Document]:
    """The JSON objects among the values of a property."""
    return [item for item in many(value) if isinstance(item, dict)]


def text(value: object, longest: int | None = None) -> str:
    """The first string of a property, cut to `longest` characters; "" when there is none."""
    first = next((item for item in many(value) if isinstance(item, str)), "")
    return first.strip()[:longest]


def is_true(value: object) -> bool:
    """Whether a flag is set; nothing but a JSON `true` sets it."""
    return value is True


def web_address(value: object) -> str | None:
    """An http(s) URL in normal form, or None."""
    return normal_form(value)


def wire_id(value: object) -> str | None:
    """An http(s) id in normal form, or None.

    At most `LONGEST_ID` bytes: two of them and a hash must fit into one row of an index (2,704 bytes in PostgreSQL).
    """
    found = web_address(value)
    return found if found and len(found.encode()) <= LONGEST_ID else None


def id_of(value: object) -> str | None:
    """The first http(s) id of a property that holds ids, or objects with an `id`, in normal form."""
    return first_of(many(value), _one_id)


def ids_of(value: object, most: int = MOST_RECIPIENTS) -> tuple[str, ...]:
    """All http(s) ids of a property, each once, in normal form; at most `most`."""
    return distinct((_one_id(item) for item in many(value)), most)


def recipients(value: object) -> tuple[str, ...]:
    """The ids in `to` or `cc`, Public in its full spelling; at most 100 (security.md D04).

    Public is not cut away by that limit.
    """
    items = [item.get("id") if isinstance(item, dict) else item for item in many(value)]
    public = [PUBLIC] if any(isinstance(item, str) and item in PUBLIC_SPELLINGS for item in items) else []
    return distinct([*public, *(web_address(item) for item in items)], MOST_RECIPIENTS)


def link_of(value: object, *media_types: str) -> str | None:
    """The first http(s) URL of a `url` property: a string, or a Link's `href`.

    Links of one of `media_types` are preferred when any are named.
    """
    preferred = [item for item in documents(value) if item.get("mediaType") in media_types]
    return first_of([*_plain(value), *preferred, *many(value)], _one_link)


def type_of(document: Document, known: Collection[str]) -> str:
    """The first type of a document that is `known`, else its first type, else ""; without prefix."""
    names = [_bare(item) for item in many(document.get("type")) if isinstance(item, str)]
    return next((name for name in names if name in known), names[0] if names else "")


def milliseconds(value: object) -> int | None:
    """An RFC 3339 time in milliseconds UTC; finer fractions are cut, a missing offset means UTC.

    None for what is no time, and for times before 1970 or after 2199.
    """
    if not isinstance(value, str) or len(value) > _LONGEST_TIME:
        return None
    try:
        moment = datetime.fromisoformat(value.strip().upper())
    except ValueError:
        return None
    at = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH
    return found if 0 <= (found := at // _MILLISECOND) < _LATEST_TIME else None


def first_of(items: Iterable[object], read: Callable[[object], _Read | None]) -> _Read | None:
    """What `read` makes of the first item that it can read."""
    return next((found for item in items if (found := read(item)) is not None), None)


def distinct(items: Iterable[_Read | None], most: int) -> tuple[_Read, ...]:
    """The items in order, each once, without None; at most `most`."""
    return tuple(dict.fromkeys(item for item in items if item is not None))[:most]


def _one_id(item: object) -> str | None:
    return wire_id(item.get("id") if isinstance(item, dict) else item)


def _plain(value: object) -> list[str]:
    return [item for item in many(value) if isinstance(item, str)]


def _one_link(item: object) -> str | None:
    return first_of([item.get("href"), item.get("url")], web_address) if isinstance(item, dict) else web_address(item)


def _bare(name: str) -> str:
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    return name[:_LONGEST_TYPE]
