"""`#tag` and `@name@host` in what the author wrote. One reading, for finding and for linking."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from fedblog.errors import Invalid
from fedblog.text import commonmark
from fedblog.text.tree import Element, Node
from fedblog.urls import normal_host

_TAG_LENGTH = 100
_HANDLE = re.compile(
    r"@(?P<name>[A-Za-z0-9_][A-Za-z0-9_.-]{0,62})"
    r"@(?P<host>\[[0-9A-Fa-f:.]{2,45}\]|[^\W_](?:[^\W_]|[.-]){0,252})(?P<port>:[0-9]{1,5})?"
)
_JOINERS = "_·\u200c\u200d"
_OPAQUE = frozenset({"a", "code", "kbd", "pre", "samp", "var"})
LITERAL = "literal"


@dataclass(frozen=True, slots=True)
class Hashtag:
    """`name` as it was written, without its mark."""

    name: str


@dataclass(frozen=True, slots=True)
class Handle:
    """`@name@host`, the name as written, the host in normal form. `written` is all of it as it stood there."""

    name: str
    host: str
    written: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"@{self.name}@{self.host}"


def find_handles(source: str) -> tuple[str, ...]:
    """The handles of a Markdown text, in order, each once, as `@name@host`: what `render` looks up."""
    return distinct_handles(_found(commonmark.read(source)))


def distinct_hashtags(found: Iterator["Hashtag | Handle"] | list["Hashtag | Handle"]) -> tuple[str, ...]:
    """The names among `found`, each once; the first spelling stays."""
    names: dict[str, str] = {}
    for one in found:
        if isinstance(one, Hashtag):
            names.setdefault(one.name.casefold(), one.name)
    return tuple(names.values())


def distinct_handles(found: Iterator["Hashtag | Handle"] | list["Hashtag | Handle"]) -> tuple[str, ...]:
    """The handles among `found`, each once."""
    return tuple(dict.fromkeys(str(one) for one in found if isinstance(one, Handle)))


def _found(node: Node) -> Iterator[Hashtag | Handle]:
    if isinstance(node, str):
        yield from (piece for piece in split(node) if not isinstance(piece, str))
    elif not is_opaque(node):
        for child in node.children:
            yield from _found(child)


def is_opaque(element: Element) -> bool:
    """Whether nothing inside is looked at: links, code, and characters the author escaped."""
    return element.tag in _OPAQUE or LITERAL in element.classes


def split(text: str) -> list[str | Hashtag | Handle]:
    """`text` in pieces: plain text, hashtags and handles."""
    pieces: list[str | Hashtag | Handle] = []
    start = position = 0
    while (position := _next_mark(text, position)) >= 0:
        found, end = _at(text, position)
        if found is None:
            position += 1
            continue
        pieces += [text[start:position], found]
        start = position = end
    return [piece for piece in [*pieces, text[start:]] if piece != ""]


def _next_mark(text: str, position: int) -> int:
    places = [place for mark in "#@" if (place := text.find(mark, position)) >= 0]
    return min(places, default=-1)


def _at(text: str, position: int) -> tuple[Hashtag | Handle | None, int]:
    before = text[position - 1] if position else " "
    if _is_of_a_word(before) or before in "/&#@.":
        return None, position
    return _hashtag_at(text, position) if text[position] == "#" else _handle_at(text, position)


def _hashtag_at(text: str, position: int) -> tuple[Hashtag | None, int]:
    end = position + 1
    while end < len(text) and end - position <= _TAG_LENGTH and (_is_of_a_word(text[end]) or text[end] in _JOINERS):
        end += 1
    name = text[position + 1 : end].rstrip(_JOINERS[1:])
    if not any(character.isalpha() for character in name):
        return None, position
    return Hashtag(name), position + 1 + len(name)


def _is_of_a_word(character: str) -> bool:
    return character.isalnum() or character == "_" or unicodedata.category(character)[0] == "M"


def _handle_at(text: str, position: int) -> tuple[Handle | None, int]:
    match = _HANDLE.match(text, position)
    if match is None:
        return None, position
    host, port = match["host"], match["port"] or ""
    if not port:
        host = host.rstrip(".-")
    if not (port or "." in host or host.startswith("[") or host.lower() == "localhost"):
        return None, position
    try:
        name = normal_host(host)
    except Invalid:
        return None, position
    authority = f"[{name}]{port}" if ":" in name else f"{name}{port}"
    end = match.start("host") + len(host) + len(port)
    return Handle(match["name"], authority, text[position:end]), end
