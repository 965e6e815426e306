"""A post to 200 inboxes that answer after 100 ms, one of which never answers.

    python -m benchmarks.fan_out [--rounds 5] [--inboxes 200]

The inboxes are those of as many servers: loopback addresses of a stub in a process of its own. Measured is the time
from `publish` until all but the silent one have been delivered and settled, with the worker as `serve` runs it, and
how much later the last of them is than without a silent one.
"""

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import Sequence
from typing import cast

import uvloop

from benchmarks.filling import follow, person
from benchmarks.harness import Goal, blog_folder, founded, free_port, report, running_module
from fedblog.app import open_workshop
from fedblog.config import Config
from fedblog.services import publishing
from fedblog.services.workshop import Workshop, the_blog
from fedblog.services.writing import Draft
from fedblog.store import deliveries
from fedblog.store.door import Writer
from fedblog.worker import Worker

GOAL_SECONDS = 2.0
DELAY = 0.1
SILENT = "127.1.0.1"
_LOOKS_EVERY = 0.01
_GIVES_UP_AFTER = 30.0


def host_of(number: int) -> str:
    """The address of a server; the first one never answers."""
    return f"127.1.{number // 250}.{number % 250 + 1}"


class Stub(asyncio.Protocol):
    """Answers each request after 100 ms, except at the address that never does."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._is_silent = transport.get_extra_info("sockname")[0] == SILENT
        self._left = 0
        self._head = b""

    def data_received(self, data: bytes) -> None:
        if self._is_silent:
            return
        if self._left:
            self._body(data)
            return
        self._head += data
        head, end, rest = self._head.partition(b"\r\n\r\n")
        if end:
            length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            self._head, self._left = b"", int(length or b"0")
            self._body(rest)

    def _body(self, data: bytes) -> None:
        self._left -= len(data)
        if self._left <= 0:
            asyncio.get_running_loop().call_later(DELAY, self._answer)

    def _answer(self) -> None:
        if not self._transport.is_closing():
            self._transport.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")


async def serve_stub(port: int, count: int) -> None:
    loop = asyncio.get_running_loop()
    await loop.create_server(Stub, "127.0.0.1", port)
    for number in range(count):
        await loop.create_server(Stub, host_of(number), port)
    await asyncio.Event().wait()


async def measure(config: Config, rounds: int, inboxes: int, port: int, *, has_silent: bool) -> list[float]:
    """Seconds until everybody who answers has each post."""
    await founded(config)
    async with open_workshop(config) as shop:
        await fill(shop, range(0 if has_silent else 1, inboxes), port)
        answering = inboxes - 1
        worker = Worker(shop)
        running = asyncio.create_task(worker.run_until_stopped())
        try:
            return [await one_round(shop, answering) for _ in range(rounds)]
        finally:
            worker.stop()
            await running


async def fill(shop: Workshop, numbers: Sequence[int], port: int) -> None:
    """One follower at each server."""
    blog, now = await the_blog(shop.store.reader), shop.now()

    async def work(db: Writer) -> None:
        for number in numbers:
            await follow(db, blog.pk, person(host_of(number), now, port=f":{port}"), now)

    await shop.store.write(work)


async def one_round(shop: Workshop, answering: int) -> float:
    """Publish, and wait until all who answer have it."""
    started = time.perf_counter()
    post = await publishing.publish_new(shop, Draft("On slow reading", "Read *slowly*, and twice."))
    while time.perf_counter() - started < _GIVES_UP_AFTER:
        if (await deliveries.summary_of_post(shop.store.reader, post.pk)).tally.delivered == answering:
            return time.perf_counter() - started
        await asyncio.sleep(_LOOKS_EVERY)
    raise SystemExit("The deliveries did not all arrive.")


def main(given: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fan_out")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--inboxes", type=int, default=200)
    arguments = parser.parse_args(given)
    port = free_port()
    found = {}
    with running_module("benchmarks.fan_out", port, "--stub", str(arguments.inboxes)):
        for has_silent in (True, False):
            with blog_folder() as config:
                found[has_silent] = uvloop.run(
                    measure(config, arguments.rounds, arguments.inboxes, port, has_silent=has_silent)
                )
    print(f"  without the silent one: {statistics.median(found[False]):.2f} s")
    what = f"{arguments.inboxes - 1} of {arguments.inboxes} inboxes, the other one silent"
    return report(Goal(what, found[True], GOAL_SECONDS, " s", is_ceiling=True))


if __name__ == "__main__":
    if "--stub" in sys.argv:
        uvloop.run(serve_stub(int(sys.argv[1]), int(sys.argv[3])))
    sys.exit(main(sys.argv[1:]))
