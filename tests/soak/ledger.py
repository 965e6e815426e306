"""Many servers of the fediverse in this process: real sockets on loopback addresses, and a ledger of what arrived.

Each address is a server of its own with one account, `ada`. They share a key, which saves making hundreds.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import httptools
import httpx

from fedblog.ap.signatures import CAVAGE, Message, SigningKey, read_private_key, sign
from tests.fediverse.peer import AP_TYPE, AS, PUBLIC, spare_key_pair

BACKLOG = 512


def address(number: int) -> str:
    """The loopback address of a server."""
    return f"127.2.{number // 250}.{number % 250 + 1}"


@dataclass
class Ledger:
    """The servers. `arrived` counts each activity at each address; `pause` is how long (s) an inbox thinks.

    `on_arrival` is called with every delivery, before it is answered. While `is_holding`, none is answered.
    """

    port: int = 0
    pause: float = 0.0
    is_holding: bool = False
    on_arrival: Callable[[], None] = lambda: None
    arrived: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    said: int = 0

    def origin(self, number: int) -> str:
        return f"http://{address(number)}:{self.port}"

    def actor_id(self, number: int) -> str:
        return f"{self.origin(number)}/users/ada"

    def reached(self, kind: str) -> Counter[str]:
        """How often an activity of that type arrived at each address."""
        counts: Counter[str] = Counter()
        for (place, found, _), times in self.arrived.items():
            if found == kind:
                counts[place] += times
        return counts

    def answer(self, method: str, path: str, host: str, body: bytes) -> tuple[int, str, bytes]:
        """Status, content type and body of one answer."""
        if method == "POST":
            activity = json.loads(body)
            self.arrived[host, activity["type"], activity["id"]] += 1
            self.on_arrival()
            return 202, "text/plain", b""
        if path.startswith("/.well-known/webfinger"):
            return 200, "application/jrd+json", json.dumps(self._webfinger(host)).encode()
        if path == "/users/ada":
            return 200, AP_TYPE, json.dumps(self._actor(f"http://{host}:{self.port}")).encode()
        return 404, "text/plain", b""

    def _webfinger(self, host: str) -> dict[str, Any]:
        place = f"{host}:{self.port}"
        link = {"rel": "self", "type": AP_TYPE, "href": f"http://{place}/users/ada"}
        return {"subject": f"acct:ada@{place}", "links": [link]}

    def _actor(self, origin: str) -> dict[str, Any]:
        me = f"{origin}/users/ada"
        key = {"id": f"{me}#main-key", "owner": me, "publicKeyPem": spare_key_pair(0).public_pem}
        return {
            "@context": [AS, "https://w3id.org/security/v1"],
            "id": me,
            "type": "Person",
            "preferredUsername": "ada",
            "name": "Ada",
            "inbox": f"{me}/inbox",
            "outbox": f"{me}/outbox",
            "followers": f"{me}/followers",
            "endpoints": {"sharedInbox": f"{origin}/inbox"},
            "publicKey": key,
        }

    def follow(self, number: int, whom: str) -> dict[str, Any]:
        """A Follow."""
        return self._activity(number, "Follow", whom)

    def reply(self, number: int, article: str) -> dict[str, Any]:
        """A Create of a public reply."""
        me = self.actor_id(number)
        public = {"to": [PUBLIC], "cc": [f"{me}/followers"]}
        note = {
            "id": f"{me}/notes/{self.said + 1}",
            "type": "Note",
            "attributedTo": me,
            "content": f"<p>I am number {number}, and I read it twice.</p>",
            "inReplyTo": article,
            "published": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            **public,
        }
        return self._activity(number, "Create", note) | public

    def _activity(self, number: int, kind: str, about: Any) -> dict[str, Any]:
        self.said += 1
        me = self.actor_id(number)
        return {"@context": AS, "id": f"{me}/activities/{self.said}", "type": kind, "actor": me, "object": about}

    async def send(self, client: httpx.AsyncClient, number: int, origin: str, activity: dict[str, Any]) -> int:
        """POST an activity to the shared inbox, signed now. The status, or 0 when there was no answer."""
        body, authority = json.dumps(activity).encode(), origin.removeprefix("http://")
        plain = (("Host", authority), ("Content-Type", AP_TYPE))
        message = Message("POST", "http", authority, "/inbox", plain, body)
        key = SigningKey(f"{self.actor_id(number)}#main-key", read_private_key(spare_key_pair(0).private_pem))
        signed = sign(message, key, CAVAGE, time.time_ns() // 1_000_000)
        try:
            answer = await client.post(f"{origin}/inbox", content=body, headers=dict((*plain, *signed)))
        except httpx.TransportError:
            return 0
        return answer.status_code


class Connection(asyncio.Protocol):
    """One connection to one of the servers."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._host = str(transport.get_extra_info("sockname")[0])
        self._begin()

    def _begin(self) -> None:
        self._path, self._body = b"", b""
        self._parser = httptools.HttpRequestParser(self)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        self._path += url

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        method = self._parser.get_method().decode()
        status, kind, body = self._ledger.answer(method, self._path.decode(), self._host, self._body)
        head = f"HTTP/1.1 {status} OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        self._begin()
        if method == "POST" and self._ledger.is_holding:
            return
        if method == "POST" and self._ledger.pause:
            asyncio.get_running_loop().call_later(self._ledger.pause, self._write, head.encode() + body)
        else:
            self._write(head.encode() + body)

    def _write(self, data: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(data)


@asynccontextmanager
async def many_servers(count: int, ledger: Ledger | None = None) -> AsyncIterator[Ledger]:
    """That many servers, on one port that is free at all their addresses. `ledger` answers for them."""
    ledger, loop = ledger or Ledger(), asyncio.get_running_loop()
    addresses: Sequence[str] = [address(number) for number in range(count)]
    first = await loop.create_server(lambda: Connection(ledger), addresses[0], 0, backlog=BACKLOG)
    ledger.port = first.sockets[0].getsockname()[1]
    others = await loop.create_server(lambda: Connection(ledger), addresses[1:], ledger.port, backlog=BACKLOG)
    try:
        yield ledger
    finally:
        for server in (first, others):
            server.close()
