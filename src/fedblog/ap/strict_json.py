"""JSON from strangers, read in one way only.

Python's own reader keeps the last of two equal names, takes NaN, lone surrogates and numbers that no
database holds, and recurses as deep as the text does. What is verified must be what is used
(security.md S09), and no text may cost more than its length (D03), so everything doubtful is refused.
"""

import json
import math
import re
from typing import Any, Never

from fedblog.errors import Invalid

MAX_DEPTH = 32
MAX_TOKENS = 10_000
_FIRST_UNSAFE_INTEGER = 1 << 53
_INTEGER_LENGTH = len(str(_FIRST_UNSAFE_INTEGER)) + 1

# The closing quote is optional: an open string then ends the scan instead of being tried again from every
# quote inside of it, which keeps the scan linear.
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")
_UNWANTED = re.compile("[\0\ud800-\udfff]")


def read_object(body: bytes) -> dict[str, Any]:
    """Read one JSON object (RFC 8259, I-JSON's rules of RFC 7493 for names, numbers and texts).

    Tokens are names and values. Raises `Invalid` for text that is not UTF-8, nested deeper than `MAX_DEPTH`,
    longer than `MAX_TOKENS`, malformed, not an object, or that holds a name twice, a number out of range, a
    lone surrogate or a NUL.
    """
    text = _decode(body)
    _measure(text)
    document = _parse(text)
    if not isinstance(document, dict):
        raise Invalid("That JSON is not an object.")
    if "\\u" in text:  # Only an escape can smuggle them in: raw ones are not UTF-8, or not JSON.
        _refuse_unwanted_characters(document)
    return document


def compact(document: object) -> bytes:
    """The document as compact UTF-8 JSON, for sending. Raises `ValueError` for NaN and Infinity."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Invalid("That JSON is not UTF-8.") from error


def _measure(text: str) -> None:
    """Refuse by depth and number of values, before the recursive reader sees the text.

    Every name and value but the outermost follows one comma, colon or opening, so these are counted.
    """
    if _is_small(text):
        return
    skeleton, strings = _STRING.subn("", text, count=MAX_TOKENS + 1)
    openings, closings = skeleton.count("[") + skeleton.count("{"), skeleton.count("]") + skeleton.count("}")
    if max(strings, openings + skeleton.count(",") + skeleton.count(":")) > MAX_TOKENS:
        raise Invalid("That JSON holds too many values.")
    if closings > openings:
        raise Invalid("That is not JSON.")
    if openings > MAX_DEPTH and _depth(skeleton) > MAX_DEPTH:
        raise Invalid("That JSON is nested too deeply.")


def _is_small(text: str) -> bool:
    """Whether the text stays within both limits even if everything in its strings counted: most do."""
    openings = text.count("[") + text.count("{")
    return openings <= MAX_DEPTH and openings + text.count(",") + text.count(":") + text.count('"') <= MAX_TOKENS


def _depth(skeleton: str) -> int:
    deepest = depth = 0
    for bracket in _BRACKET.findall(skeleton):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _parse(text: str) -> Any:
    try:
        return _DECODER.decode(text)
    except ValueError as error:
        raise Invalid("That is not JSON.") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Invalid("That JSON holds a name twice in one object.")
    return members


def _integer(text: str) -> int:
    if len(text) > _INTEGER_LENGTH or abs(number := int(text)) >= _FIRST_UNSAFE_INTEGER:
        raise Invalid("That JSON holds a number out of range.")
    return number


def _float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise Invalid("That JSON holds a number out of range.")
    return number


def _refuse_constant(_name: str) -> Never:
    raise Invalid("That JSON holds NaN or Infinity, which are not JSON.")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_integer,
    parse_float=_float,
    parse_constant=_refuse_constant,
)


def _refuse_unwanted_characters(document: dict[str, Any]) -> None:
    waiting: list[Any] = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            if _UNWANTED.search(value):
                raise Invalid("That JSON holds a NUL or half of a surrogate pair.")
        elif isinstance(value, dict):
            waiting += value.keys()
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
