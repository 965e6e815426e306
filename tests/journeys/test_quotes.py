"""Being quoted: QuoteRequest, stamps, revocation, and quotes that nobody asked for (FEP-044f)."""

from dataclasses import replace

import pytest

from fedblog.domain.interaction import QuotePolicy
from fedblog.services import answering, describing, moderating, publishing, quoting
from fedblog.services.workshop import the_blog
from fedblog.store import comments, mentions, quotes
from fedblog.worker.housekeeping import keep_house
from tests.fediverse.peer import PUBLIC

FEP = "https://w3id.org/fep/044f#"
AP = "application/activity+json"


async def set_policy(blog, policy):
    settings = describing.settings_of(await the_blog(blog.shop.store.reader))
    await describing.change(blog.shop, replace(settings, quote_policy=policy))


async def listed(blog):
    """The quotes that the author sees: state and text, newest first."""
    return [(line.state, line.text) for line in await quotes.listed(blog.shop.store.reader, 1)]


def quoting_note(person, object_id, text="<p>Read this.</p>", name="quote"):
    return person.note(text, **{name: object_id})


def asks_to_quote(person, note, object_id, *, embedded=True):
    """A QuoteRequest as Mastodon sends it."""
    instrument = {name: value for name, value in note.items() if name != "@context"} if embedded else note["id"]
    return person.activity("QuoteRequest", object_id, instrument=instrument)


async def edit(blog, person, note, **changes):
    """An Update of a note."""
    blog.box.clock.move(minutes=1)
    edited = note | changes
    person.peer.documents[note["id"].removeprefix(person.peer.origin)] = edited
    embedded = {name: value for name, value in edited.items() if name != "@context"}
    return await blog.hear(person, person.activity("Update", embedded, to=note["to"], cc=note["cc"]))


@pytest.mark.checklist(row=42)
@pytest.mark.parametrize("embedded", [True, False], ids=["embedded", "by-id"])
async def test_row_42_a_quote_request_is_accepted_with_a_stamp_that_says_what_it_stamps(blog, ada, pond, embedded):
    post = await blog.publish()
    assert (await blog.document(post.object_id))["interactionPolicy"]["canQuote"] == {"automaticApproval": [PUBLIC]}
    note = quoting_note(ada, post.object_id)
    request = asks_to_quote(ada, note, post.object_id, embedded=embedded)

    assert await blog.hear(ada, request) == ("accepted", "asks to quote; approved: may quote the post")

    [accept] = pond.got("Accept")
    us = await blog.actor_id()
    assert accept["object"] == {
        "type": "QuoteRequest",
        "actor": ada.id,
        "id": request["id"],
        "object": post.object_id,
        "instrument": note["id"],
    }
    assert (accept["actor"], accept["to"]) == (us, [ada.id])
    assert await blog.document(accept["result"]) == {
        "@context": [
            "https://www.w3.org/ns/activitystreams",
            {
                "QuoteAuthorization": f"{FEP}QuoteAuthorization",
                "gts": "https://gotosocial.org/ns#",
                "interactingObject": {"@id": "gts:interactingObject", "@type": "@id"},
                "interactionTarget": {"@id": "gts:interactionTarget", "@type": "@id"},
            },
        ],
        "type": "QuoteAuthorization",
        "id": accept["result"],
        "attributedTo": us,
        "interactingObject": note["id"],
        "interactionTarget": post.object_id,
    }
    assert await listed(blog) == [("approved", "Read this.")]
    page = await blog.page(post)
    assert "Quoted by" in page
    assert "@ada@pond.example" in page
    assert await blog.comments(post) == [], "a quote is no comment"


@pytest.mark.checklist(row=42)
async def test_row_42_after_the_author_takes_the_stamp_back_it_is_gone_and_servers_are_told(blog, ada, bob, pond, lake):
    await blog.hear(bob, bob.activity("Follow", await blog.actor_id()))
    post = await blog.publish()
    note = quoting_note(ada, post.object_id)
    request = asks_to_quote(ada, note, post.object_id)
    await blog.hear(ada, request)
    [accept] = pond.got("Accept")
    [line] = await quotes.listed(blog.shop.store.reader, 1)

    await quoting.refuse(blog.shop, line.pk, by="ada")
    await blog.work()

    response = await blog.get(accept["result"], AP)
    assert response.status == 410
    assert b"QuoteAuthorization" in response.body
    for peer in (pond, lake):
        [delete] = peer.got("Delete")
        assert delete["object"] == {
            "type": "QuoteAuthorization",
            "id": accept["result"],
            "attributedTo": await blog.actor_id(),
            "interactingObject": note["id"],
            "interactionTarget": post.object_id,
        }
    assert await listed(blog) == [("denied", "Read this.")]
    assert "Quoted by" not in await blog.page(post)

    # who asks again gets the author's answer again
    verdict, _ = await blog.hear(ada, request | {"id": f"{request['id']}-again"})
    assert verdict == "refused"
    assert len(pond.got("Reject")) == 1
    assert len(pond.got("Accept")) == 1


