"""What people typed: urlencoded forms, read with limits and put in normal form.

A parser of our own on purpose: public routes never meet a multipart parser (security.md D12).
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

from fedblog.errors import Invalid

FORM_TYPE = "application/x-www-form-urlencoded"
PUBLIC_FORM = 64 << 10
_MOST_FIELDS = 200
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form, every value by name in the order in which it came."""

    fields: Mapping[str, Sequence[str]]

    def text(self, name: str) -> str:
        """A text of several lines: NFC, Unix line ends, no control characters; "" when not given."""
        return _clean(self._first(name))

    def line(self, name: str) -> str:
        """A text of one line, without spaces around; "" when not given."""
        return _SPACES.sub(" ", _clean(self._first(name))).strip()

    def secret(self, name: str) -> str:
        """A password or token, exactly as typed."""
        return self._first(name)

    def flag(self, name: str) -> bool:
        """Whether a box is ticked."""
        return name in self.fields

    def number(self, name: str) -> int:
        """A whole number of at most 18 digits. Raises `Invalid`."""
        text = self.line(name)
        if not (text.isascii() and text.isdecimal() and len(text) <= 18):
            raise Invalid("The form is incomplete.", "Please go back and try again.")
        return int(text)

    def lines(self, name: str) -> list[str]:
        """All values of a field that may stand several times, each as `line`."""
        return [_SPACES.sub(" ", _clean(value)).strip() for value in self.fields.get(name, ())]

    def __contains__(self, name: str) -> bool:
        return name in self.fields

    def _first(self, name: str) -> str:
        values = self.fields.get(name, ())
        return values[0] if values else ""


async def read(request: Request, limit: int = PUBLIC_FORM) -> Form:
    """The form that a request carries, of at most `limit` bytes.

    Raises `Invalid` for what is no form, and HTTP 413 or 415 for what is too large or of another kind.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != FORM_TYPE:
        raise HTTPException(415, "This address takes web forms only.")
    return parse(await read_body(request, limit))


async def read_body(request: Request, limit: int) -> bytes:
    """The body of a request. Raises HTTP 413 as soon as it goes over `limit` bytes."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise HTTPException(413, "That is more than this form takes.", {"connection": "close"})
        parts.append(part)
    return b"".join(parts)


def parse(body: bytes) -> Form:
    """Read an urlencoded body: UTF-8, at most 200 fields. Raises `Invalid`."""
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise Invalid("The form could not be read.", "Please go back and try again.") from error
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return Form(fields)


def _clean(text: str) -> str:
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _CONTROL.sub("", unix))
