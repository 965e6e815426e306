"""A client that speaks ASGI to an app and nothing else: what goes in, what comes out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

HOST = "blog.example.org"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@dataclass
class Answer:
    """What an app answered; header names are lower-case."""

    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)

    @property
    def text(self) -> str:
        return self.body.decode()


def scope_of(
    path: str,
    method: str = "GET",
    headers: Iterable[tuple[str, str]] = (),
    host: str = HOST,
    client: str = "203.0.113.9",
) -> dict:
    path, _, query = path.partition("?")
    given = [("host", host)] if host else []
    return {
        "type": "http",
        "method": method,
        "scheme": "https",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in [*given, *headers]],
        "client": (client, 40000),
        "server": ("127.0.0.1", 8000),
        "root_path": "",
        "http_version": "1.1",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
    }


async def ask(
    app: Callable,
    path: str,
    method: str = "GET",
    *,
    headers: Iterable[tuple[str, str]] = (),
    body: bytes | Sequence[bytes] = b"",
    host: str = HOST,
    client: str = "203.0.113.9",
) -> Answer:
    """One request; a body of several parts arrives in several messages."""
    parts = [body] if isinstance(body, bytes) else list(body)
    messages = [{"type": "http.request", "body": part, "more_body": i + 1 < len(parts)} for i, part in enumerate(parts)]
    answer = Answer()

    async def receive():
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def send(message):
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = [(key.decode(), value.decode("latin-1")) for key, value in message["headers"]]
        else:
            answer.body += message.get("body", b"")

    await app(scope_of(path, method, headers, host, client), receive, send)
    return answer
