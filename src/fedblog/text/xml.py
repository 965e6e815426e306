"""What may stand in an XML feed, in a name between other words, and in a script element."""

import json
import re
import unicodedata
from html import escape as _escape_markup
from typing import Any

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"
_SCRIPT_ESCAPES = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


def clean(text: str) -> str:
    """`text` without the characters that XML 1.0 forbids (section 2.2), lone surrogates among them."""
    return _ILLEGAL.sub("", text)


def escape(text: str) -> str:
    """`text` for an XML element or a quoted attribute: cleaned, with & < > " ' as references."""
    return _escape_markup(clean(text), quote=True)


def isolate(text: str) -> str:
    """A name that cannot turn the words around it (security.md X04).

    Embedding and override controls are taken out. A name with right-to-left letters is wrapped in
    FIRST STRONG ISOLATE … POP DIRECTIONAL ISOLATE (UAX 9); any other stays plain.
    """
    calm = _BIDI_CONTROLS.sub("", text)
    return f"{_ISOLATE}{calm}{_END_ISOLATE}" if _has_rtl_letters(calm) else calm


def _has_rtl_letters(text: str) -> bool:
    return not text.isascii() and any(unicodedata.bidirectional(character) in {"R", "AL"} for character in text)


def script_json(value: Any) -> str:
    """`value` as JSON that may stand inside a script element: no `</script>` can come of it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_SCRIPT_ESCAPES)
