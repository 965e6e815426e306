"""A reply that makes us send to everybody who follows.

Known case: the mention wave of February 2024; a server with thousands of throw-away accounts, each reply of which
would become one request to each of our followers' servers.
Verdict: 20 activities an hour of one actor, 100 of one server, 300 in all, and nothing longer than 128 KiB; only what
stands on the page; the rest is shown and found by its id.
"""

import pytest

from fedblog.domain.blog import CommentPolicy
from fedblog.services import forwarding
from tests.fediverse import Peer
from tests.journeys.following import follow_all

BOGUS = {"type": "RsaSignature2017", "signatureValue": "bm8="}


@pytest.fixture
async def reader(box, blog):
    """A follower on a server of their own."""
    person = Peer(box, "reader.example").person("rita")
    await follow_all(blog, [person])
    return person.peer


@pytest.fixture
async def post(blog, reader):
    return await blog.publish("On echoes", "Words.", comment_policy=CommentPolicy.OPEN)


async def reply(blog, person, post, text="<p>Echo.</p>", **extra):
    note = person.note(text, in_reply_to=post.object_id)
    assert (await person.post(blog.inbox, person.create(note) | {"signature": BOGUS} | extra)).status in {202, 429}
    await blog.work()
    return note


def copies(reader, post):
    return [d for d in reader.delivered if d.activity["actor"].startswith("https://pond.example/")]


async def test_one_actor_is_passed_on_twenty_times_an_hour(blog, box, ada, reader, post):
    for number in range(forwarding.MOST_OF_ACTOR + 5):
        await reply(blog, ada, post, f"<p>{number}</p>")
        box.clock.move(minutes=1)
    assert len(copies(reader, post)) == forwarding.MOST_OF_ACTOR
    assert len(await blog.comments(post)) == forwarding.MOST_OF_ACTOR + 5
    box.clock.move(hours=1)
    await reply(blog, ada, post)
    assert len(copies(reader, post)) == forwarding.MOST_OF_ACTOR + 1


async def test_one_server_is_passed_on_a_hundred_times_an_hour_however_many_accounts_it_has(
    blog, box, pond, reader, post
):
    people = [pond.person(f"p{number}") for number in range(12)]
    for _ in range(10):
        for person in people:
            await reply(blog, person, post)
            box.clock.move(seconds=10)
    assert len(await blog.comments(post)) == 120
    assert len(copies(reader, post)) == forwarding.MOST_OF_HOST


async def test_edits_and_deletions_count_too(blog, box, ada, reader, post):
    for number in range(forwarding.MOST_OF_ACTOR):
        note = await reply(blog, ada, post, f"<p>{number}</p>")
        delete = ada.activity("Delete", note["id"], to=note["to"]) | {"signature": BOGUS}
        await ada.post(blog.inbox, delete)
        await blog.work()
        box.clock.move(minutes=1)
    assert len(copies(reader, post)) == forwarding.MOST_OF_ACTOR


async def test_what_is_long_is_not_passed_on(blog, ada, reader, post):
    await reply(blog, ada, post, padding="x" * forwarding.LARGEST)
    assert len(await blog.comments(post)) == 1
    assert copies(reader, post) == []


async def test_a_flood_leaves_no_rows_for_what_is_not_passed_on(blog, box, ada, post, reader):
    for number in range(30):
        await reply(blog, ada, post, f"<p>{number}</p>")
        box.clock.move(minutes=1)
    db = blog.shop.store.reader
    assert await db.value("SELECT COUNT(*) FROM forwarding") == forwarding.MOST_OF_ACTOR
    assert await db.value("SELECT COUNT(*) FROM activity WHERE is_public = 0") == forwarding.MOST_OF_ACTOR
    box.clock.move(hours=7)
    await blog.worker.keep_house()
    assert await db.value("SELECT COUNT(*) FROM activity WHERE is_public = 0") == 0
    assert await db.value("SELECT COUNT(*) FROM delivery WHERE lane = 2") == 0
    box.clock.move(days=31)
    await blog.worker.keep_house()
    assert await db.value("SELECT COUNT(*) FROM forwarding") == 0


async def test_what_is_still_on_its_way_is_kept(blog, box, ada, post, reader):
    box.down.add("reader.example")
    await reply(blog, ada, post)
    box.clock.move(hours=7)
    await blog.worker.keep_house()
    assert await blog.shop.store.reader.value("SELECT COUNT(*) FROM delivery WHERE lane = 2") == 1
