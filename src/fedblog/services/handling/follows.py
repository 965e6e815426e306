"""Follow, and its Undo (protocol.md f.3)."""

import json
from collections.abc import Mapping
from typing import Any

from fedblog.ap.render import activities as documents_of
from fedblog.ap.vocabulary import without_context
from fedblog.domain.actor import Actor
from fedblog.domain.blog import Blog
from fedblog.domain.delivery import Lane
from fedblog.domain.follower import Follower, FollowState
from fedblog.domain.inbox_event import Verdict
from fedblog.services import own_ids
from fedblog.services.handling.moves import take_over, was_let_in
from fedblog.services.handling.received import Received
from fedblog.services.outcomes import Apply, Outcome, accepted, ignored, refused, without_effect
from fedblog.services.resolving import actor_of
from fedblog.services.sending import Outgoing, Recipients, send
from fedblog.services.workshop import Workshop
from fedblog.store import activities, followers
from fedblog.store.door import Writer
from fedblog.store.rows import as_json


async def follow(shop: Workshop, received: Received) -> Apply:
    """Take in a follower. Every Follow gets an Accept of its own, unless the author lets followers in by hand."""
    if not received.is_about_us(received.activity.object_id):
        return without_effect(ignored("it follows somebody else"))
    actor = await actor_of(shop, received.activity.actor_id, with_handle=True)

    async def apply(db: Writer) -> Outcome:
        if received.us.moved_to and await followers.by_actor(db, received.blog.pk, actor.pk) is None:
            await answer(db, shop, received.blog, received.us, actor, received.document, is_accepted=False)
            return refused("the blog has moved to another account")
        by_hand = received.blog.approves_followers_at is not None and not await was_let_in(db, received.blog, actor)
        await followers.save(db, _follower(received, actor, is_pending=by_hand))
        stored = await followers.by_actor(db, received.blog.pk, actor.pk)
        if stored is None or stored.state is FollowState.PENDING:
            return Outcome(Verdict.HELD, "waits until the author lets the follower in")
        await take_over(db, received.blog, actor, received.now)
        await answer(db, shop, received.blog, received.us, actor, received.document)
        return accepted("follows the blog")

    return apply


def _follower(received: Received, actor: Actor, *, is_pending: bool) -> Follower:
    return Follower(
        pk=0,
        blog_pk=received.blog.pk,
        actor_pk=actor.pk,
        state=FollowState.PENDING if is_pending else FollowState.ACCEPTED,
        follow_id=received.activity.activity_id,
        follow=as_json(without_context(received.document)),
        delivery_inbox=actor.delivery_inbox,
        host=actor.host,
        requested_at=received.now,
        accepted_at=None if is_pending else received.now,
        accept_delivered_at=None,
    )


async def answer(
    db: Writer,
    shop: Workshop,
    blog: Blog,
    us: Actor,
    actor: Actor,
    follow_document: Mapping[str, Any],
    *,
    is_accepted: bool = True,
) -> None:
    """Send the Accept or Reject that embeds the Follow. It is ordered, and cancelled, by the follower's id."""
    render = documents_of.accept if is_accepted else documents_of.reject
    document = render(own_ids.activity_id(blog, shop.world), us.actor_id, follow_document)
    outgoing = Outgoing(document, actor.actor_id, us.pk, lane=Lane.ACCEPT, is_public=False)
    await send(db, blog.pk, outgoing, Recipients(inboxes=(actor.inbox,)), shop.now())


async def unfollow(db: Writer, received: Received, actor: Actor) -> Outcome:
    """Let a follower go, and take back an Accept that has not left yet. Which Follow is named does not matter:
    what was said last counts."""
    known = await followers.by_actor(db, received.blog.pk, actor.pk)
    if known is None:
        return ignored("did not follow the blog")
    await followers.remove(db, known.pk)
    await activities.cancel_waiting(db, actor.actor_id, received.now)
    return accepted("follows the blog no more")


def follow_of(follower: Follower) -> dict[str, Any]:
    """The Follow as it was received."""
    document: dict[str, Any] = json.loads(follower.follow)
    return document
