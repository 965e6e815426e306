"""Who sent this? Every link of the identity chain that takes more than the request itself, in both forms.

What the request alone shows (digest, coverage, time) is in `test_signature_matrix`.
"""

import json
import random

import pytest

from fedblog.ap.signatures import FORMS, SigningKey
from fedblog.store import comments, followers, inbox_events, mentions
from fedblog.world import WireRequest, WireResponse
from tests.fediverse import Peer
from tests.fediverse.peer import AP_TYPE, spare_key_pair
from tests.fediverse.receiver import INBOX, receiver_in

both_forms = pytest.mark.parametrize("form", FORMS)


@pytest.fixture
async def blog(box, databases):
    async with receiver_in(box, await databases.migrated()) as made:
        yield made


@pytest.fixture
def dump(box):
    """The attacker's own server."""
    return Peer(box, "dump.example")


@pytest.fixture
def eve(dump, ada):
    """The attacker, with a key of her own."""
    dump.person("nobody")
    return dump.person("eve")


async def nothing_happened(blog):
    """No follower, no comment, no mention, nothing of what the victim is supposed to have done."""
    assert await followers.listed(blog.db, 1) == []
    assert await comments.listed(blog.db, 1) == []
    assert await mentions.listed(blog.db, 1) == []
    assert await blog.sent("Accept") == []


def listed_by(peer, person, key_id, pem):
    """The document of a key that says it belongs to `person`."""
    path = key_id.removeprefix(peer.origin).partition("#")[0]
    peer.documents[path] = {"id": key_id, "owner": person.id, "publicKeyPem": pem}


@both_forms
async def test_a_key_whose_owner_is_on_a_foreign_host(blog, dump, ada, eve, form):
    """Fedify CVE-2026-96625: an evil host serves a key with the victim as its owner."""
    listed_by(dump, ada, f"{dump.origin}/key", eve.pair.public_pem)
    eve.key = SigningKey(f"{dump.origin}/key", eve.key.private_key)
    follow = eve.activity("Follow", blog.actor_id)
    assert (await blog.post(eve, follow, form=form)).status == 401
    assert (await blog.post(eve, follow | {"actor": ada.id}, form=form)).status == 401
    await blog.work()
    await nothing_happened(blog)


@both_forms
async def test_a_key_that_its_owner_does_not_list(blog, pond, ada, eve, form):
    """An upload on the victim's server that looks like a key."""
    listed_by(pond, ada, f"{pond.origin}/upload/1", eve.pair.public_pem)
    eve.key = SigningKey(f"{pond.origin}/upload/1", eve.key.private_key)
    receipt = await blog.post(eve, eve.activity("Follow", blog.actor_id) | {"actor": ada.id}, form=form)
    assert (receipt.status, receipt.reason) == (401, "key-not-listed")
    await nothing_happened(blog)


@both_forms
async def test_a_key_with_the_id_of_the_victims_but_another_pem(blog, pond, ada, eve, form):
    entry = pond.documents["/users/ada"]["publicKey"]
    entry["id"] = f"{pond.origin}/key"
    pond.documents["/key"] = entry | {"publicKeyPem": eve.pair.public_pem}
    eve.key = SigningKey(f"{pond.origin}/key", eve.key.private_key)
    receipt = await blog.post(eve, eve.activity("Follow", blog.actor_id) | {"actor": ada.id}, form=form)
    assert (receipt.status, receipt.reason) == (401, "key-not-listed")


@both_forms
@pytest.mark.checklist(row=12)
async def test_an_actor_of_the_same_host_cannot_sign_for_another(blog, pond, ada, form):
    """Fedify CVE-2025-54888: equality, not the same host."""
    mallory = pond.person("mallory")
    post = await blog.publish()
    for activity in (
        ada.activity("Follow", blog.actor_id),
        ada.activity("Like", post.object_id),
        ada.activity("Announce", post.object_id),
    ):
        assert (await blog.post(mallory, activity, form=form)).status == 202
    await blog.work()
    assert [outcome.verdict.value for outcome in blog.verdicts] == ["ignored"] * 3
    assert await blog.reactions(post.object_id) == (0, 0)
    await nothing_happened(blog)


