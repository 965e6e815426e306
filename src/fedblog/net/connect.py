"""Opening a connection to the first of several addresses that answers (RFC 8305, without its sorting)."""

import asyncio
import errno
import ssl
from collections import deque
from collections.abc import Callable, Coroutine, Sequence

from fedblog.errors import Unreachable
from fedblog.net.connection import Connection, Place

_STAGGER = 0.25
# A name may have hundreds of addresses; one request must not become hundreds of connections.
_MOST_PLACES = 8
_NO_ROUTE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})

Open = Callable[[Place], Coroutine[object, object, Connection]]


async def first_of(places: Sequence[Place], open_one: Open) -> Connection:
    """The first connection that opens: places are tried in order, the next one after 250 ms or a failure.

    Raises `Unreachable` with the most telling reason when none opens. Leaves no attempt behind.
    """
    attempts: set[asyncio.Task[Connection]] = set()
    failures: list[OSError] = []
    untried = deque(places[:_MOST_PLACES])
    try:
        while untried or attempts:
            if untried:
                attempts.add(asyncio.create_task(open_one(untried.popleft())))
            winner = await _next_winner(attempts, failures, _STAGGER if untried else None)
            if winner is not None:
                return winner
    finally:
        await _abandon(attempts)
    raise Unreachable(_reason(failures)) from failures[0]


async def _next_winner(
    attempts: set["asyncio.Task[Connection]"], failures: list[OSError], seconds: float | None
) -> Connection | None:
    done, _ = await asyncio.wait(attempts, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for attempt in done:
        attempts.discard(attempt)
        try:
            return attempt.result()
        except OSError as error:
            failures.append(error)
    return None


async def _abandon(attempts: set["asyncio.Task[Connection]"]) -> None:
    for attempt in attempts:
        attempt.cancel()
    for late in await asyncio.gather(*attempts, return_exceptions=True):
        if isinstance(late, Connection):
            late.abort()


def _reason(failures: Sequence[OSError]) -> str:
    telling = [error for error in failures if error.errno not in _NO_ROUTE]
    return reason_of((telling or failures)[0])


def reason_of(error: OSError) -> str:
    """A failure to connect in words that an author understands."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return "the TLS certificate is not valid"
    if isinstance(error, ssl.SSLError):
        return "no common way to speak TLS"
    if isinstance(error, ConnectionRefusedError):
        return "connection refused"
    if isinstance(error, ConnectionError):
        return "the connection was closed while it was being made"
    if isinstance(error, TimeoutError):
        return "no connection in time"
    if error.errno in _NO_ROUTE:
        return "there is no route to the server"
    return "the connection failed"
