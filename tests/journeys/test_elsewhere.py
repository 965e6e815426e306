"""Beyond the own threads: what the author does below things of others, and what comes of it."""

import pytest

from fedblog.domain.comment import Comment
from fedblog.domain.elsewhere import FolloweeState
from fedblog.errors import Conflict, Invalid, Missing
from fedblog.services import answering, followees, gestures, looking, moderating, remarks
from fedblog.store import actors, comments, deliveries, mentions
from fedblog.store import followees as followee_rows
from tests.fediverse import Peer
from tests.fediverse.peer import PUBLIC

BY = "author"


@pytest.fixture
def lake(box):
    """A second server, where the followers are."""
    return Peer(box, "lake.example")


@pytest.fixture
async def fan(blog, lake):
    """Somebody there who follows the blog."""
    fan = lake.person("fan")
    await fan.post(blog.inbox, fan.activity("Follow", await blog.actor_id()))
    await blog.work()
    return fan


async def followed(blog, person):
    [line] = [line for line in await followee_rows.listed(blog.shop.store.reader, 1) if line.actor_id == person.id] or [
        None
    ]
    return line and line.state


class TestLooking:
    @pytest.mark.parametrize("spelling", ["id", "page", "handle of the author", "Create"])
    async def test_a_post_or_its_author_is_found_by_whatever_the_author_pastes(self, blog, ada, pond, spelling):
        note = ada.note("<p>Slow, and <script>alert(1)</script>twice.</p>")
        create = ada.create(note)
        page = note["url"].removeprefix(pond.origin)
        pond.documents[page] = html(f'<link rel="alternate" type="application/activity+json" href="{note["id"]}">')
        pond.documents[create["id"].removeprefix(pond.origin)] = create
        address = {"id": note["id"], "page": note["url"], "Create": create["id"]}.get(spelling, ada.handle)
        sight = await looking.look(blog.shop, address)
        assert sight.actor.full_handle == ada.handle
        assert (sight.post is None) == (spelling == "handle of the author")
        assert sight.post is None or sight.post.clean.html == "<p>Slow, and twice.</p>"

    async def test_looking_stores_nothing_of_a_stranger(self, blog, ada):
        await looking.look(blog.shop, ada.note("<p>x</p>")["id"])
        await looking.look(blog.shop, ada.handle)
        assert await actors.by_id(blog.shop.store.reader, ada.id) is None

    async def test_whom_the_blog_has_blocked_it_does_not_ask(self, blog, ada, pond):
        await moderating.block_host(blog.shop, "pond.example", by=BY)
        with pytest.raises(Conflict, match="blocked"):
            await looking.look(blog.shop, ada.note("<p>x</p>")["id"])
        assert blog.box.requests_to("pond.example") == []


class TestLikesAndBoosts:
    async def test_a_like_reaches_its_author_alone_and_can_be_taken_back(self, blog, ada, pond, fan, lake):
        note = ada.note("<p>x</p>")
        made = await gestures.like(blog.shop, note["id"], by=BY)
        assert (await gestures.like(blog.shop, note["id"], by=BY)).pk == made.pk
        await blog.work()
        [like] = pond.got("Like")
        assert (like["object"], like["to"]) == (note["id"], [ada.id])
        assert lake.got("Like") == []
        assert (await blog.document(like["id"]))["object"] == note["id"]

        await gestures.take_back(blog.shop, made.pk, by=BY)
        await blog.work()
        [undo] = pond.got("Undo")
        assert (undo["object"]["id"], undo["object"]["type"], undo["object"]["object"]) == (
            like["id"],
            "Like",
            note["id"],
        )
        assert (await blog.get(like["id"], "application/activity+json")).status == 410
        with pytest.raises(Missing):
            await gestures.take_back(blog.shop, made.pk, by=BY)

    async def test_a_boost_reaches_followers_and_author_and_so_does_its_undo(self, blog, ada, pond, fan, lake):
        note = ada.note("<p>x</p>")
        made = await gestures.boost(blog.shop, note["id"], by=BY)
        await blog.work()
        us = await blog.document(await blog.actor_id())
        for peer in (pond, lake):
            [boost] = peer.got("Announce")
            assert boost["object"] == note["id"]
            assert (boost["to"], boost["cc"]) == ([PUBLIC], [us["followers"], ada.id])
        assert [item["type"] for item in await outbox(blog)] == ["Announce"]
        await gestures.take_back(blog.shop, made.pk, by=BY)
        await blog.work()
        assert [len(peer.got("Undo")) for peer in (pond, lake)] == [1, 1]
        assert await outbox(blog) == []

    @pytest.mark.parametrize("to", [["https://pond.example/users/ada/followers"], ["https://blog.example/x"], []])
    async def test_what_was_not_for_everybody_is_not_boosted(self, blog, ada, pond, to):
        note = ada.note("<p>Psst.</p>", to=to, cc=[])
        with pytest.raises(Conflict, match="for everybody"):
            await gestures.boost(blog.shop, note["id"], by=BY)
        assert pond.got("Announce") == []

    async def test_a_person_cannot_be_liked(self, blog, ada):
        with pytest.raises(Invalid):
            await gestures.like(blog.shop, ada.handle, by=BY)

    async def test_the_undo_waits_behind_the_like_while_the_server_is_down(self, blog, ada, pond, box):
        note = ada.note("<p>x</p>")
        made = await gestures.like(blog.shop, note["id"], by=BY)
        box.down.add("pond.example")
        await blog.work()
        await gestures.take_back(blog.shop, made.pk, by=BY)
        await blog.work()
        assert (await deliveries.tally_of_activity(blog.shop.store.reader, made.activity_id)).waiting == 1
        box.down.clear()
        for _ in range(3):
            box.clock.move(hours=1)
            await blog.work()
        assert [d.activity["type"] for d in pond.delivered] == ["Like", "Undo"]


