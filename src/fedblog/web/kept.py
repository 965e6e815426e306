"""Answers that may be kept, and what is kept of them: ready messages, plain and compressed."""

import gzip
import hashlib
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

KEPT = "fedblog.kept"
_SMALLEST_TO_COMPRESS = 256
_COMPRESSIBLE = ("text/", "application/", "image/svg+xml")
_REPEATED_IN_304 = frozenset({b"cache-control", b"vary"})

Headers = list[tuple[bytes, bytes]]


class Kept(Response):
    """An answer that is the same for everyone until one of its `topics` changes.

    `query_names` are the query parameters that the route reads; all others are ignored by the cache.
    The ETag covers the media type, so that two forms of one address never share one (security.md P03).
    """

    def __init__(
        self,
        content: bytes,
        media_type: str,
        *,
        topics: Iterable[str],
        status_code: int = 200,
        headers: Mapping[str, str] | None = None,
        query_names: Iterable[str] = (),
    ) -> None:
        super().__init__(content, status_code, headers, media_type)
        self.topics = frozenset(topics)
        self.query_names = frozenset(query_names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (slot := scope.get(KEPT)) is not None:
            slot.append(self)
        await super().__call__(scope, receive, send)


class Ready(NamedTuple):
    """A whole answer as it goes over the wire, but for what the server puts behind the status line: the date."""

    status_line: bytes
    lines: bytes
    body: bytes


class Variant:
    """One encoding of an entry: the ASGI messages of the whole answer, and of "304 Not Modified"; and both ready."""

    __slots__ = ("body", "etag", "ready", "ready_unchanged", "start", "unchanged")

    def __init__(self, status: int, headers: Headers, body: bytes, etag: bytes) -> None:
        self.etag = etag
        own: Headers = [(b"content-length", b"%d" % len(body)), (b"etag", etag)]
        self.start: Message = {"type": "http.response.start", "status": status, "headers": headers + own}
        self.body: Message = {"type": "http.response.body", "body": body}
        repeated = [header for header in headers if header[0] in _REPEATED_IN_304]
        self.unchanged: Message = {"type": "http.response.start", "status": 304, "headers": [*repeated, own[1]]}
        self.ready = _ready(self.start, body)
        self.ready_unchanged = _ready(self.unchanged, b"")


class Entry:
    """A kept answer. `plain` and `gzip` are one and the same where compressing gains nothing."""

    __slots__ = ("gzip", "plain", "size", "status", "topics")

    def __init__(self, start: Mapping[str, Any], body: bytes, topics: frozenset[str]) -> None:
        self.status: int = start["status"]
        self.topics = topics
        headers: Headers = [header for header in start["headers"] if header[0] not in {b"content-length", b"etag"}]
        kind = dict(headers).get(b"content-type", b"")
        etag = hashlib.sha256(kind + b"\0" + body).hexdigest()[:24]
        packed = _packed(kind.decode("latin-1"), body)
        varied = _varying(headers)
        self.plain = Variant(self.status, varied, body, f'"{etag}"'.encode())
        self.gzip = self.plain
        if packed is not None:
            encoded = [*varied, (b"content-encoding", b"gzip")]
            self.gzip = Variant(self.status, encoded, packed, f'"{etag}-gz"'.encode())
        self.size = len(body) + len(packed or b"") + 2048

    def is_known(self, if_none_match: bytes) -> bool:
        """Whether the client has this already, in either encoding (weak comparison, RFC 9110 section 13.1.2)."""
        if if_none_match in (self.gzip.etag, self.plain.etag):
            return True
        tags = {tag.strip().removeprefix(b"W/") for tag in if_none_match.split(b",")}
        return b"*" in tags or self.plain.etag in tags or self.gzip.etag in tags


def _ready(start: Message, body: bytes) -> Ready:
    status = HTTPStatus(start["status"])
    lines = b"".join(b"%s: %s\r\n" % header for header in start["headers"])
    return Ready(f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode(), lines + b"\r\n", body)


def _packed(kind: str, body: bytes) -> bytes | None:
    if len(body) < _SMALLEST_TO_COMPRESS or not kind.startswith(_COMPRESSIBLE):
        return None
    packed = gzip.compress(body, compresslevel=6, mtime=0)
    return packed if len(packed) < len(body) else None


def _varying(headers: Headers) -> Headers:
    """The headers with `Accept-Encoding` added to what `Vary` says."""
    varies = [value for name, value in headers if name == b"vary"]
    others = [header for header in headers if header[0] != b"vary"]
    return [*others, (b"vary", b", ".join([*varies, b"Accept-Encoding"]))]
