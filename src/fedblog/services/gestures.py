"""Likes and boosts of things that others wrote, and taking them back."""

import json
from collections.abc import Mapping
from typing import Any

from fedblog.ap.render import activities as documents_of
from fedblog.ap.render import gestures as gestures_of
from fedblog.domain.actor import Actor
from fedblog.domain.blog import Blog
from fedblog.domain.elsewhere import Gesture, GestureKind
from fedblog.errors import Conflict, Invalid, Missing
from fedblog.services import looking, own_ids, resolving
from fedblog.services.looking import Sight
from fedblog.services.sending import Outgoing, Recipients, send
from fedblog.services.workshop import Workshop, the_actor, the_blog
from fedblog.store import accounts, activities, actors, gestures
from fedblog.store.door import Reader, Writer

OUTBOX = "outbox"
"""The topic of the outbox."""


async def like(shop: Workshop, address: str, *, by: str) -> Gesture:
    """Like the post at an address; one that is liked already stays so. Raises as `looking.look`."""
    return await _make(shop, await _seen(shop, address), GestureKind.LIKE, by)


async def boost(shop: Workshop, address: str, *, by: str) -> Gesture:
    """Boost the post at an address, to the followers. Raises `Conflict` for one that was not for everybody."""
    sight = await _seen(shop, address)
    if sight.post is not None and not sight.post.audience.may_be_shown:
        raise Conflict("Only what was written for everybody can be boosted.")
    return await _make(shop, sight, GestureKind.BOOST, by)


async def _seen(shop: Workshop, address: str) -> Sight:
    sight = await looking.look(shop, address)
    if sight.post is None:
        raise Invalid("That is a person, not a post.")
    return sight


async def _make(shop: Workshop, sight: Sight, kind: GestureKind, by: str) -> Gesture:
    async def work(db: Writer) -> Gesture:
        blog, now = await the_blog(db), shop.now()
        known = await gestures.of_object(db, blog.pk, sight.object_id, kind)
        if known is not None:
            return known
        author = await resolving.keep(db, sight.actor)
        gesture = Gesture(
            pk=0,
            blog_pk=blog.pk,
            kind=kind,
            object_id=sight.object_id,
            actor_pk=author.pk,
            post_pk=None,
            activity_id=own_ids.activity_id(blog, shop.world),
            url=sight.url,
            words=sight.words,
            created_at=now,
        )
        community = await resolving.keep(db, sight.community) if sight.community else None
        made = await perform(db, shop, blog, gesture, author, community)
        await accounts.note(db, blog.pk, by, kind.value, gesture.object_id, now)
        return made

    return await shop.store.write(work)


async def perform(
    db: Writer, shop: Workshop, blog: Blog, gesture: Gesture, author: Actor | None, community: Actor | None = None
) -> Gesture:
    """Store a gesture and send it. `author` None: it is about a post of our own. Returns it with its key.

    A like of something in a `community` goes there too, as only the community counts it for its members.
    """
    us = await the_actor(db)
    if gesture.kind is GestureKind.LIKE and author is not None:
        document = gestures_of.like(gesture.activity_id, us.actor_id, gesture.object_id, author.actor_id)
        recipients = Recipients(inboxes=(author.inbox, *((community.delivery_inbox,) if community else ())))
    else:
        addressed = gestures_of.boost_addressing(us.followers, author.actor_id if author else None)
        document = gestures_of.announce(
            gesture.activity_id, us.actor_id, gesture.object_id, addressed, gesture.created_at
        )
        recipients = Recipients(followers=True, inboxes=(author.delivery_inbox,) if author else ())
    pk = await gestures.create(db, gesture)
    await _send(db, shop, blog, gesture, document, recipients)
    found = await gestures.by_pk(db, pk)
    assert found is not None
    return found


async def take_back(shop: Workshop, pk: int, *, by: str) -> Gesture:
    """Undo a like or boost: whoever was told is told again. Raises `Missing`."""

    async def work(db: Writer) -> Gesture:
        blog, gesture = await the_blog(db), await existing(db, pk)
        await undo(db, shop, blog, gesture)
        await accounts.note(db, blog.pk, by, f"undo {gesture.kind.value}", gesture.object_id, shop.now())
        return gesture

    return await shop.store.write(work)


async def existing(db: Reader, pk: int) -> Gesture:
    """The gesture of that key. Raises `Missing`."""
    gesture = await gestures.by_pk(db, pk)
    if gesture is None:
        raise Missing("There is no such like or boost.", "fedblog elsewhere list shows them.")
    return gesture


async def undo(db: Writer, shop: Workshop, blog: Blog, gesture: Gesture) -> None:
    """Forget a gesture and send the Undo, which embeds it, to all who got it."""
    sent = await activities.by_id(db, gesture.activity_id)
    await gestures.remove(db, gesture.pk)
    if sent is None:
        return
    author = await actors.by_pk(db, gesture.actor_pk)
    told = await activities.inboxes_of(db, sent.pk)
    if author is not None and gesture.post_pk is None:
        told.append(author.inbox if gesture.kind is GestureKind.LIKE else author.delivery_inbox)
    undone = {name: value for name, value in json.loads(sent.body).items() if name != "proof"}
    document = documents_of.undo(own_ids.activity_id(blog, shop.world), undone)
    recipients = Recipients(followers=gesture.kind is GestureKind.BOOST, inboxes=tuple(told))
    await _send(db, shop, blog, gesture, document, recipients)


async def _send(
    db: Writer, shop: Workshop, blog: Blog, gesture: Gesture, document: Mapping[str, Any], recipients: Recipients
) -> None:
    outgoing = Outgoing(document, gesture.object_id, blog.actor_pk, post_pk=gesture.post_pk)
    await send(db, blog.pk, outgoing, recipients, shop.now())
    db.touch(OUTBOX)
