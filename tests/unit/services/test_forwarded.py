"""Activities that come from somebody else than their actor."""

import pytest

from fedblog.world import WireResponse
from tests.fediverse.peer import AP_TYPE
from tests.fediverse.receiver import INBOX


@pytest.fixture
async def relay(blog, bob):
    """Somebody proven who passes things on."""
    await blog.post(bob, bob.activity("Like", "https://x.example/"))
    await blog.work()
    return bob


async def forward(blog, relay, activity):
    receipt = await blog.take(relay.request(INBOX, activity))
    assert receipt.status == 202
    await blog.work()
    return await blog.last_line()


def gone(status=410):
    return WireResponse(status, (("content-type", AP_TYPE),), b"{}")


def path_of(pond, note):
    return note["id"].removeprefix(pond.origin)


async def test_a_forwarded_reply_is_taken_from_its_origin(blog, relay, ada):
    post = await blog.publish()
    note = ada.note("<p>genuine</p>", in_reply_to=post.object_id)
    assert (await forward(blog, relay, ada.create(note)))[0] == "accepted"
    assert await blog.comments(post) == [(1, "genuine")]


async def test_a_forwarded_edit_is_taken_from_its_origin(blog, relay, ada, pond):
    post = await blog.publish()
    note = ada.note("<p>first</p>", in_reply_to=post.object_id)
    await blog.hear(ada, ada.create(note))
    note |= {"content": "<p>second</p>", "updated": "2030-01-01T00:00:00Z"}
    forged = ada.activity("Update", note | {"content": "<p>forged</p>"})
    assert (await forward(blog, relay, forged))[0] == "accepted"
    assert await blog.comments(post) == [(1, "second")]


@pytest.mark.parametrize(("status", "stays"), [(410, False), (404, False), (200, True), (500, True), (403, True)])
async def test_a_forwarded_delete_counts_only_when_the_origin_agrees(blog, relay, ada, pond, status, stays):
    post = await blog.publish()
    note = ada.note("<p>x</p>", in_reply_to=post.object_id)
    await blog.hear(ada, ada.create(note))
    if status != 200:
        pond.documents[path_of(pond, note)] = gone(status)
    await forward(blog, relay, ada.activity("Delete", note["id"]))
    assert bool(await blog.comments(post)) is stays


async def test_a_tombstone_at_the_origin_agrees_too(blog, relay, ada, pond):
    post = await blog.publish()
    note = ada.note("<p>x</p>", in_reply_to=post.object_id)
    await blog.hear(ada, ada.create(note))
    pond.documents[path_of(pond, note)] = {"id": note["id"], "type": "Tombstone"}
    await forward(blog, relay, ada.activity("Delete", note["id"]))
    assert await blog.comments(post) == []


@pytest.mark.parametrize(("status", "stays"), [(410, False), (404, True), (200, True)])
async def test_a_forwarded_delete_of_an_account_needs_a_410(blog, relay, ada, pond, status, stays):
    post = await blog.publish()
    note = ada.note("<p>x</p>", in_reply_to=post.object_id)
    await blog.hear(ada, ada.create(note))
    if status != 200:
        pond.documents["/users/ada"] = gone(status)
    await forward(blog, relay, ada.activity("Delete", ada.id))
    assert bool(await blog.comments(post)) is stays


async def test_a_forwarded_like_counts_only_as_its_actors_server_shows_it(blog, relay, ada, pond):
    post = await blog.publish()
    like = ada.activity("Like", post.object_id)
    assert (await forward(blog, relay, like))[0] == "ignored"
    assert await blog.reactions(post.object_id) == (0, 0)
    pond.documents["/likes/1"] = like | {"id": f"{pond.origin}/likes/1"}
    assert (await forward(blog, relay, pond.documents["/likes/1"]))[0] == "accepted"
    assert await blog.reactions(post.object_id) == (1, 0)


async def test_a_private_post_that_is_forwarded_stays_private(blog, relay, ada):
    post = await blog.publish()
    note = ada.note("<p>MARKER</p>", in_reply_to=post.object_id, to=[f"{ada.id}/followers"], cc=[])
    create = ada.create(note)
    create["to"] = create["object"]["to"] = ["https://www.w3.org/ns/activitystreams#Public"]
    await forward(blog, relay, create)
    assert await blog.comments(post) == []


async def test_a_server_that_is_down_is_asked_again_later(blog, relay, box, ada):
    post = await blog.publish()
    note = ada.note("<p>x</p>", in_reply_to=post.object_id)
    box.down.add("pond.example")
    await blog.take(relay.request(INBOX, ada.create(note)))
    [later] = await blog.work()
    assert later.due_at > box.clock.now()
    assert await blog.comments(post) == []
    box.down.clear()
    box.clock.move(minutes=3)
    await blog.work()
    assert await blog.comments(post) == [(1, "x")]


async def test_a_server_that_stays_down_gets_its_verdict_within_hours(blog, relay, box, ada):
    post = await blog.publish()
    note = ada.note("<p>x</p>", in_reply_to=post.object_id)
    box.down.add("pond.example")
    await blog.take(relay.request(INBOX, ada.create(note)))
    started, tries = box.clock.now(), 0
    while (await blog.last_line())[0] == "waiting":
        tries += len(await blog.work())
        box.clock.move(minutes=1)
    assert tries == 6
    assert 3600_000 < box.clock.now() - started < 3 * 3600_000
    assert await blog.last_line() == ("failed", "given up: a server that it needs does not answer")
