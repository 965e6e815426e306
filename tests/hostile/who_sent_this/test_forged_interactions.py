"""Requests to interact and answers to ours, forged: no authorization is given to, or taken from, the wrong one.

Known case: WordPress took the Accept of a third party for that of the owner, three times (9.0, 9.1).
Verdict: refused or ignored, with nothing sent and nothing served.
"""

import pytest

from fedblog.services import answering
from fedblog.store import comments
from tests.fediverse.peer import PUBLIC

STRANGE = ["", 7, None, [], {}, "https://", "javascript:alert(1)", "https://blog.example/ap/notes/1"]


@pytest.fixture
def carol(pond):
    """A neighbour of ada's, on the same server."""
    return pond.person("carol")


async def send(site, person, activity):
    response = await person.post(site.inbox, activity)
    await site.work()
    return response.status


async def given(site):
    """Every authorization that was ever given."""
    return [row["approval_id"] for row in await site.shop.store.reader.all("SELECT approval_id FROM approval")]


def request(person, kind, note, object_id, **changes):
    embedded = {name: value for name, value in note.items() if name != "@context"}
    return person.activity(kind, object_id, instrument=embedded, to=object_id) | changes


def note_for(kind, person, object_id):
    return person.note(
        "<p>Mine</p>", **({"quote": object_id} if kind == "QuoteRequest" else {"in_reply_to": object_id})
    )


@pytest.mark.parametrize("kind", ["QuoteRequest", "ReplyRequest"])
async def test_nobody_gets_an_authorization_for_what_is_not_theirs(site, ada, bob, carol, pond, lake, kind):
    post, other = await site.publish(), await site.publish("Another")
    mine, hers, his = (note_for(kind, person, post.object_id) for person in (ada, carol, bob))
    elsewhere = note_for(kind, ada, other.object_id)
    forged = [
        request(ada, kind, hers, post.object_id),
        request(ada, kind, his, post.object_id),
        request(ada, kind, his | {"attributedTo": ada.id}, post.object_id),
        request(ada, kind, elsewhere, post.object_id),
        request(ada, kind, mine, other.object_id),
        request(ada, kind, mine, "https://lake.example/notes/1"),
        request(ada, kind, mine, await site.actor_id()),
        request(ada, kind, mine, post.object_id, instrument=hers["id"]),
        request(ada, kind, mine, post.object_id, instrument=f"{pond.origin}/users/ada/notes/404"),
        *(request(ada, kind, mine, post.object_id, instrument=strange) for strange in STRANGE),
        *(request(ada, kind, mine, strange) for strange in STRANGE[:-1]),
        request(ada, kind, mine | {"quote": None, "inReplyTo": None}, post.object_id),
    ]
    for activity in forged:
        await send(site, ada, activity)
    assert await given(site) == []
    assert [peer.got(answer) for peer in (pond, lake) for answer in ("Accept", "Reject")] == [[]] * 4
    assert await site.comments(post) == await site.comments(other) == []


@pytest.mark.parametrize("kind", ["QuoteRequest", "ReplyRequest"])
async def test_a_copy_that_does_not_say_who_wrote_it_is_looked_up(site, ada, carol, pond, kind):
    post = await site.publish()
    for changes in (
        {"attributedTo": carol.id},
        {"attributedTo": None},
        {"type": "Person"},
        {"content": "<p>Forged</p>"},
    ):
        note = note_for(kind, ada, post.object_id)
        without_author = changes if "attributedTo" in changes else changes | {"attributedTo": None}
        await send(site, ada, request(ada, kind, note | without_author, post.object_id))
    assert len(await given(site)) == 4
    assert "Forged" not in await site.page(post)


@pytest.mark.parametrize("kind", ["QuoteRequest", "ReplyRequest"])
async def test_what_somebody_was_allowed_is_not_taken_over_by_a_neighbour(site, ada, carol, pond, kind):
    post = await site.publish()
    note = note_for(kind, ada, post.object_id)
    assert await send(site, ada, request(ada, kind, note, post.object_id)) == 202
    [stamp] = await given(site)
    accepts = len(pond.got("Accept"))
    claimed = note | {"attributedTo": carol.id, "content": "<p>Forged</p>"}
    await send(site, carol, request(carol, kind, claimed, post.object_id))
    assert await given(site) == [stamp]
    assert len(pond.got("Accept")) == accepts
    assert (await site.document(stamp))["interactingObject"] == note["id"]
    assert "Forged" not in await site.page(post)


async def test_only_the_owner_of_what_we_answered_decides_about_our_answer(site, ada, bob, carol, pond, lake):
    post = await site.publish()
    await send(site, ada, ada.create(ada.note("<p>First</p>", in_reply_to=post.object_id)))
    await send(site, bob, bob.create(bob.note("<p>Second</p>", in_reply_to=post.object_id)))
    lines = await comments.listed(site.shop.store.reader, 1)
    [hers] = [line for line in lines if line.actor_id == ada.id]
    answer = await answering.answer(site.shop, post.pk, hers.pk, "Thanks.")
    await site.work()
    sent = [len(peer.got("Create")) for peer in (pond, lake)]
    for person in (bob, carol):
        for about in (
            answer.object_id,
            {"type": "Note", "id": answer.object_id, "attributedTo": person.id},
            {
                "type": "ReplyRequest",
                "id": f"{person.id}/r/1",
                "actor": await site.actor_id(),
                "instrument": answer.object_id,
            },
        ):
            await send(site, person, person.activity("Accept", about, result=f"{person.id}/stamps/1", to=[PUBLIC]))
            await send(site, person, person.activity("Reject", about, to=[PUBLIC]))
    for result in (f"{bob.id}/stamps/1", f"{site.origin}/ap/authorizations/1", "https://pond.example.evil.example/1"):
        await send(site, ada, ada.activity("Accept", answer.object_id, result=result))
    document = await site.document(answer.object_id)
    assert "replyAuthorization" not in document
    assert "approvedBy" not in document
    assert [peer.got("Delete") for peer in (pond, lake)] == [[], []]
    assert [len(peer.got("Create")) for peer in (pond, lake)] == sent


async def test_a_flood_of_requests_makes_one_answer_for_each_and_stops_being_allowed(site, ada, pond):
    post = await site.publish()
    for _ in range(40):
        await send(
            site, ada, request(ada, "QuoteRequest", note_for("QuoteRequest", ada, post.object_id), post.object_id)
        )
    assert len(await given(site)) == len(pond.got("Accept")) == 30
    note = note_for("ReplyRequest", ada, post.object_id)
    for number in range(5):
        again = request(ada, "ReplyRequest", note, post.object_id)
        await send(site, ada, again | {"id": f"{again['id']}-{number}"})
    assert len(await given(site)) == 31
