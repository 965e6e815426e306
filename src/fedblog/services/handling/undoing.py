"""Undo, in every form that servers send: with the activity in it, with its id, or with what it was about."""

from fedblog.ap.parse.activity import RemoteActivity, read_activity
from fedblog.domain.actor import Actor
from fedblog.errors import FedblogError
from fedblog.services import documents_by_id
from fedblog.services.handling.follows import unfollow
from fedblog.services.handling.reactions import take_away, unreact
from fedblog.services.handling.received import Received
from fedblog.services.outcomes import Apply, Outcome, accepted, ignored, refused, without_effect
from fedblog.services.workshop import Workshop
from fedblog.store import actors, followers, inbox_events, reactions
from fedblog.store.door import Reader, Writer
from fedblog.urls import is_same_id, is_same_origin

_REACTIONS = frozenset({"Like", "EmojiReact", "Announce"})


async def undo(shop: Workshop, received: Received) -> Apply:
    """Take back what the actor did before; only its own doings."""
    activity = received.activity
    actor = await actors.by_id(shop.store.reader, activity.actor_id)
    if actor is None:
        return without_effect(ignored("nothing is known of this actor"))
    inner = activity.inner or await _looked_up(shop, received, actor)
    if inner is not None and not is_same_id(inner.actor_id, activity.actor_id):
        return without_effect(refused("only the own doings can be undone"))

    async def apply(db: Writer) -> Outcome:
        return await (_undo(db, received, actor, inner) if inner else _undo_by_id(db, received, actor))

    return apply


async def _looked_up(shop: Workshop, received: Received, actor: Actor) -> RemoteActivity | None:
    """The activity behind a bare id that is not known here, if its own server still shows it."""
    activity_id = received.activity.object_id
    if activity_id is None or not is_same_origin(activity_id, actor.actor_id):
        return None
    if await _is_known(shop.store.reader, received, actor, activity_id):
        return None
    try:
        return read_activity(await documents_by_id.fetch(shop.net, activity_id))
    except FedblogError:
        return None


async def _is_known(db: Reader, received: Received, actor: Actor, activity_id: str) -> bool:
    follower = await followers.by_actor(db, received.blog.pk, actor.pk)
    is_follow = follower is not None and follower.follow_id == activity_id
    return is_follow or await reactions.by_activity(db, actor.pk, activity_id) is not None


async def _undo(db: Writer, received: Received, actor: Actor, inner: RemoteActivity) -> Outcome:
    if inner.type == "Follow":
        is_ours = inner.object_id is None or received.is_about_us(inner.object_id)
        return await unfollow(db, received, actor) if is_ours else ignored("it followed somebody else")
    if inner.type in _REACTIONS:
        return await unreact(db, received, actor, inner)
    if inner.type == "Block":
        return accepted("the block is lifted; it may follow again")
    return ignored("nothing here depends on what was undone")


async def _undo_by_id(db: Writer, received: Received, actor: Actor) -> Outcome:
    activity_id = received.activity.object_id
    if activity_id is None:
        return ignored("it does not say what was undone")
    reaction = await reactions.by_activity(db, actor.pk, activity_id)
    if reaction:
        return await take_away(db, reaction, received.now)
    follower = await followers.by_actor(db, received.blog.pk, actor.pk)
    if follower and follower.follow_id == activity_id:
        return await unfollow(db, received, actor)
    await inbox_events.bury(db, activity_id, actor.actor_id, received.now)
    return ignored("nothing is known that could be undone")
