"""One gate for blocks, on every path (security.md M03)."""

import pytest

from fedblog.domain.actor import Block, BlockKind
from fedblog.errors import Conflict, Invalid, Missing
from fedblog.services import moderating
from fedblog.services.gate import Gate, gate_of
from fedblog.store import accounts, blocks, comments, followers
from tests.fediverse.receiver import INBOX

EVE = "https://dump.example/users/eve"


def test_an_open_gate_lets_everybody_pass():
    assert Gate().may_act(EVE, EVE, ["dump.example"])


@pytest.mark.parametrize(
    ("signer", "author", "hosts", "may"),
    [
        (EVE, "", (), False),
        ("https://pond.example/ada", EVE, (), False),
        ("https://dump.example/users/other", "", (), True),
        ("https://bad.example/x", "", (), False),
        ("https://a.b.bad.example/x", "", (), False),
        ("https://notbad.example/x", "", (), True),
        ("https://BAD.example./x", "", (), False),
        ("https://pond.example/ada", "https://sub.bad.example/x", (), False),
        ("https://pond.example/ada", "", ("cdn.bad.example",), False),
        ("https://pond.example/ada", "", ("example",), True),
    ],
)
def test_actors_hosts_and_subdomains(signer, author, hosts, may):
    blocked = [Block(1, 1, BlockKind.ACTOR, EVE, 0), Block(2, 1, BlockKind.HOST, "bad.example", 0)]
    assert gate_of(blocked).may_act(signer, author, hosts) is may


async def left_behind(blog, person):
    """A post with everything of one person below it."""
    post = await blog.publish()
    note = person.note("<p>MARKER</p>", in_reply_to=post.object_id)
    await blog.hear(person, person.create(note))
    await blog.hear(person, person.activity("Follow", blog.actor_id))
    await blog.hear(person, person.activity("Like", post.object_id))
    return post, note


@pytest.mark.parametrize("way", ["actor", "host"])
async def test_a_block_hides_everything_and_lets_nothing_in(blog, ada, bob, way):
    post, note = await left_behind(blog, ada)
    waiting = ada.note("<p>later</p>", in_reply_to=post.object_id)
    await blog.post(ada, ada.create(waiting))
    await (
        moderating.block_actor(blog.shop, ada.id, by="author")
        if way == "actor"
        else moderating.block_host(blog.shop, "Pond.example", by="author")
    )
    await blog.work()
    assert await blog.last_line() == ("refused", "its sender is blocked")
    assert await blog.comments(post) == []
    assert (await blog.comment(note)).rule == "blocked"
    assert await blog.comment(waiting) is None
    assert await blog.reactions(post.object_id) == (0, 0)
    assert await followers.listed(blog.db, 1) == []

    answer = bob.note("<p>answer</p>", in_reply_to=waiting["id"])
    await blog.hear(bob, bob.create(answer))
    assert await blog.comment(waiting) is None
    assert (await blog.take(bob.request(INBOX, ada.create(waiting)))).status == 403
    assert {text for _, text in await blog.comments(post)} <= {"answer"}


async def test_a_block_may_leave_what_was_there(blog, ada):
    post, _ = await left_behind(blog, ada)
    await moderating.block_actor(blog.shop, ada.id, by="author", hides_all=False)
    assert await blog.comments(post) == [(1, "MARKER")]
    assert await followers.listed(blog.db, 1) == []


async def test_lifting_a_block_shows_what_it_had_hidden(blog, ada):
    post, _ = await left_behind(blog, ada)
    await moderating.block_host(blog.shop, "pond.example", by="author")
    await moderating.block_actor(blog.shop, ada.id, by="author")
    by_kind = {block.kind: block.pk for block in await blocks.listed(blog.db, 1)}
    await moderating.unblock(blog.shop, by_kind[BlockKind.HOST], by="author")
    assert await blog.comments(post) == []
    await moderating.unblock(blog.shop, by_kind[BlockKind.ACTOR], by="author")
    assert await blog.comments(post) == [(1, "MARKER")]
    assert (await blog.post(ada, ada.activity("Follow", blog.actor_id))).status == 202
    with pytest.raises(Missing):
        await moderating.unblock(blog.shop, by_kind[BlockKind.ACTOR], by="author")


async def test_the_blog_cannot_block_itself(blog):
    for act in (
        moderating.block_host(blog.shop, "blog.example", by="author"),
        moderating.block_host(blog.shop, "example", by="author"),
        moderating.block_actor(blog.shop, blog.actor_id, by="author"),
    ):
        with pytest.raises(Conflict):
            await act
    for act in (
        moderating.block_host(blog.shop, "no host", by="author"),
        moderating.block_actor(blog.shop, "eve", by="author"),
    ):
        with pytest.raises(Invalid):
            await act


async def test_a_held_comment_is_approved_hidden_and_deleted(blog, ada):
    post = await blog.publish()
    note = ada.note('<p><a href="https://s.example/">x</a></p>', in_reply_to=post.object_id)
    await blog.hear(ada, ada.create(note))
    [line] = await comments.listed(blog.db, 1)
    await moderating.approve(blog.shop, line.pk, by="author")
    assert await blog.comments(post) == [(1, "x")]
    await moderating.hide(blog.shop, line.pk, by="author")
    assert await blog.comments(post) == []
    await moderating.approve(blog.shop, line.pk, by="author")
    assert await blog.comments(post) == [(1, "x")]
    await moderating.delete(blog.shop, line.pk, by="author")
    assert await blog.comments(post) == []
    comment = await blog.comment(note)
    assert (comment.text, comment.html) == ("", "")
    await blog.hear(ada, ada.activity("Update", note | {"content": "<p>back</p>", "updated": "2030-01-01T00:00:00Z"}))
    assert await blog.comments(post) == []
    actions = [audit.action for audit in await accounts.audit(blog.db, 1)]
    assert actions == ["delete comment", "approve comment", "hide comment", "approve comment"]
    with pytest.raises(Conflict):
        await moderating.approve(blog.shop, line.pk, by="author")
    with pytest.raises(Missing):
        await moderating.hide(blog.shop, 999, by="author")


@pytest.mark.parametrize("extra", [{"to": ["https://pond.example/users/ada/followers"]}, {"to": []}])
async def test_what_was_not_written_for_everybody_cannot_be_approved(blog, ada, extra):
    post = await blog.publish()
    note = ada.note("<p>MARKER</p>", in_reply_to=post.object_id, cc=[], **extra)
    await blog.hear(ada, ada.create(note))
    [line] = await comments.listed(blog.db, 1)
    with pytest.raises(Conflict):
        await moderating.approve(blog.shop, line.pk, by="author")
    assert await blog.comments(post) == []
