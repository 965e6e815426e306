"""The short way into the shared inbox, which every comment, like and follow of the fediverse takes.

A request that is as it should be needs no route, no page of errors and no wrapper around each of its messages:
its headers are read once, its body is received, and it is answered. Whatever is odd about one is left to the long way,
through every check and route, where it is refused in words; so nothing is refused here, and nothing twice.
"""

from collections.abc import Sequence

from starlette.types import ASGIApp, Receive, Scope, Send

from fedblog.ap.signatures import Message
from fedblog.services.receiving import Inbox, Receipt
from fedblog.urls import Url
from fedblog.web.middleware.access_log import AccessLog
from fedblog.web.middleware.body_guard import INBOX_LIMIT, Body, Patience
from fedblog.web.middleware.failures import Failures
from fedblog.web.middleware.forwarded import Forwarded
from fedblog.web.middleware.security_headers import adding, headers_for

PATH = "/inbox"
_RAW_PATH = PATH.encode("ascii")
_PATIENCE = Patience()
_ODD = frozenset({b"transfer-encoding", b"content-encoding"})
_HEADERS = (*headers_for(PATH), (b"cache-control", b"no-store"), (b"content-length", b"0"))

RawHeaders = Sequence[tuple[bytes, bytes]]


class InboxDoor:
    """Takes sound POSTs to the shared inbox itself, and leaves everything else to `app`.

    What is answered here is logged, and what breaks is answered, as on the long way: by its own checks.
    """

    def __init__(
        self, app: ASGIApp, inbox: Inbox, base_url: Url, *, log: AccessLog, forwarded: Forwarded, failures: Failures
    ) -> None:
        self._app = app
        self._inbox = inbox
        self._scheme, self._authority = base_url.scheme, base_url.authority
        self._host = base_url.authority.encode("ascii")
        self._log = log
        self._forwarded = forwarded
        self._failures = failures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._is_sound(scope):
            return await self._app(scope, receive, send)
        began = self._log.clock()
        self._forwarded.believe(scope)
        try:
            status = await self._take(scope, receive, send)
        except Exception as error:  # noqa: BLE001 - `Failures` knows what to say
            status = await self._failures.answer(scope, receive, adding(send, PATH), error)
        self._log.write(scope, status, began)

    def _is_sound(self, scope: Scope) -> bool:
        if scope["method"] != "POST" or scope["raw_path"] != _RAW_PATH or scope["query_string"]:
            return False
        given: RawHeaders = scope["headers"]
        names = [name for name, _ in given]
        if names.count(b"host") != 1 or names.count(b"content-length") != 1 or not _ODD.isdisjoint(names):
            return False
        first = dict(given)
        length = first[b"content-length"]
        is_short = len(length) < 8 and length.isdigit() and int(length) <= INBOX_LIMIT
        return is_short and first[b"host"] == self._host

    async def _take(self, scope: Scope, receive: Receive, send: Send) -> int:
        body = await Body(receive, INBOX_LIMIT, _PATIENCE).whole()
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
        receipt = await self._inbox.receive(Message("POST", self._scheme, self._authority, PATH, headers, body))
        await send({"type": "http.response.start", "status": receipt.status, "headers": _headers(receipt)})
        await send({"type": "http.response.body", "body": b""})
        return receipt.status


def _headers(receipt: Receipt) -> RawHeaders:
    if receipt.retry_after is None:
        return _HEADERS
    return (*_HEADERS, (b"retry-after", str(receipt.retry_after).encode("ascii")))
