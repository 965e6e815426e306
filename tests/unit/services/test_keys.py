"""Finding the keys of others: every form of key id, the cache, rotation, and hosts that do not answer."""

import asyncio
import json
from dataclasses import fields

import pytest

from fedblog.ap.signatures import SigningKey, read_private_key
from fedblog.domain.delivery import Host
from fedblog.store import comments, followers, hosts
from fedblog.world import WireResponse
from tests.fediverse.peer import AP_TYPE, Peer, spare_key_pair


def answer(status, document=None):
    return WireResponse(status, (("content-type", AP_TYPE),), json.dumps(document or {}).encode())


def key_gets(box, host="pond.example"):
    """The GETs for actors and keys, without WebFinger."""
    return [r.target for r in box.requests_to(host, "GET") if "webfinger" not in r.target]


def with_key_at(peer, person, path, **key):
    """Give a person another key id; returns the entry as the actor lists it."""
    key_id = f"{peer.origin}{path}"
    person.key = SigningKey(key_id, person.key.private_key)
    return {"id": key_id, "owner": person.id, "publicKeyPem": person.pair.public_pem} | key


def rotate(peer, person, number):
    """A new key under the same id."""
    person.pair = spare_key_pair(number)
    person.key = SigningKey(person.key.key_id, read_private_key(person.pair.private_pem))
    peer.documents[f"/users/{person.name}"]["publicKey"]["publicKeyPem"] = person.pair.public_pem


def as_fragment(peer, person):
    pass


def as_path(peer, person):
    entry = with_key_at(peer, person, "/users/ada/main-key")
    peer.documents["/users/ada"]["publicKey"] = entry
    stub = {"id": person.id, "type": "Person", "preferredUsername": "ada", "publicKey": entry}
    peer.documents["/users/ada/main-key"] = stub


def as_bare_key(peer, person):
    entry = with_key_at(peer, person, "/keys/1")
    peer.documents["/users/ada"]["publicKey"] = entry
    peer.documents["/keys/1"] = {"type": "Key"} | entry


def as_one_of_many(peer, person):
    entry = peer.documents["/users/ada"]["publicKey"]
    other = {"id": f"{person.id}#old", "owner": person.id, "publicKeyPem": spare_key_pair(9).public_pem}
    peer.documents["/users/ada"]["publicKey"] = [other, entry]


def as_reference(peer, person):
    entry = with_key_at(peer, person, "/keys/1")
    peer.documents["/users/ada"]["publicKey"] = entry["id"]
    peer.documents["/keys/1"] = entry


def as_controlled(peer, person):
    entry = with_key_at(peer, person, "/keys/1")
    del entry["owner"]
    peer.documents["/users/ada"]["publicKey"] = entry
    peer.documents["/keys/1"] = entry | {"controller": person.id}


@pytest.mark.parametrize("form", [as_fragment, as_path, as_bare_key, as_one_of_many, as_reference, as_controlled])
@pytest.mark.checklist(row=6)
async def test_a_key_is_found_in_every_form(blog, pond, ada, form):
    form(pond, ada)
    receipt = await blog.post(ada, ada.activity("Follow", blog.actor_id))
    assert (receipt.status, receipt.reason) == (202, "")
    await blog.work()
    assert await followers.count(blog.db, 1) == 1


@pytest.mark.parametrize("key_id", ["acct:ada@pond.example", "not an address", "ftp://pond.example/key"])
async def test_a_key_id_that_is_no_address_is_refused_without_a_fetch(blog, box, ada, key_id):
    ada.key = SigningKey(key_id, ada.key.private_key)
    assert (await blog.post(ada, ada.activity("Follow", blog.actor_id))).status == 401
    assert box.log == []


async def test_a_known_key_is_not_fetched_again(blog, box, ada):
    for _ in range(3):
        await blog.post(ada, ada.activity("Like", "https://elsewhere.example/"))
    assert key_gets(box) == ["/users/ada"]


