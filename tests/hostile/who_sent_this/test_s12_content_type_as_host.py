"""S12, an upload of ours that another server takes for a document of ours.

Known case: Mastodon CVE-2024-25623 and Misskey CVE-2024-25636, seen from the hosting side.
Verdict: what is no picture is not taken in; what is one is served as a picture, in a sandbox, whatever is asked for.
"""

import io
import json

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from fedblog.errors import Invalid
from fedblog.services.media import take_in

ASKED = ["application/activity+json", 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"', "*/*"]


async def test_a_document_with_the_name_of_a_picture_is_not_taken_in(site):
    forged = json.dumps({"id": f"{site.origin}/media/x.png", "type": "Note", "content": "<p>forged</p>"}).encode()
    for data in (forged, b"\x89PNG\r\n\x1a\n" + forged, b"GIF89a" + forged, b"RIFF\x00\x00\x00\x00WEBP" + forged):
        with pytest.raises(Invalid):
            await take_in(site.shop, 1, data)


async def test_a_picture_that_holds_a_document_is_served_as_a_picture_without_it(site):
    hidden, out = PngInfo(), io.BytesIO()
    hidden.add_text("comment", '{"type":"Note","content":"forged"}')
    Image.new("RGB", (4, 4), "red").save(out, "PNG", pnginfo=hidden)
    media = await take_in(site.shop, 1, out.getvalue() + b'{"type":"Note","content":"forged"}')
    for accept in ASKED:
        answer = await site.get(f"/media/{media.name}", accept)
        assert answer.status == 200
        assert (answer.header("content-type") or "").startswith("image/")
        assert answer.header("x-content-type-options") == "nosniff"
        assert answer.header("content-security-policy") == "default-src 'none'; sandbox"
        assert b"forged" not in answer.body
