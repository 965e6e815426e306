"""What the author does below things of others, as a real Fedify server takes it: it verifies and understands each."""

import json

import pytest

from tests.peers.conftest import StartPeer
from tests.peers.running_blog import RunningBlog

pytestmark = pytest.mark.slow


async def test_the_author_looks_likes_boosts_follows_and_answers_on_fedify(
    start_peer: StartPeer, blog: RunningBlog, form: str
):
    # Given alice, who wrote something, and bob beside her, who follows the blog
    peer = await start_peer(names=("alice", "bob"))
    await peer.follow(blog.handle, as_="bob")
    note = (await peer.write("<p>Who reads <em>slowly</em> reads twice.</p>"))["object_id"]

    # When the author pastes its address, then it is there with its author
    seen = json.loads(await blog.command("elsewhere", "look", note, "--json"))
    assert (seen["text"], seen["handle"]) == ("Who reads slowly reads twice.", peer.handle())

    # When the author likes, boosts and follows, then Fedify takes each, and lets the blog follow
    for deed, address in (("like", note), ("boost", note), ("follow", peer.handle())):
        await blog.command("elsewhere", deed, address)
    [like] = await peer.received("Like", count=1)
    [boost] = await peer.received("Announce", count=1)
    assert (like["activity"]["object"], boost["activity"]["object"]) == (note, note)
    assert like["actor"] == boost["actor"] == await blog.actor_id()

    async def accepted() -> bool:
        return any(row["state"] == "accepted" for row in await blog.listed("elsewhere") if row["kind"] == "follow")

    await blog.eventually(accepted, "the follow is accepted")
    assert (await peer.fetch(like["id"]))["object"] == note

    # When the author answers, then she has a Note that mentions her, and her answer reaches the author
    await blog.command("elsewhere", "answer", note, text="And who answers, *thrice*.")
    answer = (await peer.received("Create", count=1))[-1]["activity"]["object"]
    assert (answer["type"], answer["inReplyTo"]) == ("Note", note)
    assert peer.actor_id() in json.dumps(answer["tag"])
    assert "<em>thrice</em>" in (await peer.fetch(answer["id"]))["content"]
    back = await peer.reply(answer["id"], "<p>Four times.</p>")
    assert await blog.verdict_on(back["activity_id"]) == ("accepted", "kept as a mention")

    # When the author takes all of it back, then Fedify hears of each, and the answer is gone
    for row in await blog.listed("elsewhere"):
        await blog.command("elsewhere", "undo", row["kind"], str(row["pk"]))
    undone = await peer.received("Undo", count=3)
    assert {undo["activity"]["object"]["type"] for undo in undone} == {"Like", "Announce", "Follow"}
    [delete] = await peer.received("Delete", count=1)
    assert answer["id"] in json.dumps(delete["activity"]["object"])
    assert (await blog.get(answer["id"], "application/activity+json")).status_code == 410
    assert await blog.listed("elsewhere") == []


async def test_a_pinned_post_is_told_and_the_featured_collection_leads_to_it(
    start_peer: StartPeer, blog: RunningBlog, form: str
):
    peer = await start_peer()
    await peer.follow(blog.handle)
    await peer.received("Accept", count=1)
    post = await blog.publish("On slow reading", "Read.")
    await blog.publish("Another", "Text.")
    await blog.command("post", "pin", str(post["pk"]))
    [add] = await peer.received("Add", count=1)
    assert (add["activity"]["object"], add["activity"]["target"]) == (
        post["object_id"],
        f"{await blog.actor_id()}/featured",
    )
    assert await peer.walk(add["activity"]["target"]) == [post["object_id"]]
    await blog.command("post", "unpin", str(post["pk"]))
    await peer.received("Remove", count=1)
