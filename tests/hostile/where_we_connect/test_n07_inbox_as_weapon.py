"""N07, a Follow that makes us send to somebody else's inbox.

Known case: none is published; a follower names the inbox of a victim, and every post of ours goes there.
Verdict: 202 and refused, with not one request to the victim; a foreign shared inbox is passed over for the own one.
"""

import pytest

from fedblog.store import followers
from tests.fediverse import Peer


@pytest.fixture
def victim(box):
    return Peer(box, "victim.example")


@pytest.mark.parametrize(
    "inbox", ["https://victim.example/inbox", "https://pond.example:8443/inbox", "http://pond.example/i"]
)
async def test_a_follower_with_a_foreign_inbox_is_refused(blog, box, ada, victim, inbox):
    ada.peer.documents["/users/ada"] |= {"inbox": inbox, "endpoints": {}}
    assert (await ada.post(blog.inbox, ada.activity("Follow", await blog.actor_id()))).status in {202, 401}
    await blog.work()
    await blog.publish()
    assert await followers.count(blog.shop.store.reader, 1) == 0
    assert box.requests_to("victim.example") == []
    assert [request for request in box.requests_to("pond.example", "POST") if request.target != "/inbox"] == []


async def test_a_foreign_shared_inbox_is_passed_over(blog, box, ada, victim):
    ada.peer.documents["/users/ada"]["endpoints"] = {"sharedInbox": f"{victim.origin}/inbox"}
    await ada.post(blog.inbox, ada.activity("Follow", await blog.actor_id()))
    await blog.work()
    await blog.publish()
    assert {delivered.path for delivered in ada.peer.delivered} == {"/users/ada/inbox"}
    assert len(ada.peer.got("Create")) == 1
    assert box.requests_to("victim.example") == []


async def test_a_follower_who_moves_its_inbox_to_a_victim_takes_no_post_there(blog, box, ada, victim):
    await ada.post(blog.inbox, ada.activity("Follow", await blog.actor_id()))
    await blog.work()
    moved = ada.document() | {"inbox": f"{victim.origin}/inbox", "endpoints": {"sharedInbox": f"{victim.origin}/inbox"}}
    ada.peer.documents["/users/ada"] = moved
    await ada.post(blog.inbox, ada.activity("Update", moved))
    await blog.work()
    await blog.publish()
    assert box.requests_to("victim.example") == []


async def test_a_thousand_follows_of_one_are_one_delivery(blog, ada):
    for number in range(30):
        await ada.post(blog.inbox, ada.activity("Follow", await blog.actor_id()) | {"id": f"{ada.id}#f{number}"})
    await blog.work()
    await blog.publish()
    assert len(ada.peer.got("Create")) == 1
