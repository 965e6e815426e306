"""S11, an upload that is fetched as if it were a document.

Known case: Mastodon CVE-2024-25623 and Misskey CVE-2024-25636.
Verdict: nothing; only the two types of ActivityPub are read, and only under the id that was asked for.
"""

import json

import pytest

from fedblog.world import WireResponse
from tests.fediverse.receiver import INBOX
from tests.hostile.who_sent_this.forging import (
    nothing_happened,
)


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
