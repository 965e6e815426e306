"""Activities of ours without words: like, boost, follow, pin. `object` is always a bare id (protocol.md d.3)."""

from fedblog.ap.addressing import Addressing
from fedblog.ap.render.wire import wire_time
from fedblog.ap.vocabulary import PUBLIC, Document, in_context


def like(activity_id: str, actor_id: str, object_id: str, author_id: str) -> Document:
    """Like, to the author of what is liked."""
    return _gesture(activity_id, "Like", actor_id, object_id, Addressing(to=(author_id,)))


def announce(activity_id: str, actor_id: str, object_id: str, addressed: Addressing, published_at: int) -> Document:
    """Announce of something public."""
    body = _gesture(activity_id, "Announce", actor_id, object_id, addressed)
    return body | {"published": wire_time(published_at)}


def boost_addressing(followers_id: str, author_id: str | None) -> Addressing:
    """Whom a boost is addressed to: everybody, the followers and (None: it is our own) the author."""
    return Addressing((PUBLIC,), (followers_id, *((author_id,) if author_id else ())))


def follow(activity_id: str, actor_id: str, followee_id: str) -> Document:
    """Follow, to whom it asks."""
    return _gesture(activity_id, "Follow", actor_id, followee_id, Addressing(to=(followee_id,)))


def add_to(activity_id: str, actor_id: str, object_id: str, collection: str, followers_id: str) -> Document:
    """Add to a collection of ours, such as `featured`."""
    return _in_collection(activity_id, "Add", actor_id, object_id, collection, followers_id)


def remove_from(activity_id: str, actor_id: str, object_id: str, collection: str, followers_id: str) -> Document:
    """Remove from a collection of ours."""
    return _in_collection(activity_id, "Remove", actor_id, object_id, collection, followers_id)


def _in_collection(
    activity_id: str, kind: str, actor_id: str, object_id: str, collection: str, followers_id: str
) -> Document:
    addressed = Addressing((PUBLIC,), (followers_id,))
    return _gesture(activity_id, kind, actor_id, object_id, addressed) | {"target": collection}


def _gesture(activity_id: str, kind: str, actor_id: str, object_id: str, addressed: Addressing) -> Document:
    body = {"id": activity_id, "type": kind, "actor": actor_id, "object": object_id}
    return in_context(body | {"to": list(addressed.to), "cc": list(addressed.cc)})
