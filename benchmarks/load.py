"""A load generator: so many requests over so many kept connections, one after the other on each."""

import asyncio
from collections.abc import Iterable, Iterator
from typing import cast

import httptools
import uvloop

CONNECTIONS = 32
_MOST_SECONDS = 120


class Visitor(asyncio.Protocol):
    """One connection: sends the next request as soon as the answer to the last one is whole."""

    def __init__(self, requests: Iterator[bytes], status: int) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._requests = requests
        self._status = status

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by inheritance
        self._next()

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        if self._parser.get_status_code() != self._status:
            self._end(AssertionError(f"an answer had status {self._parser.get_status_code()}"))
        else:
            self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(exc or ConnectionError("the server closed"))

    def _next(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self._end(None)
        else:
            self._parser = httptools.HttpResponseParser(self)
            self._transport.write(request)

    def _end(self, error: Exception | None) -> None:
        self._transport.close()
        if not self.done.done():
            self.done.set_exception(error) if error else self.done.set_result(None)


def send_all(port: int, requests: Iterable[bytes], status: int = 200, connections: int = CONNECTIONS) -> None:
    """Send the requests to 127.0.0.1 and wait for all answers, each of which must have that status."""
    uvloop.run(_send_all(port, iter(requests), status, connections))


async def _send_all(port: int, requests: Iterator[bytes], status: int, connections: int) -> None:
    loop = asyncio.get_running_loop()
    made = [
        await loop.create_connection(lambda: Visitor(requests, status), "127.0.0.1", port) for _ in range(connections)
    ]
    async with asyncio.timeout(_MOST_SECONDS):
        await asyncio.gather(*(visitor.done for _, visitor in made))


def request(method: str, path: str, host: str, body: bytes = b"", **headers: str) -> bytes:
    """The bytes of one request; `accept_encoding` stands for Accept-Encoding."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name.replace('_', '-').title()}: {value}" for name, value in headers.items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body