async def test_many_requests_at_once_fetch_a_key_once(blog, box, ada):
    said = [ada.activity("Like", f"https://elsewhere.example/{n}") for n in range(20)]
    receipts = await asyncio.gather(*(blog.post(ada, activity) for activity in said))
    assert {receipt.status for receipt in receipts} == {202}
    assert key_gets(box) == ["/users/ada"]


@pytest.mark.checklist(row=7)
async def test_a_rotated_key_costs_one_more_fetch(blog, box, pond, ada):
    await blog.post(ada, ada.activity("Like", "https://elsewhere.example/1"))
    rotate(pond, ada, 7)
    box.clock.move(minutes=2)
    assert (await blog.post(ada, ada.activity("Like", "https://elsewhere.example/2"))).status == 202
    assert (await blog.post(ada, ada.activity("Like", "https://elsewhere.example/3"))).status == 202
    assert key_gets(box) == ["/users/ada"] * 2


@pytest.mark.checklist(row=7)
async def test_wrong_signatures_under_a_known_key_make_at_most_one_fetch_in_five_minutes(blog, box, ada, pond):
    await blog.post(ada, ada.activity("Like", "https://elsewhere.example/1"))
    eve = pond.person("eve")
    eve.key = SigningKey(ada.key.key_id, eve.key.private_key)
    for minutes in (0, 2, 1, 1):
        box.clock.move(minutes=minutes)
        receipt = await blog.post(eve, eve.activity("Like", "https://x.example/") | {"actor": ada.id})
        assert (receipt.status, receipt.reason) == (401, "signature-mismatch")
    assert key_gets(box) == ["/users/ada"] * 2
    assert (await blog.post(ada, ada.activity("Like", "https://elsewhere.example/2"))).status == 202


async def test_a_key_is_asked_for_again_after_a_day_and_the_old_one_serves_while_its_server_is_down(blog, box, ada):
    await blog.post(ada, ada.activity("Like", "https://elsewhere.example/1"))
    box.clock.move(hours=25)
    await blog.post(ada, ada.activity("Like", "https://elsewhere.example/2"))
    assert key_gets(box) == ["/users/ada"] * 2
    box.clock.move(hours=25)
    box.down.add("pond.example")
    assert (await blog.post(ada, ada.activity("Like", "https://elsewhere.example/3"))).status == 202


@pytest.mark.checklist(row=7)
async def test_a_server_that_does_not_answer_is_asked_once_in_ten_minutes_and_the_sender_comes_back(blog, box, ada):
    box.down.add("pond.example")
    first = await blog.post(ada, ada.activity("Follow", blog.actor_id))
    assert (first.status, first.reason) == (503, "key-host-down")
    assert 0 < first.retry_after <= 601
    box.clock.move(minutes=5)
    second = await blog.post(ada, ada.activity("Follow", blog.actor_id))
    assert second.status == 503
    assert second.retry_after <= 301
    assert len(box.requests_to("pond.example")) == 1
    box.down.clear()
    box.clock.move(minutes=6)
    assert (await blog.post(ada, ada.activity("Follow", blog.actor_id))).status == 202


@pytest.mark.parametrize(
    ("response", "status", "reason"),
    [
        (answer(500), 503, "key-host-down"),
        (answer(429), 503, "key-host-down"),
        (answer(404), 401, "key-missing"),
        (answer(410), 401, "key-gone"),
        (answer(200, {"type": "Tombstone"}), 401, "key-gone"),
        (answer(403), 401, "key-refused"),
        (WireResponse(200, (("content-type", "text/html"),), b"<p>"), 401, "key-unreadable"),
        (WireResponse(200, (("content-type", "application/json"),), b"{}"), 401, "key-unreadable"),
        (answer(200, {"id": "https://pond.example/users/ada"}), 401, "key-missing"),
    ],
)
async def test_what_the_keys_server_says_decides_the_answer(blog, pond, ada, response, status, reason):
    pond.documents["/users/ada"] = response
    receipt = await blog.post(ada, ada.activity("Follow", blog.actor_id))
    assert (receipt.status, receipt.reason) == (status, reason)
    assert (receipt.retry_after is not None) == (status == 503)
    assert await blog.unproven() == {reason: 1}