@pytest.mark.checklist(row=42)
@pytest.mark.parametrize(
    ("policy", "expected"),
    [(QuotePolicy.NOBODY, "nobody may quote"), (QuotePolicy.FOLLOWERS, "only followers of the blog may quote")],
)
async def test_row_42_a_quote_against_the_policy_is_rejected(blog, ada, pond, policy, expected):
    await set_policy(blog, policy)
    post = await blog.publish()
    note = quoting_note(ada, post.object_id)
    request = asks_to_quote(ada, note, post.object_id)
    verdict, reason = await blog.hear(ada, request)
    assert verdict == "refused"
    assert expected in reason
    [reject] = pond.got("Reject")
    assert reject["object"]["id"] == request["id"]
    assert "result" not in reject
    assert await listed(blog) == []


async def test_a_follower_may_quote_where_followers_may(blog, ada, pond):
    await set_policy(blog, QuotePolicy.FOLLOWERS)
    await blog.hear(ada, ada.activity("Follow", await blog.actor_id()))
    post = await blog.publish()
    verdict, _ = await blog.hear(ada, asks_to_quote(ada, quoting_note(ada, post.object_id), post.object_id))
    assert verdict == "accepted"
    assert pond.got("Accept")[-1]["result"]


async def test_where_every_quote_waits_nobody_is_answered_until_the_author_decides(blog, ada, pond):
    post = await blog.publish(quote_policy=QuotePolicy.HOLD_ALL)
    policy = (await blog.document(post.object_id))["interactionPolicy"]["canQuote"]
    assert policy == {"automaticApproval": [await blog.actor_id()], "manualApproval": [PUBLIC]}
    notes = [quoting_note(ada, post.object_id, f"<p>Quote {n}</p>") for n in range(2)]
    for note in notes:
        verdict, _ = await blog.hear(ada, asks_to_quote(ada, note, post.object_id))
        assert verdict == "held"
    assert (pond.got("Accept"), pond.got("Reject")) == ([], [])
    assert "Quoted by" not in await blog.page(post)
    token = (await the_blog(blog.shop.store.reader)).feed_token
    assert b"@ada@pond.example asks to quote you" in (await blog.get(f"/admin/feed.atom?key={token}")).body

    second, first = await quotes.listed(blog.shop.store.reader, 1)
    await quoting.allow(blog.shop, first.pk, by="ada")
    await quoting.refuse(blog.shop, second.pk, by="ada")
    await blog.work()

    [accept], [reject] = pond.got("Accept"), pond.got("Reject")
    assert (accept["object"]["instrument"], reject["object"]["instrument"]) == (notes[0]["id"], notes[1]["id"])
    assert (await blog.document(accept["result"]))["interactingObject"] == notes[0]["id"]
    assert "Quoted by" in await blog.page(post)


@pytest.mark.parametrize("name", ["quoteUrl", "_misskey_quote", "quoteUri", "link"])
async def test_a_quote_without_a_request_counts_as_a_mention_and_gets_no_stamp(blog, ada, pond, name):
    post = await blog.publish()
    if name == "link":
        tag = {
            "type": "Link",
            "mediaType": AP,
            "rel": "https://misskey-hub.net/ns#_misskey_quote",
            "href": post.object_id,
        }
        note = ada.note("<p>Read this.</p>", tag=[tag])
    else:
        note = quoting_note(ada, post.object_id, name=name)
    verdict, reason = await blog.hear(ada, ada.create(note))
    assert (verdict, reason) == ("accepted", "quotes the post without having asked; kept as a mention")
    assert await listed(blog) == [("", "Read this.")]
    assert [line.object_id for line in await mentions.listed(blog.shop.store.reader, 1)] == [note["id"]]
    assert "Quoted by" not in await blog.page(post)
    assert not pond.got("Accept")
    [line] = await quotes.listed(blog.shop.store.reader, 1)
    with pytest.raises(Exception, match="Nobody asked"):
        await quoting.allow(blog.shop, line.pk, by="ada")

    await blog.hear(ada, ada.activity("Delete", {"id": note["id"], "type": "Tombstone"}))
    assert await listed(blog) == []
    assert await mentions.listed(blog.shop.store.reader, 1) == []


