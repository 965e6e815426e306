"""Only requests for the blog's own host come in (security.md A06, A14)."""

from collections.abc import Collection

from starlette.types import ASGIApp, Receive, Scope, Send

from fedblog.web.middleware import asgi

_OPEN_TO_ALL = frozenset({"/health"})


class HostCheck:
    """Refuses a missing or doubled Host with 400 and a foreign one with 421, echoing neither.

    `/health` is open, so that a container can ask itself by address.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in _OPEN_TO_ALL:
            return await self._app(scope, receive, send)
        given = asgi.headers(scope, b"host")
        if len(given) != 1:
            return await asgi.refuse(scope, receive, send, 400, "A request must name one host.")
        if given[0].lower() not in self._hosts:
            return await asgi.refuse(scope, receive, send, 421, "This server answers for another host.")
        await self._app(scope, receive, send)
