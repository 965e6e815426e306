"""Communities of Lemmy, NodeBB and PieFed: posts that appear there, and what they pass on (protocol.md d.1, FEP-1b12)."""

import pytest

from fedblog.domain.blog import CommentPolicy
from fedblog.services import answering, communities, followees, gestures, looking, publishing, remarks
from fedblog.services.writing import Draft
from fedblog.store import comments, mentions
from tests.fediverse import Peer
from tests.fediverse.peer import PUBLIC

BY = "author"


def community(box, host, name="square"):
    """A community on Lemmy's pattern: a Group that announces what its members do."""
    peer = Peer(box, host)
    group = peer.person(name)
    peer.documents[f"/users/{name}"]["type"] = "Group"
    return group


@pytest.fixture
def square(box):
    return community(box, "town.example")


async def publish(blog, text, **extra):
    post = await publishing.publish_new(blog.shop, Draft("On slow reading", text, **extra))
    await blog.work()
    return post


class TestAddressing:
    async def test_a_post_that_names_a_community_is_one_that_lemmy_takes(self, blog, square, ada, pond):
        """Lemmy wants a Group in `to` or `cc`, Public beside it, `attachment` as a list, and no `inReplyTo`."""
        post = await publish(blog, "Read slowly, @square@town.example and @ada@pond.example.")
        [create] = square.peer.got("Create")
        article = create["object"]
        assert article["to"] == create["to"] == [PUBLIC, square.id]
        assert square.id not in article["cc"]
        assert ada.id in article["cc"]
        assert article["audience"] == square.id
        assert article["attachment"] == []
        assert "inReplyTo" not in article
        assert {tag["href"] for tag in article["tag"]} == {square.id, ada.id}
        assert (await blog.document(post.object_id)).items() >= article.items()

    async def test_of_two_communities_both_stand_in_to_and_neither_is_the_audience(self, blog, box, square):
        other = community(box, "burg.example", "agora")
        await publish(blog, "@square@town.example @agora@burg.example")
        for group in (square, other):
            [create] = group.peer.got("Create")
            assert create["object"]["to"] == [PUBLIC, other.id, square.id]
            assert "audience" not in create["object"]

    async def test_a_post_without_a_community_says_nothing_of_one(self, blog, ada, pond):
        await publish(blog, "Hello @ada@pond.example")
        [create] = pond.got("Create")
        assert create["object"]["to"] == [PUBLIC]
        assert "audience" not in create["object"]

    @pytest.mark.parametrize("mark", ["@", "!", "", "acct:"])
    async def test_a_community_is_found_by_every_spelling_of_its_handle(self, blog, square, mark):
        sight = await looking.look(blog.shop, f"{mark}square@town.example")
        assert (sight.actor.actor_id, sight.actor.type) == (square.id, "Group")

    async def test_a_draft_knows_its_communities_as_soon_as_they_are_met(self, blog, square, ada):
        text = "@square@town.example @ada@pond.example @nobody@nowhere.example"
        assert await communities.named_in(blog.shop.store.reader, text) == ()
        await communities.meet(blog.shop, text)
        assert [group.actor_id for group in await communities.named_in(blog.shop.store.reader, text)] == [square.id]

    async def test_edit_and_delete_reach_the_community(self, blog, square):
        post = await publish(blog, "@square@town.example")
        await publishing.edit(blog.shop, post.pk, Draft("On slow reading", "@square@town.example, twice"))
        await blog.work()
        await publishing.unpublish(blog.shop, post.pk)
        await blog.work()
        assert [d.activity["type"] for d in square.peer.delivered] == ["Create", "Update", "Delete"]


