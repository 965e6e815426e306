"""Reads the captured requests in `captures/`."""

import base64
import json
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from fedblog.ap.signatures import Form, Message, SigningKey, sign

HERE = Path(__file__).parent / "captures"
PEERS = ("gotosocial", "fedify", "snac", "wordpress")


@dataclass(frozen=True)
class Captured:
    """One captured request. `document` is the whole file."""

    name: str
    document: dict[str, Any]

    @property
    def message(self) -> Message:
        """The request as it arrived at https://blog.test."""
        request = self.document["request"]
        headers = tuple((name, value) for name, value in request["headers"])
        return Message(request["method"], "https", "blog.test", request["target"], headers, self.body)

    @property
    def body(self) -> bytes:
        return base64.b64decode(self.document["request"]["body_b64"] or "")

    @property
    def received_at(self) -> int:
        """Milliseconds UTC."""
        return int(datetime.fromisoformat(self.document["received_at"]).timestamp() * 1000)

    @property
    def form(self) -> str:
        """`cavage`, `rfc9421` or `none`."""
        return self.document["signature"]

    @property
    def key(self) -> dict[str, str]:
        """`id`, `owner` and `pem` of the key that signed."""
        return self.document["key"]

    @property
    def actor(self) -> dict[str, Any]:
        return self.document["actor"]


def read(name: str) -> Captured:
    """The capture of that name, such as `gotosocial/01-follow`."""
    return Captured(name, json.loads((HERE / f"{name}.json").read_text(encoding="utf-8")))


def names(*peers: str) -> list[str]:
    """The names of all captures of these peers (of all, when none is given), in order of sending."""
    return [f"{peer}/{path.stem}" for peer in peers or PEERS for path in sorted((HERE / peer).glob("*.json"))]


_OF_A_SIGNATURE = frozenset({"signature", "signature-input", "digest", "content-digest", "date"})


def signed_anew(message: Message, key: SigningKey, form: Form, now_ms: int) -> Message:
    """The same request, signed at this time by another key; every other header stays as it was."""
    bare = unsigned(message)
    return replace(bare, headers=(*bare.headers, *sign(bare, key, form, now_ms)))


def unsigned(message: Message) -> Message:
    """The same request without its signature, and without what belongs to one."""
    return replace(message, headers=tuple(line for line in message.headers if line[0].lower() not in _OF_A_SIGNATURE))
