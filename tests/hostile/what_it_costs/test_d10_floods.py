"""D10, floods of follows, likes and replies.

Known case: the mention wave of February 2024; Ghost 1313 (thousands of retries of one message).
Verdict: what is repeated has one effect, who sends too much is told to wait (429), and nobody else notices.
"""

import itertools
import random

import pytest

from fedblog.domain.blog import CommentPolicy
from fedblog.store import activities, comments, followers
from fedblog.store import reactions as stored_reactions
from tests.fediverse import Peer
from tests.hostile.asking import AP, BROWSER, send
from tests.lengths import examples


async def rows(blog, table):
    return await blog.shop.store.reader.value(f"SELECT COUNT(*) FROM {table}")


@pytest.fixture
async def post(blog):
    return await blog.publish("On locusts", "Words.", comment_policy=CommentPolicy.OPEN)


@pytest.mark.soak
async def test_everything_said_three_times_in_any_order_has_the_effect_of_once(blog, box, post):
    """R03: freshly signed copies, shuffled, of a story of many people."""
    dice = random.Random(3)
    peers = [Peer(box, f"s{number}.example") for number in range(3)]
    people = [peer.person(f"p{number}") for peer in peers for number in range(2)]
    rounds = examples(2, 40)
    story = []
    for person, _ in itertools.product(people, range(rounds)):
        note = person.note("<p>Once.</p>", in_reply_to=post.object_id)
        story += [(person, person.create(note)), (person, person.activity("Like", post.object_id))]
        story += [(person, person.activity("Announce", post.object_id))]
    told = story * 3
    dice.shuffle(told)
    for person, activity in told:
        box.clock.move(seconds=20)
        answer = await person.post(blog.inbox, activity)
        assert answer.status == 202
    await blog.work()
    db = blog.shop.store.reader
    counts = await stored_reactions.counts(db, post.object_id)
    assert (counts.likes, counts.boosts) == (len(people), len(people))
    assert await comments.public_count(db, post.pk) == len(people) * rounds
    assert await rows(blog, "inbox_event") == len(story)
    assert await rows(blog, "actor") == len(people) + 2


async def test_twenty_follows_of_one_are_one_follower(blog, ada, post):
    us = await blog.actor_id()
    for _ in range(20):
        assert (await ada.post(blog.inbox, ada.activity("Follow", us))).status == 202
    await blog.work()
    db = blog.shop.store.reader
    assert await followers.count(db, 1) == 1
    assert len(ada.peer.got("Accept")) == 20
    create_id = await activities.create_id_of(db, post.object_id)
    assert create_id.startswith(blog.origin)


async def test_a_flood_of_one_host_is_told_to_wait_and_holds_up_no_other(blog, ada, box, post):
    lake = Peer(box, "lake.example").person("bob")
    statuses = []
    for number in range(230):
        like = ada.activity("Like", post.object_id) | {"id": f"{ada.id}/likes/{number}"}
        answer = await ada.post(blog.inbox, like)
        statuses.append(answer.status)
        assert (answer.status == 429) == (answer.header("retry-after") is not None)
    assert statuses.count(202) == 200
    assert statuses[-30:] == [429] * 30
    assert (await lake.post(blog.inbox, lake.activity("Like", post.object_id))).status == 202
    box.clock.move(seconds=2)
    assert (await ada.post(blog.inbox, ada.activity("Like", post.object_id))).status == 202
    await blog.work()
    assert "2 likes" in await blog.page(post)
    for address, accept in itertools.product(("/", post.path, post.object_id), (AP, BROWSER)):
        assert (await send(blog, "GET", address, [("accept", accept)])).status in {200, 303}
