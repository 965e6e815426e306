"""Which handler takes which activity."""

from collections.abc import Mapping

from fedblog.ap.parse.values import type_of
from fedblog.ap.vocabulary import ACTOR_TYPES
from fedblog.services.canary.admission import is_canary_id
from fedblog.services.canary.rehearsing import rehearse
from fedblog.services.handling.accounts import block, update_profile
from fedblog.services.handling.answers import accept, reject
from fedblog.services.handling.deletions import delete
from fedblog.services.handling.follows import follow
from fedblog.services.handling.moves import move
from fedblog.services.handling.posts import create, update
from fedblog.services.handling.reactions import react
from fedblog.services.handling.received import Handler, Received
from fedblog.services.handling.reports import flag
from fedblog.services.handling.requests import ask_to_quote, ask_to_react, ask_to_reply
from fedblog.services.handling.undoing import undo
from fedblog.services.outcomes import Apply, ignored, refused, without_effect
from fedblog.services.workshop import Workshop
from fedblog.urls import is_same_id


async def _update(shop: Workshop, received: Received) -> Apply:
    activity = received.activity
    if is_same_id(activity.object_id, activity.actor_id):
        return await update_profile(shop, received)
    if activity.object is not None and type_of(activity.object, ACTOR_TYPES) in ACTOR_TYPES:
        return without_effect(refused("an actor can only change itself"))
    return await update(shop, received)


HANDLERS: Mapping[str, Handler] = {
    "Accept": accept,
    "Announce": react,
    "AnnounceRequest": ask_to_react,
    "Block": block,
    "Create": create,
    "Delete": delete,
    "EmojiReact": react,
    "Flag": flag,
    "Follow": follow,
    "Like": react,
    "LikeRequest": ask_to_react,
    "Move": move,
    "QuoteRequest": ask_to_quote,
    "Reject": reject,
    "ReplyRequest": ask_to_reply,
    "Undo": undo,
    "Update": _update,
}


async def handle(shop: Workshop, received: Received) -> Apply:
    """Hand the activity to its handler; what has none is ignored in words. A canary's is only rehearsed."""
    if is_canary_id(received.activity.actor_id, received.blog):
        return await rehearse(shop, received, _handle)
    return await _handle(shop, received)


async def _handle(shop: Workshop, received: Received) -> Apply:
    handler = HANDLERS.get(received.activity.type)
    if handler is None:
        return without_effect(ignored("this blog has no use for activities of this type"))
    return await handler(shop, received)
