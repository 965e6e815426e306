"""What forgers do, and a look at what they achieved."""

import pytest

from fedblog.ap.signatures import FORMS, Message, sign
from fedblog.store import comments, followers, inbox_events, mentions
from fedblog.world import WireRequest, WireResponse
from tests.fediverse.box import call_asgi
from tests.fediverse.peer import AP_TYPE

both_forms = pytest.mark.parametrize("form", FORMS)


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


def signed_body(person, body, form):
    """A signed request with exactly these bytes."""
    headers = (("Host", "blog.example"), ("Content-Type", AP_TYPE))
    message = Message("POST", "https", "blog.example", "/inbox", headers, body)
    signed = sign(message, person.key, form, person.peer.box.clock.now())
    return WireRequest("POST", "https", "blog.example", 443, "/inbox", (*headers, *signed), body)


async def post_message(site, message) -> WireResponse:
    """Send a message, however it is signed, to a whole blog."""
    wire = WireRequest(message.method, "https", site.host, 443, message.target, message.headers, message.body)
    return await call_asgi(site.site, wire)


async def rows_of(site):
    """How many rows there are of all that a request may leave behind, but for the count of the unproven."""
    tables = ("actor", "follower", "comment", "reaction", "mention", "inbox_event", "remote_key", "activity")
    db = site.shop.store.reader
    return {table: await db.value(f"SELECT COUNT(*) FROM {table}") for table in tables}


async def verdicts(site):
    """What became of each activity that was recorded, newest first."""
    return [event.verdict.value for event in await inbox_events.listed(site.shop.store.reader, 1)]
