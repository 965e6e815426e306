"""The delivery path: signed POSTs straight to the transport, without httpx (performance.md 4)."""

from dataclasses import dataclass
from urllib.parse import quote

from fedblog.ap.media_types import ACTIVITY_JSON
from fedblog.ap.signatures import Form, Message, SigningKey, sign
from fedblog.net.way_out import WayOut
from fedblog.urls import Url
from fedblog.world import Headers, Limits

DELIVERY = Limits(total=10.0, connect=5.0, body=64 * 1024, cuts_body=True)
_TOLD = frozenset({"retry-after", "date", "accept-signature"})
# Everything that RFC 3986 lets stand in a path or query, and the mark of what is encoded already.
_TARGET_CHARACTERS = "!$%&'()*+,-./:;=?@_~"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a POST: the status, and of the headers `retry-after`, `date` and `accept-signature`."""

    status: int
    headers: Headers

    def header(self, name: str) -> str | None:
        """The first of these headers by that (lower-case) name."""
        return next((value for key, value in self.headers if key == name), None)


class Poster:
    """Signs and sends activities."""

    def __init__(self, way_out: WayOut, user_agent: str) -> None:
        self._way_out = way_out
        self._user_agent = user_agent

    async def post(
        self, address: str, body: bytes, body_sha256: bytes, key: SigningKey, form: Form, limits: Limits
    ) -> Receipt:
        """One signed POST. A redirect is an answer and is never followed. Raises `RemoteError`s."""
        url = self._way_out.check(address)
        target = request_target(url)
        headers: Headers = (
            ("Host", url.authority),
            ("User-Agent", self._user_agent),
            ("Accept-Encoding", "identity"),
            ("Content-Type", ACTIVITY_JSON),
            ("Content-Length", str(len(body))),
        )
        message = Message("POST", url.scheme, url.authority, target, headers, body)
        headers += sign(message, key, form, self._way_out.world.now(), body_sha256=body_sha256)
        answer = await self._way_out.exchange("POST", url, target, headers, limits, body)
        return Receipt(answer.status, tuple(header for header in answer.headers if header[0] in _TOLD))


def request_target(url: Url) -> str:
    """Path and query as they stand on the wire: what is not ASCII percent-encoded as UTF-8 (RFC 3987 section 3.1)."""
    return url.target if url.target.isascii() else quote(url.target, safe=_TARGET_CHARACTERS)
