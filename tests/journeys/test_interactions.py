"""Asking before replying, liking or boosting, and being answered; and what others answer to us (GoToSocial)."""

from dataclasses import replace

import pytest

from fedblog.domain.blog import CommentPolicy
from fedblog.domain.interaction import ReplyScope
from fedblog.errors import Conflict
from fedblog.services import answering, describing, moderating, remarks
from fedblog.services.workshop import the_blog
from fedblog.store import comments
from tests.fediverse.peer import PUBLIC

GTS = "https://gotosocial.org/ns#"


async def set_rules(blog, policy=CommentPolicy.OPEN, scope=ReplyScope.EVERYONE):
    settings = describing.settings_of(await the_blog(blog.shop.store.reader))
    await describing.change(blog.shop, replace(settings, comment_policy=policy, reply_scope=scope))


async def follow(blog, person):
    await blog.hear(person, person.activity("Follow", await blog.actor_id()))


def asks_to_reply(person, note, object_id, *, embedded=True):
    """A ReplyRequest as GoToSocial sends it."""
    instrument = {name: value for name, value in note.items() if name != "@context"} if embedded else note["id"]
    return person.activity("ReplyRequest", object_id, instrument=instrument, to=object_id)


async def first_comment(blog):
    return (await comments.listed(blog.shop.store.reader, 1))[-1]


@pytest.mark.checklist(row=41)
@pytest.mark.parametrize("embedded", [True, False], ids=["embedded", "by-id"])
async def test_row_41_a_reply_request_is_accepted_with_an_authorization_that_anybody_can_look_at(
    blog, ada, pond, embedded
):
    post = await blog.publish()
    note = ada.note("<p>May I?</p>", in_reply_to=post.object_id)
    request = asks_to_reply(ada, note, post.object_id, embedded=embedded)

    verdict, reason = await blog.hear(ada, request)

    assert (verdict, reason) == ("accepted", "shown as a comment; asked first, and approved")
    assert "May I?" in await blog.page(post)
    [accept] = pond.got("Accept")
    assert accept["object"] == {
        "type": "ReplyRequest",
        "actor": ada.id,
        "id": request["id"],
        "object": post.object_id,
        "instrument": note["id"],
    }
    assert accept["actor"] == await blog.actor_id()
    assert accept["to"] == [ada.id]
    stamp = await blog.document(accept["result"])
    assert {name: value for name, value in stamp.items() if name != "@context"} == {
        "type": "ReplyAuthorization",
        "id": accept["result"],
        "attributedTo": await blog.actor_id(),
        "interactingObject": note["id"],
        "interactionTarget": post.object_id,
    }
    assert stamp["@context"][1]["ReplyAuthorization"] == f"{GTS}ReplyAuthorization"


@pytest.mark.checklist(row=41)
async def test_row_41_a_held_reply_request_is_answered_when_the_author_has_decided(blog, ada, pond):
    await set_rules(blog, CommentPolicy.HOLD_ALL)
    post = await blog.publish()
    article = await blog.document(post.object_id)
    assert article["interactionPolicy"]["canReply"] == {
        "automaticApproval": [await blog.actor_id()],
        "manualApproval": [PUBLIC],
    }
    notes = [ada.note(f"<p>Reply {n}</p>", in_reply_to=post.object_id) for n in range(2)]
    for note in notes:
        verdict, _ = await blog.hear(ada, asks_to_reply(ada, note, post.object_id))
        assert verdict == "held"
    assert not pond.got("Accept")
    assert not pond.got("Reject")

    second, first = await comments.listed(blog.shop.store.reader, 1)
    await moderating.approve(blog.shop, first.pk, by="ada")
    await moderating.hide(blog.shop, second.pk, by="ada")
    await blog.work()

    [accept], [reject] = pond.got("Accept"), pond.got("Reject")
    assert (accept["object"]["instrument"], reject["object"]["instrument"]) == (notes[0]["id"], notes[1]["id"])
    assert (await blog.document(accept["result"]))["interactingObject"] == notes[0]["id"]


