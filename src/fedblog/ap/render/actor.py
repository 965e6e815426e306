"""Our actors: the blog's Person and the instance's Application."""

import html
from dataclasses import dataclass
from typing import Final

from fedblog.ap.render.wire import Picture, image, wire_time
from fedblog.ap.signatures import multikey_of
from fedblog.ap.vocabulary import Document, in_context
from fedblog.domain.actor import Actor
from fedblog.domain.blog import Blog, ProfileField
from fedblog.domain.own_key import OwnKey
from fedblog.urls import host_of, read_url

BLOG_FIELD: Final = "Blog"
_DAY_MS: Final = 86_400_000
_GENERATOR: Final[Document] = {
    "type": "Application",
    "name": "fedblog",
    "implements": [
        {"href": "https://datatracker.ietf.org/doc/html/rfc9421", "name": "RFC-9421: HTTP Message Signatures"},
        {
            "href": "https://datatracker.ietf.org/doc/html/rfc9421#name-eddsa-using-curve-edwards25",
            "name": "RFC-9421 signatures using the Ed25519 algorithm",
        },
    ],
}


@dataclass(frozen=True, slots=True)
class PersonParts:
    """What the blog's actor document is made of. `summary_html` is clean HTML with absolute links.

    `key` signs its requests; `assertion_keys` verify the proofs in its activities (FEP-521a).
    """

    actor: Actor
    blog: Blog
    key: OwnKey
    following: str
    featured: str
    summary_html: str = ""
    avatar: Picture | None = None
    header: Picture | None = None
    assertion_keys: tuple[OwnKey, ...] = ()


def person(parts: PersonParts) -> Document:
    """The blog's actor, field by field as protocol.md c.2 has it."""
    actor, blog = parts.actor, parts.blog
    body = _identity(actor, parts.key, parts.assertion_keys) | {
        "name": blog.title,
        "summary": parts.summary_html,
        "url": actor.url,
        "outbox": actor.outbox,
        "followers": actor.followers,
        "following": parts.following,
        "featured": parts.featured,
        "published": wire_time(blog.created_at - blog.created_at % _DAY_MS),
        "manuallyApprovesFollowers": blog.approves_followers_at is not None,
        "discoverable": True,
        "indexable": True,
        "hidesToPublicFromUnauthedWeb": False,
        "hidesCcPublicFromUnauthedWeb": False,
        "attributionDomains": [host_of(blog.base_url)],
        "webfinger": blog.address,
        "attachment": [_property(item) for item in _profile_fields(actor.url, blog.fields)],
    }
    if actor.also_known_as:
        body["alsoKnownAs"] = list(actor.also_known_as)
    if actor.moved_to:
        body["movedTo"] = actor.moved_to
    if parts.avatar:
        body["icon"] = image(parts.avatar)
    if parts.header:
        body["image"] = image(parts.header)
    return in_context(body)


def application(actor: Actor, key: OwnKey, address: str, assertion_keys: tuple[OwnKey, ...] = ()) -> Document:
    """The instance actor, which signs our GETs (protocol.md c.6). `address` is its `name@host`.

    It follows nobody, posts nothing, and leaves out every collection that it does not have.
    """
    body = _identity(actor, key, assertion_keys) | {
        "name": actor.display_name,
        "url": actor.url,
        "manuallyApprovesFollowers": True,
        "discoverable": False,
        "indexable": False,
        "webfinger": address,
    }
    if actor.outbox:
        body["outbox"] = actor.outbox
    return in_context(body)


def profile_field_html(value: str) -> str:
    """The value of a profile field: an address becomes exactly the link that Mastodon verifies."""
    escaped = html.escape(value)
    return f'<a href="{escaped}" rel="me">{escaped}</a>' if read_url(value) else escaped


def _identity(actor: Actor, key: OwnKey, assertion_keys: tuple[OwnKey, ...]) -> Document:
    body: Document = {
        "id": actor.actor_id,
        "type": actor.type,
        "preferredUsername": actor.username,
        "inbox": actor.inbox,
        "publicKey": {"id": key.key_id, "owner": actor.actor_id, "publicKeyPem": key.public_pem},
        "generator": _GENERATOR,
    }
    if actor.shared_inbox:
        body["endpoints"] = {"sharedInbox": actor.shared_inbox}
    if assertion_keys:
        body["assertionMethod"] = [_multikey(actor, one) for one in assertion_keys]
    return body


def _multikey(actor: Actor, key: OwnKey) -> Document:
    multibase = multikey_of(key.public_pem)
    return {"id": key.key_id, "type": "Multikey", "controller": actor.actor_id, "publicKeyMultibase": multibase}


def _profile_fields(home: str, fields: tuple[ProfileField, ...]) -> list[ProfileField]:
    others = [item for item in fields if item.name != BLOG_FIELD]
    return [ProfileField(BLOG_FIELD, home), *others]


def _property(item: ProfileField) -> Document:
    return {"type": "PropertyValue", "name": item.name, "value": profile_field_html(item.value)}