async def test_an_edit_of_the_quoting_post_is_seen_and_its_deletion_ends_the_stamp(blog, ada, pond):
    post = await blog.publish()
    note = quoting_note(ada, post.object_id)
    await blog.hear(ada, asks_to_quote(ada, note, post.object_id))
    [accept] = pond.got("Accept")
    await edit(blog, ada, note, content="<p>Read this twice.</p>", quoteAuthorization=accept["result"])
    assert await listed(blog) == [("approved", "Read this twice.")]
    assert (await blog.get(accept["result"], AP)).status == 200
    await blog.hear(ada, ada.activity("Delete", {"id": note["id"], "type": "Tombstone"}))
    assert await listed(blog) == []
    assert (await blog.get(accept["result"], AP)).status == 410
    assert "Quoted by" not in await blog.page(post)


@pytest.mark.parametrize("now_quotes", ["nothing", "another", "elsewhere"])
async def test_a_quote_that_was_edited_to_quote_something_else_loses_its_stamp(blog, ada, pond, now_quotes):
    post, other = await blog.publish(), await blog.publish("Another")
    note = quoting_note(ada, post.object_id)
    await blog.hear(ada, asks_to_quote(ada, note, post.object_id))
    [accept] = pond.got("Accept")
    quote = {"nothing": None, "another": other.object_id, "elsewhere": "https://lake.example/notes/1"}[now_quotes]
    verdict, _ = await edit(blog, ada, note, quote=quote, content="<p>Changed.</p>")
    assert verdict == "accepted"
    assert (await blog.get(accept["result"], AP)).status == 410
    assert [delete["object"]["id"] for delete in pond.got("Delete")] == [accept["result"]]
    assert "Quoted by" not in await blog.page(post)
    assert await listed(blog) == ([("ended", "Changed.")] if now_quotes == "another" else [])


async def test_an_answer_of_the_author_can_be_quoted_like_a_post(blog, ada, bob, pond, lake):
    post = await blog.publish()
    await blog.hear(ada, ada.create(ada.note("<p>First</p>", in_reply_to=post.object_id)))
    [first] = await comments.listed(blog.shop.store.reader, 1)
    answer = await answering.answer(blog.shop, post.pk, first.pk, "Thanks.")
    await blog.work()
    note = await blog.document(answer.object_id)
    assert note["interactionPolicy"]["canQuote"] == {"automaticApproval": [PUBLIC]}
    verdict, _ = await blog.hear(bob, asks_to_quote(bob, quoting_note(bob, note["id"]), note["id"]))
    assert verdict == "accepted"
    stamp = await blog.document(lake.got("Accept")[-1]["result"])
    assert stamp["interactionTarget"] == note["id"]

    # but nobody allows quotes of what somebody else wrote
    theirs = first.object_id
    verdict, reason = await blog.hear(bob, asks_to_quote(bob, quoting_note(bob, theirs), theirs))
    assert (verdict, reason) == ("ignored", "it asks about nothing of this blog")


async def test_a_private_quote_is_stamped_but_shown_to_nobody(blog, ada, pond):
    post = await blog.publish()
    note = ada.note("<p>Between us</p>", quote=post.object_id, to=[f"{ada.id}/followers"], cc=[])
    verdict, _ = await blog.hear(ada, asks_to_quote(ada, note, post.object_id))
    assert verdict == "accepted"
    assert "Quoted by" not in await blog.page(post)


async def test_a_stamp_ends_with_the_post_that_it_is_for(blog, ada, pond):
    post = await blog.publish()
    await blog.hear(ada, asks_to_quote(ada, quoting_note(ada, post.object_id), post.object_id))
    [accept] = pond.got("Accept")
    await publishing.unpublish(blog.shop, post.pk)
    assert (await blog.get(accept["result"], AP)).status == 410
    await publishing.publish(blog.shop, post.pk)
    assert (await blog.get(accept["result"], AP)).status == 410, "the post has another id now"


async def test_a_quote_is_shown_no_longer_than_its_author_wants_it_on_the_web(blog, ada):
    post = await blog.publish()
    await blog.hear(ada, asks_to_quote(ada, quoting_note(ada, post.object_id), post.object_id))
    assert "Quoted by" in await blog.page(post)
    shy = ada.document() | {"hidesToPublicFromUnauthedWeb": True}
    await blog.hear(ada, ada.activity("Update", shy, to=[PUBLIC]))
    assert "Quoted by" not in await blog.page(post)


