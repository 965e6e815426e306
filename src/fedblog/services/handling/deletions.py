"""Delete: of a comment or mention, and of a whole account (protocol.md e.2)."""

from fedblog.domain.actor import Actor
from fedblog.services import commenting, quoting, reply_approvals
from fedblog.services.handling.received import Received
from fedblog.services.outcomes import Apply, Outcome, accepted, ignored, refused, repeated, without_effect
from fedblog.services.workshop import Workshop
from fedblog.store import (
    actors,
    comments,
    followees,
    followers,
    former_followers,
    inbox_events,
    mentions,
    quotes,
    reactions,
    remote_keys,
)
from fedblog.store.door import Writer
from fedblog.urls import is_same_id, is_same_origin


async def delete(shop: Workshop, received: Received) -> Apply:
    """Take away what its own author deleted. What is not here yet will find itself deleted when it comes."""
    activity = received.activity
    if activity.object_id is None:
        return without_effect(ignored("it does not say what was deleted"))
    actor = await actors.by_id(shop.store.reader, activity.actor_id)
    if is_same_id(activity.object_id, activity.actor_id):
        return _of_account(received, actor)
    return of_object(received, activity.object_id, activity.actor_id, actor)


def of_object(received: Received, object_id: str, actor_id: str, actor: Actor | None) -> Apply:
    """The second step for one object. `actor` is the row of who deleted it, if there is one."""

    async def apply(db: Writer) -> Outcome:
        if is_same_origin(object_id, actor_id):
            await inbox_events.bury(db, object_id, actor_id, received.now)
        comment = await comments.by_object_id(db, received.blog.pk, object_id)
        mention = await mentions.by_object_id(db, received.blog.pk, object_id)
        quote = await quotes.by_object_id(db, received.blog.pk, object_id)
        if comment is None and mention is None and quote is None:
            return ignored("nothing is known of what was deleted")
        if {row.actor_pk for row in (comment, mention, quote) if row} != {actor.pk if actor else None}:
            return refused("somebody else wrote that")
        if comment and comment.removed_at is not None:
            return repeated("deleted before")
        if mention:
            await mentions.remove(db, mention.pk)
        if quote:
            await quoting.taken_back(db, quote, received.now)
        if comment:
            await commenting.take_back(db, comment, received.now)
            await reply_approvals.taken_back(db, comment, received.now)
        return accepted("deleted by its author")

    return apply


def _of_account(received: Received, actor: Actor | None) -> Apply:
    async def apply(db: Writer) -> Outcome:
        if actor is None:
            return ignored("nothing is known of this actor")
        await remove_account(db, received.blog.pk, actor, received.now)
        return accepted("the account was deleted, and all that it left here")

    return apply


async def remove_account(db: Writer, blog_pk: int, actor: Actor, now: int) -> None:
    """Everything of an actor goes: words, reactions, follow. Its comments leave their places."""
    await commenting.take_back_all(db, actor, now)
    await quoting.all_taken_back(db, actor.pk, now)
    touched = await reactions.posts_of_actor(db, actor.pk)
    await reactions.remove_of_actor(db, actor.pk)
    await mentions.remove_of_actor(db, actor.pk)
    follower = await followers.by_actor(db, blog_pk, actor.pk)
    if follower:
        await former_followers.let_go(db, follower.pk, "the account was deleted", now)
    await followees.remove_of_actor(db, actor.pk)
    await actors.mark_gone(db, actor.actor_id, now)
    await remote_keys.forget_of_owner(db, actor.actor_id)
    db.touch(*(f"post:{pk}" for pk in touched))
