"""D14, a body with two lengths, which two servers end at two places.

Known case: h11 CVE-2025-43859; of a request with both framings h11 makes a 200, httptools a 400.
Verdict: 400 and the connection is closed; what is smuggled behind is never read as a request.
"""

import asyncio

import pytest

from fedblog.server.connection import Patience
from tests.hostile.what_it_costs.greeter import serving

SMUGGLED = b"GET /admin HTTP/1.1\r\nHost: a\r\n\r\n"
HEAD = b"POST /inbox HTTP/1.1\r\nHost: a\r\n"
FRAMINGS = {
    "both": b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "both, the other way round": b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
    "two lengths": b"Content-Length: 4\r\nContent-Length: 0\r\n\r\nabcd",
    "a list of lengths": b"Content-Length: 4, 4\r\n\r\nabcd",
    "a negative length": b"Content-Length: -4\r\n\r\n",
    "a hexadecimal length": b"Content-Length: 0x4\r\n\r\nabcd",
    "a length with a sign": b"Content-Length: +4\r\n\r\nabcd",
    "an unknown framing": b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "a space before the colon": b"Content-Length : 4\r\n\r\nabcd",
    "chunks of broken size": b"Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
}


@pytest.mark.parametrize("name", FRAMINGS)
async def test_a_doubtful_framing_ends_the_connection(name):
    async with serving(Patience(header=2, body=2, taking=2, idle=2)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HEAD + FRAMINGS[name] + SMUGGLED)
        answer = await asyncio.wait_for(reader.read(), 20)
        writer.close()
    assert answer.startswith(b"HTTP/1.1 400")
    assert answer.count(b"HTTP/1.1 ") == 1