class TestForgedRequests:
    async def test_a_stamp_is_only_for_the_author_of_the_quote(self, blog, ada, bob, pond):
        post = await blog.publish()
        theirs = quoting_note(pond.person("carol"), post.object_id)
        verdict, reason = await blog.hear(ada, asks_to_quote(ada, theirs, post.object_id))
        assert (verdict, reason) == ("refused", "somebody else wrote what it asks for")
        foreign = quoting_note(bob, post.object_id)
        verdict, reason = await blog.hear(ada, asks_to_quote(ada, foreign, post.object_id))
        assert (verdict, reason) == ("refused", "What is asked for is on another server than who asks.")
        claimed = quoting_note(bob, post.object_id) | {"attributedTo": ada.id}
        verdict, _ = await blog.hear(ada, asks_to_quote(ada, claimed, post.object_id))
        assert verdict == "refused"
        assert (pond.got("Accept"), await listed(blog)) == ([], [])

    async def test_a_post_that_quotes_something_else_gets_no_stamp(self, blog, ada, pond):
        post, other = await blog.publish(), await blog.publish("Another")
        for quoted in (other.object_id, "https://lake.example/notes/1", None):
            note = quoting_note(ada, quoted)
            verdict, reason = await blog.hear(ada, asks_to_quote(ada, note, post.object_id))
            assert (verdict, reason) == ("refused", "what it asks for does not quote what it asks about")
        assert not pond.got("Accept")

    async def test_a_request_with_an_id_of_another_server_is_refused(self, blog, ada, pond):
        post = await blog.publish()
        request = asks_to_quote(ada, quoting_note(ada, post.object_id), post.object_id)
        response = await ada.post(blog.inbox, request | {"id": "https://lake.example/requests/1"})
        assert response.status == 401
        await blog.work()
        assert not pond.got("Accept")

    async def test_nobody_edits_or_drops_the_quote_of_another(self, blog, ada, pond):
        post = await blog.publish()
        note = quoting_note(ada, post.object_id)
        await blog.hear(ada, asks_to_quote(ada, note, post.object_id))
        [accept] = pond.got("Accept")
        carol = pond.person("carol")
        forged = {name: value for name, value in note.items() if name != "@context"}
        forged |= {"attributedTo": carol.id, "quote": None, "content": "<p>Forged</p>"}
        verdict, _ = await blog.hear(carol, carol.activity("Update", forged, to=[PUBLIC]))
        assert verdict in {"refused", "ignored"}
        verdict, _ = await blog.hear(carol, carol.activity("Delete", note["id"]))
        assert verdict in {"refused", "ignored"}
        assert await listed(blog) == [("approved", "Read this.")]
        assert (await blog.get(accept["result"], AP)).status == 200

    async def test_many_requests_of_one_author_wait_after_the_thirtieth(self, blog, ada, pond):
        post = await blog.publish()
        verdicts = []
        for number in range(32):
            note = quoting_note(ada, post.object_id, f"<p>Quote {number}</p>")
            verdicts.append((await blog.hear(ada, asks_to_quote(ada, note, post.object_id)))[0])
        assert verdicts == ["accepted"] * 30 + ["held"] * 2
        assert len(pond.got("Accept")) == 30


async def test_a_blocked_author_loses_every_stamp(blog, ada, pond):
    post = await blog.publish()
    await blog.hear(ada, asks_to_quote(ada, quoting_note(ada, post.object_id), post.object_id))
    [accept] = pond.got("Accept")
    await moderating.block_host(blog.shop, "pond.example", by="ada")
    await blog.work()
    assert (await blog.get(accept["result"], AP)).status == 410
    assert "Quoted by" not in await blog.page(post)


async def test_what_was_rejected_is_forgotten_after_a_month_and_nothing_else(blog, ada, pond):
    post = await blog.publish()
    await blog.hear(ada, asks_to_quote(ada, quoting_note(ada, post.object_id), post.object_id))
    await set_policy(blog, QuotePolicy.NOBODY)
    await blog.hear(ada, asks_to_quote(ada, quoting_note(ada, post.object_id), post.object_id))
    for days, states in ((29, ["approved", "rejected"]), (2, ["approved"])):
        blog.box.clock.move(days=days)
        await keep_house(blog.shop)
        rows = await blog.shop.store.reader.all("SELECT state FROM interaction ORDER BY pk")
        assert [row["state"] for row in rows] == states
    assert (await blog.get(pond.got("Accept")[0]["result"], AP)).status == 200
