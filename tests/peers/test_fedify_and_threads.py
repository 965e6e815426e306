"""Whole threads with a real Fedify server: it walks through our conversation, and we find what it never sent us."""

import json

import pytest

from tests.peers.conftest import StartPeer
from tests.peers.running_blog import RunningBlog

pytestmark = pytest.mark.slow


async def test_fedify_walks_our_conversation_and_we_find_the_reply_that_it_never_sent(
    start_peer: StartPeer, blog: RunningBlog
):
    # Given a post that alice answered, and bob who answered her: his server told nobody else
    peer = await start_peer(names=("alice", "bob"))
    post = await blog.publish("On slow reading", "Read *slowly*, and twice.")
    first = await peer.reply(post["object_id"], "<p>I read it twice.</p>")
    await blog.comment_with(post, "I read it twice.")
    missed = await peer.reply(first["object_id"], "<p>So did I.</p>", as_="bob")
    assert "So did I." not in await blog.page(post)

    # When the author looks for missing replies, then it stands in its place
    found = json.loads(await blog.command("comments", "fetch", str(post["pk"]), "--json"))
    assert (found["found"], found["unanswered"]) == (1, 0)
    assert found["complete_at"] is not None
    assert await blog.comment_with(post, "So did I.") == 2
    assert "Complete as of" in await blog.page(post)
    assert "found while looking for missing replies" in await blog.command("inbox", "list")

    # And Fedify, walking through the conversation of the Article, comes by everything
    article = (await blog.get(post["object_id"], "application/activity+json")).json()
    everything = [post["object_id"], first["object_id"], missed["object_id"]]
    assert await peer.walk(article["context"]) == everything
    assert await peer.walk(article["replies"]["id"]) == [first["object_id"]]
