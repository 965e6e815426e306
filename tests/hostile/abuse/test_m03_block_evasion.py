"""M03, the blocked who come back through others, from before, or from a subdomain.

Known case: Mastodon CVE-2026-23961 (posts of the suspended came back by boosts), Hollo 0.8.5 (a block did not stop
likes), Akkoma 3.20 (signatures of the blocked were accepted).
Verdict: 403 at the door, and nothing of theirs is visible anywhere, counted, asked for or sent.
"""

import re
from dataclasses import dataclass

import pytest

from fedblog.domain.blog import CommentPolicy
from fedblog.services import answering, moderating
from fedblog.store import actors, blocks, comments, followers, inbox_events, mentions
from fedblog.store import reactions as stored_reactions
from tests.fediverse import Peer
from tests.fediverse.peer import PUBLIC, Person
from tests.hostile.asking import AP, BROWSER, every_address, is_public, send

MARK = "bufonidae"


@dataclass
class Story:
    """Eve, who is blocked; Bob, who is not; and a post."""

    blog: object
    post: object
    eve: Person
    bob: Person

    async def block(self, way):
        if way == "actor":
            await moderating.block_actor(self.blog.shop, self.eve.id, by="test")
        else:
            await moderating.block_host(self.blog.shop, way, by="test")

    def says(self, text=MARK, **extra):
        return self.eve.note(f"<p>{text}</p>", in_reply_to=extra.pop("in_reply_to", self.post.object_id), **extra)

    async def visible(self):
        """Where anything of Eve stands for everybody."""
        addresses = [one for one in await every_address(self.blog, self.post) if is_public(one)]
        found = []
        for address in [*addresses, f"/reply/{self.post.pk}/1", f"/reply/{self.post.pk}/2"]:
            for accept in (AP, BROWSER):
                answer = await send(self.blog, "GET", address, [("accept", accept)])
                text = f"{answer.headers}{answer.body.decode()}"
                if MARK in text or self.eve.id in text or self.eve.peer.host in text:
                    found.append(address)
        return found

    async def counts(self):
        """Likes, boosts, emoji and comments, as the page tells them."""
        page = await self.blog.page(self.post)
        return re.findall(r"\d+ (?:likes?|boosts?|comments?)\b|🐸", page)


@pytest.fixture
async def story(blog, box):
    bad, pond = Peer(box, "a.bad.example"), Peer(box, "pond.example")
    eve, bob = bad.person("eve"), pond.person("bob")
    bad.documents["/users/eve"]["name"] = MARK
    post = await blog.publish("On toads", "Words.", comment_policy=CommentPolicy.OPEN)
    return Story(blog, post, eve, bob)


WAYS = ["actor", "a.bad.example", "BAD.Example."]


def straight_from_eve(story, us):
    note = story.says()
    return {
        "a follow": story.eve.activity("Follow", us),
        "a reply": story.eve.create(note),
        "a reply by the page": story.eve.create(story.says(in_reply_to=f"{story.blog.origin}{story.post.path}")),
        "an article": story.eve.create(story.says(type="Article", name=MARK)),
        "a poll": story.eve.create(story.says(type="Question", oneOf=[{"type": "Note", "name": MARK}])),
        "an edit": story.eve.activity("Update", note, to=[PUBLIC]),
        "a mention": story.eve.create(story.eve.note(MARK, tag=[{"type": "Mention", "href": us, "name": "@blog"}])),
        "a whisper": story.eve.create(story.eve.note(MARK, to=[us], cc=[])),
        "a like": story.eve.activity("Like", story.post.object_id),
        "an emoji": story.eve.activity("EmojiReact", story.post.object_id, content="🐸"),
        "a boost": story.eve.activity("Announce", story.post.object_id, to=[PUBLIC]),
        "a passed on reply": story.eve.activity("Announce", story.eve.create(note), to=[PUBLIC]),
        "an undo": story.eve.activity("Undo", story.eve.activity("Like", story.post.object_id)),
        "a profile": story.eve.activity("Update", story.eve.document()),
        "a report": story.eve.activity("Flag", [us], content=MARK),
        "a move": story.eve.activity("Move", story.eve.id, target=story.bob.id),
        "a block": story.eve.activity("Block", us),
        "an unknown thing": story.eve.activity("Arrive", story.post.object_id),
    }


