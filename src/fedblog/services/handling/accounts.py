"""What actors tell of themselves: new profiles, blocks."""

from dataclasses import replace

from fedblog.ap.parse.actor import read_actor
from fedblog.domain.actor import Actor
from fedblog.errors import Invalid
from fedblog.services.handling.received import Received
from fedblog.services.outcomes import Apply, Later, Outcome, accepted, ignored, without_effect
from fedblog.services.remote_actors import as_actor, kept_from
from fedblog.services.resolving import keep, refresh, settled_handle
from fedblog.services.workshop import Workshop
from fedblog.store import activities, actors, followees, followers, inbox_events
from fedblog.store.door import Writer
from fedblog.urls import is_same_id

_PAUSE_MS = 5 * 60 * 1000


async def update_profile(shop: Workshop, received: Received) -> Apply:
    """Take over a new profile: the embedded one, or for a bare id (WordPress) the one at its server.

    At most one of those fetches in five minutes; an Update that comes sooner waits.
    """
    known = await actors.by_id(shop.store.reader, received.activity.actor_id)
    if known is None:
        return without_effect(ignored("nothing is known of this actor"))
    fresh = await _embedded(shop, received, known)
    if fresh is None:
        fresh = await _fetched(shop, received, known)

    async def apply(db: Writer) -> Outcome:
        await keep(db, fresh)
        return accepted("profile refreshed")

    return apply


async def _embedded(shop: Workshop, received: Received, known: Actor) -> Actor | None:
    document = received.activity.object
    if document is None:
        return None
    try:
        remote = read_actor(document)
    except Invalid:
        return None
    if not is_same_id(remote.actor_id, known.actor_id):
        return None
    fresh = kept_from(known, as_actor(document, remote, received.now))
    if known.handle and not fresh.handle:
        fresh = replace(fresh, handle=await settled_handle(shop, remote))
    return fresh


async def _fetched(shop: Workshop, received: Received, known: Actor) -> Actor:
    last = await inbox_events.last_accepted(shop.store.reader, known.actor_id, "Update", known.actor_id)
    if last is not None and received.now - last < _PAUSE_MS:
        raise Later(last + _PAUSE_MS, "the profile was fetched less than five minutes ago")
    return await refresh(shop, known.actor_id, with_handle=bool(known.handle))


async def block(shop: Workshop, received: Received) -> Apply:
    """Somebody blocks the blog: the follow ends, and with it what we send there."""
    if not received.is_about_us(received.activity.object_id):
        return without_effect(ignored("it blocks somebody else"))
    actor = await actors.by_id(shop.store.reader, received.activity.actor_id)

    async def apply(db: Writer) -> Outcome:
        follower = await followers.by_actor(db, received.blog.pk, actor.pk) if actor else None
        if follower:
            await followers.remove(db, follower.pk)
        if actor:
            await followees.remove_of_actor(db, actor.pk)
            await activities.cancel_waiting(db, actor.actor_id, received.now)
        return accepted("blocks the blog" + ("; its follow ended" if follower else ""))

    return apply
