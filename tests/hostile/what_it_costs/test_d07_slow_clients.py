"""D07, clients that send a byte at a time, and keep every place taken.

Known case: Slowloris (2009), against which uvicorn alone sets no limit to a header or a body.
Verdict: who stops in the middle is let go, one client has only so many places, and everybody else is answered.
"""

import asyncio

from fedblog.server.clients import CONNECTIONS_PER_CLIENT
from fedblog.server.connection import Patience
from tests.hostile.what_it_costs.greeter import serving

HALVES = (
    b"",
    b"GET / HT",
    b"GET / HTTP/1.1\r\nHost: a\r\nX: ",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx",
)


async def asked_from(address, port):
    """The answer to an ordinary request from that address of this machine."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
    writer.write(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    answer = await asyncio.wait_for(reader.read(), 20)
    writer.close()
    return answer


async def test_two_hundred_half_requests_keep_nobody_from_an_answer_and_are_let_go():
    async with serving(Patience(header=0.5, body=0.5, taking=0.5, idle=0.5)) as port:
        stuck = []
        for number in range(200):
            reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(f"127.3.0.{number + 1}", 0))
            writer.write(HALVES[number % len(HALVES)])
            stuck.append((reader, writer))
        assert (await asked_from("127.4.0.1", port)).endswith(b"hi")
        ends = await asyncio.wait_for(
            asyncio.gather(*(reader.read() for reader, _ in stuck), return_exceptions=True), 20
        )
        assert not any(isinstance(end, bytes) and end.startswith(b"HTTP/1.1 200") for end in ends)
        for _, writer in stuck:
            writer.close()


async def test_one_address_cannot_take_all_places():
    async with serving(Patience()) as port:
        taken = [await asyncio.open_connection("127.0.0.1", port, local_addr=("127.5.0.1", 0)) for _ in range(60)]
        ends = [reader.at_eof() for reader, _ in taken]
        assert (await asked_from("127.5.0.2", port)).endswith(b"hi")
        ends = [reader.at_eof() for reader, _ in taken]
        assert ends.count(False) <= CONNECTIONS_PER_CLIENT
        for _, writer in taken:
            writer.close()