@pytest.mark.checklist(row=41)
async def test_row_41_hiding_an_approved_reply_withdraws_its_authorization(blog, ada, bob, pond, lake):
    await follow(blog, bob)
    post = await blog.publish()
    note = ada.note("<p>May I?</p>", in_reply_to=post.object_id)
    await blog.hear(ada, asks_to_reply(ada, note, post.object_id))
    [accept] = pond.got("Accept")

    await moderating.hide(blog.shop, (await first_comment(blog)).pk, by="ada")
    await blog.work()

    response = await blog.get(accept["result"], "application/activity+json")
    assert response.status == 410
    assert b"ReplyAuthorization" in response.body
    deletes = [*pond.got("Delete"), *lake.got("Delete")]
    assert [delete["object"]["id"] for delete in deletes] == [accept["result"]] * 2
    assert [reject["object"]["instrument"] for reject in pond.got("Reject")] == [note["id"]]

    # and shown again, it gets another one
    await moderating.approve(blog.shop, (await first_comment(blog)).pk, by="ada")
    await blog.work()
    again = pond.got("Accept")[-1]["result"]
    assert again != accept["result"]
    assert (await blog.document(again))["interactingObject"] == note["id"]
    assert (await blog.get(accept["result"], "application/activity+json")).status == 410


async def test_a_plain_reply_that_was_held_is_accepted_before_all_when_the_author_approves(blog, ada, bob, pond, lake):
    await set_rules(blog, CommentPolicy.HOLD_ALL)
    await follow(blog, bob)
    post = await blog.publish()
    note = ada.note("<p>Just a reply</p>", in_reply_to=post.object_id)
    await blog.hear(ada, ada.create(note))
    assert not pond.got("Accept")

    await moderating.approve(blog.shop, (await first_comment(blog)).pk, by="ada")
    await blog.work()

    [accept] = pond.got("Accept")
    assert accept["object"] == note["id"]
    assert accept["target"] == post.object_id
    assert PUBLIC in accept["cc"]
    assert accept in lake.got("Accept"), "servers of followers wait for it too"
    assert (await blog.document(accept["result"]))["type"] == "ReplyAuthorization"


async def test_a_plain_reply_that_was_held_is_rejected_when_the_author_hides_it(blog, ada, bob, pond, lake):
    await set_rules(blog, CommentPolicy.HOLD_ALL)
    await follow(blog, bob)
    post = await blog.publish()
    note = ada.note("<p>Just a reply</p>", in_reply_to=post.object_id)
    await blog.hear(ada, ada.create(note))

    await moderating.hide(blog.shop, (await first_comment(blog)).pk, by="ada")
    await blog.work()

    [reject] = pond.got("Reject")
    assert (reject["object"], reject["target"], reject["cc"]) == (note["id"], post.object_id, [])
    assert not lake.got("Reject")


async def test_a_plain_reply_on_an_open_blog_costs_no_answer(blog, ada, pond):
    post = await blog.publish()
    await blog.hear(ada, ada.create(ada.note("<p>Hello</p>", in_reply_to=post.object_id)))
    await moderating.hide(blog.shop, (await first_comment(blog)).pk, by="ada")
    await blog.work()
    assert [kind for kind in ("Accept", "Reject", "Delete") if pond.got(kind)] == []


class TestWhereOnlyFollowersMayComment:
    async def test_others_are_refused_and_told_so_if_they_asked(self, blog, ada, pond):
        await set_rules(blog, scope=ReplyScope.FOLLOWERS)
        post = await blog.publish()
        note = ada.note("<p>Hello</p>", in_reply_to=post.object_id)
        verdict, reason = await blog.hear(ada, asks_to_reply(ada, note, post.object_id))
        assert verdict == "refused"
        assert reason == (
            "followers-only: only followers of the blog may comment on this post; asked first, and rejected"
        )
        assert [reject["object"]["instrument"] for reject in pond.got("Reject")] == [note["id"]]
        assert await blog.comments(post) == []

    async def test_a_followers_plain_reply_shows_and_other_servers_are_told(self, blog, ada, bob, pond, lake):
        await set_rules(blog, scope=ReplyScope.FOLLOWERS)
        post = await blog.publish()
        for person in (ada, bob):
            await follow(blog, person)
        can_reply = (await blog.document(post.object_id))["interactionPolicy"]["canReply"]
        assert can_reply == {"automaticApproval": [await blog.actor_id(), f"{await blog.actor_id()}/followers"]}
        note = ada.note("<p>Hello</p>", in_reply_to=post.object_id)
        verdict, _ = await blog.hear(ada, ada.create(note))
        assert verdict == "accepted"
        assert await blog.comments(post) == ["comment-1"]
        told = [accept for accept in lake.got("Accept") if accept["object"] == note["id"]]
        assert len(told) == 1
        assert (await blog.document(told[0]["result"]))["interactingObject"] == note["id"]

    async def test_whoever_the_author_answers_may_answer_back(self, blog, ada, pond):
        post = await blog.publish()
        await blog.hear(ada, ada.create(ada.note("<p>First</p>", in_reply_to=post.object_id)))
        await answering.answer(blog.shop, post.pk, (await first_comment(blog)).pk, "Thanks.")
        await blog.work()
        await set_rules(blog, scope=ReplyScope.MENTIONED)
        answer = pond.got("Create")[-1]["object"]
        verdict, _ = await blog.hear(ada, ada.create(ada.note("<p>Back</p>", in_reply_to=answer["id"])))
        assert verdict == "accepted"
        verdict, reason = await blog.hear(ada, ada.create(ada.note("<p>More</p>", in_reply_to=post.object_id)))
        assert (verdict, reason.partition(":")[0]) == ("refused", "mentioned-only")


