"""Proofs in activities (FEP-8b32): Fedify verifies ours and we verify Fedify's; and it keeps up when our keys change."""

import json

import pytest

from fedblog import config as configuration
from fedblog.app import open_workshop
from fedblog.services.proofs import proven_by
from tests.peers.conftest import StartPeer
from tests.peers.running_blog import RunningBlog

pytestmark = pytest.mark.slow


@pytest.mark.checklist(row=15)
async def test_each_side_verifies_the_proofs_of_the_other(start_peer: StartPeer, blog: RunningBlog):
    peer = await start_peer()
    await peer.follow(blog.handle)
    await peer.received("Accept", count=1)

    # What the blog sends
    post = await blog.publish("On slow reading", "Read *slowly*, “twice”, and with a 🦆.\n\n#reading")
    await blog.command("post", "unpublish", str(post["pk"]))
    await peer.received("Delete", count=1)
    sent = [json.loads(entry["body"]) for entry in await peer.requests(method="POST")]
    proven = {activity["type"]: activity for activity in sent if "proof" in activity}
    assert set(proven) == {"Create", "Delete"}
    for activity in proven.values():
        assert await peer.verifies(activity)
        assert not await peer.verifies(activity | {"published": "2001-01-01T00:00:00Z"})
    create = proven["Create"]
    changed = create["object"] | {"content": create["object"]["content"].replace("slowly", "quickly")}
    assert not await peer.verifies(create | {"object": changed})

    # What the blog shows
    again = await blog.publish("On slow reading", "Read slowly.")
    outbox = (await blog.get(f"{await blog.actor_id()}/outbox/page/1", "application/activity+json")).json()
    assert [item["object"]["id"] for item in outbox["orderedItems"]] == [again["object_id"]]
    for item in outbox["orderedItems"]:
        assert await peer.verifies(item)
        shown = await blog.get(item["id"], "application/activity+json")
        assert await peer.verifies(shown.json())

    # What Fedify sends
    reply = await peer.reply(again["object_id"], "<p>I read it “twice”, with a 🦆.</p>")
    assert (await blog.verdict_on(reply["activity_id"]))[0] in {"accepted", "held"}
    async with open_workshop(configuration.load(blog.config)) as shop:
        row = await shop.store.reader.one("SELECT body FROM inbox_event WHERE activity_id = ?", reply["activity_id"])
        received = json.loads(bytes(row["body"]))
        assert await proven_by(shop, received) == peer.actor_id()
        received["object"]["content"] = "<p>Never said.</p>"
        assert await proven_by(shop, received) is None


async def test_fedify_believes_the_blog_while_its_keys_change(start_peer: StartPeer, blog: RunningBlog):
    peer = await start_peer()
    await peer.follow(blog.handle)
    await peer.received("Accept", count=1)
    await blog.publish("Before", "One.")
    await peer.received("Create", count=1)

    await blog.command("keys", "rotate")
    [update] = await peer.received("Update", count=1)
    keys = json.loads(await blog.command("keys", "list", "--json"))
    assert [key["state"] for key in keys] == ["in use"] * 3 + ["announced"] * 3
    assert len(update["activity"]["object"]["assertionMethod"]) == 3
    await blog.publish("While waiting", "Two.")
    await peer.received("Create", count=2)

    await blog.command("keys", "rotate", "--now")
    await blog.publish("After", "Three.")
    create = (await peer.received("Create", count=3))[-1]["activity"]
    assert create["object"]["name"] == "After"
    [last] = [
        json.loads(entry["body"]) for entry in await peer.requests(method="POST") if create["id"] in entry["body"]
    ]
    assert last["proof"]["verificationMethod"].endswith("#ed25519-key-2")
    assert await peer.verifies(last)
