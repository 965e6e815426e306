"""One address, one route: its methods side by side, so that 405 names them all."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from functools import cached_property
from typing import Any, NoReturn

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, NoMatchFound, Route, Router
from starlette.types import Receive, Scope, Send

Handler = Callable[[Request], Awaitable[Response]]


def on(path: str, *, get: Handler | None = None, post: Handler | None = None) -> Route:
    """A route for the handlers given. HEAD comes with GET; any other method answers 405 with `Allow`."""
    handlers = {method: handler for method, handler in (("GET", get), ("POST", post)) if handler}
    return Route(path, _Endpoint(handlers), methods=list(handlers))


class OnDemand(BaseRoute):
    """Routes at and below some addresses that are made when the first request for one of them comes."""

    def __init__(self, addresses: Collection[str], make: Callable[[], Sequence[BaseRoute]]) -> None:
        self._addresses = frozenset(addresses)
        self._below = tuple(f"{address}/" for address in addresses)
        self._make = make

    @cached_property
    def _router(self) -> Router:
        return Router(self._make(), redirect_slashes=False)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        path = scope["path"]
        is_ours = scope["type"] == "http" and (path in self._addresses or path.startswith(self._below))
        return (Match.FULL if is_ours else Match.NONE), {}

    def url_path_for(self, name: str, /, **path_params: Any) -> NoReturn:
        raise NoMatchFound(name, path_params)  # no address here is looked up by name

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._router(scope, receive, send)


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
