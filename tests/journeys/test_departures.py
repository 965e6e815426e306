"""Followers who leave without a word, and the line that each of them leaves (protocol.md f.2)."""

import pytest

from fedblog.store import former_followers
from fedblog.world import WireResponse
from tests.fediverse import Peer
from tests.journeys.following import follow_all, followers_of


async def lines(blog):
    return sorted((line.handle, line.reason) for line in await former_followers.listed(blog.shop.store.reader, 1))


async def days_pass(blog, box, days):
    """Days in which the worker does what it does, once every six hours."""
    for _ in range(4 * days):
        box.clock.move(hours=6)
        await blog.work()
        await blog.worker.keep_house()


@pytest.mark.checklist(row=38)
async def test_a_shared_inbox_that_is_missing_for_days_takes_those_along_who_are_missing_too(blog, box, pond, ada):
    bob = pond.person("bob")
    await follow_all(blog, [ada, bob])
    del pond.documents["/users/bob"]
    pond.answers = [404] * 50
    await blog.publish()
    await days_pass(blog, box, 2)
    assert await followers_of(blog) == [ada.id, bob.id]
    await days_pass(blog, box, 4)
    assert await followers_of(blog) == [ada.id]
    assert await lines(blog) == [("bob@pond.example", "their inbox has been missing for days")]


async def test_a_server_with_a_new_shared_inbox_gets_the_next_post_there(blog, pond, ada):
    await follow_all(blog, [ada])
    pond.documents["/users/ada"]["endpoints"] = {"sharedInbox": "https://pond.example/another-inbox"}
    pond.answers = [410]
    await blog.publish()
    assert await followers_of(blog) == [ada.id]
    await blog.publish("Another")
    assert [delivered.path for delivered in pond.delivered] == ["/another-inbox"]


async def test_who_is_gone_behind_a_gone_inbox_leaves_a_line(blog, box, pond, ada):
    bob = pond.person("bob")
    pond.documents["/users/bob"] = WireResponse(410, (), b"")
    lone = Peer(box, "lone.example", has_shared_inbox=False)
    await follow_all(blog, [ada, bob, lone.person("cid")])
    pond.answers, lone.answers = [410], [410]
    await blog.publish()
    assert await lines(blog) == [
        ("bob@pond.example", "their inbox is gone"),
        ("cid@lone.example", "their inbox is gone"),
    ]


async def test_a_deleted_account_leaves_a_line(blog, ada):
    await follow_all(blog, [ada])
    await ada.post(blog.inbox, ada.activity("Delete", ada.id))
    await blog.work()
    assert await lines(blog) == [("ada@pond.example", "the account was deleted")]


async def test_who_says_good_bye_leaves_none(blog, ada):
    await follow_all(blog, [ada])
    await ada.post(blog.inbox, ada.activity("Undo", ada.activity("Follow", await blog.actor_id())))
    await blog.work()
    assert await followers_of(blog) == []
    assert await lines(blog) == []


def gets(box, host):
    return len(box.requests_to(host, "GET"))


async def test_a_silent_server_is_asked_once_a_day_and_let_go_after_ninety_though_nothing_is_published(
    blog, box, pond, ada
):
    await follow_all(blog, [ada])
    box.down.add(pond.host)
    await blog.publish()
    await days_pass(blog, box, 9)
    before = gets(box, pond.host)
    await days_pass(blog, box, 10)
    assert 8 <= gets(box, pond.host) - before <= 10
    await days_pass(blog, box, 70)
    assert await followers_of(blog) == [ada.id]
    await days_pass(blog, box, 3)
    assert await followers_of(blog) == []
    assert await lines(blog) == [("ada@pond.example", "their server has not answered for 90 days")]
    asked = gets(box, pond.host)
    await days_pass(blog, box, 3)
    assert gets(box, pond.host) == asked


async def test_a_silent_server_that_is_back_gets_the_next_post_at_once(blog, box, pond, ada):
    await follow_all(blog, [ada])
    box.down.add(pond.host)
    await blog.publish()
    await days_pass(blog, box, 60)
    box.down.clear()
    await days_pass(blog, box, 2)
    await blog.publish("Another")
    assert [create["object"]["name"] for create in pond.got("Create")] == ["Another"]
    await days_pass(blog, box, 60)
    assert await followers_of(blog) == [ada.id]


async def test_the_lines_go_after_half_a_year(blog, box, ada):
    await follow_all(blog, [ada])
    await ada.post(blog.inbox, ada.activity("Delete", ada.id))
    await blog.work()
    box.clock.move(days=179)
    await blog.worker.keep_house()
    assert len(await lines(blog)) == 1
    box.clock.move(days=2)
    await blog.worker.keep_house()
    assert await lines(blog) == []
