"""Calls of another server's HTTP API: small forms out, JSON objects back, nothing followed, nothing remembered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fedblog.ap.strict_json import read_object
from fedblog.errors import BadAnswer, Invalid
from fedblog.net.posting import request_target
from fedblog.net.way_out import WayOut
from fedblog.world import Headers, Limits, WireResponse

CALL = Limits(total=15.0, connect=5.0, body=1 << 20)
"""What one call may cost: the other server may have to fetch a post from here meanwhile."""
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Reply:
    """What the API answered. `document` is empty where there was no JSON object."""

    status: int
    document: Mapping[str, Any]

    @property
    def is_success(self) -> bool:
        """It did what was asked."""
        return 200 <= self.status < 300


class Caller:
    """Calls APIs. A token given as `bearer` goes into the one header that it belongs to, and nowhere else."""

    def __init__(self, way_out: WayOut, user_agent: str) -> None:
        self._way_out = way_out
        self._user_agent = user_agent

    async def call(
        self,
        address: str,
        fields: Mapping[str, str] | None = None,
        *,
        bearer: str = "",
        once: str = "",
        limits: Limits = CALL,
    ) -> Reply:
        """POST the fields as a form, or GET where there are none. Every status is an answer, redirects too.

        `once` names the call, so that the other server does it once (Idempotency-Key). Raises the `RemoteError`s.
        """
        url = self._way_out.check(address)
        body = urlencode(fields).encode() if fields is not None else b""
        headers: Headers = (
            ("Host", url.authority),
            ("User-Agent", self._user_agent),
            ("Accept", "application/json"),
            ("Accept-Encoding", "identity"),
        )
        if fields is not None:
            headers += (("Content-Type", _FORM), ("Content-Length", str(len(body))))
        if bearer:
            headers += (("Authorization", f"Bearer {bearer}"),)
        if once:
            headers += (("Idempotency-Key", once),)
        method = "GET" if fields is None else "POST"
        answer = await self._way_out.exchange(method, url, request_target(url), headers, limits, body)
        return Reply(answer.status, _object_of(answer))


def _object_of(answer: WireResponse) -> Mapping[str, Any]:
    if (answer.header("content-encoding") or "identity").lower() != "identity":
        raise BadAnswer("the answer is compressed, which was not asked for", answer.status)
    essence = (answer.header("content-type") or "").partition(";")[0].strip().lower()
    if essence != "application/json":
        return {}
    try:
        return read_object(answer.body)
    except Invalid:
        return {}
