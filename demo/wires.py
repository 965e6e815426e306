"""Signed requests, as any server of the fediverse sends and checks them."""

from collections.abc import Mapping
from dataclasses import dataclass
from time import time
from typing import Any
from urllib.parse import urlsplit

import httpx
from starlette.requests import Request

from fedblog.ap.signatures import CAVAGE, Message, SigningKey, claim, read_public_key, sign

ACTIVITY_TYPE = "application/activity+json"


def now_ms() -> int:
    """The time in milliseconds."""
    return int(time() * 1000)


@dataclass(frozen=True)
class Wires:
    """The way out of the simulated server: every request is signed by its account."""

    key: SigningKey
    client: httpx.AsyncClient

    async def get(self, url: str) -> dict[str, Any]:
        """A document, fetched with a signed GET."""
        answer = await self.client.send(self._signed("GET", url, {"Accept": ACTIVITY_TYPE}, b""))
        answer.raise_for_status()
        document: dict[str, Any] = answer.json()
        return document

    async def post(self, url: str, body: bytes) -> int:
        """Deliver an activity; the status of the answer."""
        answer = await self.client.send(self._signed("POST", url, {"Content-Type": ACTIVITY_TYPE}, body))
        return answer.status_code

    def _signed(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> httpx.Request:
        parts = urlsplit(url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        all_headers = (("Host", parts.netloc), *headers.items())
        message = Message(method, parts.scheme, parts.netloc, target, all_headers, body)
        added = sign(message, self.key, CAVAGE, now_ms())
        return httpx.Request(method, url, headers=[*all_headers, *added], content=body)

    async def sender_of(self, request: Request, origin: str) -> str:
        """The actor who signed a request to our inbox. Raises `fedblog.errors.Unproven` or `ValueError`."""
        message = await _message(request, origin)
        claimed = claim(message, now_ms(), needs_body=True)
        owner = await self.get(claimed.key_id.partition("#")[0])
        key = owner["publicKey"]
        if key["id"] != claimed.key_id or not claimed.is_made_by(read_public_key(key["publicKeyPem"])):
            raise ValueError("the signature is not that of its key")
        return str(owner["id"])


async def _message(request: Request, origin: str) -> Message:
    parts = urlsplit(origin)
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw)
    target = request.scope["raw_path"].decode("latin-1")
    return Message(request.method, parts.scheme, parts.netloc, target, headers, await request.body())
