"""Only addresses that somebody might have meant come in (security.md A06, R24).

Routes match with `$`, which also stands before a last line feed, and read numbers of any length: an
address with control characters, or longer than any of ours, is refused before a route sees it.
"""

import re

from starlette.types import ASGIApp, Receive, Scope, Send

from fedblog.web.middleware import asgi

LONGEST_PATH = 2048
LONGEST_QUERY = 8192
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class AddressCheck:
    """Refuses paths with control characters (400), and paths and queries that are too long (414)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        if len(scope["path"]) > LONGEST_PATH or len(scope["query_string"]) > LONGEST_QUERY:
            return await asgi.refuse(scope, receive, send, 414, "That address is too long.")
        if _CONTROL.search(scope["path"]):
            return await asgi.refuse(scope, receive, send, 400, "That address holds characters that no address has.")
        await self._app(scope, receive, send)
