"""What Fedify proved in the activity itself (FEP-8b32) has its effect whoever brings it, and only as it was said."""

import json

import pytest

from fedblog.ap.signatures import CAVAGE, RFC9421
from fedblog.services.proofs import proven_by
from fedblog.world import WireRequest
from tests.fediverse import Peer
from tests.fediverse.box import call_asgi
from tests.wire import captured
from tests.wire.adopted import HOST, adopted_blog
from tests.wire.captured import signed_anew

PROVEN = [name for name in captured.names("fedify") if "proof" in (captured.read(name).document["body"] or {})]
STORY = {
    "03-reply-public": "A website is not a service, but it can be a door &amp; a map.",
    "04-reply-unlisted": "Quietly: yes.",
    "12-update-reply": "A website is a map (edited).",
    "14-like": "1 like",
    "16-announce": "1 boost",
}
TAKEN_BACK = {"13-delete-reply": "Quietly: yes.", "15-undo-like": "1 like", "17-undo-announce": "1 boost"}


@pytest.fixture(params=[CAVAGE, RFC9421])
async def adopted(databases, request):
    async with adopted_blog(await databases.migrated()) as blog:
        blog.carrier = Peer(blog.blog.box, "carrier.test", request.param).person("bob")
        yield blog


async def bring(adopted, capture, change=None):
    """Deliver the captured bytes (or changed ones) under another server's signature, and work it off."""
    adopted.blog.box.clock.at = max(adopted.blog.box.clock.at, capture.received_at) + 1000
    adopted.sender_of(capture).knows(capture)
    carrier, message = adopted.carrier, capture.message
    body = change(message.body) if change else message.body
    plain = type(message)("POST", "https", HOST, "/inbox", message.headers, body)
    signed = signed_anew(plain, carrier.key, carrier.peer.form, adopted.blog.box.clock.now())
    wire = WireRequest("POST", "https", HOST, 443, "/inbox", signed.headers, body)
    assert (await call_asgi(adopted.blog.site, wire)).status == 202
    await adopted.blog.work()


async def ready(adopted):
    """The carrier's key is known: what somebody brings of others costs no fetch of keys."""
    carrier = adopted.carrier
    await carrier.post(f"https://{HOST}/inbox", carrier.activity("Like", "https://x.example/"))
    await adopted.blog.work()


@pytest.mark.checklist(row=15)
async def test_every_captured_proof_is_its_actors_and_no_changed_one_is(adopted):
    assert len(PROVEN) == 23
    for name in PROVEN:
        capture = captured.read(name)
        adopted.blog.box.clock.at = max(adopted.blog.box.clock.at, capture.received_at)
        adopted.sender_of(capture).knows(capture)
        document = json.loads(capture.body)
        assert await proven_by(adopted.blog.shop, document) == capture.actor["id"], name
        assert await proven_by(adopted.blog.shop, document | {"id": f"{document['id']}x"}) is None, name


@pytest.mark.checklist(row=15)
async def test_what_somebody_else_brings_has_the_effect_that_its_author_proved(adopted):
    """Its own server shows none of it here: without the proof there would be nothing."""
    await ready(adopted)
    for name, words in STORY.items():
        await bring(adopted, captured.read(f"fedify/{name}"))
        assert words in await adopted.page(), name
    for name, words in TAKEN_BACK.items():
        await bring(adopted, captured.read(f"fedify/{name}"))
        assert words not in await adopted.page(), name


async def test_one_changed_word_makes_it_a_rumour_that_its_origin_does_not_confirm(adopted):
    await ready(adopted)
    await bring(adopted, captured.read("fedify/03-reply-public"), lambda body: body.replace(b"website", b"webmaster"))
    page = await adopted.page()
    assert "webmaster" not in page
    assert "a door" not in page
