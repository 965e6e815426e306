"""Like, EmojiReact and Announce of what is ours or stands below it (protocol.md e.2)."""

from fedblog.ap.parse.activity import RemoteActivity
from fedblog.ap.parse.reaction import RemoteReaction, reaction_of
from fedblog.domain.actor import Actor
from fedblog.domain.comment import Reaction, ReactionKind
from fedblog.domain.interaction import InteractionKind
from fedblog.services import authorizing, emojis
from fedblog.services.handling.received import Received
from fedblog.services.outcomes import Apply, Outcome, accepted, ignored, repeated, without_effect
from fedblog.services.resolving import actor_of
from fedblog.services.threads import Place, place_of
from fedblog.services.workshop import Workshop
from fedblog.store import followees, inbox_events, interactions, reactions, remarks, thread_searches
from fedblog.store.door import Reader, Writer

_ASKED_AS = {ReactionKind.LIKE: InteractionKind.LIKE, ReactionKind.BOOST: InteractionKind.ANNOUNCE}
_DONE = {ReactionKind.LIKE: "liked", ReactionKind.BOOST: "boosted", ReactionKind.EMOJI: "reacted with an emoji"}


async def react(shop: Workshop, received: Received) -> Apply:
    """Count a reaction, once for each actor (and emoji)."""
    activity = received.activity
    if activity.inner is not None:
        return without_effect(ignored("passes on an activity of somebody else; only posts are boosted"))
    reaction = reaction_of(activity)
    if reaction is None:
        return without_effect(ignored("no reaction that is known here"))
    if await place_of(shop.store.reader, received.blog, activity.object_id) is None:
        return without_effect(ignored(await _why_ignored(shop.store.reader, received)))
    actor = await actor_of(shop, activity.actor_id)
    if reaction.emoji is not None:
        await emojis.copied(shop, reaction.content, [reaction.emoji])

    async def apply(db: Writer) -> Outcome:
        place = await place_of(db, received.blog, activity.object_id)
        if place is None or not place.post.is_public:
            return ignored("the post is not public")
        if activity.activity_id and await inbox_events.is_buried(db, activity.activity_id, actor.actor_id):
            return ignored("it was undone before it came")
        return await _add(db, received, actor, place, reaction)

    return apply


async def _why_ignored(db: Reader, received: Received) -> str:
    if await remarks.by_object_id(db, received.activity.object_id or "") is not None:
        return "it is about an answer of the author elsewhere, where nothing is counted"
    if await followees.is_followed(db, received.blog.pk, received.activity.actor_id):
        return "a boost of an account that the blog follows; there is no timeline where it could go"
    return "it is about nothing that is known here"


async def _add(db: Writer, received: Received, actor: Actor, place: Place, reaction: RemoteReaction) -> Outcome:
    is_new = await reactions.add(
        db,
        Reaction(
            pk=0,
            blog_pk=received.blog.pk,
            post_pk=place.post.pk,
            comment_pk=place.comment_pk,
            actor_pk=actor.pk,
            kind=reaction.kind,
            content=reaction.content,
            object_id=place.object_id,
            activity_id=received.activity.activity_id,
            created_at=received.now,
            icon_url=reaction.emoji.icon_url if reaction.emoji else None,
        ),
    )
    if not is_new:
        return repeated("counted already")
    db.touch(f"post:{place.post.pk}")
    thread_searches.stir(db, place.post.pk)
    return accepted(f"{_DONE[reaction.kind]} {'a comment' if place.comment else 'the post'}")


async def unreact(db: Writer, received: Received, actor: Actor, inner: RemoteActivity) -> Outcome:
    """Take a reaction back: by the id of its activity, else by what it was (GoToSocial, Misskey).

    One that has not come yet is remembered, so that it finds itself undone.
    """
    found = await reactions.by_activity(db, actor.pk, inner.activity_id) if inner.activity_id else None
    if found is None:
        found = await _by_meaning(db, received, actor, inner)
    if found is None:
        if inner.activity_id:
            await inbox_events.bury(db, inner.activity_id, actor.actor_id, received.now)
        return ignored("nothing is known that could be undone")
    return await take_away(db, found, received.now)


async def take_away(db: Writer, reaction: Reaction, now: int) -> Outcome:
    """Remove one reaction, and the authorization of one that had asked first."""
    await reactions.remove(db, reaction.pk)
    kind = _ASKED_AS.get(reaction.kind)
    asked = await interactions.by_object_id(db, reaction.blog_pk, kind, reaction.activity_id or "") if kind else None
    if asked is not None:
        await authorizing.end(db, asked, now)
    db.touch(f"post:{reaction.post_pk}")
    return accepted("took a reaction back")


async def _by_meaning(db: Writer, received: Received, actor: Actor, inner: RemoteActivity) -> Reaction | None:
    reaction = reaction_of(inner)
    place = await place_of(db, received.blog, inner.object_id)
    if reaction is None or place is None:
        return None
    done = await reactions.of_actor(db, actor.pk, place.object_id, reaction.kind)
    return next((one for one in done if one.content == reaction.content), None)
