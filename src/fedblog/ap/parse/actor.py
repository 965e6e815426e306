"""Reading actors."""

import unicodedata
from dataclasses import dataclass
from typing import Final

from fedblog.ap.parse.keys import KeyEntry, read_keys
from fedblog.ap.parse.tags import Emoji, read_tags
from fedblog.ap.parse.values import (
    as_document,
    documents,
    first_of,
    id_of,
    ids_of,
    is_true,
    link_of,
    many,
    milliseconds,
    text,
    type_of,
    wire_id,
)
from fedblog.ap.vocabulary import ACTOR_TYPES, Document
from fedblog.domain.blog import ProfileField
from fedblog.errors import Invalid
from fedblog.urls import Url, host_of, is_same_origin

_LONGEST_NAME: Final = 200
_LONGEST_USERNAME: Final = 100
_LONGEST_SUMMARY: Final = 20_000
_MOST_FIELDS: Final = 20
_MOST_ALIASES: Final = 20


@dataclass(frozen=True, slots=True)
class RemoteActor:
    """An actor as its own server describes it. Ids and URLs are in normal form.

    `username` is "" where the document has no usable one (WebFinger then tells), `webfinger` is the
    handle it claims (FEP-2c59), `summary` is raw HTML. `url` is a page on the actor's own host.
    """

    actor_id: str
    type: str
    host: str
    name: str
    username: str
    webfinger: str
    summary: str
    url: str
    inbox: str
    shared_inbox: str | None
    outbox: str
    followers: str
    featured: str | None
    avatar_url: str | None
    header_url: str | None
    also_known_as: tuple[str, ...]
    moved_to: str | None
    is_locked: bool
    is_suspended: bool
    is_memorial: bool
    hides_public: bool
    hides_unlisted: bool
    fields: tuple[ProfileField, ...]
    emojis: tuple[Emoji, ...]
    keys: tuple[KeyEntry, ...]
    published_at: int | None


def read_actor(document: object) -> RemoteActor:
    """Read an actor document.

    Raises `Invalid` without an id, one of the five types or an inbox, and for an inbox on another
    origin. A shared inbox on another origin is left out (decisions.md, Delivery).
    """
    body = as_document(document)
    actor_id, kind = wire_id(body.get("id")), type_of(body, ACTOR_TYPES)
    if actor_id is None or kind not in ACTOR_TYPES:
        raise Invalid("That document is no actor.")
    inbox = id_of(body.get("inbox"))
    if inbox is None or not is_same_origin(inbox, actor_id):
        raise Invalid("That actor has no inbox on its own server.")
    username = _username(body.get("preferredUsername"))
    return RemoteActor(
        actor_id=actor_id,
        type=kind,
        host=Url.parse(actor_id).host,
        name=text(body.get("name"), _LONGEST_NAME),
        username=username,
        webfinger=text(body.get("webfinger"), _LONGEST_NAME).removeprefix("acct:").removeprefix("@"),
        summary=text(body.get("summary"), _LONGEST_SUMMARY),
        url=_profile_page(body.get("url"), actor_id),
        inbox=inbox,
        shared_inbox=_shared_inbox(body, actor_id),
        outbox=_own(body.get("outbox"), actor_id) or "",
        followers=_own(body.get("followers"), actor_id) or "",
        featured=_own(body.get("featured"), actor_id),
        avatar_url=_picture(body.get("icon")),
        header_url=_picture(body.get("image")),
        also_known_as=ids_of(body.get("alsoKnownAs"), _MOST_ALIASES),
        moved_to=id_of(body.get("movedTo")),
        is_locked=is_true(body.get("manuallyApprovesFollowers")),
        is_suspended=is_true(body.get("suspended")),
        is_memorial=is_true(body.get("memorial")),
        hides_public=is_true(body.get("hidesToPublicFromUnauthedWeb")),
        hides_unlisted=is_true(body.get("hidesCcPublicFromUnauthedWeb")),
        fields=_fields(body.get("attachment")),
        emojis=read_tags(body.get("tag")).emojis,
        keys=read_keys(body),
        published_at=milliseconds(body.get("published")),
    )


def _username(value: object) -> str:
    """A name that can stand between `@` and `@host` without forging either; else ""."""
    name = text(value).removeprefix("@")
    is_plain = all(character in "_.-" or unicodedata.category(character)[0] in "LNM" for character in name)
    return name if is_plain and len(name) <= _LONGEST_USERNAME else ""


def _own(value: object, actor_id: str) -> str | None:
    found = id_of(value)
    return found if is_same_origin(found, actor_id) else None


def _shared_inbox(body: Document, actor_id: str) -> str | None:
    nested = [endpoints.get("sharedInbox") for endpoints in documents(body.get("endpoints"))]
    return first_of([*nested, body.get("sharedInbox")], lambda value: _own(value, actor_id))


def _profile_page(value: object, actor_id: str) -> str:
    pages = (link_of(item) for item in many(value))
    return next((page for page in pages if page and host_of(page) == host_of(actor_id)), actor_id)


def _picture(value: object) -> str | None:
    return first_of(many(value), lambda item: link_of(item.get("url") if isinstance(item, dict) else item))


def _fields(value: object) -> tuple[ProfileField, ...]:
    return tuple(
        ProfileField(text(item.get("name"), _LONGEST_NAME), text(item.get("value"), _LONGEST_SUMMARY))
        for item in documents(value)
        if type_of(item, {"PropertyValue"}) == "PropertyValue"
    )[:_MOST_FIELDS]