async def test_a_key_at_a_private_address_is_never_asked_for(blog, box, ada):
    box.addresses["pond.example"] = ("10.0.0.7",)
    receipt = await blog.post(ada, ada.activity("Follow", blog.actor_id))
    assert (receipt.status, receipt.reason) == (401, "key-host-refused")
    assert box.log == []


async def test_a_key_on_another_server_than_the_actor_is_only_looked_up(blog, box, ada, bob):
    forwarded = bob.activity("Like", "https://elsewhere.example/")
    receipt = await blog.take(ada.request("https://blog.example/inbox", forwarded))
    assert (receipt.status, receipt.reason) == (401, "key-unknown")
    assert box.log == []
    await blog.post(ada, ada.activity("Like", "https://elsewhere.example/"))
    assert (await blog.take(ada.request("https://blog.example/inbox", forwarded))).status == 202


async def test_bogus_key_ids_cost_a_host_a_bounded_number_of_fetches(blog, box, pond, ada):
    statuses = []
    for number in range(100):
        ada.key = SigningKey(f"{pond.origin}/bogus/{number}", ada.key.private_key)
        statuses.append((await blog.post(ada, ada.activity("Follow", blog.actor_id))).status)
    assert len(box.requests_to("pond.example")) == 30
    assert statuses.count(401) == 30
    assert statuses.count(503) == 70
    box.clock.move(seconds=5)
    ada.key = SigningKey(f"{pond.origin}/bogus/next", ada.key.private_key)
    assert (await blog.post(ada, ada.activity("Follow", blog.actor_id))).status == 401


async def test_many_true_likers_of_one_server_use_up_nothing(blog, pond):
    people = [pond.person(f"p{number}") for number in range(8)]
    for round_ in range(10):
        for number, person in enumerate(people):
            person.key = SigningKey(f"{person.id}#key-{round_}", person.key.private_key)
            pond.documents[f"/users/p{number}"]["publicKey"]["id"] = person.key.key_id
            assert (await blog.post(person, person.activity("Like", "https://x.example/"))).status == 202


@pytest.mark.slow
async def test_five_hundred_new_servers_that_follow_within_seconds_are_all_served(blog, box):
    people = [Peer(box, f"s{number}.example").person("ada") for number in range(500)]
    receipts = await asyncio.gather(*(blog.post(p, p.activity("Follow", blog.actor_id)) for p in people))
    assert {receipt.status for receipt in receipts} == {202}
    await blog.work()
    assert await followers.count(blog.db, 1) == 500


async def test_who_takes_over_a_silent_domain_gets_none_of_its_trust(blog, box, pond, ada):
    post = await blog.publish()
    note = ada.note("<p>true</p>", in_reply_to=post.object_id)
    await blog.hear(ada, ada.create(note))
    now = box.clock.now()
    await blog.shop.store.write(lambda db: hosts.save(db, _failing("pond.example", now)))
    box.clock.move(days=40)
    rotate(pond, ada, 7)

    verdict, reason = await blog.hear(ada, ada.activity("Update", note | {"content": "<p>spam</p>"}))
    assert verdict == "refused"
    assert reason.startswith("renewed-identity")
    fresh = ada.note("<p>new</p>", in_reply_to=post.object_id)
    assert (await blog.hear(ada, ada.create(fresh)))[0] == "held"
    assert await blog.comments(post) == [(1, "true")]
    assert (await blog.hear(ada, ada.activity("Delete", note["id"])))[0] == "accepted"
    assert await blog.comments(post) == []


def _failing(name, since):
    blank = dict.fromkeys(field.name for field in fields(Host))
    known = {"name": name, "failures": 9, "failing_since": since, "open_for": 0, "signature_form": ""}
    return Host(**(blank | known))


async def test_a_comment_waits_for_nobody_when_webfinger_is_down(blog, box, pond, ada):
    post = await blog.publish()
    pond.people.clear()
    await blog.hear(ada, ada.create(ada.note("<p>x</p>", in_reply_to=post.object_id)))
    [line] = await comments.thread(blog.db, post.pk)
    assert line.actor_handle == "ada@pond.example"
