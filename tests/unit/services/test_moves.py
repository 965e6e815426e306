"""Move: people go on under another account, and nobody else moves them."""

import pytest

from fedblog.domain.blog import CommentPolicy
from fedblog.services import following
from fedblog.store import actor_moves, actors, comments, followers, former_followers
from tests.fediverse import Peer


@pytest.fixture
def new(lake, ada):
    """Ada's new account, which names the old one."""
    return lake.person("ada", alsoKnownAs=[ada.id])


async def following_ids(blog):
    return sorted(line.actor_id for line in await followers.listed(blog.db, 1))


async def lines_of_those_who_left(blog):
    return [(line.handle, line.reason) for line in await former_followers.listed(blog.db, 1)]


async def moves(blog, old, new):
    return await blog.hear(old, old.activity("Move", old.id, target=new.id))


async def test_a_follower_who_moves_follows_once_whatever_comes_first(blog, ada, new):
    await blog.hear(ada, ada.activity("Follow", blog.actor_id))
    assert (await moves(blog, ada, new))[0] == "accepted"
    assert await following_ids(blog) == [ada.id], "until the new account asks, posts go where they were asked for"
    await blog.hear(new, new.activity("Follow", blog.actor_id))
    assert await following_ids(blog) == [new.id]
    assert await lines_of_those_who_left(blog) == [("ada@pond.example", "follows as @ada@lake.example now")]


async def test_a_follow_of_the_new_account_may_come_before_the_move(blog, ada, new):
    await blog.hear(ada, ada.activity("Follow", blog.actor_id))
    await blog.hear(new, new.activity("Follow", blog.actor_id))
    assert await following_ids(blog) == [new.id, ada.id]
    assert await moves(blog, ada, new) == ("accepted", "moved; follows under the new account")
    assert await following_ids(blog) == [new.id]


async def test_a_move_that_is_told_again_changes_nothing(blog, box, ada, new):
    await blog.hear(ada, ada.activity("Follow", blog.actor_id))
    await moves(blog, ada, new)
    await blog.hear(new, new.activity("Follow", blog.actor_id))
    box.clock.move(minutes=10)
    await moves(blog, ada, new)
    assert await following_ids(blog) == [new.id]
    assert len(await lines_of_those_who_left(blog)) == 1


async def test_who_was_let_in_by_hand_need_not_wait_again_after_a_move(blog, ada, bob, new):
    await blog.set_policy(CommentPolicy.CAUTIOUS, by_hand=True)
    await blog.hear(ada, ada.activity("Follow", blog.actor_id))
    [line] = await followers.listed(blog.db, 1)
    await following.approve(blog.shop, line.pk, by="author")
    await moves(blog, ada, new)
    assert (await blog.hear(new, new.activity("Follow", blog.actor_id)))[0] == "accepted"
    assert (await blog.hear(bob, bob.activity("Follow", blog.actor_id)))[0] == "held"


async def test_who_waited_goes_on_waiting_under_the_new_account(blog, ada, new):
    await blog.set_policy(CommentPolicy.CAUTIOUS, by_hand=True)
    await blog.hear(ada, ada.activity("Follow", blog.actor_id))
    await moves(blog, ada, new)
    assert (await blog.hear(new, new.activity("Follow", blog.actor_id)))[0] == "held"
    by_id = {line.actor_id: line.pk for line in await followers.listed(blog.db, 1)}
    await following.approve(blog.shop, by_id[new.id], by="author")
    assert await following_ids(blog) == [new.id]


async def comment(blog, person):
    post = await blog.publish()
    note = person.note("<p>Well said.</p>", in_reply_to=post.object_id)
    await blog.hear(person, person.create(note))
    return post


async def profiles(blog, post):
    """Where the names of the commenters lead, and under which names they stand."""
    lines = await comments.thread(blog.db, post.pk)
    moved = await actor_moves.of_commenters(blog.db, post.pk)
    return [(line.actor_name, moved[line.actor_pk].url if line.actor_pk in moved else line.actor_url) for line in lines]


