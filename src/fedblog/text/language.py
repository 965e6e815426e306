"""Language tags (BCP 47): is it one, and which way does it run?"""

import re

_TAG = re.compile(
    r"[a-z]{2,3}(?:-[a-z]{3}){0,3}"  # language, extended language
    r"(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"  # script, region
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"  # variants
    r"(?:-[a-wy-z0-9](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?"  # extensions, private use
)
_LENGTH = 64
_RTL_LANGUAGES = {"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ji", "nqo", "prs", "ps", "sd", "syr", "ug", "ur", "yi"}
_RTL_SCRIPTS = {"adlm", "arab", "aran", "hebr", "mand", "mend", "nkoo", "rohg", "samr", "syrc", "thaa"}


def is_language_tag(text: str) -> bool:
    """Whether `text` is a well-formed tag such as `en`, `pt-BR` or `zh-Hant-TW` (RFC 5646 section 2.1)."""
    return len(text) <= _LENGTH and text.isascii() and _TAG.fullmatch(text.lower()) is not None


def primary(tag: str) -> str:
    """The language itself, in lower case: `pt` of `pt-BR`."""
    return tag.split("-", 1)[0].lower()


def is_rtl(tag: str) -> bool:
    """Whether the language is written from right to left; a script in the tag decides (`az-Arab`, `ku-Latn`)."""
    subtags = tag.lower().split("-")
    script = next((subtag for subtag in subtags[1:] if len(subtag) == 4 and subtag.isalpha()), None)
    return script in _RTL_SCRIPTS if script else subtags[0] in _RTL_LANGUAGES
