"""What may stand in an XML feed (security.md X07)."""

import re

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """`text` without the characters that XML 1.0 forbids (section 2.2), lone surrogates among them."""
    return _ILLEGAL.sub("", text)
