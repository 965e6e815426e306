"""D08, servers that answer a byte at a time.

Known case: Mastodon CVE-2023-36461 (a timeout for each read, stretched for ever).
Verdict: one deadline for a whole exchange, and nobody waits behind such a server.
"""

import asyncio

import pytest

from fedblog.errors import Unreachable
from fedblog.world import Limits
from tests.unit.net.servers import serving


async def test_a_hundred_servers_that_drip_hold_up_nobody(real_net):
    async def drip(call):
        call.writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
        while True:
            call.writer.write(b"x")
            await call.writer.drain()
            await asyncio.sleep(0.05)

    async def healthy(_):
        return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"

    long = Limits(total=60, connect=60)
    async with serving(drip) as tarpit, serving(healthy) as other:
        stuck = [
            asyncio.create_task(real_net.get(f"http://127.0.0.1:{tarpit.port}/{n}", accept="*/*", limits=long))
            for n in range(100)
        ]
        await real_net.get_json(f"http://127.0.0.1:{other.port}/")
        assert not any(task.done() for task in stuck)
        for task in stuck:
            task.cancel()
        await asyncio.gather(*stuck, return_exceptions=True)


async def test_a_server_that_drips_is_left_at_the_deadline(real_net):
    async def drip(call):
        call.writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
        while True:
            call.writer.write(b"x")
            await call.writer.drain()
            await asyncio.sleep(0.02)

    async with serving(drip) as tarpit:
        with pytest.raises(Unreachable, match="no answer within"):
            await real_net.get(f"http://127.0.0.1:{tarpit.port}/", accept="*/*", limits=Limits(total=0.2))
        await tarpit.left.wait()
