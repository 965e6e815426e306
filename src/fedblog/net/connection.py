"""One connection to one server: an asyncio protocol that carries one exchange at a time."""

import asyncio
from collections.abc import Callable
from typing import NamedTuple, cast

from fedblog.errors import RemoteError, Unreachable
from fedblog.net.answer_reader import AnswerReader
from fedblog.world import Limits, WireRequest, WireResponse


class Place(NamedTuple):
    """Where a connection leads. The address is part of it, so that a name that moves never meets an old one."""

    scheme: str
    host: str
    port: int
    address: str


class ConnectionClosed(Unreachable):
    """The connection ended before the first byte of an answer; on a kept one the request may be sent anew."""

    def __init__(self) -> None:
        super().__init__("the connection was closed without an answer")


def payload_of(request: WireRequest) -> bytes:
    """The request as bytes. Raises ValueError rather than let a header or target smuggle in a line."""
    lines = [f"{request.method} {request.target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in request.headers]
    head = "\r\n".join(lines)
    ends = len(lines) - 1
    if head.count("\n") != ends or head.count("\r") != ends or " " in request.target or "\0" in head:
        raise ValueError("a request line or header holds a control character")
    return head.encode("latin-1") + b"\r\n\r\n" + request.body


class Connection(asyncio.Protocol):
    """A connection. `on_lost` is called once, when it has ended for whatever reason."""

    def __init__(self, place: Place, on_lost: Callable[["Connection"], None]) -> None:
        self.place = place
        self._on_lost = on_lost
        self._transport: asyncio.Transport | None = None
        self._reader: AnswerReader | None = None
        self._waiting: asyncio.Future[WireResponse] | None = None
        self.is_reusable = False
        """Whether the last answer left the connection fit for another request."""

    @property
    def is_open(self) -> bool:
        """Whether it stands, as far as we have heard."""
        return self._transport is not None and not self._transport.is_closing()

    async def exchange(self, payload: bytes, method: str, limits: Limits) -> WireResponse:
        """Send a request and wait for its whole answer.

        Raises `ConnectionClosed`, `Unreachable`, `BadAnswer` or `TooLarge`; the connection is then of no more use.
        """
        if self._transport is None or not self.is_open:
            raise ConnectionClosed
        self.is_reusable = False
        self._reader = reader = AnswerReader(method, limits)
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(payload)
        try:
            return await self._waiting
        finally:
            self._reader = self._waiting = None
            reader.close()

    def abort(self) -> None:
        """End it now. `on_lost` follows in a later turn of the loop."""
        self.is_reusable = False
        if self._transport is not None:
            self._transport.abort()

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        if self._waiting is None or self._waiting.done() or self._reader is None:
            self.abort()  # nobody asked: whatever it is, it must not answer the next request
            return
        try:
            is_whole = self._reader.feed(data)
        except RemoteError as error:
            self._waiting.set_exception(error)
            self.abort()
            return
        if is_whole:
            self.is_reusable = self._reader.keeps_alive and self._has_sent_all() and self.is_open
            self._waiting.set_result(self._reader.answer)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._waiting is not None and not self._waiting.done() and self._reader is not None:
            self._end_of(self._reader, self._waiting, is_broken=exc is not None)
        self.is_reusable = False
        self._transport = None
        self._on_lost(self)

    def _end_of(self, reader: AnswerReader, waiting: "asyncio.Future[WireResponse]", *, is_broken: bool) -> None:
        if not reader.has_begun:
            waiting.set_exception(ConnectionClosed())
        elif is_broken or not reader.ends_with_connection():
            waiting.set_exception(Unreachable("the connection was closed in the middle of the answer"))
        else:
            waiting.set_result(reader.answer)

    def _has_sent_all(self) -> bool:
        return self._transport is not None and self._transport.get_write_buffer_size() == 0
