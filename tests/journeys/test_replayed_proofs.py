"""Old activities with good proofs, brought again by somebody else: what their authors say now counts."""

import pytest

from fedblog.domain.blog import CommentPolicy
from fedblog.store import actors, followers, mentions
from tests.fediverse import Peer
from tests.fediverse.peer import PUBLIC
from tests.journeys.test_proofs import author, relay

__all__ = ["author", "relay"]


@pytest.fixture
async def gossip(box, blog):
    """Somebody on a third server, whose key the blog has seen before."""
    person = Peer(box, "gossip.example").person("gossip")
    await hear(blog, person, person.activity("Follow", await blog.actor_id()))
    return person


async def hear(blog, person, activity):
    """What somebody sends, a second after what came before: its verdict and why."""
    blog.box.clock.move(seconds=1)
    return await blog.hear(person, activity)


def edits(author, create, words, **extra):
    return author.proven(author.person.activity("Update", create["object"] | {"content": words} | extra, to=[PUBLIC]))


@pytest.mark.parametrize(
    "updated",
    [{}, {"updated": "2026-11-18T11:06:41Z"}, {"updated": "2027-01-01T00:00:00Z"}],
    ids=["no-time", "the-same-second", "a-clock-that-is-wrong"],
)
async def test_an_earlier_edit_that_somebody_brings_again_does_not_undo_the_later_one(blog, author, relay, updated):
    post = await blog.publish(comment_policy=CommentPolicy.OPEN)
    create = author.create("<p>First.</p>", post)
    earlier = edits(author, create, "<p>A secret slipped in.</p>", **updated)
    later = edits(author, create, "<p>Without the secret.</p>", **updated)
    for activity in (create, earlier, later):
        await hear(blog, author.person, activity)
    assert "Without the secret." in await blog.page(post)
    verdict = await hear(blog, relay, earlier)
    assert verdict[0] != "accepted", verdict
    assert "Without the secret." in await blog.page(post)
    assert "A secret slipped in." not in await blog.page(post)


async def test_an_earlier_edit_that_never_came_does_not_undo_a_later_one_without_times(blog, author, relay):
    post = await blog.publish(comment_policy=CommentPolicy.OPEN)
    create = author.create("<p>First.</p>", post)
    earlier = edits(author, create, "<p>A secret slipped in.</p>")
    for activity in (create, edits(author, create, "<p>Without the secret.</p>")):
        await hear(blog, author.person, activity)
    await hear(blog, relay, earlier)
    assert "A secret slipped in." not in await blog.page(post)


async def test_an_earlier_mention_that_somebody_brings_again_does_not_undo_its_edit(blog, author, relay):
    me = await blog.actor_id()
    note = author.person.note("<p>First.</p>", to=[PUBLIC, me])
    create = author.proven(author.person.create(note))
    edited = author.proven(
        author.person.activity("Update", note | {"content": "<p>Second.</p>", "updated": "2026-11-25T00:00:00Z"})
    )
    note["content"] = "<p>Second.</p>"
    await hear(blog, author.person, create)
    await hear(blog, author.person, edited)
    await hear(blog, relay, create)
    mention = await mentions.by_object_id(blog.shop.store.reader, 1, note["id"])
    assert mention.text == "Second."


async def test_a_like_that_was_taken_back_is_not_counted_again_for_a_third_server(blog, author, relay, gossip):
    """It never came from its own server, so nothing in the ledger stands under that one's name."""
    post = await blog.publish()
    like = author.proven(author.person.activity("Like", post.object_id))
    assert (await hear(blog, relay, like))[0] == "accepted"
    await hear(blog, author.person, author.person.activity("Undo", like["id"]))
    assert "1 like" not in await blog.page(post)
    assert (await hear(blog, gossip, like))[0] == "duplicate"
    assert "1 like" not in await blog.page(post)


async def test_an_unfollow_is_not_undone_by_a_follow_that_two_servers_bring(blog, author, relay, gossip):
    follow = author.proven(author.person.activity("Follow", await blog.actor_id()))
    await hear(blog, relay, follow)
    await hear(blog, author.person, author.person.activity("Undo", follow["id"]))
    assert (await hear(blog, gossip, follow))[0] == "duplicate"
    db = blog.shop.store.reader
    actor = await actors.by_id(db, author.id)
    assert await followers.by_actor(db, 1, actor.pk) is None


async def test_an_old_profile_that_somebody_brings_is_not_the_profile_of_today(blog, author, relay):
    post = await blog.publish(comment_policy=CommentPolicy.OPEN)
    await hear(blog, author.person, author.create("<p>Hello.</p>", post))
    profile = author.person.peer.documents["/users/ada"]
    old = author.proven(author.person.activity("Update", {**profile, "name": "Old Name"}, to=[PUBLIC]))
    profile["name"] = "New Name"
    await hear(blog, author.person, author.person.activity("Update", dict(profile), to=[PUBLIC]))
    assert "New Name" in await blog.page(post)
    await hear(blog, relay, old)
    assert "Old Name" not in await blog.page(post)
    assert "New Name" in await blog.page(post)
