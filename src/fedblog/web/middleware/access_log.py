"""Our own access log: one line per answer that was made (kept pages are not logged), and never a flood.

A burst of lines is followed by at most a few per second; the next line tells how many were left out.
Addresses are cut to their network, bodies and cookies are never written (security.md A11, section 6).
"""

import ipaddress
import logging
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fedblog.web.middleware import asgi

_BURST = 100.0
_PER_SECOND = 10.0
_log = logging.getLogger("fedblog.access")


class AccessLog:
    """Writes the line when the answer is done. `monotonic` is the clock, in seconds."""

    def __init__(self, app: ASGIApp, monotonic: Callable[[], float]) -> None:
        self._app = app
        self.clock = monotonic
        self._budget = _Budget(monotonic())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _log.isEnabledFor(logging.INFO):
            return await self._app(scope, receive, send)
        began, status = self.clock(), 0

        async def watch(message: Message) -> None:
            nonlocal status
            if asgi.is_start(message):
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watch)
        finally:
            self.write(scope, status, began)

    def write(self, scope: Scope, status: int, began: float) -> None:
        """Note one answer; `began` is of our `clock`, in seconds."""
        if not _log.isEnabledFor(logging.INFO):
            return
        now = self.clock()
        left_out = self._budget.take(now, is_urgent=status >= 500)
        if left_out is None:
            return
        fields = {
            "method": scope["method"],
            "path": scope["path"],
            "status": status,
            "ms": round((now - began) * 1000, 1),
            "client": network_of(scope["client"][0] if scope.get("client") else ""),
            "agent": asgi.header(scope, b"user-agent") or "",
        }
        _log.info("answered", fields | ({"left_out": left_out} if left_out else {}))


class _Budget:
    """A token bucket for lines."""

    def __init__(self, now: float) -> None:
        self._tokens = _BURST
        self._at = now
        self._left_out = 0

    def take(self, now: float, *, is_urgent: bool) -> int | None:
        """How many lines were left out before this one, which may be written; None: leave it out too."""
        self._tokens = min(_BURST, self._tokens + (now - self._at) * _PER_SECOND)
        self._at = now
        if self._tokens < 1 and not is_urgent:
            self._left_out += 1
            return None
        self._tokens = max(0.0, self._tokens - 1)
        left_out, self._left_out = self._left_out, 0
        return left_out


def network_of(address: str) -> str:
    """The /24 or /48 an address belongs to: enough to see a flood, not enough to know a reader."""
    try:
        bits = 24 if ipaddress.ip_address(address).version == 4 else 48
        return str(ipaddress.ip_network((address, bits), strict=False))
    except ValueError:
        return ""
