"""What a request to the inbox is answered (protocol.md a.4), and what it leaves behind."""

import asyncio
import json
from dataclasses import replace

import pytest

from fedblog.services import moderating, receiving
from fedblog.store import actors, followers, inbox_events
from fedblog.world import WireResponse
from tests.fediverse.peer import AP_TYPE
from tests.fediverse.receiver import INBOX


def with_header(request, name, value):
    kept = tuple((n, v) for n, v in request.headers if n.lower() != name.lower())
    return replace(request, headers=(*kept, (name, value)) if value is not None else kept)


def with_type(person, activity, content_type):
    """A request whose signature does not cover its content type, as GoToSocial's does not."""
    return with_header(person.request(INBOX, activity, form="rfc9421"), "Content-Type", content_type)


@pytest.mark.parametrize(
    "body", [b"", b"nonsense", b"[]", b'"text"', b"{}", b'{"type": "Follow"}', b'{"actor": "https://a.example/"}',
             b'{"type":"Follow","actor":"https://a.example/","actor":"https://b.example/"}', b"\xff\xfe",
             b'{"a":' * 40 + b"1" + b"}" * 40, b'{"type":"Follow","actor":"x"}', b'{"n": NaN}']
)  # fmt: skip
async def test_what_is_no_activity_is_400(blog, box, ada, body):
    request = replace(ada.request(INBOX, {}), body=body)
    receipt = await blog.take(request)
    assert (receipt.status, receipt.reason) == (400, "not-an-activity")
    assert box.log == []
    assert await blog.unproven() == {"not-an-activity": 1}


async def test_unsigned_is_401_and_leaves_nothing_but_a_count(blog, box, ada):
    request = with_header(ada.request(INBOX, ada.activity("Follow", blog.actor_id)), "Signature", None)
    receipt = await blog.take(request)
    assert (receipt.status, receipt.reason) == (401, "unsigned")
    assert await blog.ledger() == []
    assert await blog.unproven() == {"unsigned": 1}
    assert box.log == []


async def test_another_content_type_is_415_and_plain_json_is_taken(blog, pond, ada):
    follow = ada.activity("Follow", blog.actor_id)
    assert (await blog.take(with_header(ada.request(INBOX, follow), "Content-Type", "text/plain"))).status == 415
    assert (await blog.take(with_header(ada.request(INBOX, follow), "Content-Type", None))).status == 415


async def test_the_blocked_get_403(blog, ada, bob, pond):
    await blog.post(ada, ada.activity("Like", "https://x.example/"))
    await moderating.block_actor(blog.shop, ada.id, by="author")
    assert (await blog.post(ada, ada.activity("Follow", blog.actor_id))).status == 403
    await moderating.block_host(blog.shop, "lake.example", by="author")
    assert (await blog.post(bob, bob.activity("Follow", blog.actor_id))).status == 403
    eve = pond.person("eve")
    assert (await blog.post(eve, eve.activity("Follow", blog.actor_id))).status == 202


async def test_a_blocked_signer_cannot_speak_through_another_name(blog, ada, pond):
    eve = pond.person("eve")
    for person in (ada, eve):
        await blog.post(person, person.activity("Like", "https://x.example/"))
    await moderating.block_actor(blog.shop, eve.id, by="author")
    assert (await blog.post(eve, ada.activity("Follow", blog.actor_id))).status == 403


@pytest.mark.parametrize("kind", ["Delete", "Update"])
@pytest.mark.checklist(row=9)
async def test_an_unknown_actor_that_speaks_of_itself_costs_no_request_at_all(blog, box, ada, kind):
    receipt = await blog.post(ada, ada.activity(kind, ada.id))
    assert (receipt.status, receipt.reason) == (202, "unknown-actor")
    assert box.log == []
    assert await blog.ledger() == []
    assert await blog.unproven() == {"unknown-actor": 1}


@pytest.mark.checklist(row=33)
async def test_what_nobody_here_needs_costs_no_key_fetch(blog, box, ada):
    receipt = await blog.post(ada, ada.activity("View", "https://video.example/1"))
    assert (receipt.status, receipt.reason) == (202, "chatter")
    assert box.log == []
    await blog.post(ada, ada.activity("Like", "https://x.example/"))
    verdict, reason = await blog.hear(ada, ada.activity("View", "https://video.example/2"))
    assert verdict == "ignored"
    assert "no use" in reason


async def test_a_proven_activity_is_recorded_whole_and_its_sender_with_it(blog, ada):
    follow = ada.activity("Follow", blog.actor_id)
    request = ada.request(INBOX, follow)
    await blog.take(request)
    [event] = await blog.ledger()
    assert (event.signer, event.actor, event.type, event.activity_id) == (ada.id, ada.id, "Follow", follow["id"])
    assert event.body == request.body
    assert ["Digest", dict(request.headers)["Digest"]] in json.loads(event.headers)
    assert event.verdict.value == "waiting"
    assert await actors.by_id(blog.db, ada.id) is not None


async def test_the_same_body_signed_anew_is_a_duplicate(blog, box, ada):
    like = ada.activity("Like", "https://x.example/")
    await blog.post(ada, like)
    box.clock.move(seconds=5)
    assert (await blog.post(ada, like)).reason == "repeated"
    assert len(await blog.ledger()) == 1
    assert (await blog.post(ada, like | {"content": "x"})).reason == ""
    assert len(await blog.ledger()) == 2


async def test_a_replay_after_a_restart_has_no_effect(blog, ada):
    request = ada.request(INBOX, ada.activity("Follow", blog.actor_id))
    await blog.take(request)
    blog.inbox = receiving.Inbox(blog.shop)
    assert (await blog.take(request)).reason == "repeated"
    assert len(await blog.ledger()) == 1