@pytest.mark.checklist(row=41)
@pytest.mark.parametrize(
    ("kind", "deed", "name"), [("LikeRequest", "Like", "like"), ("AnnounceRequest", "Announce", "boost")]
)
async def test_row_41_a_like_or_boost_that_asks_first_is_counted_and_accepted(blog, ada, pond, kind, deed, name):
    post = await blog.publish()
    inner = ada.activity(deed, post.object_id)
    inner["attributedTo"] = inner.pop("actor")  # as GoToSocial spells it
    request = ada.activity(kind, post.object_id, instrument=inner)
    for _ in range(2):
        await blog.hear(ada, request | {"id": f"{request['id']}-{_}"})
    assert f"1 {name}" in await blog.page(post)
    first, second = pond.got("Accept")
    assert first["result"] == second["result"]
    assert (await blog.document(first["result"]))["type"] == f"{deed}Authorization"


class TestWhatOthersAnswerToUs:
    @pytest.fixture
    async def answered(self, blog, ada, pond):
        """The author's answer to a comment of ada's: the Note as it arrived there, and its post."""
        post = await blog.publish()
        await blog.hear(ada, ada.create(ada.note("<p>First</p>", in_reply_to=post.object_id)))
        await answering.answer(blog.shop, post.pk, (await first_comment(blog)).pk, "Thanks.")
        await blog.work()
        return post, pond.got("Create")[-1]["object"]

    @pytest.mark.checklist(row=41)
    @pytest.mark.parametrize("form", ["id", "stub", "request"])
    async def test_row_41_an_accept_by_the_owner_gives_our_reply_its_approval(
        self, blog, ada, bob, pond, answered, form
    ):
        _, note = answered
        approval = f"{ada.id}/authorizations/1"
        about = {
            "id": note["id"],
            "stub": {"type": "Note", "id": note["id"]},
            "request": {
                "type": "ReplyRequest",
                "id": f"{note['id']}/replyRequest",
                "actor": await blog.actor_id(),
                "object": note["inReplyTo"],
                "instrument": note["id"],
            },
        }[form]
        before = len(pond.got("Create"))
        verdict, reason = await blog.hear(ada, ada.activity("Accept", about, result=approval))
        assert (verdict, reason) == (
            "accepted",
            "our answer is allowed; it is sent again with the authorization",
        )
        [again] = pond.got("Create")[before:]
        assert again["object"]["id"] == note["id"]
        assert again["object"]["approvedBy"] == again["object"]["replyAuthorization"] == approval
        assert (await blog.document(note["id"]))["replyAuthorization"] == approval
        # the same again changes nothing
        verdict, _ = await blog.hear(ada, ada.activity("Accept", about, result=approval))
        assert verdict == "duplicate"
        assert len(pond.got("Create")) == before + 1

    @pytest.mark.checklist(row=41)
    async def test_row_41_a_reject_by_the_owner_takes_our_reply_back_elsewhere(self, blog, ada, pond, answered):
        post, note = answered
        verdict, reason = await blog.hear(ada, ada.activity("Reject", note["id"]))
        assert (verdict, reason) == ("accepted", "our answer is not wanted; other servers are asked to remove it")
        assert [delete["object"]["id"] for delete in pond.got("Delete")] == [note["id"]]
        assert (await blog.get(note["id"], "application/activity+json")).status == 410
        assert "Thanks." in await blog.page(post), "whoever comments here does not rule here"
        verdict, _ = await blog.hear(ada, ada.activity("Reject", note["id"]))
        assert verdict == "duplicate"
        verdict, _ = await blog.hear(ada, ada.activity("Accept", note["id"], result=f"{ada.id}/a/1"))
        assert verdict == "ignored"

    @pytest.mark.checklist(row=41)
    @pytest.mark.parametrize("kind", ["Accept", "Reject"])
    async def test_row_41_nobody_else_accepts_or_rejects_our_reply(self, blog, ada, bob, pond, answered, kind):
        _, note = answered
        carol = pond.person("carol")
        for stranger in (bob, carol):
            answer = stranger.activity(kind, note["id"], result=f"{stranger.id}/authorizations/1")
            verdict, reason = await blog.hear(stranger, answer)
            assert (verdict, reason) == ("refused", "only the author of what we answered can say that")
        assert "approvedBy" not in await blog.document(note["id"])
        assert not pond.got("Delete")

    async def test_an_edit_of_a_rejected_answer_is_told_to_nobody(self, blog, ada, pond, answered):
        post, note = answered
        await blog.hear(ada, ada.activity("Reject", note["id"]))
        own = await comments.by_object_id(blog.shop.store.reader, 1, note["id"])
        await answering.edit(blog.shop, own.pk, "Thanks all the same.")
        await blog.work()
        assert not pond.got("Update")
        assert "Thanks all the same." in await blog.page(post)

    async def test_an_authorization_on_another_server_than_its_author_is_refused(self, blog, ada, bob, answered):
        _, note = answered
        verdict, reason = await blog.hear(ada, ada.activity("Accept", note["id"], result=f"{bob.id}/authorizations/1"))
        assert (verdict, reason) == ("refused", "the authorization is on another server than its author")
        assert "approvedBy" not in await blog.document(note["id"])

    async def test_an_answer_about_nothing_of_ours_is_ignored(self, blog, ada, answered):
        for object_id in ("https://elsewhere.example/notes/1", answered[0].object_id):
            verdict, _ = await blog.hear(ada, ada.activity("Accept", object_id, result=f"{ada.id}/a/1"))
            assert verdict == "ignored"


