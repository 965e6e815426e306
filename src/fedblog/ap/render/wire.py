"""How single values stand in our documents: times, addresses, pictures, tags, and the bytes."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

from fedblog.ap.vocabulary import Document
from fedblog.domain.post import Addressee, Tag

PICTURE_TYPES: Final = frozenset({"image/jpeg", "image/png", "image/webp"})
"""What every other server can show."""
_URL_SAFE: Final = "/:?#[]@!$&'()*+,;=%~-._"


@dataclass(frozen=True, slots=True)
class Picture:
    """An image of ours as other servers see it; `alt` may be "", sizes in pixels may be unknown."""

    url: str
    media_type: str
    alt: str = ""
    width: int | None = None
    height: int | None = None


def as_bytes(document: Mapping[str, Any]) -> bytes:
    """The document as it goes over the wire: compact UTF-8 JSON."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def wire_time(at: int) -> str:
    """A time in milliseconds as RFC 3339 UTC in whole seconds."""
    return datetime.fromtimestamp(at // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def wire_url(base_url: str, path: str) -> str:
    """The absolute address of a path of ours, percent-encoded where it is not ASCII."""
    return base_url.rstrip("/") + quote(path, safe=_URL_SAFE)


def image(picture: Picture) -> Document:
    """An Image."""
    body: Document = {"type": "Image", "mediaType": picture.media_type, "url": picture.url}
    if picture.alt:
        body["name"] = picture.alt
    if picture.width and picture.height:
        body |= {"width": picture.width, "height": picture.height}
    return body


def mention_tags(people: Iterable[Addressee]) -> list[Document]:
    """A Mention for everyone named; `href` is the actor's id, and not the profile's address."""
    return [
        {"type": "Mention", "name": "@" + person.handle.removeprefix("@"), "href": person.actor_id} for person in people
    ]


def hashtag_tags(base_url: str, tags: Iterable[Tag]) -> list[Document]:
    """A Hashtag for every tag that leaves a name; `href` is the tag's page here."""
    return [
        {"type": "Hashtag", "name": name, "href": wire_url(base_url, f"/tags/{tag.slug}")}
        for tag in tags
        if (name := hashtag(tag.name))
    ]


def hashtag(name: str) -> str:
    """A tag as a hashtag: `slow reading` is `#SlowReading`; "" when no letter or digit is left."""
    kept = "".join(character if character.isalnum() or character == "_" else " " for character in name)
    words = kept.split()
    joined = words[0] if len(words) == 1 else "".join(word[0].upper() + word[1:] for word in words)
    return f"#{joined}" if joined else ""
