"""What went wrong becomes an answer: in words for what we foresaw, a plain 500 for what we did not."""

import logging
from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fedblog.errors import Busy, Conflict, Gone, Invalid, Missing, Refused, RemoteError, Unproven
from fedblog.web import respond
from fedblog.web.middleware import asgi

Explain = Callable[[Scope, int, str], Awaitable[Response]]
_log = logging.getLogger("fedblog.web")
_STATUSES: tuple[tuple[type[Refused], int], ...] = (
    (Invalid, 400),
    (Missing, 404),
    (Gone, 410),
    (Conflict, 409),
    (Busy, 503),
)
_BROKEN = "Something went wrong here. It was logged; please try again later."


class Failures:
    """Answers for handlers that raise. `explain` renders a refusal (status and words) for its client.

    An unforeseen exception is logged once and answered with a plain 500; a client that went away is
    one debug line (security.md A11).
    """

    def __init__(self, app: ASGIApp, explain: Explain) -> None:
        self._app = app
        self._explain = explain

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        has_begun = False

        async def watch(message: Message) -> None:
            nonlocal has_begun
            has_begun = has_begun or asgi.is_start(message)
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception as error:  # noqa: BLE001 - this is where every mistake ends
            await self.answer(scope, receive, _nowhere if has_begun else send, error)

    async def answer(self, scope: Scope, receive: Receive, send: Send, error: Exception) -> int:
        """Answer for what was raised. Returns the status; 0 for a client that went away."""
        if isinstance(error, ClientDisconnect):
            _log.debug("client went away", {"path": scope["path"]})
            return 0
        response = await self._response(scope, error)
        await response(scope, receive, send)
        return response.status_code

    async def _response(self, scope: Scope, error: Exception) -> Response:
        if isinstance(error, Unproven):
            return _unproven(error)
        status, words = status_and_words(error)
        if status == 500:
            _log.error("request failed", {"method": scope["method"], "path": scope["path"]}, exc_info=error)
            return respond.plain(500, _BROKEN)
        try:
            response = await self._explain(scope, status, words)
        except Exception as broken:  # noqa: BLE001 - a broken error page must not hide the error
            _log.error("error page failed", {"path": scope["path"]}, exc_info=broken)
            return respond.plain(status, words)
        if isinstance(error, HTTPException):
            response.headers.update(error.headers or {})
        return response


async def _nowhere(message: Message) -> None:
    """An answer has begun: what broke behind it is logged, and said no more."""


def status_and_words(error: Exception) -> tuple[int, str]:
    """Which status an exception stands for, and the words that may be shown with it."""
    if isinstance(error, HTTPException):
        return error.status_code, error.detail
    if isinstance(error, Refused):
        status = next((status for kind, status in _STATUSES if isinstance(error, kind)), 400)
        return status, str(error)
    if isinstance(error, RemoteError):
        return 502, "Another server could not be asked. Please try again later."
    return 500, _BROKEN


def _unproven(error: Unproven) -> Response:
    headers = {"retry-after": str(error.retry_after)} if error.retry_after is not None else {}
    return respond.plain(error.status, f"Not proven: {error.reason}", headers)