class TestFollowing:
    async def test_a_follow_counts_once_it_is_accepted(self, blog, ada, pond):
        followee = await followees.follow(blog.shop, ada.handle, by=BY)
        await blog.work()
        [follow] = pond.got("Follow")
        assert (follow["object"], follow["actor"]) == (ada.id, await blog.actor_id())
        assert await total(blog, "following") == 0
        await blog.hear(ada, ada.activity("Accept", follow))
        assert await followed(blog, ada) is FolloweeState.ACCEPTED
        assert await total(blog, "following") == 1
        assert "orderedItems" not in await blog.document(f"{await blog.actor_id()}/following")

        await followees.unfollow(blog.shop, followee.pk, by=BY)
        await blog.work()
        [undo] = pond.got("Undo")
        assert undo["object"]["id"] == follow["id"]
        assert await total(blog, "following") == 0
        await blog.hear(ada, ada.activity("Accept", follow))
        assert await followed(blog, ada) is None

    @pytest.mark.parametrize("form", ["embedded", "id", "embedded under another id"])
    async def test_accepts_in_every_form(self, blog, ada, pond, form):
        await followees.follow(blog.shop, ada.id, by=BY)
        await blog.work()
        [follow] = pond.got("Follow")
        other = {"type": "Follow", "id": f"{ada.id}/follows/1", "actor": follow["actor"], "object": ada.id}
        answered = {"embedded": follow, "id": follow["id"]}.get(form, other)
        assert (await blog.hear(ada, ada.activity("Accept", answered)))[0] == "accepted"
        assert await followed(blog, ada) is FolloweeState.ACCEPTED

    @pytest.mark.parametrize("kind", ["Accept", "Reject"])
    async def test_somebody_else_cannot_answer_for_them(self, blog, ada, pond, kind):
        await followees.follow(blog.shop, ada.id, by=BY)
        await blog.work()
        [follow] = pond.got("Follow")
        eve = pond.person("eve")
        assert await blog.hear(eve, eve.activity(kind, follow)) == ("ignored", "the blog had asked nothing of them")
        assert await followed(blog, ada) is FolloweeState.ASKED

    async def test_who_lets_the_blog_go_is_not_followed_any_more_and_can_be_asked_again(self, blog, ada, pond):
        await followees.follow(blog.shop, ada.id, by=BY)
        await blog.work()
        [follow] = pond.got("Follow")
        await blog.hear(ada, ada.activity("Accept", follow))
        await blog.hear(ada, ada.activity("Reject", follow))
        assert await followed(blog, ada) is FolloweeState.REJECTED
        await blog.hear(ada, ada.activity("Accept", follow))
        assert await followed(blog, ada) is FolloweeState.REJECTED
        await followees.follow(blog.shop, ada.id, by=BY)
        await blog.work()
        assert len({follow["id"] for follow in pond.got("Follow")}) == 2

    @pytest.mark.parametrize("what", ["post", "boost"])
    async def test_what_the_followed_post_is_ignored_in_words(self, blog, ada, pond, what):
        await followees.follow(blog.shop, ada.id, by=BY)
        await blog.work()
        note = ada.note("<p>Today I had toast.</p>")
        sent = ada.create(note) if what == "post" else ada.activity("Announce", "https://x.example/1", to=[PUBLIC])
        verdict, reason = await blog.hear(ada, sent)
        assert verdict == "ignored"
        assert "the blog follows" in reason
        assert "timeline" in reason
        assert await mentions.listed(blog.shop.store.reader, 1) == []

    async def test_the_answers_of_the_followed_to_others_are_not_climbed_but_those_to_the_blog_are(
        self, blog, ada, lake
    ):
        post = await blog.publish()
        await followees.follow(blog.shop, ada.id, by=BY)
        await blog.work()
        bob = lake.person("bob")
        between = bob.note("<p>Between.</p>", in_reply_to=post.object_id)
        stray = ada.note("<p>Hello, Bob.</p>", in_reply_to=between["id"])
        assert (await blog.hear(ada, ada.create(stray)))[0] == "ignored"
        assert blog.box.requests_to("lake.example") == []
        named = ada.note("<p>Hello, blog.</p>", in_reply_to=between["id"], cc=[await blog.actor_id()])
        assert (await blog.hear(ada, ada.create(named)))[0] == "accepted"
        assert await blog.comments(post) == ["comment-1", "comment-2"]

    async def test_whoever_blocks_the_blog_is_not_followed_any_more(self, blog, ada):
        await followees.follow(blog.shop, ada.id, by=BY)
        await blog.hear(ada, ada.activity("Block", await blog.actor_id()))
        assert await followed(blog, ada) is None

    async def test_whom_the_author_blocks_the_blog_does_not_follow(self, blog, ada, pond):
        eve = pond.person("eve")
        for person in (ada, eve):
            await followees.follow(blog.shop, person.id, by=BY)
        await moderating.block_actor(blog.shop, ada.id, by=BY)
        assert [await followed(blog, person) for person in (ada, eve)] == [None, FolloweeState.ASKED]
        await moderating.block_host(blog.shop, "pond.example", by=BY)
        assert await followed(blog, eve) is None


