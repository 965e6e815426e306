"""Other servers on loopback addresses, in a process of their own: `… PORT ADDRESS_COUNT PUBLIC_KEY_FILE`.

Each has one person, whose document it serves, and takes every POST with a 202 at once. `GET /taken` counts those.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import cast

import uvloop

from benchmarks.senders import address
from fedblog.ap.media_types import ACTIVITY_JSON

_TAKEN = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"
_CONTEXT = ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"]


class Neighbourhood:
    """What all of them share: how much they took, and one key."""

    def __init__(self, port: int, public_pem: str) -> None:
        self.port = port
        self.public_pem = public_pem
        self.taken = 0

    def answer(self, own: str, target: str) -> bytes:
        if target == "/taken":
            return _response(json.dumps(self.taken).encode(), "application/json")
        return _response(json.dumps(self._person(f"http://{own}:{self.port}")).encode(), ACTIVITY_JSON)

    def _person(self, origin: str) -> dict[str, object]:
        actor = f"{origin}/users/ada"
        key = {"id": f"{actor}#main-key", "owner": actor, "publicKeyPem": self.public_pem}
        return {
            "@context": _CONTEXT,
            "id": actor,
            "type": "Person",
            "preferredUsername": "ada",
            "inbox": f"{origin}/inbox",
            "outbox": f"{actor}/outbox",
            "publicKey": {"type": "CryptographicKey", **key},
        }


def _response(body: bytes, media_type: str) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s" % (
        media_type.encode(),
        len(body),
        body,
    )


class Neighbour(asyncio.Protocol):
    """One connection; requests on it do not overlap."""

    def __init__(self, all_of_them: Neighbourhood) -> None:
        self._all = all_of_them
        self._waiting = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        head, end, body = self._waiting.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or b"0")
        if not end or len(body) < length:
            return
        self._waiting = b""
        method, target, _ = head.decode("latin-1").split(" ", 2)
        if method == "POST":
            self._all.taken += 1
            self._transport.write(_TAKEN)
        else:
            self._transport.write(self._all.answer(self._transport.get_extra_info("sockname")[0], target))


async def serve(port: int, count: int, public_pem: str) -> None:
    """Listen at all addresses."""
    all_of_them = Neighbourhood(port, public_pem)
    loop = asyncio.get_running_loop()
    for own in ("127.0.0.1", *(address(number) for number in range(count))):
        await loop.create_server(lambda: Neighbour(all_of_them), own, port)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]).read_text()))
