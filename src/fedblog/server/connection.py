"""One connection of a client, with deadlines and a largest header."""

import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from fedblog.server.clients import Clients

LARGEST_HEADER = 32 << 10
_UNKNOWN_METHOD = (
    b"HTTP/1.1 405 Method Not Allowed\r\nallow: GET, HEAD, POST\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
)


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that a connection waits: for a header, for a body, for our bytes to be taken, for another request.

    `web.middleware.body_guard` answers 408 before a body's time is up; this ends those who do not care.
    """

    header: float = 10.0
    body: float = 70.0
    taking: float = 20.0
    idle: int = 15


FindReady = Callable[[Any], tuple[bytes, bytes, bytes] | None]
"""Given a scope: the answer if it is in memory, as its status line, header lines with the empty one, and body."""


class _Stage(Enum):
    """What the other side is about to send."""

    REQUEST = "a request, when it likes"
    HEADER = "the rest of a header"
    BODY = "the rest of a body"


class Patient(HttpToolsProtocol):
    """One connection that is not kept waiting for ever."""

    def __init__(self, clients: Clients, patience: Patience, ready: FindReady, *uvicorn_parts: Any) -> None:
        super().__init__(*uvicorn_parts)
        self._find_ready = ready
        self._clients = clients
        self._patience = patience
        self._is_counted = False
        self._stage = _Stage.REQUEST
        self._has_request = False
        self._header_bytes = 0
        self._deadline: asyncio.TimerHandle | None = None
        self._stall: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._is_counted = self._clients.let_in(self._address, len(self.connections))
        if self._is_counted:
            self._owe(self._patience.header)
        else:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._settle()
        self.resume_writing()
        if self._is_counted:
            self._clients.leave(self._address)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        before = self._stage
        # At least as much as any header that ends in `data` is long.
        self._header_bytes = len(data) + (self._header_bytes if before is _Stage.HEADER else 0)
        self._has_request = False
        super().data_received(data)
        if self._stage is _Stage.HEADER and self._header_bytes > LARGEST_HEADER:
            self.send_400_response("The header is too large.")
        elif self._stage is _Stage.REQUEST and self._has_request:
            self._settle()
        elif self._deadline is None or self._stage is not before:
            self._owe(self._patience.body if self._stage is _Stage.BODY else self._patience.header)

    def send_400_response(self, msg: str) -> None:
        """Called where the parser failed. It knows the registered methods only; another one is not a bad request."""
        if isinstance(sys.exception(), httptools.HttpParserInvalidMethodError):
            self.transport.write(_UNKNOWN_METHOD)
            self.transport.close()
        else:
            super().send_400_response(msg)

    def on_message_begin(self) -> None:
        self._stage = _Stage.HEADER
        super().on_message_begin()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """What is in memory needs no task of its own: it is written here and now."""
        # A queue of requests is worked off by calls from within calls, which this would make deep.
        is_simple = cycle.keep_alive and not self.pipeline and not self.flow.write_paused
        answer = self._find_ready(cycle.scope) if is_simple else None
        if answer is None or self.transport.is_closing():
            return super()._start_asgi_task(cycle, app)
        own = b"".join([b"%s: %s\r\n" % header for header in self.server_state.default_headers])
        status_line, lines, body = answer
        self.transport.write(b"".join((status_line, own, lines, body)))
        cycle.response_started = cycle.response_complete = True
        cycle.on_response()
        return None

    def on_headers_complete(self) -> None:
        self._stage = _Stage.BODY
        if self._header_bytes > LARGEST_HEADER and self._header_size() > LARGEST_HEADER:
            raise ValueError("the header is too large")  # the parser's caller answers 400
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._stage, self._has_request = _Stage.REQUEST, True
        super().on_message_complete()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stall = self._stall or self.loop.call_later(self._patience.taking, self.transport.abort)

    def resume_writing(self) -> None:
        if self._stall:
            self._stall.cancel()
            self._stall = None
        super().resume_writing()

    def _header_size(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    @property
    def _address(self) -> str:
        return self.client[0] if self.client else ""

    def _owe(self, seconds: float) -> None:
        """From now on the other side owes us something."""
        self._settle()
        if not self.transport.is_closing():
            self._deadline = self.loop.call_later(seconds, self.transport.close)

    def _settle(self) -> None:
        if self._deadline:
            self._deadline.cancel()
            self._deadline = None
