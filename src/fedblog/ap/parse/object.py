"""Reading what people write: Notes and everything else that can stand in a thread."""

import html
import re
from dataclasses import dataclass
from typing import Any, Final

from fedblog.ap.addressing import Addressing
from fedblog.ap.parse.tags import Tags, read_attachments, read_tags
from fedblog.ap.parse.values import (
    as_document,
    distinct,
    documents,
    first_of,
    id_of,
    is_true,
    link_of,
    milliseconds,
    recipients,
    text,
    type_of,
    wire_id,
)
from fedblog.ap.vocabulary import OBJECT_TYPES, Document
from fedblog.domain.comment import Attachment
from fedblog.errors import Invalid

_LONGEST_NAME: Final = 500
_LONGEST_SUMMARY: Final = 500
_MOST_LANGUAGES: Final = 100
_MOST_OPTIONS: Final = 20
_LANGUAGE: Final = re.compile(r"[a-z]{2,8}(-[a-z0-9]{1,8}){0,4}", re.IGNORECASE)
_PLAIN_TYPES: Final = frozenset({"text/plain", "text/markdown"})
_QUOTES: Final = ("quote", "quoteUrl", "quoteUri", "_misskey_quote")


@dataclass(frozen=True, slots=True)
class RemoteObject:
    """An object as its author's server describes it. Ids and URLs are in normal form.

    `object_id` is None for an embedded object without one. `content` is raw HTML, `summary` and
    `name` plain text. `addressing` is None when the object names nobody itself; its activity's then
    counts. Times are milliseconds UTC; a caller that shows `published_at` must not trust it to lie
    in the past.
    """

    object_id: str | None
    type: str
    attributed_to: str | None
    content: str
    language: str
    summary: str
    name: str
    in_reply_to: str | None
    addressing: Addressing | None
    published_at: int | None
    updated_at: int | None
    url: str | None
    tags: Tags
    attachments: tuple[Attachment, ...]
    is_sensitive: bool
    is_vote: bool
    options: tuple[str, ...]
    quote_id: str | None


def read_object(document: object) -> RemoteObject:
    """Read a Note, Article, Page, Question, Video, Audio, Image, Event or ChatMessage.

    Raises `Invalid` for anything else; what is missing or odd inside is left empty.
    """
    body = as_document(document)
    kind = type_of(body, OBJECT_TYPES)
    if kind not in OBJECT_TYPES:
        raise Invalid("That document is no kind of post.")
    content, language = _content(body)
    name, in_reply_to = text(body.get("name"), _LONGEST_NAME), id_of(body.get("inReplyTo"))
    tags = read_tags(body.get("tag"))
    return RemoteObject(
        object_id=wire_id(body.get("id")),
        type=kind,
        attributed_to=id_of(body.get("attributedTo")),
        content=content,
        language=language,
        summary=text(body.get("summary"), _LONGEST_SUMMARY),
        name=name,
        in_reply_to=in_reply_to,
        addressing=read_addressing(body),
        published_at=milliseconds(body.get("published")),
        updated_at=milliseconds(body.get("updated")),
        url=link_of(body.get("url"), "text/html"),
        tags=tags,
        attachments=read_attachments(body.get("attachment")),
        is_sensitive=is_true(body.get("sensitive")),
        is_vote=kind == "Note" and bool(name) and not content and in_reply_to is not None,
        options=_options(body),
        quote_id=first_of([body.get(name) for name in _QUOTES], id_of) or tags.quote_id,
    )


def read_addressing(body: Document) -> Addressing | None:
    """The `to` and `cc` of an object or activity; None when it has neither."""
    if body.get("to") is None and body.get("cc") is None:
        return None
    return Addressing(recipients(body.get("to")), recipients(body.get("cc")))


def _content(body: Document) -> tuple[str, str]:
    """The content as HTML, and its language where the document tells one."""
    translations = _translations(body.get("contentMap"))
    content = text(body.get("content")) or next(iter(translations.values()), "")
    same = (language for language, translation in translations.items() if translation == content)
    language = next(same, next(iter(translations), ""))
    return _as_html(content, body.get("mediaType")), _language(language)


def _translations(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    pairs = list(value.items())[:_MOST_LANGUAGES]
    return {language: found for language, item in pairs if (found := text(item))}


def _language(tag: str) -> str:
    return tag if _LANGUAGE.fullmatch(tag) and tag.lower() != "und" else ""


def _as_html(content: str, media_type: object) -> str:
    if text(media_type).partition(";")[0].strip().lower() not in _PLAIN_TYPES:
        return content
    return "<p>" + html.escape(content).replace("\n", "<br>") + "</p>" if content else ""


def _options(body: Document) -> tuple[str, ...]:
    choices = documents(body.get("oneOf")) or documents(body.get("anyOf"))
    return distinct((text(choice.get("name"), _LONGEST_NAME) or None for choice in choices), _MOST_OPTIONS)
