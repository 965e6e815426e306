"""One address, one route: its methods side by side, so that 405 names them all."""

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

Handler = Callable[[Request], Awaitable[Response]]


def on(path: str, *, get: Handler | None = None, post: Handler | None = None) -> Route:
    """A route for the handlers given. HEAD comes with GET; any other method answers 405 with `Allow`."""
    handlers = {method: handler for method, handler in (("GET", get), ("POST", post)) if handler}
    return Route(path, _Endpoint(handlers), methods=list(handlers))


class _Endpoint:
    """The handlers as an ASGI app: what they raise goes on to `Failures`.

    Starlette would wrap a function twice to look for exception handlers, of which there are none here.
    """

    def __init__(self, handlers: Mapping[str, Handler]) -> None:
        self._handlers = handlers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        method = "GET" if request.method == "HEAD" else request.method
        response = await self._handlers[method](request)
        await response(scope, receive, send)