async def test_the_comments_of_who_moved_lead_to_the_new_account_under_the_old_name(blog, ada, lake):
    post = await comment(blog, ada)
    new = lake.person("ada", alsoKnownAs=[ada.id])
    lake.documents["/users/ada"]["name"] = "Somebody Else"
    verdict, words = await moves(blog, ada, new)
    assert (verdict, words) == ("accepted", "moved; what it left here leads to the new account")
    assert await profiles(blog, post) == [("Ada", "https://lake.example/@ada")]


async def test_who_moves_on_and_on_is_led_after(blog, box, ada, new):
    post = await comment(blog, ada)
    await moves(blog, ada, new)
    third = Peer(box, "hill.example").person("ada", alsoKnownAs=[new.id])
    await moves(blog, new, third)
    assert await profiles(blog, post) == [("Ada", "https://hill.example/@ada")]


async def test_who_comes_back_is_found_at_home_again(blog, pond, ada, new):
    post = await comment(blog, ada)
    pond.documents["/users/ada"]["movedTo"] = new.id
    await moves(blog, ada, new)
    await blog.hear(ada, ada.activity("Update", pond.documents["/users/ada"]))
    assert await profiles(blog, post) == [("Ada", "https://lake.example/@ada")]
    del pond.documents["/users/ada"]["movedTo"]
    await blog.hear(ada, ada.activity("Update", pond.documents["/users/ada"]))
    assert await profiles(blog, post) == [("Ada", "https://pond.example/@ada")]


async def test_a_new_account_that_is_deleted_leads_nowhere(blog, ada, new):
    post = await comment(blog, ada)
    await moves(blog, ada, new)
    await blog.hear(new, new.activity("Delete", new.id))
    assert await profiles(blog, post) == [("Ada", "https://pond.example/@ada")]


async def forged(blog, ada, bob, lake, how):
    thief = lake.person("thief", alsoKnownAs=[ada.id])
    twice = lake.person("twice", alsoKnownAs=[ada.id], movedTo="https://hill.example/users/x")
    shut = lake.person("shut", alsoKnownAs=[ada.id], suspended=True)
    return {
        "the target does not agree": (ada, ada.activity("Move", ada.id, target=bob.id)),
        "the thief moves somebody": (thief, thief.activity("Move", ada.id, target=thief.id)),
        "in the name of another": (thief, thief.activity("Move", ada.id, target=thief.id) | {"actor": ada.id}),
        "no target": (ada, ada.activity("Move", ada.id)),
        "to itself": (ada, ada.activity("Move", ada.id, target=ada.id)),
        "to who moved on": (ada, ada.activity("Move", ada.id, target=twice.id)),
        "to a suspended one": (ada, ada.activity("Move", ada.id, target=shut.id)),
        "to nobody": (ada, ada.activity("Move", ada.id, target="https://lake.example/users/none")),
        "to the blog": (ada, ada.activity("Move", ada.id, target=blog.actor_id)),
        "by a profile alone": (ada, ada.activity("Update", ada.document() | {"movedTo": thief.id})),
    }[how]


@pytest.mark.parametrize(
    "how",
    [
        "the target does not agree", "the thief moves somebody", "in the name of another", "no target", "to itself",
        "to who moved on", "to a suspended one", "to nobody", "to the blog", "by a profile alone",
    ],
)  # fmt: skip
async def test_a_forged_move_moves_nobody(blog, ada, bob, lake, how):
    await blog.hear(ada, ada.activity("Follow", blog.actor_id))
    post = await comment(blog, ada)
    sender, activity = await forged(blog, ada, bob, lake, how)
    await blog.hear(sender, sender.activity("Like", post.object_id))
    verdict, _ = await blog.hear(sender, activity)
    assert (verdict != "accepted") == (how != "by a profile alone")
    assert await following_ids(blog) == [ada.id]
    assert await profiles(blog, post) == [("Ada", "https://pond.example/@ada")]


async def test_nothing_of_who_moved_is_forgotten_while_something_leads_there(blog, box, ada, new):
    post = await comment(blog, ada)
    await moves(blog, ada, new)
    box.clock.move(days=90)
    await blog.shop.store.write(lambda db: actors.forget_unused(db, blog.shop.now()))
    assert await profiles(blog, post) == [("Ada", "https://lake.example/@ada")]
