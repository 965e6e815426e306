"""Reading one HTTP/1.1 answer from bytes, within caps. No I/O here."""

import httptools

from fedblog.errors import BadAnswer, TooLarge
from fedblog.world import Limits, WireResponse

_HEAD_CAP = 16 * 1024


class AnswerReader:
    """Reads the answer to one request. `feed` until it says that the answer is whole, then take `answer`.

    The head may hold 16 kB, the body what `limits` say, and chunk framing and trailers together about
    as much again. Interim answers (1xx) are skipped.
    """

    def __init__(self, method: str, limits: Limits) -> None:
        self._limits = limits
        self._is_head_request = method == "HEAD"
        self._parser = httptools.HttpResponseParser(self)
        self._received = 0
        self._head_size = 0
        self._status = 0
        self._headers: list[tuple[str, str]] = []
        self._body = bytearray()
        self._has_head = False
        self._is_over = False
        self._is_whole = False
        self._keeps_alive = False
        self._is_followed = False

    def feed(self, data: bytes) -> bool:
        """Take in some bytes. True once the answer is whole.

        Raises `BadAnswer` for what is not HTTP, `TooLarge` for what goes over a cap.
        """
        self._received += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            if not self._is_whole:
                raise BadAnswer("the answer is not HTTP") from error
            self._is_followed = True
        self._check_caps()
        return self._is_whole

    def ends_with_connection(self) -> bool:
        """Whether the end of the connection completes the answer: it has a head, and nothing tells its length."""
        return self._has_head and not any(name in {"content-length", "transfer-encoding"} for name, _ in self._headers)

    def close(self) -> None:
        """Let go of the parser, which otherwise holds this object in a cycle."""
        del self._parser

    @property
    def has_begun(self) -> bool:
        """Whether any byte of the answer arrived."""
        return self._received > 0

    @property
    def keeps_alive(self) -> bool:
        """Whether the connection can carry another request after this answer."""
        return self._keeps_alive and not self._is_followed

    @property
    def answer(self) -> WireResponse:
        """The answer that was read."""
        return WireResponse(self._status, tuple(self._headers), bytes(self._body))

    def _check_caps(self) -> None:
        if self._is_over:
            self._cut_or_refuse()
            return
        framing = self._received - len(self._body)
        is_head_endless = not self._has_head and self._received > 2 * _HEAD_CAP
        if self._head_size > _HEAD_CAP or is_head_endless or framing > 2 * _HEAD_CAP + self._limits.body:
            raise TooLarge(f"the head of the answer is larger than {_HEAD_CAP} bytes")

    def _cut_or_refuse(self) -> None:
        if not self._limits.cuts_body:
            raise TooLarge(f"the answer is larger than {self._limits.body} bytes")
        self._is_whole = True
        self._is_followed = True

    # What httptools calls. A message that begins after the end is a second answer that nobody asked for.

    def on_message_begin(self) -> None:
        self._is_followed = self._is_followed or self._is_whole

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._is_whole:
            return
        self._head_size += len(name) + len(value) + 4
        if not self._has_head:
            self._headers.append((name.decode("latin-1").lower(), value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        if self._is_whole:
            return
        self._status = self._parser.get_status_code()
        if self._status < 200:
            self._headers.clear()
            return
        self._has_head = True
        # The parser does not know what was asked, so it would wait for the body that the head announces.
        self._is_whole = self._is_head_request

    def on_body(self, data: bytes) -> None:
        if self._is_whole:
            return
        room = self._limits.body - len(self._body)
        self._body += data[:room]
        self._is_over = self._is_over or len(data) > room

    def on_message_complete(self) -> None:
        if self._has_head:
            self._is_whole = True
            self._keeps_alive = self._parser.should_keep_alive() and not self._is_head_request
