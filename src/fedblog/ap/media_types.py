"""Which form of a resource a client asks for, and which answers count as ActivityPub.

Parsed by quality values (RFC 9110 section 12.5.1), in time linear in the length of the header.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from fedblog.ap.vocabulary import AS

ACTIVITY_JSON: Final = "application/activity+json"
LD_JSON: Final = f'application/ld+json; profile="{AS}"'
JRD_JSON: Final = "application/jrd+json"
ACCEPT_ACTIVITY: Final = f"{ACTIVITY_JSON}, {LD_JSON}"
"""What our own GETs ask for."""

_ACTIVITY: Final = frozenset({ACTIVITY_JSON, "application/ld+json"})
_USUAL: Final = frozenset({ACTIVITY_JSON, LD_JSON})
_HTML: Final = frozenset({"text/html", "application/xhtml+xml"})
_RANGES: Final = frozenset({"*/*", "text/*"})
_LONGEST_QUALITY: Final = 8


class _Form(IntEnum):
    """What one media range asks for. Named forms win over ranges of the same quality."""

    RANGE = 0
    HTML = 1
    ACTIVITY = 2


@dataclass(frozen=True, slots=True)
class MediaType:
    """One media type or range: `name` and parameter names in lower case, values without quotes."""

    name: str
    parameters: dict[str, str]


def wants_activity(accept: str | None) -> bool:
    """Whether the ActivityPub form is what the client likes best (protocol.md c.5).

    Browsers, `*/*`, a missing and an unreadable header get HTML. Among named types of one quality
    the first one wins.
    """
    return _favourite(accept) is _Form.ACTIVITY


def wants_html(accept: str | None) -> bool:
    """Whether the client likes HTML best and says so by name; `*/*` does not count."""
    return _favourite(accept) is _Form.HTML


def is_activity_type(content_type: str | None) -> bool:
    """Whether a fetched answer is an ActivityPub document: `application/activity+json`, or
    `application/ld+json` with the ActivityStreams profile, and nothing else (security.md S11)."""
    media_type = _single(content_type)
    if media_type is None:
        return False
    profiles = media_type.parameters.get("profile", "").split()
    return media_type.name == ACTIVITY_JSON or (media_type.name == "application/ld+json" and AS in profiles)


def is_inbox_type(content_type: str | None) -> bool:
    """Whether an inbox reads such a body: the ActivityPub types, and plain JSON (protocol.md a.4)."""
    if content_type in _USUAL:
        return True
    media_type = _single(content_type)
    return media_type is not None and media_type.name in _ACTIVITY | {"application/json"}


def _favourite(accept: str | None) -> _Form | None:
    best: tuple[float, bool] = (0.0, False)
    favourite: _Form | None = None
    for media_type in _media_types(accept or ""):
        form = _form(media_type.name)
        if form is None:
            continue
        rank = (_quality(media_type), form is not _Form.RANGE)
        if rank > best and rank[0] > 0:
            best, favourite = rank, form
    return favourite


def _form(name: str) -> _Form | None:
    if name in _ACTIVITY:
        return _Form.ACTIVITY
    if name in _HTML:
        return _Form.HTML
    return _Form.RANGE if name in _RANGES else None


def _quality(media_type: MediaType) -> float:
    text = media_type.parameters.get("q", "1")
    if len(text) > _LONGEST_QUALITY or not text.replace(".", "", 1).isdecimal() or not text.isascii():
        return 1.0
    return min(float(text), 1.0)


def _single(content_type: str | None) -> MediaType | None:
    found = list(_media_types(content_type or ""))
    return found[0] if len(found) == 1 else None


def _media_types(header: str) -> Iterator[MediaType]:
    for part in _split(header, ","):
        name, *parameters = _split(part, ";")
        if name := name.strip().lower():
            yield MediaType(name, dict(_parameter(text) for text in parameters))


def _parameter(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip().lower(), value.strip().strip('"').strip()


def _split(text: str, separator: str) -> list[str]:
    """Split at separators outside of quoted strings; an open quote runs to the end."""
    parts: list[str] = []
    start, is_quoted = 0, False
    for index, character in enumerate(text):
        if character == '"':
            is_quoted = not is_quoted
        elif character == separator and not is_quoted:
            parts.append(text[start:index])
            start = index + 1
    return [*parts, text[start:]]