@both_forms
@pytest.mark.checklist(row=12)
async def test_a_create_that_somebody_else_signed_is_fetched_from_its_origin(blog, box, pond, ada, eve, form):
    post = await blog.publish()
    note = ada.note("<p>genuine</p>", in_reply_to=post.object_id)
    forged = ada.create(note)
    forged["object"]["content"] = "<p>forged</p>"
    await blog.post(eve, eve.activity("Like", "https://x.example/"))
    box.log.clear()
    receipt = await blog.take(eve.request(INBOX, forged, form=form))
    assert receipt.status == 202
    await blog.work()
    assert note["id"].removeprefix(pond.origin) in [r.target for r in box.requests_to("pond.example", "GET")]
    assert await blog.comments(post) == [(1, "genuine")]


@both_forms
@pytest.mark.checklist(row=12)
async def test_a_create_of_something_that_its_origin_does_not_have_leaves_nothing(blog, pond, ada, eve, form):
    post = await blog.publish()
    await blog.post(eve, eve.activity("Like", "https://x.example/"))
    note = ada.note("<p>forged</p>", in_reply_to=post.object_id)
    del pond.documents[note["id"].removeprefix(pond.origin)]
    await blog.take(eve.request(INBOX, ada.create(note), form=form))
    await blog.work()
    await nothing_happened(blog)


@both_forms
@pytest.mark.checklist(row=13)
async def test_an_activity_id_on_a_foreign_host(blog, ada, eve, form):
    """GHSA-4qhx-hhwf-8685: the forged one is dropped, and the victim's own still lands."""
    genuine = ada.activity("Follow", blog.actor_id)
    squatted = eve.activity("Follow", blog.actor_id) | {"id": genuine["id"]}
    receipt = await blog.post(eve, squatted, form=form)
    assert (receipt.status, receipt.reason) == (401, "activity-id-elsewhere")
    assert (await blog.hear(ada, genuine, form=form))[0] == "accepted"
    assert [line.actor_id for line in await followers.listed(blog.db, 1)] == [ada.id]


@both_forms
@pytest.mark.parametrize("kind", ["Create", "Update"])
@pytest.mark.checklist(row=13)
async def test_an_object_on_a_foreign_host(blog, ada, eve, kind, form):
    """PeerTube CVE-2026-73090: the embedded copy of another server's object is not believed."""
    post = await blog.publish()
    note = ada.note("<p>genuine</p>", in_reply_to=post.object_id)
    await blog.hear(ada, ada.create(note))
    for author in (ada.id, eve.id):
        forged = note | {"content": "<p>forged</p>", "attributedTo": author, "updated": "2030-01-01T00:00:00Z"}
        assert (await blog.post(eve, eve.activity(kind, forged), form=form)).status == 202
        await blog.work()
    assert await blog.comments(post) == [(1, "genuine")]


@both_forms
@pytest.mark.checklist(row=13)
async def test_an_object_of_somebody_else_on_the_own_host(blog, pond, ada, form):
    mallory = pond.person("mallory")
    post = await blog.publish()
    note = mallory.note("<p>forged</p>", in_reply_to=post.object_id, attributedTo=ada.id)
    del pond.documents[note["id"].removeprefix(pond.origin)]
    await blog.post(mallory, mallory.create(note), form=form)
    await blog.work()
    await nothing_happened(blog)


@both_forms
async def test_a_name_that_stands_twice(blog, ada, eve, form):
    body = json.dumps(eve.activity("Follow", blog.actor_id)).replace(
        f'"actor": "{eve.id}"', f'"actor": "{ada.id}", "actor": "{eve.id}"'
    )
    request = signed_body(eve, body.encode(), form)
    assert (await blog.take(request)).status == 400
    await nothing_happened(blog)


