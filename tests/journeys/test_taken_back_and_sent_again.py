"""Sending again brings nothing back that was taken back since."""

import pytest

from fedblog.services import followees, following, gestures, resending
from fedblog.services.moving import leaving
from fedblog.services.resending import Scope
from fedblog.store import actors, deliveries, followers
from tests.fediverse import Peer


async def sent_again(blog, peer, kind):
    """How many of a kind arrive when every delivery of that kind is sent again, one by one and for the whole server."""
    blog.box.clock.move(minutes=1)
    before, at = len(peer.got(kind)), blog.shop.now()
    for line in await deliveries.listed(blog.shop.store.reader, 1):
        if line.kind == kind:
            await resending.resend(blog.shop, Scope(at, delivery_pk=line.pk), by="ada")
    await blog.work()
    await resending.resend(blog.shop, Scope(blog.shop.now(), host="pond.example"), by="ada")
    await blog.work()
    return len(peer.got(kind)) - before


@pytest.mark.parametrize("kind", ["Like", "Announce"])
async def test_a_like_or_boost_that_was_taken_back(blog, ada, pond, kind):
    note = ada.note("<p>Elsewhere.</p>")
    act = gestures.like if kind == "Like" else gestures.boost
    made = await act(blog.shop, note["id"], by="ada")
    await blog.work()
    assert await sent_again(blog, pond, kind) > 0
    await gestures.take_back(blog.shop, made.pk, by="ada")
    await blog.work()
    assert await sent_again(blog, pond, kind) == 0


async def test_a_follow_that_was_ended(blog, ada, pond):
    followee = await followees.follow(blog.shop, ada.id, by="ada")
    await blog.work()
    assert await sent_again(blog, pond, "Follow") > 0
    await followees.unfollow(blog.shop, followee.pk, by="ada")
    await blog.work()
    assert await sent_again(blog, pond, "Follow") == 0


async def test_the_accept_of_a_follower_who_was_sent_away(blog, ada, pond):
    await ada.post(blog.inbox, ada.activity("Follow", await blog.actor_id()))
    await blog.work()
    assert await sent_again(blog, pond, "Accept") > 0
    actor = await actors.by_id(blog.shop.store.reader, ada.id)
    follower = await followers.by_actor(blog.shop.store.reader, 1, actor.pk)
    await following.remove(blog.shop, follower.pk, by="ada")
    await blog.work()
    assert await sent_again(blog, pond, "Accept") == 0


async def test_a_move_after_the_blog_came_back(blog, box, ada, pond):
    """Whole servers would take their people away from a blog that is here again."""
    await ada.post(blog.inbox, ada.activity("Follow", await blog.actor_id()))
    await blog.work()
    Peer(box, "lake.example").person("author", alsoKnownAs=[await blog.actor_id()])
    await leaving.leave(blog.shop, "@author@lake.example", by="ada")
    await blog.work()
    assert await sent_again(blog, pond, "Move") > 0
    await leaving.come_back(blog.shop, by="ada")
    await blog.work()
    assert await sent_again(blog, pond, "Move") == 0