class TestRow32:
    """What a community passes on is a hint where to look."""

    @pytest.mark.parametrize("reason", ["named in a post", "follows the blog"])
    @pytest.mark.checklist(row=32)
    async def test_a_known_group_may_pass_on_what_hangs_below_something_unknown(self, blog, square, ada, reason):
        named = "@square@town.example" if reason == "named in a post" else "Read."
        post = await publish(blog, named, comment_policy=CommentPolicy.OPEN)
        if reason == "follows the blog":
            await blog.hear(square, square.activity("Follow", await blog.actor_id()))
        between = ada.note("<p>Between.</p>", in_reply_to=post.object_id)
        note = ada.note("<p>Deep.</p>", in_reply_to=between["id"])
        forged = ada.create(note | {"content": "<p>Forged.</p>"})
        await blog.hear(square, square.activity("Announce", forged, to=[PUBLIC]))
        page = await blog.page(post)
        assert "Between." in page
        assert "Deep." in page
        assert "Forged." not in page

    @pytest.mark.checklist(row=32)
    async def test_of_all_that_a_followed_group_sends_only_what_concerns_the_blog_is_looked_up(
        self, blog, square, ada, pond
    ):
        """A busy community sends thousands of these a day."""
        post = await publish(blog, "@square@town.example", comment_policy=CommentPolicy.OPEN)
        await followees.follow(blog.shop, square.id, by=BY)
        other = ada.note("<p>Toast.</p>", in_reply_to="https://elsewhere.example/1")
        like, undo = ada.activity("Like", other["id"]), ada.activity("Undo", ada.activity("Like", other["id"]))
        for activity in (
            ada.create(other),
            ada.activity("Update", other),
            like,
            undo,
            ada.activity("Delete", other["id"]),
        ):
            verdict = await blog.hear(square, square.activity("Announce", activity, to=[PUBLIC]))
            assert verdict == ("ignored", "passes on something that does not concern this blog")
        asked = {request.target for request in blog.box.requests_to("pond.example", "GET")}
        assert {other["id"], like["id"], undo["id"]}.isdisjoint({f"{pond.origin}{target}" for target in asked})
        first = ada.note("<p>First.</p>", in_reply_to=post.object_id)
        second = ada.note("<p>Second.</p>", in_reply_to=first["id"])
        named = ada.note("<p>Third.</p>", to=[PUBLIC, await blog.actor_id()])
        for note in (first, second, named):
            assert (await blog.hear(square, square.activity("Announce", ada.create(note), to=[PUBLIC])))[
                0
            ] == "accepted"
        page = await blog.page(post)
        assert "First." in page
        assert "Second." in page
        assert [line.text for line in await mentions.listed(blog.shop.store.reader, 1)] == ["Third."]

    @pytest.mark.checklist(row=32)
    async def test_an_unknown_group_that_passes_on_something_unknown_is_not_heard(self, blog, square, ada, pond):
        post = await publish(blog, "Read.", comment_policy=CommentPolicy.OPEN)
        between = ada.note("<p>Between.</p>", in_reply_to=post.object_id)
        note = ada.note("<p>Deep.</p>", in_reply_to=between["id"])
        verdict, reason = await blog.hear(square, square.activity("Announce", ada.create(note), to=[PUBLIC]))
        assert (verdict, reason) == ("ignored", "passes on something that does not concern this blog")
        assert note["id"].removeprefix(pond.origin) not in [r.target for r in blog.box.requests_to("pond.example")]

    @pytest.mark.checklist(row=32)
    async def test_each_form_in_which_a_group_announces(self, blog, square, ada, pond):
        """Create, Update, Like, Undo and Delete wrapped; then the bare object, which Lemmy sends for Mastodon."""
        post = await publish(blog, "@square@town.example", comment_policy=CommentPolicy.OPEN)

        async def passed_on(activity):
            return await blog.hear(square, square.activity("Announce", activity, to=[PUBLIC]))

        note = ada.note("<p>First.</p>", in_reply_to=post.object_id)
        await passed_on(ada.create(note))
        assert "First." in await blog.page(post)

        note |= {"content": "<p>Second.</p>", "updated": "2030-01-01T00:00:00Z"}
        await passed_on(ada.activity("Update", note | {"content": "<p>Forged.</p>"}))
        page = await blog.page(post)
        assert "Second." in page
        assert "Forged." not in page

        like = ada.activity("Like", post.object_id)
        assert (await passed_on(like))[0] == "ignored"
        serve(pond, like)
        assert (await passed_on(like))[0] == "accepted"
        assert "1 like" in await blog.page(post)
        undo = ada.activity("Undo", like)
        serve(pond, undo)
        await passed_on(undo)
        assert "1 like" not in await blog.page(post)

        delete = ada.activity("Delete", note["id"])
        assert (await passed_on(delete))[0] == "ignored"
        del pond.documents[note["id"].removeprefix(pond.origin)]
        assert (await passed_on(ada.activity("Delete", note["id"])))[0] == "accepted"
        assert "Second." not in await blog.page(post)

        assert (await passed_on(post.object_id))[1] == "boosted the post"
        for kind in ("Block", "Lock", "Add", "Flag"):
            assert (await passed_on(ada.activity(kind, post.object_id)))[0] == "ignored"