def signed_body(person, body, form):
    """A signed request with exactly these bytes."""
    from fedblog.ap.signatures import Message, sign

    headers = (("Host", "blog.example"), ("Content-Type", AP_TYPE))
    message = Message("POST", "https", "blog.example", "/inbox", headers, body)
    signed = sign(message, person.key, form, person.peer.box.clock.now())
    return WireRequest("POST", "https", "blog.example", 443, "/inbox", (*headers, *signed), body)


@both_forms
async def test_an_actor_that_redirects_to_another_is_not_the_other(blog, pond, ada, eve, form):
    """GHSA-8863-8468-7hq7, within one server and across two."""
    mallory = pond.person("mallory")
    for target in (f"{pond.origin}/users/mallory", eve.id):
        pond.documents["/users/ada"] = WireResponse(302, (("location", target),), b"")
        mallory.key = SigningKey(f"{ada.id}#main-key", mallory.key.private_key)
        receipt = await blog.post(mallory, ada.activity("Follow", blog.actor_id), form=form)
        assert receipt.status == 401
    await nothing_happened(blog)


@both_forms
async def test_a_redirect_to_an_upload_that_claims_to_be_the_actor(blog, pond, ada, eve, form):
    """An open redirect on the victim's server, and a file there with the victim's id and the attacker's key."""
    pond.documents["/users/ada"] = WireResponse(302, (("location", f"{pond.origin}/upload/1"),), b"")
    entry = {"id": f"{ada.id}#main-key", "owner": ada.id, "publicKeyPem": eve.pair.public_pem}
    pond.documents["/upload/1"] = ada.document() | {"publicKey": entry}
    eve.key = SigningKey(f"{ada.id}#main-key", eve.key.private_key)
    receipt = await blog.post(eve, ada.activity("Follow", blog.actor_id), form=form)
    assert (receipt.status, receipt.reason) == (401, "key-owner-elsewhere")


@both_forms
async def test_a_key_on_another_server_proves_nothing_even_where_its_owner_lists_it(blog, pond, dump, ada, eve, form):
    entry = {"id": f"{dump.origin}/key", "owner": ada.id, "publicKeyPem": eve.pair.public_pem}
    dump.documents["/key"] = entry
    pond.documents["/users/ada"]["publicKey"] = [pond.documents["/users/ada"]["publicKey"], entry]
    eve.key = SigningKey(entry["id"], eve.key.private_key)
    receipt = await blog.post(eve, eve.activity("Follow", blog.actor_id), form=form)
    assert (receipt.status, receipt.reason) == (401, "key-owner-elsewhere")


async def test_a_parent_whose_author_is_on_another_server_is_no_comment_of_hers(blog, dump, ada, eve):
    post = await blog.publish()
    parent = eve.note("<p>forged</p>", in_reply_to=post.object_id, attributedTo=ada.id)
    await blog.hear(eve, eve.create(eve.note("<p>x</p>", in_reply_to=parent["id"])))
    assert await blog.comment(parent) is None


async def test_a_good_key_is_not_spoiled_by_a_redirect_to_it(blog, dump, pond, ada, eve):
    """Fedify 2.2.10: what a redirect leads to is never kept under the address that redirected."""
    dump.documents["/users/eve"] = WireResponse(302, (("location", ada.id),), b"")
    assert (await blog.post(eve, eve.activity("Follow", blog.actor_id))).status == 401
    assert (await blog.post(ada, ada.activity("Follow", blog.actor_id))).status == 202


@pytest.mark.parametrize("content_type", ["text/plain", "application/octet-stream", "application/json", "text/html"])
@pytest.mark.checklist(row=14)
async def test_an_upload_that_looks_like_a_note_is_none(blog, pond, ada, eve, content_type):
    """CVE-2024-25623 and CVE-2024-25636."""
    post = await blog.publish()
    note = ada.note("<p>forged</p>", in_reply_to=post.object_id)
    path = note["id"].removeprefix(pond.origin)
    pond.documents[path] = WireResponse(200, (("content-type", content_type),), json.dumps(note).encode())
    await blog.post(eve, eve.activity("Like", "https://x.example/"))
    await blog.take(eve.request(INBOX, ada.create(note)))
    await blog.work()
    await nothing_happened(blog)


