"""Identifiers: time-ordered ids, slugs, tokens and their hashes."""

import hashlib
import re
import unicodedata
from urllib.parse import quote

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SLUG_LENGTH = 80
ENCODED_LENGTH = 200
_APOSTROPHES = "'\u2019\u02bc"


def ulid(now_ms: int, dice: bytes) -> str:
    """A ULID: 48 bits of time in milliseconds, then 80 bits of `dice`, as 26 characters.

    `dice` must hold at least 10 random bytes (https://github.com/ulid/spec).
    """
    number = (now_ms << 80) | int.from_bytes(dice[:10], "big")
    return "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))


def slug(text: str) -> str:
    """A slug of `text`: NFKC, casefolded, Unicode letters and digits kept, at most 80 characters.

    Empty when the text holds no letter or digit; the caller then falls back on an id.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = "".join(_in_slug(character) for character in folded)
    return re.sub("-{2,}", "-", kept).strip("-")[:SLUG_LENGTH].rstrip("-")


def address_slug(text: str) -> str:
    """A slug that takes at most 200 characters of an address, where a letter beyond ASCII is written with up to 12.

    WordPress cuts there too: an address that is longer leaves no room for the words beside it (`ap.render.fitting`).
    """
    kept, room = "", ENCODED_LENGTH
    for character in slug(text):
        room -= len(quote(character))
        if room < 0:
            break
        kept += character
    return kept.rstrip("-")


def _in_slug(character: str) -> str:
    """An apostrophe is part of its word and vanishes; any other mark parts words."""
    if character in _APOSTROPHES:
        return ""
    return character if unicodedata.category(character)[0] in "LNM" else "-"


def token_hash(token: str) -> str:
    """What is stored in place of a secret token: its SHA-256 in hex."""
    return hashlib.sha256(token.encode()).hexdigest()
