"""Our activities. Each has an id of its own, never used twice; `to` and `cc` are always arrays."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fedblog.ap.addressing import Addressing
from fedblog.ap.parse.values import id_of
from fedblog.ap.render.wire import wire_time
from fedblog.ap.vocabulary import PUBLIC, Document, in_context, without_context
from fedblog.errors import Invalid

_FOLLOW_MEMBERS: Final = ("id", "type", "actor", "object")


def create(activity_id: str, obj: Mapping[str, Any]) -> Document:
    """Create with the whole Article or Note in it, addressed as that is."""
    return _about(activity_id, "Create", obj) | {"published": obj["published"]}


def update(activity_id: str, obj: Mapping[str, Any]) -> Document:
    """Update with the whole Article or Note in it. Raises `Invalid` for one without `updated`, which
    Mastodon would pass over in silence."""
    if "updated" not in obj:
        raise Invalid("An Update needs an object that was edited.")
    return _about(activity_id, "Update", obj) | {"updated": obj["updated"]}


def update_actor(activity_id: str, actor: Mapping[str, Any], updated_at: int) -> Document:
    """Update with the whole actor in it, to everybody and the followers."""
    addressed = {"to": [PUBLIC], "cc": [actor["followers"]] if "followers" in actor else []}
    body = _activity(activity_id, "Update", actor["id"], without_context(actor))
    return body | addressed | {"updated": wire_time(updated_at)}


def move(activity_id: str, actor: Mapping[str, Any], target_id: str) -> Document:
    """Move of the actor to another account, to the followers (protocol.md d.3)."""
    body = _activity(activity_id, "Move", actor["id"], actor["id"])
    return body | {"target": target_id} | _addresses((actor["followers"],), ())


def delete(activity_id: str, actor_id: str, object_id: str, addressed: Addressing) -> Document:
    """Delete with a bare Tombstone, to all who may have got the object."""
    gone = {"id": object_id, "type": "Tombstone"}
    return _activity(activity_id, "Delete", actor_id, gone) | _addresses(addressed.to, addressed.cc)


def accept(activity_id: str, actor_id: str, follow: Mapping[str, Any]) -> Document:
    """Accept with the Follow in it as it was received. Raises `Invalid` for a Follow without an actor."""
    return _answer(activity_id, "Accept", actor_id, follow)


def reject(activity_id: str, actor_id: str, follow: Mapping[str, Any]) -> Document:
    """Reject with the Follow in it; it also removes a follower who was accepted before."""
    return _answer(activity_id, "Reject", actor_id, follow)


def undo(activity_id: str, activity: Mapping[str, Any]) -> Document:
    """Undo with our own earlier activity in it, addressed as that was."""
    body = _activity(activity_id, "Undo", activity["actor"], without_context(activity))
    return body | _addresses(activity.get("to", ()), activity.get("cc", ()))


def _about(activity_id: str, kind: str, obj: Mapping[str, Any]) -> Document:
    body = _activity(activity_id, kind, obj["attributedTo"], without_context(obj))
    return body | _addresses(obj["to"], obj["cc"])


def _answer(activity_id: str, kind: str, actor_id: str, follow: Mapping[str, Any]) -> Document:
    """Members of the Follow keep the spelling in which they came, for its sender compares strings."""
    follower = id_of(follow.get("actor"))
    if follower is None:
        raise Invalid("A Follow without an actor cannot be answered.")
    embedded = {name: follow[name] for name in _FOLLOW_MEMBERS if follow.get(name) is not None}
    return _activity(activity_id, kind, actor_id, embedded) | _addresses((follower,), ())


def _activity(activity_id: str, kind: str, actor_id: str, obj: Document | str) -> Document:
    return in_context({"id": activity_id, "type": kind, "actor": actor_id, "object": obj})


def _addresses(to: Sequence[str], cc: Sequence[str]) -> Document:
    return {"to": list(to), "cc": list(cc)}
