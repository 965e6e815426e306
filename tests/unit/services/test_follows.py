"""Follow, Accept, Undo, and letting followers in by hand."""

from dataclasses import replace

import pytest

from fedblog.domain.blog import CommentPolicy
from fedblog.errors import Missing
from fedblog.services import describing, following
from fedblog.services.workshop import the_blog
from fedblog.store import followers


async def handles(blog):
    return [(line.handle, line.state) for line in await followers.listed(blog.db, 1)]


async def test_a_follow_makes_a_follower_and_its_accept_embeds_it(blog, ada):
    follow = ada.activity("Follow", blog.actor_id)
    assert await blog.hear(ada, follow) == ("accepted", "follows the blog")
    assert await handles(blog) == [("ada@pond.example", "accepted")]
    [accept] = await blog.sent("Accept")
    assert accept["object"] == {name: follow[name] for name in ("id", "type", "actor", "object")}
    assert accept["to"] == [ada.id]
    assert await blog.waiting_inboxes("Accept") == [f"{ada.id}/inbox"]


@pytest.mark.checklist(row=24)
async def test_every_repeated_follow_gets_an_accept_of_its_own_and_no_second_follower(blog, box, ada):
    follow = ada.activity("Follow", blog.actor_id)
    await blog.hear(ada, follow)
    box.clock.move(seconds=5)
    await blog.hear(ada, follow)
    await blog.hear(ada, ada.activity("Follow", blog.actor_id))
    assert len(await blog.sent("Accept")) == 3
    assert len(await handles(blog)) == 1


async def test_a_follow_without_id_is_answered_with_what_it_had(blog, ada):
    follow = ada.activity("Follow", blog.actor_id)
    del follow["id"]
    await blog.hear(ada, follow)
    [accept] = await blog.sent("Accept")
    assert accept["object"] == {"type": "Follow", "actor": ada.id, "object": blog.actor_id}


async def test_a_prefixed_type_and_a_type_list_are_follows_too(blog, ada, bob):
    await blog.hear(ada, ada.activity("Follow", blog.actor_id) | {"type": "as:Follow"})
    await blog.hear(bob, bob.activity("Follow", blog.actor_id) | {"type": ["Strange", "Follow"]})
    assert len(await handles(blog)) == 2


async def test_a_follow_of_somebody_else_is_ignored_in_words(blog, ada, bob):
    assert await blog.hear(ada, ada.activity("Follow", bob.id)) == ("ignored", "it follows somebody else")
    assert await handles(blog) == []


async def test_an_inbox_on_another_server_is_no_weapon(blog, pond):
    eve = pond.person("eve", inbox="https://victim.example/inbox")
    verdict, reason = await blog.hear(eve, eve.activity("Follow", blog.actor_id))
    assert verdict == "refused"
    assert "inbox" in reason
    assert await handles(blog) == []
    assert await blog.sent("Accept") == []


async def test_a_shared_inbox_on_another_server_is_passed_over_for_the_own_one(blog, pond):
    eve = pond.person("eve", endpoints={"sharedInbox": "https://victim.example/inbox"})
    await blog.hear(eve, eve.activity("Follow", blog.actor_id))
    [line] = await followers.listed(blog.db, 1)
    assert line.inbox == f"{eve.id}/inbox"


@pytest.mark.parametrize("form", ["embedded", "bare id", "without id", "foreign id"])
async def test_undo_in_every_form_ends_the_follow_and_cancels_its_accept(blog, ada, form):
    follow = ada.activity("Follow", blog.actor_id)
    await blog.hear(ada, follow)
    undone = {
        "embedded": follow,
        "bare id": follow["id"],
        "without id": {"type": "Follow", "actor": ada.id, "object": blog.actor_id},
        "foreign id": follow | {"id": f"{ada.id}#some-other-id"},
    }[form]
    assert await blog.hear(ada, ada.activity("Undo", undone)) == ("accepted", "follows the blog no more")
    assert await handles(blog) == []
    assert await blog.waiting_inboxes("Accept") == []


async def test_nobody_undoes_the_follow_of_another(blog, ada, pond):
    eve = pond.person("eve")
    follow = ada.activity("Follow", blog.actor_id)
    await blog.hear(ada, follow)
    await blog.hear(eve, eve.activity("Like", "https://elsewhere.example/1"))
    assert (await blog.hear(eve, eve.activity("Undo", follow)))[0] == "refused"
    assert (await blog.hear(eve, eve.activity("Undo", follow["id"])))[0] != "accepted"
    assert len(await handles(blog)) == 1


async def test_followers_by_hand_wait_for_the_author(blog, ada, bob):
    await blog.set_policy(CommentPolicy.CAUTIOUS, by_hand=True)
    follow = ada.activity("Follow", blog.actor_id)
    assert (await blog.hear(ada, follow))[0] == "held"
    await blog.hear(bob, bob.activity("Follow", blog.actor_id))
    assert await blog.sent("Accept") == []
    by_handle = {line.handle: line.pk for line in await followers.listed(blog.db, 1)}

    await following.approve(blog.shop, by_handle["ada@pond.example"], by="author")
    await following.remove(blog.shop, by_handle["bob@lake.example"], by="author")

    assert await handles(blog) == [("ada@pond.example", "accepted")]
    [accept] = await blog.sent("Accept")
    assert accept["object"]["id"] == follow["id"]
    [reject] = await blog.sent("Reject")
    assert reject["object"]["actor"] == bob.id


async def test_a_repeated_follow_does_not_open_the_door_by_itself(blog, ada):
    await blog.set_policy(CommentPolicy.CAUTIOUS, by_hand=True)
    await blog.hear(ada, ada.activity("Follow", blog.actor_id))
    await blog.hear(ada, ada.activity("Follow", blog.actor_id))
    assert await handles(blog) == [("ada@pond.example", "pending")]


async def test_a_removed_follower_is_told_and_gets_no_accept_any_more(blog, ada):
    await blog.hear(ada, ada.activity("Follow", blog.actor_id))
    [line] = await followers.listed(blog.db, 1)
    await following.remove(blog.shop, line.pk, by="author")
    assert await handles(blog) == []
    assert await blog.waiting_inboxes("Accept") == []
    assert await blog.waiting_inboxes("Reject") == [f"{ada.id}/inbox"]
    with pytest.raises(Missing):
        await following.remove(blog.shop, line.pk, by="author")


async def test_a_block_ends_the_follow(blog, ada):
    await blog.hear(ada, ada.activity("Follow", blog.actor_id))
    assert (await blog.hear(ada, ada.activity("Block", blog.actor_id)))[0] == "accepted"
    assert await handles(blog) == []
    block = ada.activity("Block", blog.actor_id)
    assert (await blog.hear(ada, ada.activity("Undo", block)))[0] == "accepted"
    assert await handles(blog) == []


async def test_who_waits_is_let_in_when_approval_by_hand_is_switched_off(blog, ada, bob):
    settings = describing.settings_of(await the_blog(blog.db))
    await describing.change(blog.shop, replace(settings, approves_followers=True))
    for person in (ada, bob):
        await blog.hear(person, person.activity("Follow", blog.actor_id))
    assert await handles(blog) == [("bob@lake.example", "pending"), ("ada@pond.example", "pending")]
    await describing.change(blog.shop, replace(settings, approves_followers=True, title="Another"))
    assert await blog.sent("Accept") == []
    await describing.change(blog.shop, replace(settings, approves_followers=False))
    assert {state for _, state in await handles(blog)} == {"accepted"}
    assert sorted(await blog.waiting_inboxes("Accept")) == [f"{bob.id}/inbox", f"{ada.id}/inbox"]
