"""D02, a small body that unpacks to a large one.

Known case: 306 KB of gzip that httpx made into 315 MB of memory.
Verdict: unpacked only up to the cap, then refused; what comes packed to an inbox is refused unread (415).
"""

import gzip
import tracemalloc
from dataclasses import replace

import pytest

from fedblog.errors import BadAnswer, TooLarge
from tests.fediverse.box import call_asgi
from tests.hostile.where_we_connect.doors import ACTOR
from tests.unit.net.fakes import (
    fake_net,
    reply,
)


@pytest.mark.checklist(row=47)
async def test_a_gzip_bomb_costs_no_more_than_its_cap():
    """306 KB that want to be 315 MB."""
    bomb = gzip.compress(bytes(315 << 20), compresslevel=9)
    net, _ = fake_net(reply(200, bomb, content_type="application/activity+json", content_encoding="gzip"))
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            await net.get_document(ACTOR)
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()
    await net.aclose()


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "gzip, br"])
async def test_a_coding_that_was_not_asked_for_is_refused(coding):
    net, _ = fake_net(reply(200, b"\x1f\x8b", content_type="application/activity+json", content_encoding=coding))
    with pytest.raises(BadAnswer):
        await net.get_document(ACTOR)
    await net.aclose()


async def test_a_server_that_compresses_all_the_same_is_understood():
    body = gzip.compress(b'{"type":"Note"}')
    net, _ = fake_net(reply(200, body, content_type="application/activity+json", content_encoding="gzip"))
    assert (await net.get_document(ACTOR))[1] == {"type": "Note"}
    await net.aclose()


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "gzip, gzip"])
async def test_a_packed_activity_is_refused_unread(blog, ada, coding):
    bomb = gzip.compress(bytes(1 << 20))
    request = ada.request(blog.inbox, ada.activity("Follow", await blog.actor_id()))
    headers = (*request.headers, ("Content-Encoding", coding))
    answer = await call_asgi(blog.site, replace(request, headers=headers, body=bomb))
    assert answer.status == 415
