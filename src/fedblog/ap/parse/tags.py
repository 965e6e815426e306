"""What hangs on an object: mentions, hashtags, custom emojis and attachments."""

import re
from dataclasses import dataclass
from typing import Final

from fedblog.ap.parse.values import distinct, documents, id_of, link_of, many, text, type_of, web_address
from fedblog.ap.vocabulary import Document
from fedblog.domain.comment import Attachment

MOST_TAGS: Final = 50
MOST_ATTACHMENTS: Final = 20
_TAG_TYPES: Final = frozenset({"Mention", "Hashtag", "Emoji", "Link"})
_ATTACHMENT_TYPES: Final = frozenset({"Document", "Image", "Audio", "Video", "Link", "Page"})
_LONGEST_NAME: Final = 200
# No more than that stands in emoji names, and no words come in through them.
_SHORTCODE: Final = re.compile(r"[A-Za-z0-9_+-]{1,64}")
_LONGEST_ALT: Final = 1500
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,60}")
_ACTIVITY_MEDIA_TYPES: Final = ("application/activity+json", "application/ld+json")


@dataclass(frozen=True, slots=True)
class MentionTag:
    """Someone named in an object. `href` is the actor id, or (WordPress) the site's address."""

    href: str
    name: str


@dataclass(frozen=True, slots=True)
class Emoji:
    """A custom emoji: `name` with its colons, `icon_url` an https image."""

    name: str
    icon_url: str


@dataclass(frozen=True, slots=True)
class Tags:
    """The tags of one object, sorted by kind; at most 50 in all."""

    mentions: tuple[MentionTag, ...] = ()
    hashtags: tuple[str, ...] = ()
    emojis: tuple[Emoji, ...] = ()
    quote_id: str | None = None


def read_tags(value: object) -> Tags:
    """Read a `tag` property, whatever it holds."""
    kinds: dict[str, list[Document]] = {kind: [] for kind in _TAG_TYPES}
    for tag in documents(value)[:MOST_TAGS]:
        if (kind := type_of(tag, _TAG_TYPES)) in kinds:
            kinds[kind].append(tag)
    return Tags(
        distinct(map(_mention, kinds["Mention"]), MOST_TAGS),
        distinct((text(tag.get("name"), _LONGEST_NAME) or None for tag in kinds["Hashtag"]), MOST_TAGS),
        distinct(map(_emoji, kinds["Emoji"]), MOST_TAGS),
        next((found for tag in kinds["Link"] if (found := _quote(tag)) is not None), None),
    )


def read_attachments(value: object) -> tuple[Attachment, ...]:
    """Read an `attachment` property: what has an http(s) address; at most 20."""
    return distinct(map(_attachment, documents(value)[:MOST_ATTACHMENTS]), MOST_ATTACHMENTS)


def _mention(tag: Document) -> MentionTag | None:
    href = web_address(tag.get("href"))
    return MentionTag(href, text(tag.get("name"), _LONGEST_NAME)) if href else None


def _emoji(tag: Document) -> Emoji | None:
    name = text(tag.get("name")).strip(":")
    url = next((found for icon in many(tag.get("icon")) if (found := _image_url(icon)) is not None), None)
    return Emoji(f":{name}:", url) if _SHORTCODE.fullmatch(name) and url else None


def _image_url(icon: object) -> str | None:
    kind = icon.get("mediaType") if isinstance(icon, dict) else None
    url = link_of(icon.get("url") if isinstance(icon, dict) else icon)
    is_image = kind is None or (isinstance(kind, str) and kind.startswith("image/"))
    return url if url and is_image and url.startswith("https://") else None


def _quote(tag: Document) -> str | None:
    """The quoted object of an object link (FEP-e232) whose relation says that it is a quote."""
    kind = text(tag.get("mediaType")).partition(";")[0].strip()
    relations = [relation for relation in many(tag.get("rel")) if isinstance(relation, str)]
    is_quote = kind in _ACTIVITY_MEDIA_TYPES and any(relation.endswith("quote") for relation in relations)
    return id_of(tag.get("href")) if is_quote else None


def _attachment(item: Document) -> Attachment | None:
    url = link_of(item.get("url")) or web_address(item.get("href"))
    if url is None or type_of(item, _ATTACHMENT_TYPES) not in _ATTACHMENT_TYPES:
        return None
    kind = text(item.get("mediaType")).lower()
    alt = text(item.get("name"), _LONGEST_ALT) or text(item.get("summary"), _LONGEST_ALT)
    return Attachment(url, kind if _MEDIA_TYPE.fullmatch(kind) else "", alt)
