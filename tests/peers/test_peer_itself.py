"""Two Fedify peers talk with each other, so that a failure against fedblog is fedblog's."""

import pytest

from tests.peers.conftest import StartPeer
from tests.peers.fedify import CAVAGE, RFC9421, PeerError


@pytest.mark.parametrize(("form", "tls"), [(RFC9421, True), (CAVAGE, False)])
async def test_a_note_its_reply_and_all_that_follows_reach_the_other_peer(start_peer: StartPeer, form, tls):
    alice = await start_peer(host="127.0.0.2", tls=tls)
    bob = await start_peer(host="127.0.0.3", names=("bob",), tls=tls)

    follow = await alice.follow(bob.handle("bob") if tls else bob.actor_id("bob"))
    await alice.received("Accept", count=1, actor=bob.actor_id("bob"))
    assert (await bob.state())["accounts"][0]["followers"] == [alice.actor_id()]
    assert (await alice.state())["accounts"][0]["following"] == [bob.actor_id("bob")]

    note = await bob.write("<p>Good morning.</p>")
    [create] = await alice.received("Create", count=1)
    assert create["activity"]["object"]["content"] == "<p>Good morning.</p>"

    reply = await alice.reply(note["object_id"], "<p>Good moning to you.</p>")
    await alice.edit(reply["object_id"], "<p>Good morning to you.</p>")
    liked = await alice.like(note["object_id"])
    await alice.boost(note["object_id"])
    await alice.undo(liked["activity_id"])
    await alice.delete(reply["object_id"])
    await alice.undo(follow["activity_id"])
    await bob.received("Undo", count=2)

    arrived = [(entry["type"], entry["actor"]) for entry in await bob.received()]
    kinds = ["Follow", "Create", "Update", "Like", "Announce", "Undo", "Delete", "Undo"]
    assert arrived == [(kind, alice.actor_id()) for kind in kinds]
    assert (await bob.state())["accounts"][0]["followers"] == []
    posts = await bob.requests(method="POST")
    assert {post["signature"] for post in posts} == {form}
    with pytest.raises(PeerError, match="Nothing was found"):
        await bob.fetch(reply["object_id"])


@pytest.mark.parametrize("form", [RFC9421])
async def test_a_refused_delivery_is_told(start_peer: StartPeer):
    alice = await start_peer(host="127.0.0.2", tls=False)
    bob = await start_peer(host="127.0.0.3", names=("bob",), tls=False)

    with pytest.raises(PeerError, match="401"):
        await alice.post(
            {
                "@context": "https://www.w3.org/ns/activitystreams",
                "type": "Like",
                "id": f"{bob.actor_id('bob')}#forged",
                "actor": bob.actor_id("bob"),
                "object": bob.actor_id("bob"),
            },
            to=bob.actor_id("bob"),
        )
    assert await bob.received() == []
