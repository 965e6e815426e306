"""A Markdown file as an author hands it over: bytes, front matter, a title in its first heading."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

import yaml

from fedblog.domain.blog import CommentPolicy
from fedblog.domain.interaction import QuotePolicy, ReplyScope
from fedblog.errors import Invalid
from fedblog.text import commonmark
from fedblog.text.language import is_language_tag

_Choice = TypeVar("_Choice", bound=StrEnum)

_FENCE = "---"
_ENDS = frozenset({"---", "..."})
_LIMIT = 64 * 1024
_WORDS = ("title", "slug", "summary", "language", "content_warning")
_BYTE_ORDER_MARKS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
_COMMENTS = {
    **{policy.value: policy for policy in CommentPolicy},
    **dict.fromkeys(("true", "yes", "on"), None),
    **dict.fromkeys(("false", "no", "off"), CommentPolicy.CLOSED),
}


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the front matter said. None: it said nothing. `unknown`: names that mean nothing to fedblog.

    `comments` is None too where it says only that comments are on: the blog's own policy holds then.
    """

    title: str | None = None
    slug: str | None = None
    tags: tuple[str, ...] | None = None
    summary: str | None = None
    language: str | None = None
    content_warning: str | None = None
    comments: CommentPolicy | None = None
    replies: ReplyScope | None = None
    quotes: QuotePolicy | None = None
    unknown: tuple[str, ...] = ()


class _TextLoader(yaml.SafeLoader):
    """Reads every scalar as text: a title `1984` or `no` is no number and no truth value."""


_TextLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag == "tag:yaml.org,2002:null"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def decode_markdown(data: bytes) -> str:
    """The text of a Markdown file: UTF-8, with or without a byte order mark, lines ending in newlines.

    Raises `Invalid`, which names the encoding or the first bad byte.
    """
    for mark, name in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            raise _wrong_encoding(f"The file is encoded as {name}.")
    if b"\x00" in data:
        raise _wrong_encoding(f"The file holds a zero byte (byte {data.index(0) + 1}), as UTF-16 and binary files do.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The decoder counts from behind the byte order mark.
        place = error.start + (len(data) - len(error.object)) + 1
        line = data.count(b"\n", 0, place) + 1
        bad = error.object[error.start]
        raise _wrong_encoding(f"The file is not UTF-8: byte {place} (line {line}) is 0x{bad:02X}.") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _wrong_encoding(why: str) -> Invalid:
    return Invalid(why, "Save it as UTF-8 and try again.")


def read(text: str) -> tuple[FrontMatter, str]:
    """Front matter and body of a Markdown text. Raises `Invalid` for what is not proper front matter."""
    lines = text.split("\n")
    if lines[0].rstrip() != _FENCE:
        return FrontMatter(), text
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() in _ENDS), None)
    if end is None:
        # A thematic break may open a text, too; only "name: value" below it makes it front matter.
        if len(lines) > 1 and re.match(r"[A-Za-z_]{1,40}:", lines[1]):
            raise Invalid("The front matter has no end.", "Close it with a line of three dashes.")
        return FrontMatter(), text
    return _front_matter("\n".join(lines[1:end])), "\n".join(lines[end + 1 :]).lstrip("\n")


def title_from_heading(body: str) -> tuple[str, str]:
    """The plain text of a first `# ` heading, and the body without it; `("", body)` when there is none."""
    return commonmark.split_title(body)


def _front_matter(source: str) -> FrontMatter:
    values = _mapping(source)
    known = {*_WORDS, "tags", "comments", "replies", "quotes"}
    return FrontMatter(
        **{name: _words(name, values.get(name)) for name in _WORDS if name != "language"},
        language=_language(_words("language", values.get("language"))),
        tags=_tags(values.get("tags")),
        comments=_comments(_words("comments", values.get("comments"))),
        replies=_choice(ReplyScope, "replies", _words("replies", values.get("replies"))),
        quotes=_choice(QuotePolicy, "quotes", _words("quotes", values.get("quotes"))),
        unknown=tuple(name for name in values if name not in known),
    )


def _mapping(source: str) -> dict[str, Any]:
    if len(source) > _LIMIT:
        raise Invalid("The front matter is longer than 64 KiB.")
    try:
        values = yaml.load(source, Loader=_TextLoader)  # noqa: S506 - a SafeLoader that builds even less
    except yaml.YAMLError as error:
        raise Invalid(_what_is_wrong(error), "A value with a colon in it needs quotes.") from error
    except (RecursionError, ValueError) as error:
        raise Invalid("The front matter is not proper YAML.") from error
    if values is None:
        return {}
    if not isinstance(values, dict) or not all(isinstance(name, str) for name in values):
        raise Invalid("The front matter must be lines of the form `name: value`.")
    return {name.strip().lower().replace("-", "_"): value for name, value in values.items()}


def _what_is_wrong(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "it cannot be read"
    # The fence is line 1, and marks count from 0.
    where = f" at line {mark.line + 2}" if mark else ""
    return f"The front matter is not proper YAML{where}: {problem}."


def _words(name: str, value: object) -> str | None:
    if value is None or isinstance(value, str):
        return " ".join(value.split()) if value else None
    raise Invalid(f"`{name}` in the front matter must be text, not a list or a group of values.")


def _language(tag: str | None) -> str | None:
    if tag and not is_language_tag(tag):
        raise Invalid("`language` in the front matter is no language tag.", "Write it like `en` or `pt-BR`.")
    return tag


def _tags(value: object) -> tuple[str, ...] | None:
    if value is None:
        return None
    given = value.split(",") if isinstance(value, str) else value
    if not isinstance(given, list) or not all(isinstance(tag, str) for tag in given):
        raise Invalid("`tags` in the front matter must be a list of words, or words with commas between.")
    tags = (" ".join(tag.split()).removeprefix("#") for tag in given)
    return tuple(dict.fromkeys(tag for tag in tags if tag))


def _comments(word: str | None) -> CommentPolicy | None:
    if word is None or word.lower() in _COMMENTS:
        return _COMMENTS[word.lower()] if word else None
    raise Invalid("`comments` in the front matter must be open, cautious, hold_all or closed.")


def _choice(kind: type[_Choice], name: str, word: str | None) -> _Choice | None:
    if not word:
        return None
    if word.lower() in {choice.value for choice in kind}:
        return kind(word.lower())
    *first, last = (choice.value for choice in kind)
    raise Invalid(f"`{name}` in the front matter must be {', '.join(first)} or {last}.")
