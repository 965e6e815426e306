"""A strict reader for the structured fields that signatures use (RFC 9651, without dates and display strings).

Stricter than the RFC in one point: a name that stands twice is an error, not overwritten, so that nobody can
read another value than we do (security.md S17).
"""

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from fedblog.errors import Invalid


class Token(str):
    """A token (RFC 9651 section 3.3.4), to be told from a string."""

    __slots__ = ()


BareItem = int | Decimal | str | bytes | bool
Parameters = dict[str, BareItem]


@dataclass(frozen=True, slots=True)
class Item:
    """A bare item with its parameters."""

    value: BareItem
    parameters: Parameters


@dataclass(frozen=True, slots=True)
class InnerList:
    """A list in parentheses with its parameters. `raw` is the text of both, as received."""

    items: tuple[Item, ...]
    parameters: Parameters
    raw: str


Dictionary = dict[str, Item | InnerList]

_KEY = re.compile(r"[a-z*][a-z0-9_.*-]*+")
_SPACES = re.compile(r" *+")
_COMMA = re.compile(r"[ \t]*+,[ \t]*+")
_CHUNK = r"[\x20\x21\x23-\x5b\x5d-\x7e]*+"
_BARE_ITEM = re.compile(
    r"(?P<decimal>-?[0-9]{1,12}\.[0-9]{1,3}(?![0-9.]))"
    r"|(?P<integer>-?[0-9]{1,15}(?![0-9.]))"
    rf'|"(?P<string>{_CHUNK}(?:\\["\\]{_CHUNK})*+)"'
    r"|(?P<token>[A-Za-z*][!#$%&'*+.^_`|~0-9A-Za-z:/-]*+)"
    r"|:(?P<bytes>[A-Za-z0-9+/]*+={0,2}):"
    r"|\?(?P<boolean>[01])"
)
_ESCAPE = re.compile(r"\\(.)")


def read_dictionary(text: str) -> Dictionary:
    """Read a dictionary field (RFC 9651 section 4.2.2). Raises `Invalid` where the RFC fails, and for doubled names."""
    reader = _Reader(text.strip(" "))
    members: Dictionary = {}
    while not reader.is_at_end:
        name = reader.key()
        if name in members:
            raise reader.error()
        members[name] = reader.member()
        if not reader.is_at_end:
            reader.comma()
    return members


class _Reader:
    """A place in a text, and how to read on from there."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    @property
    def is_at_end(self) -> bool:
        return self.at == len(self.text)

    def error(self) -> Invalid:
        return Invalid("That header is not a structured field.")

    def take(self, pattern: re.Pattern[str]) -> re.Match[str]:
        match = pattern.match(self.text, self.at)
        if match is None:
            raise self.error()
        self.at = match.end()
        return match

    def skip(self, mark: str) -> bool:
        found = self.text.startswith(mark, self.at)
        self.at += found
        return found

    def key(self) -> str:
        return self.take(_KEY)[0]

    def comma(self) -> None:
        self.take(_COMMA)
        if self.is_at_end:
            raise self.error()

    def member(self) -> Item | InnerList:
        if not self.skip("="):
            return Item(True, self.parameters())
        start = self.at
        if not self.skip("("):
            return self.item()
        items, parameters = self.items(), self.parameters()
        return InnerList(items, parameters, self.text[start : self.at])

    def items(self) -> tuple[Item, ...]:
        found: list[Item] = []
        self.take(_SPACES)
        while not self.skip(")"):
            found.append(self.item())
            if not self.take(_SPACES)[0] and not self.text.startswith(")", self.at):
                raise self.error()
        return tuple(found)

    def item(self) -> Item:
        return Item(self.bare_item(), self.parameters())

    def parameters(self) -> Parameters:
        found: Parameters = {}
        while self.skip(";"):
            self.take(_SPACES)
            name = self.key()
            if name in found:
                raise self.error()
            found[name] = self.bare_item() if self.skip("=") else True
        return found

    def bare_item(self) -> BareItem:
        match = self.take(_BARE_ITEM)
        kind = str(match.lastgroup)
        return _READ[kind](match[kind])


def _unescape(text: str) -> str:
    return _ESCAPE.sub(r"\1", text) if "\\" in text else text


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise Invalid("That header holds broken base64.") from error


_READ: dict[str, Callable[[str], BareItem]] = {
    "decimal": Decimal,
    "integer": int,
    "string": _unescape,
    "token": Token,
    "bytes": _decode,
    "boolean": lambda text: text == "1",
}