class TestAskingBeforeWeAnswer:
    """What stands elsewhere, whose author wants to be asked (GoToSocial, old names and new)."""

    @pytest.fixture
    async def fan(self, blog, bob):
        await follow(blog, bob)
        return bob

    def note(self, ada, can_reply):
        return ada.note("<p>Mine</p>", interactionPolicy={"canReply": can_reply})

    @pytest.mark.checklist(row=41)
    @pytest.mark.parametrize("names", [("automaticApproval", "manualApproval"), ("always", "approvalRequired")])
    async def test_row_41_the_answer_goes_to_them_alone_until_they_say_yes(self, blog, ada, pond, fan, lake, names):
        note = self.note(ada, {names[0]: [ada.id], names[1]: PUBLIC})
        remark = await remarks.answer(blog.shop, note["id"], "May I?", by="author")
        await blog.work()
        [request] = pond.got("ReplyRequest")
        assert (request["object"], request["to"]) == (note["id"], [ada.id])
        assert request["instrument"]["id"] == remark.object_id
        assert request["instrument"]["inReplyTo"] == note["id"]
        assert [peer.got("Create") for peer in (pond, lake)] == [[], []]
        with pytest.raises(Conflict, match="waits for the yes"):
            await remarks.edit(blog.shop, remark.pk, "Changed", by="author")

        answer = {name: request[name] for name in ("id", "type", "actor", "object")} | {"instrument": remark.object_id}
        approval = f"{ada.id}/authorizations/7"
        verdict, _ = await blog.hear(ada, ada.activity("Accept", answer, result=approval))
        assert verdict == "accepted"
        for peer in (pond, lake):
            [create] = peer.got("Create")
            assert create["object"]["replyAuthorization"] == approval
        await remarks.edit(blog.shop, remark.pk, "Changed", by="author")

    async def test_an_answer_that_is_not_allowed_reaches_nobody(self, blog, ada, pond, fan, lake):
        note = self.note(ada, {"manualApproval": [PUBLIC]})
        remark = await remarks.answer(blog.shop, note["id"], "May I?", by="author")
        await blog.work()
        [request] = pond.got("ReplyRequest")
        verdict, _ = await blog.hear(ada, ada.activity("Reject", request["id"]))
        assert verdict == "accepted"
        assert [peer.got("Create") for peer in (pond, lake)] == [[], []]
        assert (await blog.get(remark.object_id, "application/activity+json")).status == 410

    async def test_where_nobody_may_answer_nothing_is_sent(self, blog, ada, pond):
        note = self.note(ada, {"automaticApproval": [ada.id]})
        with pytest.raises(Conflict, match="does not take answers"):
            await remarks.answer(blog.shop, note["id"], "May I?", by="author")
        await blog.work()
        assert pond.delivered == []

    async def test_where_everybody_may_or_the_blog_is_named_nobody_is_asked(self, blog, ada, pond):
        free = [
            ada.note("<p>Mine</p>"),
            self.note(ada, {"automaticApproval": ["as:Public"]}),
            self.note(ada, {"always": await blog.actor_id()}),
            self.note(ada, {"automaticApproval": [ada.id]})
            | {"tag": [{"type": "Mention", "href": await blog.actor_id(), "name": "@blog@blog.example"}]},
        ]
        for note in free:
            pond.documents[note["id"].removeprefix(pond.origin)] = note
            await remarks.answer(blog.shop, note["id"], "Hello", by="author")
        await blog.work()
        assert len(pond.got("Create")) == len(free)
        assert not pond.got("ReplyRequest")


