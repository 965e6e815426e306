"""Following others. There is no timeline here: whom the blog follows can answer it, and that is all."""

from collections.abc import Mapping
from typing import Any

from fedblog.ap.parse.activity import RemoteActivity
from fedblog.ap.render import activities as documents_of
from fedblog.ap.render import gestures as gestures_of
from fedblog.domain.actor import Actor
from fedblog.domain.blog import Blog
from fedblog.domain.elsewhere import Followee, FolloweeState
from fedblog.errors import Missing
from fedblog.services import looking, own_ids, resolving
from fedblog.services.outcomes import Outcome, accepted, ignored, repeated
from fedblog.services.sending import Outgoing, Recipients, send
from fedblog.services.workshop import Workshop, the_actor, the_blog
from fedblog.store import accounts, actors, followees
from fedblog.store.door import Reader, Writer
from fedblog.urls import is_same_id


async def follow(shop: Workshop, address: str, *, by: str) -> Followee:
    """Ask to follow the person at an address, or the author of the post there. Raises as `looking.look`.

    Who was asked already is not asked again, unless the answer was no.
    """
    sight = await looking.look(shop, address)

    async def work(db: Writer) -> Followee:
        blog, now = await the_blog(db), shop.now()
        actor = await resolving.keep(db, sight.actor)
        known = await followees.by_actor(db, blog.pk, actor.pk)
        if known and known.state is not FolloweeState.REJECTED:
            return known
        if known:
            await followees.remove(db, known.pk)
        follow_id = own_ids.activity_id(blog, shop.world)
        pk = await followees.create(
            db, Followee(0, blog.pk, actor.pk, FolloweeState.ASKED, follow_id, asked_at=now, answered_at=None)
        )
        await _send(db, shop, blog, follow_id, await _document(db, follow_id, actor), actor)
        await accounts.note(db, blog.pk, by, "follow", actor.actor_id, now)
        return await existing(db, pk)

    return await shop.store.write(work)


async def unfollow(shop: Workshop, pk: int, *, by: str) -> None:
    """Follow no more, or forget a Follow that was turned down. Raises `Missing`."""

    async def work(db: Writer) -> None:
        blog, followee, now = await the_blog(db), await existing(db, pk), shop.now()
        await followees.remove(db, pk)
        actor = await actors.by_pk(db, followee.actor_pk)
        if actor is None:
            return
        if followee.state is not FolloweeState.REJECTED:
            asked = await _document(db, followee.follow_id, actor)
            document = documents_of.undo(own_ids.activity_id(blog, shop.world), asked)
            await _send(db, shop, blog, followee.follow_id, document, actor)
        await accounts.note(db, blog.pk, by, "unfollow", actor.actor_id, now)

    await shop.store.write(work)


async def existing(db: Reader, pk: int) -> Followee:
    """The followee of that key. Raises `Missing`."""
    followee = await followees.by_pk(db, pk)
    if followee is None:
        raise Missing("The blog does not follow them.", "fedblog elsewhere list shows whom it follows.")
    return followee


async def _document(db: Reader, follow_id: str, actor: Actor) -> Mapping[str, Any]:
    us = await the_actor(db)
    return gestures_of.follow(follow_id, us.actor_id, actor.actor_id)


async def _send(
    db: Writer, shop: Workshop, blog: Blog, follow_id: str, document: Mapping[str, Any], actor: Actor
) -> None:
    """To the one who is asked. The Undo waits for its Follow: both are ordered by the id of that."""
    outgoing = Outgoing(document, follow_id, blog.actor_pk, is_public=False)
    await send(db, blog.pk, outgoing, Recipients(inboxes=(actor.inbox,)), shop.now())


async def find_asked(db: Reader, blog: Blog, us: Actor, answer: RemoteActivity) -> Followee | None:
    """The Follow of ours that an Accept or Reject answers, if its sender is the one who was asked.

    By its id, or by an embedded Follow of us to them; some servers give the embedded one another id.
    """
    sender = await actors.by_id(db, answer.actor_id)
    followee = await followees.by_actor(db, blog.pk, sender.pk) if sender else None
    if followee is None:
        return None
    inner = answer.inner
    is_named = is_same_id(answer.object_id, followee.follow_id)
    is_meant = inner is not None and inner.type == "Follow" and is_same_id(inner.actor_id, us.actor_id)
    is_theirs = inner is None or inner.object_id is None or is_same_id(inner.object_id, answer.actor_id)
    return followee if (is_named or is_meant) and is_theirs else None


async def answered(db: Writer, followee: Followee, now: int, *, is_accepted: bool) -> Outcome:
    """Keep what they answered. A Reject may also end what was accepted before; an Accept never undoes a Reject."""
    current = await followees.by_pk(db, followee.pk)
    if current is None:
        return ignored("the blog does not want to follow any more")
    state = FolloweeState.ACCEPTED if is_accepted else FolloweeState.REJECTED
    if current.state is state:
        return repeated("known already")
    if current.state is FolloweeState.REJECTED:
        return ignored("they had turned it down")
    await followees.answer(db, current.pk, state, now)
    return accepted("the blog follows them now" if is_accepted else "they do not want the blog to follow them")
