"""D01, bodies without end.

Known case: Fedify CVE-2026-96623 and GHSA-mc44-6cfg-2v6w (inbox and documents unbounded).
Verdict: 413 at 1 MiB, counted on the stream; an answer is cut near its cap and the connection closed.
"""

import itertools
import tracemalloc

import pytest

from fedblog.errors import TooLarge
from tests.unit.net.servers import serving


async def test_an_answer_of_a_gigabyte_is_cut_near_its_cap(real_net):
    sent = itertools.count()

    async def answer(call):
        call.writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n")
        for _ in range(1 << 14):
            call.writer.write(b"10000\r\n" + bytes(65536) + b"\r\n")
            await call.writer.drain()
            next(sent)

    async with serving(answer) as server:
        tracemalloc.start()
        try:
            with pytest.raises(TooLarge):
                await real_net.get_json(f"http://127.0.0.1:{server.port}/")
            assert tracemalloc.get_traced_memory()[1] < 6 << 20
        finally:
            tracemalloc.stop()
        await server.left.wait()
    assert next(sent) < 1 << 9


async def test_an_activity_in_chunks_without_end_is_cut_at_a_mebibyte(blog):
    """A body that says nothing of its length is counted while it comes."""
    taken = itertools.count()
    sent = []

    async def receive():
        next(taken)
        return {"type": "http.request", "body": bytes(1 << 16), "more_body": True}

    async def send(message):
        sent.append(message)

    headers = [(b"host", b"blog.example"), (b"content-type", b"application/activity+json")]
    headers.append((b"transfer-encoding", b"chunked"))
    scope = {"type": "http", "method": "POST", "path": "/inbox", "raw_path": b"/inbox", "query_string": b""}
    scope |= {"headers": headers, "http_version": "1.1", "scheme": "https", "client": ("45.33.200.1", 1), "state": {}}
    await blog.site(scope, receive, send)
    assert sent[0]["status"] == 413
    assert next(taken) <= 18


async def test_what_says_that_it_is_too_long_is_refused_unread(blog):
    async def receive():
        raise AssertionError("nothing of it should be read")

    sent = []

    async def send(message):
        sent.append(message)

    headers = [(b"host", b"blog.example"), (b"content-length", b"%d" % (1 << 30))]
    scope = {"type": "http", "method": "POST", "path": "/inbox", "raw_path": b"/inbox", "query_string": b""}
    scope |= {"headers": headers, "http_version": "1.1", "scheme": "https", "client": ("45.33.200.1", 1), "state": {}}
    await blog.site(scope, receive, send)
    assert sent[0]["status"] == 413
