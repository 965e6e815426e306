"""N07 too: one message of a stranger must not make us speak to all our followers, again and again.

Known case: none is published; whoever was allowed something changes it, or is asked for a yes and says it many times.
Verdict: the one who did it is told, everybody else finds out by looking; an answer is sent again once a day at most.
"""

import pytest

from fedblog.services import remarks
from tests.fediverse import Peer
from tests.journeys.test_quotes import asks_to_quote, edit, quoting_note

ROUNDS = 4


@pytest.fixture
async def crowd(box, blog):
    """The server of a follower, who has nothing to do with it."""
    peer = Peer(box, "crowd.example")
    fan = peer.person("fan")
    await blog.hear(fan, fan.activity("Follow", await blog.actor_id()))
    return peer


@pytest.mark.parametrize("away", ["to another post", "to nothing", "by asking"])
async def test_a_quote_that_goes_back_and_forth(blog, ada, pond, crowd, away):
    first, second = await blog.publish("One"), await blog.publish("Two")
    note = quoting_note(ada, first.object_id)
    heard = len(crowd.delivered)
    for _ in range(ROUNDS):
        await blog.hear(ada, asks_to_quote(ada, note, first.object_id))
        if away == "by asking":
            await blog.hear(ada, asks_to_quote(ada, note | {"quote": second.object_id}, second.object_id))
        else:
            await edit(blog, ada, note, quote=second.object_id if away == "to another post" else None)
        blog.box.clock.move(minutes=11)
    assert len(crowd.delivered) == heard
    assert len(pond.got("Delete")) >= ROUNDS


async def test_a_yes_that_is_said_many_times(blog, ada, pond, crowd):
    remark = await remarks.answer(blog.shop, ada.note("<p>Elsewhere.</p>")["id"], "My answer.", by="ada")
    await blog.work()
    for number in range(ROUNDS):
        blog.box.clock.move(minutes=11)
        await blog.hear(ada, ada.activity("Accept", remark.object_id, result=f"{ada.id}/yes/{number}"))
    assert len(crowd.got("Create")) == 2
    assert (await blog.document(remark.object_id))["approvedBy"] == f"{ada.id}/yes/0"
    blog.box.clock.move(days=2)
    await blog.hear(ada, ada.activity("Accept", remark.object_id, result=f"{ada.id}/yes/new"))
    assert (await blog.document(remark.object_id))["approvedBy"] == f"{ada.id}/yes/new"