@pytest.mark.parametrize("way", WAYS)
async def test_nothing_comes_in_straight(story, way):
    """Activity type by activity type, at both inboxes: 403, and not even a question to the blocked server."""
    us = await story.blog.actor_id()
    await story.block(way)
    for inbox in (story.blog.inbox, f"{us}/inbox"):
        for name, activity in straight_from_eve(story, us).items():
            answer = await story.eve.post(inbox, activity)
            expected = {403, 202} if name == "a profile" else {403}
            assert answer.status in expected, name
    await story.blog.work()
    db = story.blog.shop.store.reader
    assert await story.visible() == []
    assert await inbox_events.listed(db, 1) == []
    assert await actors.by_id(db, story.eve.id) is None
    assert await mentions.reports(db, 1) == []
    assert story.blog.box.requests_to("a.bad.example") == []


def through_bob(story, us):
    """What Bob, or a group on his server, sends of Eve."""
    unseen, answered = story.says(), story.says()
    create = story.eve.create(unseen)
    own = story.bob.note("<p>Me too.</p>", in_reply_to=answered["id"])
    forged = story.bob.note(MARK, in_reply_to=story.post.object_id, attributedTo=story.eve.id)
    return {
        "a forwarded reply": create,
        "a forwarded bare id": create | {"object": unseen["id"]},
        "a forwarded edit": story.eve.activity("Update", unseen),
        "a forwarded follow": story.eve.activity("Follow", us),
        "a forwarded like": story.eve.activity("Like", story.post.object_id),
        "a forwarded boost": story.eve.activity("Announce", story.post.object_id),
        "a reply of a group": story.bob.activity("Announce", create, to=[PUBLIC]),
        "a boosted reply": story.bob.activity("Announce", unseen["id"], to=[PUBLIC]),
        "her reply as his": story.bob.create(unseen),
        "his reply as hers": story.bob.create(forged),
        "her id as his object": story.bob.activity("Create", unseen["id"], to=[PUBLIC]),
        "an answer to what she said": story.bob.create(own),
        "a move to her": story.bob.activity("Move", story.bob.id, target=story.eve.id),
        "an undo of hers": story.bob.activity("Undo", story.eve.activity("Follow", us)),
        "a like of hers": story.bob.activity("Like", unseen["id"]),
    }


@pytest.mark.parametrize("way", WAYS)
async def test_nothing_comes_in_through_others(story, way):
    us = await story.blog.actor_id()
    await story.bob.post(story.blog.inbox, story.bob.activity("Follow", us))
    await story.blog.work()
    await story.block(way)
    for name, activity in through_bob(story, us).items():
        answer = await story.bob.post(story.blog.inbox, activity)
        assert answer.status in {202, 403}, name
        story.blog.box.clock.move(minutes=1)
        await story.blog.work()
        assert await story.visible() == [], name
    assert {count for count in await story.counts() if "comment" not in count} == set()
    followed_by = [line.actor_id for line in await followers.listed(story.blog.shop.store.reader, 1)]
    assert followed_by == [story.bob.id]
    assert story.blog.box.requests_to("a.bad.example", "POST") == []


