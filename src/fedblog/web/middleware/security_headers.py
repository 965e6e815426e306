"""Policy headers on every answer, by area (security.md X03, X09)."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fedblog.web.middleware import asgi

_COMMON = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
)
_OURS_ALONE = b"style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
_READER = b"default-src 'none'; " + _OURS_ALONE
_ADMIN = b"default-src 'none'; script-src 'self'; connect-src 'self'; " + _OURS_ALONE
_MEDIA = b"default-src 'none'; sandbox"
_POLICY = b"content-security-policy"


class SecurityHeaders:
    """Adds to each answer what its area needs, unless the answer says it itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        await self._app(scope, receive, adding(send, scope["path"]))


def adding(send: Send, path: str) -> Send:
    """`send` for an answer at that path, with what it needs."""
    wanted = headers_for(path)

    async def add(message: Message) -> None:
        if asgi.is_start(message):
            given = list(message.get("headers", ()))
            names = {name for name, _ in given}
            message = {**message, "headers": given + [header for header in wanted if header[0] not in names]}
        await send(message)

    return add


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


def headers_for(path: str) -> list[tuple[bytes, bytes]]:
    """What every answer at that path carries."""
    if _is_below(path, "/media"):
        return [*_COMMON, (_POLICY, _MEDIA)]
    if _is_below(path, "/admin"):
        return [*_COMMON, (_POLICY, _ADMIN), (b"cache-control", b"private, no-store")]
    return [*_COMMON, (_POLICY, _READER)]