@pytest.mark.checklist(row=14)
async def test_a_fetched_note_with_another_id_is_not_that_note(blog, box, pond, ada, eve, dump):
    post = await blog.publish()
    note = ada.note("<p>forged</p>", in_reply_to=post.object_id)
    path = note["id"].removeprefix(pond.origin)
    await blog.post(eve, eve.activity("Like", "https://x.example/"))
    pond.documents[path] = note | {"id": f"{dump.origin}/1", "attributedTo": eve.id}
    await blog.take(eve.request(INBOX, ada.create(note)))
    pond.documents[path] = note | {"attributedTo": eve.id}
    await blog.take(eve.request(INBOX, ada.create(note) | {"id": f"{ada.id}/again"}))
    await blog.work()
    await nothing_happened(blog)
    assert "/1" not in [request.target for request in box.requests_to("dump.example")]


async def test_a_context_is_never_fetched(blog, box, ada):
    follow = ada.activity("Follow", blog.actor_id) | {
        "@context": ["https://context.example/v1", {"actor": "as:object"}]
    }
    assert (await blog.hear(ada, follow))[0] == "accepted"
    assert "context.example" not in {exchange.request.host for exchange in box.log}


async def test_somebody_elses_proof_inside_the_body_proves_nothing(blog, ada, eve):
    follow = ada.activity("Follow", blog.actor_id) | {
        "signature": {"type": "RsaSignature2017", "creator": f"{ada.id}#main-key", "signatureValue": "AAAA"}
    }
    await blog.post(eve, eve.activity("Like", "https://x.example/"))
    await blog.take(eve.request(INBOX, follow))
    await blog.work()
    await nothing_happened(blog)


async def test_one_request_a_thousand_times_has_one_effect(blog, ada):
    request = ada.request(INBOX, ada.activity("Follow", blog.actor_id))
    receipts = {(await blog.take(request)).status for _ in range(1000)}
    await blog.work()
    assert receipts == {202}
    assert len(await blog.sent("Accept")) == 1
    assert len(await inbox_events.listed(blog.db, 1)) == 1


async def test_nobody_speaks_in_the_name_of_this_blog(blog, ada):
    ours = {"id": f"{blog.actor_id}/x", "type": "Follow", "actor": blog.actor_id, "object": blog.actor_id}
    await blog.post(ada, ada.activity("Like", "https://x.example/"))
    assert (await blog.post(ada, ours)).status == 403


async def test_five_hundred_forgeries_leave_nothing(blog, ada, eve, pond, dump):
    """Random mixtures of true and false parts, each wrong in at least one link."""
    post = await blog.publish()
    dice = random.Random(7)
    mallory = pond.person("mallory")
    listed_by(dump, ada, f"{dump.origin}/key", eve.pair.public_pem)
    genuine_key = spare_key_pair(0).public_pem
    assert genuine_key == ada.pair.public_pem
    for number in range(500):
        signer = dice.choice((eve, mallory))
        key_id = dice.choice((signer.key.key_id, f"{ada.id}#main-key", f"{dump.origin}/key", f"{ada.id}#other"))
        note = ada.note("<p>forged</p>", in_reply_to=post.object_id)
        del pond.documents[note["id"].removeprefix(pond.origin)]
        target = {"Follow": blog.actor_id, "Create": note, "Update": note, "Like": post.object_id}
        kind = dice.choice(list(target))
        activity = ada.activity(kind, target[kind])
        activity["id"] = dice.choice((activity["id"], f"{dump.origin}/{number}", f"{signer.id}/{number}"))
        if dice.random() < 0.3:
            activity["actor"] = {"id": ada.id, "type": "Person", "publicKey": {"publicKeyPem": eve.pair.public_pem}}
        own = signer.key
        signer.key = SigningKey(key_id, own.private_key)
        receipt = await blog.post(signer, activity, form=dice.choice(FORMS))
        signer.key = own
        assert receipt.status in {202, 401, 503}, receipt
        blog.box.clock.move(seconds=3)
    await blog.work()
    assert await blog.reactions(post.object_id) == (0, 0)
    await nothing_happened(blog)