def serve(peer, document):
    peer.documents[document["id"].removeprefix(peer.origin)] = document


class TestConversations:
    async def test_what_the_author_answers_below_a_post_reaches_its_community(self, blog, square, ada, pond):
        """Lemmy's members see only what reaches the server of their community."""
        post = await publish(blog, "@square@town.example", comment_policy=CommentPolicy.OPEN)
        note = ada.note("<p>True.</p>", in_reply_to=post.object_id)
        await blog.hear(square, square.activity("Announce", ada.create(note), to=[PUBLIC]))
        [line] = await comments.listed(blog.shop.store.reader, 1)
        said = await answering.answer(blog.shop, post.pk, line.pk, "Thank you.")
        await blog.work()
        answer = square.peer.got("Create")[-1]["object"]
        assert (answer["id"], answer["inReplyTo"]) == (said.object_id, note["id"])
        assert square.id in answer["cc"]
        assert answer["audience"] == square.id
        assert {tag["href"] for tag in answer["tag"]} == {ada.id}
        await answering.edit(blog.shop, said.pk, "Thank you all.")
        await blog.work()
        assert square.peer.got("Update")[-1]["object"]["id"] == said.object_id

    async def test_likes_and_answers_in_a_community_reach_it_where_its_author_lives_elsewhere(
        self, blog, square, ada, pond
    ):
        note = ada.note("<p>In the square.</p>", audience=square.id)
        liked = await gestures.like(blog.shop, note["id"], by=BY)
        said = await remarks.answer(blog.shop, note["id"], "Indeed.", by=BY)
        await blog.work()
        for peer in (pond, square.peer):
            assert [like["object"] for like in peer.got("Like")] == [note["id"]]
            [create] = peer.got("Create")
            assert create["object"]["audience"] == square.id
        back = ada.note("<p>Is it?</p>", in_reply_to=said.object_id)
        await blog.hear(square, square.activity("Announce", ada.create(back), to=[PUBLIC]))
        assert [line.text for line in await mentions.listed(blog.shop.store.reader, 1)] == ["Is it?"]
        await gestures.take_back(blog.shop, liked.pk, by=BY)
        await remarks.take_back(blog.shop, said.pk, by=BY)
        await blog.work()
        for peer in (pond, square.peer):
            assert [len(peer.got(kind)) for kind in ("Undo", "Delete")] == [1, 1]

    @pytest.mark.parametrize(
        "audience", ["https://pond.example/users/ada", "https://down.example/c/x", "nonsense", None]
    )
    async def test_an_audience_that_is_no_community_changes_nothing(self, blog, ada, pond, audience):
        note = ada.note("<p>x</p>", audience=audience)
        await remarks.answer(blog.shop, note["id"], "Indeed.", by=BY)
        await blog.work()
        [create] = pond.got("Create")
        assert "audience" not in create["object"]
