"""Delivering as much as a machine can: one connection for each server, signed by Ed25519, which costs little."""

import asyncio
import base64
import hashlib
import time
from collections import defaultdict
from collections.abc import Sequence
from email.utils import formatdate

import httptools

from tests.fediverse.peer import AP_TYPE
from tests.hand_signed import ed25519_key
from tests.soak.history import Said
from tests.soak.ledger import address

COVERED = "(request-target) host date digest content-type"
COMPONENTS = '("@method" "@target-uri" "content-digest")'
TRY_AGAIN = frozenset({0, 429, 503})


def as_request(said: Said, authority: str, *, is_new_form: bool) -> bytes:
    """The signed POST to the shared inbox, in draft-cavage or in the form of RFC 9421."""
    digest = base64.b64encode(hashlib.sha256(said.body).digest()).decode()
    signed = (_rfc9421 if is_new_form else _cavage)(said.key_id, authority, digest)
    head = f"POST /inbox HTTP/1.1\r\nHost: {authority}\r\nContent-Type: {AP_TYPE}\r\n{signed}"
    return f"{head}Content-Length: {len(said.body)}\r\n\r\n".encode() + said.body


def _cavage(key_id: str, authority: str, digest: str) -> str:
    date = formatdate(time.time(), usegmt=True)
    lines = ("(request-target): post /inbox", f"host: {authority}", f"date: {date}", f"digest: SHA-256={digest}")
    signature = _signed("\n".join((*lines, f"content-type: {AP_TYPE}")))
    field = f'keyId="{key_id}",algorithm="hs2019",headers="{COVERED}",signature="{signature}"'
    return f"Date: {date}\r\nDigest: SHA-256={digest}\r\nSignature: {field}\r\n"


def _rfc9421(key_id: str, authority: str, digest: str) -> str:
    parameters = f'{COMPONENTS};created={int(time.time())};keyid="{key_id}";alg="ed25519"'
    target = f'"@target-uri": http://{authority}/inbox'
    lines = ('"@method": POST', target, f'"content-digest": sha-256=:{digest}:', f'"@signature-params": {parameters}')
    signature = _signed("\n".join(lines))
    return f"Content-Digest: sha-256=:{digest}:\r\nSignature-Input: s={parameters}\r\nSignature: s=:{signature}:\r\n"


def _signed(text: str) -> str:
    return base64.b64encode(ed25519_key().sign(text.encode())).decode()


class Line(asyncio.Protocol):
    """One connection; answers one request after the other."""

    def __init__(self) -> None:
        self._answer: asyncio.Future[int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._parser = httptools.HttpResponseParser(self)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        self._parser = httptools.HttpResponseParser(self)
        if self._answer and not self._answer.done():
            self._answer.set_result(status)

    def connection_lost(self, error: Exception | None) -> None:
        if self._answer and not self._answer.done():
            self._answer.set_result(0)

    async def ask(self, request: bytes) -> int:
        """The status of the answer; 0 when the connection ended."""
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)  # type: ignore[attr-defined]
        return await self._answer


async def tell_all(told: Sequence[tuple[Said, bool]], authority: str) -> None:
    """Deliver everything; each server in the order given, all of them at once. Insists until it is taken (202)."""
    by_server: defaultdict[int, list[tuple[Said, bool]]] = defaultdict(list)
    for said, is_new_form in told:
        by_server[said.server].append((said, is_new_form))
    await asyncio.gather(*(_tell(server, queue, authority) for server, queue in by_server.items()))


async def _tell(server: int, queue: Sequence[tuple[Said, bool]], authority: str) -> None:
    host, _, port = authority.partition(":")
    loop, line = asyncio.get_running_loop(), None
    for said, is_new_form in queue:
        status = 0
        while status in TRY_AGAIN:
            if line is None:
                _, line = await loop.create_connection(Line, host, int(port), local_addr=(address(server), 0))
            status = await line.ask(as_request(said, authority, is_new_form=is_new_form))
            line = None if status == 0 else line
            if status in TRY_AGAIN:
                await asyncio.sleep(0.2)
        assert status == 202, (status, said.body)