async def test_above_two_hundred_at_once_a_host_is_told_to_wait(blog, box, ada, bob):
    await blog.post(ada, ada.activity("Like", "https://x.example/"))
    statuses = [(await blog.post(ada, ada.activity("Like", f"https://x.example/{n}"))).status for n in range(205)]
    assert statuses.count(202) == 199
    last = await blog.post(ada, ada.activity("Like", "https://x.example/last"))
    assert last.status == 429
    assert last.retry_after is not None
    assert (await blog.post(bob, bob.activity("Like", "https://x.example/"))).status == 202
    box.clock.move(seconds=1)
    assert (await blog.post(ada, ada.activity("Like", "https://x.example/later"))).status == 202


async def test_a_full_backlog_sends_everybody_away_for_a_while(blog, box, ada):
    await blog.post(ada, ada.activity("Like", "https://x.example/"))
    await blog.shop.store.write(lambda db: db.many(_EVENT, [(f"https://x.example/{n}",) for n in range(2000)]))
    box.clock.move(seconds=2)
    receipt = await blog.post(ada, ada.activity("Follow", blog.actor_id))
    assert (receipt.status, receipt.reason) == (503, "backlog")
    assert 60 <= receipt.retry_after <= 300
    await blog.shop.store.write(lambda db: db.run("UPDATE inbox_event SET ended_at = 1"))
    box.clock.move(seconds=0.2)
    assert (await blog.post(ada, ada.activity("Follow", blog.actor_id))).status == 202


_EVENT = """INSERT INTO inbox_event (blog_pk, signer, activity_id, type, actor, object_id, body_sha256, headers,
                received_at, due_at, attempts, verdict, reason)
            VALUES (1, 's', ?, 'Like', 'a', 'o', 'h', '', 0, 0, 0, 'waiting', '')"""


async def test_a_server_that_floods_the_inbox_keeps_nobody_else_out(blog, box, pond, ada, bob):
    for person in (ada, bob):
        await blog.post(person, person.activity("Like", "https://x.example/"))
    await blog.shop.store.write(lambda db: db.many(_EVENT, [(f"https://x.example/{n}",) for n in range(499)]))
    await blog.shop.store.write(lambda db: db.run("UPDATE inbox_event SET host = 'pond.example' WHERE host = ''"))
    box.clock.move(seconds=2)
    for writer in (ada, pond.person("eve")):
        receipt = await blog.post(writer, writer.activity("Follow", blog.actor_id))
        assert (receipt.status, receipt.reason) == (503, "backlog")
    assert (await blog.post(bob, bob.activity("Follow", blog.actor_id))).status == 202
    # Neither does its share grow by what it signs in the name of others
    assert (await blog.post(ada, bob.activity("Like", "https://x.example/2"))).status == 503
    await blog.shop.store.write(lambda db: db.run("UPDATE inbox_event SET ended_at = 1"))
    box.clock.move(seconds=2)
    assert (await blog.post(ada, ada.activity("Follow", blog.actor_id))).status == 202


@pytest.mark.checklist(row=10)
async def test_a_deleted_account_whose_key_is_gone_is_deleted_here(blog, box, pond, ada):
    """With the last known key, or on the word of its own server."""
    post = await blog.publish()
    await blog.hear(ada, ada.activity("Follow", blog.actor_id))
    note = ada.note("<p>x</p>", in_reply_to=post.object_id)
    await blog.hear(ada, ada.create(note))
    await blog.hear(ada, ada.activity("Like", post.object_id))
    blog.inbox = receiving.Inbox(blog.shop)
    box.clock.move(hours=30)
    pond.documents["/users/ada"] = WireResponse(410, (("content-type", AP_TYPE),), b"")
    verdict, reason = await blog.hear(ada, ada.activity("Delete", ada.id))
    assert verdict == "accepted"
    assert "account" in reason
    assert await followers.count(blog.db, 1) == 0
    assert await blog.comments(post) == []
    assert await blog.reactions(post.object_id) == (0, 0)


@pytest.mark.parametrize(("status", "is_deleted"), [(410, True), (404, False), (200, False), (500, False)])
@pytest.mark.checklist(row=10)
async def test_a_delete_without_a_usable_key_needs_a_410(blog, box, pond, ada, status, is_deleted):
    await blog.hear(ada, ada.activity("Follow", blog.actor_id))
    eve = pond.person("eve")
    await blog.shop.store.write(lambda db: db.run("DELETE FROM remote_key"))
    blog.inbox = receiving.Inbox(blog.shop)
    if status != 200:
        pond.documents["/users/ada"] = WireResponse(status, (("content-type", AP_TYPE),), b"{}")
    eve.key = replace(eve.key, key_id=ada.key.key_id)
    receipt = await blog.take(eve.request(INBOX, ada.activity("Delete", ada.id)))
    assert receipt.status == {410: 202, 404: 202, 200: 401, 500: 503}[status]
    await blog.work()
    assert await followers.count(blog.db, 1) == (0 if is_deleted else 1)


async def test_arrivals_together_are_all_recorded(blog, pond):
    people = [pond.person(f"p{number}") for number in range(5)]
    said = [(p, p.activity("Like", f"https://x.example/{n}")) for n in range(8) for p in people]
    receipts = await asyncio.gather(*(blog.post(person, activity) for person, activity in said))
    assert {receipt.status for receipt in receipts} == {202}
    assert len(await inbox_events.listed(blog.db, 1)) == 40
