"""One address, one route: its methods side by side, so that 405 names them all."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

Handler = Callable[[Request], Awaitable[Response]]


def on(path: str, *, get: Handler | None = None, post: Handler | None = None) -> Route:
    """A route for the handlers given. HEAD comes with GET; any other method answers 405 with `Allow`."""
    handlers = {method: handler for method, handler in (("GET", get), ("POST", post)) if handler}

    async def answer(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        return await handlers[method](request)

    return Route(path, answer, methods=list(handlers))