class TestAnswers:
    async def test_an_answer_lives_from_its_first_word_to_its_tombstone(self, blog, ada, pond, fan, lake):
        note = ada.note("<p>Who reads this?</p>")
        said = await remarks.answer(blog.shop, note["id"], "I *do*.", by=BY)
        await blog.work()
        for peer in (pond, lake):
            [create] = peer.got("Create")
            answer = create["object"]
            assert (answer["type"], answer["inReplyTo"]) == ("Note", note["id"])
            assert (answer["to"], ada.id in answer["cc"]) == ([PUBLIC], True)
            assert [tag["href"] for tag in answer["tag"]] == [ada.id]
            assert "I <em>do</em>." in answer["content"]
        served = await blog.document(said.object_id)
        assert {name: served[name] for name in answer} == answer
        assert served["url"] == said.object_id
        page = await blog.get(said.object_id)
        assert (page.status, page.header("content-type")) == (200, "text/html; charset=utf-8")
        assert "I <em>do</em>." in page.body.decode()
        assert note["url"] in page.body.decode()
        assert [item["object"]["id"] for item in await outbox(blog)] == [said.object_id]

        await remarks.edit(blog.shop, said.pk, "I do, twice.", by=BY)
        await blog.work()
        [update] = lake.got("Update")
        assert "I do, twice." in update["object"]["content"]
        assert update["object"]["updated"] > update["object"]["published"]
        assert "twice" in (await blog.get(said.object_id)).body.decode()
        assert "twice" in str(await blog.document(create["id"]))

        await remarks.take_back(blog.shop, said.pk, by=BY)
        await blog.work()
        assert [peer.got("Delete")[0]["object"]["id"] for peer in (pond, lake)] == [said.object_id] * 2
        gone = await blog.get(said.object_id, "application/activity+json")
        assert (gone.status, b"twice" in gone.body) == (410, False)
        assert (await blog.get(create["id"], "application/activity+json")).status == 410
        assert await outbox(blog) == []

    async def test_what_stands_below_an_own_post_is_answered_there(self, blog, ada):
        post = await blog.publish()
        note = ada.note("<p>True.</p>", in_reply_to=post.object_id)
        await blog.hear(ada, ada.create(note))
        said = await remarks.answer(blog.shop, note["id"], "Thank you.", by=BY)
        assert isinstance(said, Comment)
        assert await blog.comments(post) == ["comment-1", "comment-2"]

    async def test_a_reply_to_an_answer_reaches_the_author_even_where_it_names_nobody(self, blog, ada):
        said = await remarks.answer(blog.shop, ada.note("<p>x</p>")["id"], "I do.", by=BY)
        back = ada.note("<p>Really?</p>", in_reply_to=said.object_id)
        assert await blog.hear(ada, ada.create(back)) == ("accepted", "kept as a mention")
        [line] = await mentions.listed(blog.shop.store.reader, 1)
        assert line.remark_pk == said.pk
        again = await remarks.answer_mention(blog.shop, line.pk, "Really.", by=BY)
        await blog.work()
        assert ada.peer.got("Create")[-1]["object"]["inReplyTo"] == back["id"]
        assert again.in_reply_to == back["id"]

    async def test_a_private_message_gets_a_private_answer(self, blog, ada, pond, fan, lake):
        us = await blog.actor_id()
        private = ada.note("<p>Between us.</p>", to=[us], cc=[], tag=[{"type": "Mention", "href": us, "name": "@blog"}])
        await blog.hear(ada, ada.create(private))
        [line] = await mentions.listed(blog.shop.store.reader, 1)
        said = await remarks.answer_mention(blog.shop, line.pk, "Of course.", by=BY)
        await blog.work()
        [delivered] = [d for d in pond.delivered if d.activity["type"] == "Create"]
        assert delivered.path == "/users/ada/inbox"
        assert (delivered.activity["to"], delivered.activity["cc"]) == ([ada.id], [])
        assert (delivered.activity["object"]["to"], delivered.activity["object"]["cc"]) == ([ada.id], [])
        assert lake.got("Create") == []
        for address in (said.object_id, delivered.activity["id"]):
            for accept in ("text/html", "application/activity+json"):
                assert (await blog.get(address, accept)).status == 404
        assert await outbox(blog) == []
        await remarks.take_back(blog.shop, said.pk, by=BY)
        await blog.work()
        assert pond.got("Delete")[0]["to"] == [ada.id]
        assert lake.got("Delete") == []

    async def test_a_blocked_person_is_not_answered(self, blog, ada):
        await blog.hear(ada, ada.create(ada.note("<p>x</p>", to=[await blog.actor_id(), PUBLIC])))
        [line] = await mentions.listed(blog.shop.store.reader, 1)
        await moderating.block_actor(blog.shop, ada.id, by=BY, hides_all=False)
        with pytest.raises(Conflict, match="blocked"):
            await remarks.answer_mention(blog.shop, line.pk, "Hm.", by=BY)

    @pytest.mark.parametrize("text", ["", "  \n", "x" * 20_001, "Ask @nobody@nowhere.example."])
    async def test_an_answer_that_cannot_be_sent_leaves_nothing(self, blog, ada, pond, text):
        note = ada.note("<p>x</p>")
        with pytest.raises(Invalid):
            await remarks.answer(blog.shop, note["id"], text, by=BY)
        assert pond.delivered == []
        assert await actors.by_id(blog.shop.store.reader, ada.id) is None

    async def test_an_own_answer_in_a_thread_is_still_a_comment(self, blog, ada):
        post = await blog.publish()
        await answering.answer(blog.shop, post.pk, None, "First.")
        [only] = await comments.listed(blog.shop.store.reader, 1)
        assert (await blog.document(only.object_id))["inReplyTo"] == post.object_id


def html(head):
    from fedblog.world import WireResponse

    body = f"<!doctype html><html><head>{head}</head><body>x</body></html>".encode()
    return WireResponse(200, (("content-type", "text/html; charset=utf-8"),), body)


async def outbox(blog):
    page = await blog.document(f"{await blog.actor_id()}/outbox/page/1")
    assert page["totalItems"] == len(page["orderedItems"])
    return page["orderedItems"]


async def total(blog, collection):
    return (await blog.document(f"{await blog.actor_id()}/{collection}"))["totalItems"]
