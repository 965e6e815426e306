"""Reading activities, cheaply for the request that brings one and wholly for the worker."""

from dataclasses import dataclass
from typing import Final

from fedblog.ap.addressing import Addressing
from fedblog.ap.parse.object import read_addressing
from fedblog.ap.parse.tags import Tags, read_tags
from fedblog.ap.parse.values import as_document, id_of, ids_of, many, milliseconds, text, type_of, wire_id
from fedblog.ap.vocabulary import ACTIVITY_TYPES, ACTOR_TYPES, Document
from fedblog.errors import Invalid
from fedblog.urls import is_same_id, is_same_origin

_WRAPPERS: Final = frozenset({"Undo", "Accept", "Reject", "Announce"})
_LONGEST_CONTENT: Final = 10_000


@dataclass(frozen=True, slots=True)
class Head:
    """Who says that something was done, and to what: all that is read before the sender is proven."""

    activity_id: str | None
    type: str
    actor_id: str
    object_id: str | None


@dataclass(frozen=True, slots=True)
class RemoteActivity:
    """A received activity. Ids are in normal form; `activity_id` is None where there is none.

    `object` is the embedded object as received, or None for a bare id. `inner` is the activity that
    an Undo, Accept, Reject or Announce embeds. `object_ids` are all objects (a Flag names several).
    `content` is plain: the emoji of a reaction, the words of a report.
    """

    activity_id: str | None
    type: str
    actor_id: str
    object_id: str | None
    object_ids: tuple[str, ...]
    object: Document | None
    inner: "RemoteActivity | None"
    target_id: str | None
    content: str
    misskey_reaction: str
    addressing: Addressing | None
    tags: Tags
    published_at: int | None
    updated_at: int | None


def read_head(document: object) -> Head:
    """Read only id, type, actor and object. Raises `Invalid` without a type or an actor."""
    body = as_document(document)
    return _head(body, id_of(body.get("actor")))


def read_activity(document: object) -> RemoteActivity:
    """Read a whole activity of any type. Raises `Invalid` without a type or an actor."""
    body = as_document(document)
    head = _head(body, id_of(body.get("actor")))
    return _activity(body, head, _inner(body, head))


def trusts_embedded(activity: RemoteActivity) -> bool:
    """Whether the embedded object may be used as it stands (FEP-fe34, protocol.md b.5).

    It must live on the actor's origin and belong to the actor; without an id of its own it must not
    name another owner. Everything else has to be fetched from its own id.
    """
    embedded = activity.object
    if embedded is None:
        return False
    owner = id_of(embedded.get("attributedTo")) or id_of(embedded.get("actor"))
    if owner is not None and not is_same_id(owner, activity.actor_id):
        return False
    if embedded.get("id") is None:
        return True
    is_theirs = owner is not None or _is_actor_itself(activity, embedded)
    return is_theirs and is_same_origin(activity.object_id, activity.actor_id)


def _is_actor_itself(activity: RemoteActivity, embedded: Document) -> bool:
    return type_of(embedded, ACTOR_TYPES) in ACTOR_TYPES and is_same_id(activity.object_id, activity.actor_id)


def _head(body: Document, actor_id: str | None) -> Head:
    kind = type_of(body, ACTIVITY_TYPES)
    if not kind:
        raise Invalid("That activity has no type.")
    if actor_id is None:
        raise Invalid("That activity has no actor.")
    return Head(wire_id(body.get("id")), kind, actor_id, _object_id(body))


def _object_id(body: Document) -> str | None:
    """The id of the object that `_embedded` gives, or else of the first object that has one."""
    embedded = _embedded(body)
    return id_of(body.get("object")) if embedded is None else wire_id(embedded.get("id"))


def _inner(body: Document, head: Head) -> RemoteActivity | None:
    """The embedded activity. One that names no actor is its wrapper's own, but only under an Undo."""
    embedded = _embedded(body)
    if head.type not in _WRAPPERS or embedded is None or type_of(embedded, ACTIVITY_TYPES) not in ACTIVITY_TYPES:
        return None
    implied = head.actor_id if head.type == "Undo" and embedded.get("actor") is None else None
    actor_id = id_of(embedded.get("actor")) or implied
    return _activity(embedded, _head(embedded, actor_id), None) if actor_id else None


def _embedded(body: Document) -> Document | None:
    return next((item for item in many(body.get("object"))[:1] if isinstance(item, dict)), None)


def _activity(body: Document, head: Head, inner: RemoteActivity | None) -> RemoteActivity:
    return RemoteActivity(
        activity_id=head.activity_id,
        type=head.type,
        actor_id=head.actor_id,
        object_id=head.object_id,
        object_ids=ids_of(body.get("object")),
        object=_embedded(body),
        inner=inner,
        target_id=id_of(body.get("target")),
        content=text(body.get("content"), _LONGEST_CONTENT),
        misskey_reaction=text(body.get("_misskey_reaction"), _LONGEST_CONTENT),
        addressing=read_addressing(body),
        tags=read_tags(body.get("tag")),
        published_at=milliseconds(body.get("published")),
        updated_at=milliseconds(body.get("updated")),
    )