@pytest.mark.parametrize("way", WAYS)
async def test_what_came_before_goes_at_once(story, way):
    """Comments, likes, boosts, emoji and the follow; also what was received and not yet processed, or is under way."""
    us, blog = await story.blog.actor_id(), story.blog
    first, second = story.says(), story.says()
    for activity in (
        story.eve.activity("Follow", us),
        story.eve.create(first),
        story.eve.activity("Like", story.post.object_id),
        story.eve.activity("Announce", story.post.object_id),
        story.eve.activity("EmojiReact", story.post.object_id, content="🐸"),
    ):
        await story.eve.post(blog.inbox, activity)
    await blog.work()
    await story.bob.post(blog.inbox, story.bob.create(story.bob.note("<p>Oh?</p>", in_reply_to=first["id"])))
    await blog.work()
    assert await story.counts() == ["2 comments", "1 like", "1 boost", "🐸", "2 comments"]
    await story.eve.post(blog.inbox, story.eve.create(second))
    await story.block(way)
    assert await story.visible() == []
    await blog.work()
    assert await story.visible() == []
    assert await story.counts() == ["1 comment", "1 comment"]
    assert "Oh?" in await blog.page(story.post)
    assert (await blog.document(story.post.object_id))["replies"]["totalItems"] == 0
    assert await followers.count(blog.shop.store.reader, 1) == 0
    [pk] = [block.pk for block in await blocks.listed(blog.shop.store.reader, 1)]
    await moderating.unblock(blog.shop, pk, by="test")
    assert MARK in await blog.page(story.post)


@pytest.mark.parametrize("way", WAYS)
async def test_nothing_goes_out(story, way):
    """Neither a post, nor an answer in her thread, nor a mention by name, nor what waited for her server."""
    us, blog = await story.blog.actor_id(), story.blog
    await story.eve.post(blog.inbox, story.eve.activity("Follow", us))
    await story.eve.post(blog.inbox, story.eve.create(story.says()))
    await story.bob.post(blog.inbox, story.bob.create(story.bob.note("<p>Hm.</p>", in_reply_to=story.post.object_id)))
    await blog.work()
    story.eve.peer.answers = [503] * 5
    await blog.publish("Under way", "Words.")
    await story.block(way)
    story.eve.peer.answers, before = [], len(blog.box.requests_to("a.bad.example", "POST"))
    blog.box.clock.move(hours=3)
    await blog.work()
    await blog.publish("After", "Hello @eve@a.bad.example and @bob@pond.example.")
    lines = await comments.listed(blog.shop.store.reader, 1)
    [bobs] = [line for line in lines if line.actor_id == story.bob.id]
    await answering.answer(blog.shop, story.post.pk, bobs.pk, "Well, @eve@a.bad.example?")
    blog.box.clock.move(days=2)
    await blog.work()
    assert len(blog.box.requests_to("a.bad.example", "POST")) == before
    assert "After" in str(story.bob.peer.got("Create"))


async def test_a_name_that_only_looks_alike_is_not_blocked(blog, box):
    """`bad.example` stands for its subdomains, and for nothing that ends or begins with it by chance."""
    post = await blog.publish("On toads", "Words.", comment_policy=CommentPolicy.OPEN)
    for blocked, free in (
        ("bad.example", ["notbad.example", "bad.example.org", "bad-example.org"]),
        ("a_b.example", ["x.aab.example", "acb.example"]),
    ):
        people = [Peer(box, host).person("bob") for host in free]
        for person in people:
            await person.post(blog.inbox, person.create(person.note("<p>fine</p>", in_reply_to=post.object_id)))
        await blog.work()
        await moderating.block_host(blog.shop, blocked, by="test")
        page = await blog.page(post)
        for person in people:
            assert person.handle in page, (blocked, person.handle)
            answer = await person.post(blog.inbox, person.activity("Like", post.object_id))
            assert answer.status == 202, (blocked, person.handle)


async def test_an_actor_is_blocked_however_its_address_is_written(story):
    await moderating.block_actor(story.blog.shop, "HTTPS://A.Bad.Example:443/users/eve", by="test")
    assert (await story.eve.post(story.blog.inbox, story.eve.create(story.says()))).status == 403


async def test_reactions_of_the_blocked_do_not_come_back_after_a_block_is_lifted(story):
    db = story.blog.shop.store.reader
    await story.eve.post(story.blog.inbox, story.eve.activity("Like", story.post.object_id))
    await story.blog.work()
    await story.block("actor")
    assert (await stored_reactions.counts(db, story.post.object_id)).likes == 0
