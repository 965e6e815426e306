"""How much body, in which form and how slowly: decided before and while it is read.

What the headers already tell is refused before a byte is read (decisions.md, Web). uvicorn may hide
some of it, such as two framings at once; what it lets us see is refused here.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fedblog.web.middleware import asgi

PUBLIC_LIMIT = 64 << 10
INBOX_LIMIT = 1 << 20
ADMIN_LIMIT = 4 << 20
_UPLOAD_OVERHEAD = 64 << 10


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: without a byte, and for a whole body."""

    gap: float = 3.0
    total: float = 15.0


def limit_of(path: str) -> int:
    """The most bytes a body may have at this path. A cap only: who may send is decided by the routes."""
    if path == "/admin" or path.startswith("/admin/"):
        return ADMIN_LIMIT + _UPLOAD_OVERHEAD
    if path == "/inbox" or (path.startswith("/ap/") and path.endswith("/inbox")):
        return INBOX_LIMIT
    return PUBLIC_LIMIT


def patience_of(path: str) -> Patience:
    """How slowly a body may come: a picture from a phone takes a while, and only the admin takes pictures."""
    return Patience(total=60.0) if path == "/admin" or path.startswith("/admin/") else Patience()


class BodyGuard:
    """Refuses bodies that are too large (413), compressed (415), doubly framed (400) or too slow (408)."""

    def __init__(
        self,
        app: ASGIApp,
        limit_of: Callable[[str], int] = limit_of,
        patience_of: Callable[[str], Patience] = patience_of,
    ) -> None:
        self._app = app
        self._limit_of = limit_of
        self._patience_of = patience_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        limit = self._limit_of(scope["path"])
        refusal = _refusal(scope, limit)
        if refusal:
            return await asgi.refuse(scope, receive, send, *refusal)
        body = Body(receive, limit, self._patience_of(scope["path"]))
        await self._app(scope, body.receive, send)


class Body:
    """Counts and times a body as it is received."""

    def __init__(self, receive: Receive, limit: int, patience: Patience) -> None:
        self._receive = receive
        self._left = limit
        self._gap = patience.gap
        self._deadline = asyncio.get_running_loop().time() + patience.total
        self._is_whole = False

    async def whole(self) -> bytes:
        """All of it. Raises `ClientDisconnect`, and as `receive`."""
        pieces = []
        while not self._is_whole:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            pieces.append(message.get("body", b""))
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    async def receive(self) -> Message:
        """The next message. Raises `HTTPException` with 413 or 408 for a body past its limits."""
        if self._is_whole:
            return await self._receive()
        message = await self._in_time()
        self._left -= len(message.get("body", b""))
        self._is_whole = not message.get("more_body", False)
        if self._left < 0:
            raise _refused(413, _TOO_LARGE)
        return message

    async def _in_time(self) -> Message:
        now = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout_at(min(now + self._gap, self._deadline)):
                return await self._receive()
        except TimeoutError:
            raise _refused(408, "The body of the request did not arrive in time.") from None


_TOO_LARGE = "The body of the request is too large."


def _refused(status: int, text: str) -> HTTPException:
    """Passes through the handler that reads, up to `Failures`. The rest of the body stays unread: close."""
    return HTTPException(status, text, {"connection": "close"})


def _refusal(scope: Scope, limit: int) -> tuple[int, str] | None:
    lengths = asgi.headers(scope, b"content-length")
    if lengths and asgi.headers(scope, b"transfer-encoding"):
        return 400, "A request must frame its body in one way."
    if len(set(lengths)) > 1 or any(not _is_length(length) for length in lengths):
        return 400, "The length of the body makes no sense."
    if lengths and int(lengths[0]) > limit:
        return 413, _TOO_LARGE
    if any(coding.strip().lower() != "identity" for coding in asgi.headers(scope, b"content-encoding")):
        return 415, "Compressed bodies are not read here."
    return None


def _is_length(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 16