class TestForgedRequests:
    async def test_a_reply_of_somebody_else_cannot_be_brought_in(self, blog, ada, bob):
        post = await blog.publish()
        theirs = bob.note("<p>Not ada's</p>", in_reply_to=post.object_id)
        verdict, reason = await blog.hear(ada, asks_to_reply(ada, theirs, post.object_id))
        assert (verdict, reason) == ("refused", "What is asked for is on another server than who asks.")
        assert await blog.comments(post) == []

    async def test_nor_one_of_a_neighbour(self, blog, ada, pond):
        post = await blog.publish()
        theirs = pond.person("carol").note("<p>Not ada's</p>", in_reply_to=post.object_id)
        verdict, reason = await blog.hear(ada, asks_to_reply(ada, theirs, post.object_id))
        assert (verdict, reason) == ("refused", "somebody else wrote what it asks for")
        assert await blog.comments(post) == []
        assert not pond.got("Accept")

    async def test_an_authorization_is_for_what_was_asked_about(self, blog, ada, pond):
        one, other = await blog.publish("One"), await blog.publish("Other")
        note = ada.note("<p>To the other</p>", in_reply_to=other.object_id)
        verdict, reason = await blog.hear(ada, asks_to_reply(ada, note, one.object_id))
        assert (verdict, reason) == ("refused", "what it asks for does not answer what it asks about")
        assert not pond.got("Accept")

    async def test_nobody_asks_on_behalf_of_another(self, blog, ada, bob, pond):
        await follow(blog, bob)
        post = await blog.publish()
        note = ada.note("<p>Ada's</p>", in_reply_to=post.object_id)
        forged = asks_to_reply(ada, note, post.object_id)
        verdict, _ = await blog.hear(bob, forged)
        assert verdict == "ignored"
        assert not pond.got("Accept")


async def test_a_blocked_commenter_loses_the_authorization_and_is_sent_nothing(blog, ada, bob, pond, lake):
    await follow(blog, bob)
    post = await blog.publish()
    note = ada.note("<p>May I?</p>", in_reply_to=post.object_id)
    await blog.hear(ada, asks_to_reply(ada, note, post.object_id))
    [accept] = pond.got("Accept")
    sent = len(pond.delivered)
    await moderating.block_actor(blog.shop, ada.id, by="ada")
    await blog.work()
    assert (await blog.get(accept["result"], "application/activity+json")).status == 410
    assert [delete["object"]["id"] for delete in lake.got("Delete")] == [accept["result"]]
    assert len(pond.delivered) == sent


async def test_an_author_who_deletes_the_reply_ends_its_authorization(blog, ada, pond):
    post = await blog.publish()
    note = ada.note("<p>May I?</p>", in_reply_to=post.object_id)
    await blog.hear(ada, asks_to_reply(ada, note, post.object_id))
    [accept] = pond.got("Accept")
    await blog.hear(ada, ada.activity("Delete", {"id": note["id"], "type": "Tombstone"}))
    assert (await blog.get(accept["result"], "application/activity+json")).status == 410
