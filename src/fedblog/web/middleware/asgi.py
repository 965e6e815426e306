"""Small readings of an ASGI scope that several of the checks share."""

from starlette.types import Message, Receive, Scope, Send

from fedblog.web import respond


def header(scope: Scope, name: bytes) -> str | None:
    """The first header of that lower-case name."""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), None)


def headers(scope: Scope, name: bytes) -> list[str]:
    """Every header of that lower-case name."""
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


async def refuse(scope: Scope, receive: Receive, send: Send, status: int, text: str) -> None:
    """Answer without having read the body, and close the connection, for the rest of it is unread."""
    await respond.plain(status, text, {"connection": "close"})(scope, receive, send)


def is_start(message: Message) -> bool:
    """Whether the message carries status and headers."""
    return bool(message["type"] == "http.response.start")
