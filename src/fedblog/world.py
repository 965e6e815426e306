"""The outside world behind one frozen struct: clock, dice, names and wires.

Built once in `app`; tests pass a fake whose clock moves by hand and whose transport is a fediverse
in a box. Protocols only: nothing here knows httpx, asyncio sockets or a database.
"""

import asyncio
import contextlib
import random
import secrets
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

Headers = tuple[tuple[str, str], ...]
_NAMES_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class WireRequest:
    """One HTTP request as it goes over the wire. `target` is the origin form: path and query.

    `headers` is complete (Host and Content-Length included) and is sent in this order.
    """

    method: str
    scheme: str
    host: str
    port: int
    target: str
    headers: Headers
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class WireResponse:
    """One HTTP answer. Header names are lower-case; `body` is as received, not inflated."""

    status: int
    headers: Headers
    body: bytes

    def header(self, name: str) -> str | None:
        """The first header of that (lower-case) name."""
        return next((value for key, value in self.headers if key == name), None)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one exchange may cost: seconds in total, seconds to connect, bytes of body.

    A body over its cap is refused, or, with `cuts_body`, cut off there for callers who want the status alone.
    """

    total: float = 10.0
    connect: float = 5.0
    body: int = 1 << 20
    cuts_body: bool = False


@dataclass(frozen=True, slots=True)
class Handshake:
    """What a TLS server showed. `trouble` is why its certificate is not believed, in OpenSSL's words and number;
    "" and 0 when it is. `ends_at`: when the certificate ends, in ms UTC; 0 where it is not believed."""

    trouble: str = ""
    code: int = 0
    ends_at: int = 0


class Transport(Protocol):
    """Carries a request to one of the given, already checked, addresses.

    Raises `Unreachable` when no answer came in time and `TooLarge` when the body went over its cap.
    """

    async def exchange(self, request: WireRequest, addresses: Sequence[str], limits: Limits) -> WireResponse: ...

    async def shake_hands(self, host: str, port: int, addresses: Sequence[str], limits: Limits) -> Handshake:
        """Connect, look at the certificate, and leave. Raises `Unreachable`."""
        ...

    async def aclose(self) -> None: ...


@dataclass(frozen=True, slots=True)
class World:
    """Clock, dice, DNS and transport.

    `now` is UTC in milliseconds, `monotonic` in seconds, `token(n)` n random bytes, `jitter` a
    number in [0, 1), `resolve` every address of a host name as text.
    """

    now: Callable[[], int]
    monotonic: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    token: Callable[[int], bytes]
    jitter: Callable[[], float]
    resolve: Callable[[str], Awaitable[Sequence[str]]]
    transport: Transport


def real_world(transport: Transport) -> World:
    """The world as it is, over the given transport."""
    return World(
        now=_now_ms,
        monotonic=time.monotonic,
        sleep=asyncio.sleep,
        token=secrets.token_bytes,
        jitter=random.random,
        resolve=_Names().resolve,
        transport=transport,
    )


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


class _Names:
    """Asks the system for addresses, each time in a thread that nobody waits for.

    A name server that does not answer holds such a thread for half a minute; the threads of the
    event loop would delay all other names meanwhile, and the end of the program.
    """

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(_NAMES_AT_ONCE)

    async def resolve(self, host: str) -> Sequence[str]:
        async with self._slots:
            loop = asyncio.get_running_loop()
            answer: asyncio.Future[Sequence[str]] = loop.create_future()
            threading.Thread(target=_ask, args=(host, loop, answer), daemon=True).start()
            return await answer


def _ask(host: str, loop: asyncio.AbstractEventLoop, answer: asyncio.Future[Sequence[str]]) -> None:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        tell = partial(_settle, answer, None, OSError(str(error)))
    else:
        tell = partial(_settle, answer, tuple(dict.fromkeys(str(address[4][0]) for address in found)), None)
    with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
        loop.call_soon_threadsafe(tell)


def _settle(answer: asyncio.Future[Sequence[str]], addresses: Sequence[str] | None, error: OSError | None) -> None:
    if answer.done():
        return
    if error:
        answer.set_exception(error)
    else:
        answer.set_result(addresses or ())
