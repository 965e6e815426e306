"""The transport of ours under everything that leaves: sockets, TLS, keep-alive, caps and one deadline.

It connects only to the addresses it is given; that these were checked is the guard's part.
"""

import asyncio
import ssl
from collections.abc import Callable, Sequence
from functools import cache, partial

from fedblog.errors import Unreachable
from fedblog.net.connect import first_of
from fedblog.net.connection import Connection, ConnectionClosed, Place, payload_of
from fedblog.net.handshake import shake_hands
from fedblog.net.pool import Pool
from fedblog.world import Handshake, Limits, WireRequest, WireResponse

_MOST_IDLE = 128
_IDLE_SECONDS = 60.0


class SocketTransport:
    """`world.Transport` over real sockets. One per process; `aclose` when it ends.

    `tls` is the context of all connections, or makes it when the first one asks for it.
    """

    def __init__(
        self,
        tls: ssl.SSLContext | Callable[[], ssl.SSLContext],
        *,
        most_idle: int = _MOST_IDLE,
        idle_seconds: float = _IDLE_SECONDS,
    ) -> None:
        self._tls = cache(lambda: tls if isinstance(tls, ssl.SSLContext) else tls())
        self._pool = Pool(most_idle, idle_seconds)
        self._open: set[Connection] = set()
        self._is_closed = False
        self._none_open = asyncio.Event()

    async def exchange(self, request: WireRequest, addresses: Sequence[str], limits: Limits) -> WireResponse:
        """One request and its answer, within `limits`. Redirects are answers like others.

        A kept connection that turns out to be closed is replaced by a fresh one, once.
        Raises `Unreachable`, `BadAnswer` or `TooLarge`; the texts are fit to be shown to the author.
        """
        payload = payload_of(request)
        places = [Place(request.scheme, request.host, request.port, address) for address in addresses]
        try:
            async with asyncio.timeout(limits.total):
                return await self._exchange(places, payload, request.method, limits)
        except TimeoutError as error:
            raise Unreachable(f"no answer within {limits.total:.2g} s") from error

    async def shake_hands(self, host: str, port: int, addresses: Sequence[str], limits: Limits) -> Handshake:
        """Look at the certificate that is shown for `host`, and leave. Raises `Unreachable`."""
        return await shake_hands(self._tls(), host, port, addresses, limits.connect)

    async def aclose(self) -> None:
        """End every connection, also those in use, and wait until they are gone."""
        self._is_closed = True
        self._pool.close()
        for connection in self._open:
            connection.abort()
        if self._open:
            await self._none_open.wait()

    async def _exchange(self, places: Sequence[Place], payload: bytes, method: str, limits: Limits) -> WireResponse:
        kept = self._take(places)
        if kept is not None:
            try:
                return await self._carry(kept, payload, method, limits)
            except ConnectionClosed:
                pass  # the server had ended it before it saw the request
        return await self._carry(await self._connect(places, limits.connect), payload, method, limits)

    async def _carry(self, connection: Connection, payload: bytes, method: str, limits: Limits) -> WireResponse:
        try:
            answer = await connection.exchange(payload, method, limits)
        except BaseException:
            connection.abort()
            raise
        if connection.is_reusable and not self._is_closed:
            self._pool.put(connection)
        else:
            connection.abort()
        return answer

    def _take(self, places: Sequence[Place]) -> Connection | None:
        for place in places:
            kept = self._pool.take(place)
            if kept is not None:
                return kept
        return None

    async def _connect(self, places: Sequence[Place], seconds: float) -> Connection:
        try:
            async with asyncio.timeout(seconds):
                return await first_of(places, self._open_one)
        except TimeoutError as error:
            raise Unreachable(f"no connection within {seconds:.2g} s") from error

    async def _open_one(self, place: Place) -> Connection:
        is_tls = place.scheme == "https"
        _, connection = await asyncio.get_running_loop().create_connection(
            partial(Connection, place, self._forget),
            place.address,
            place.port,
            ssl=self._tls() if is_tls else None,
            server_hostname=place.host if is_tls else None,
        )
        if self._is_closed:
            connection.abort()
            raise Unreachable("fedblog is stopping")
        if connection.is_open:
            self._open.add(connection)
        return connection

    def _forget(self, connection: Connection) -> None:
        self._pool.forget(connection)
        self._open.discard(connection)
        if self._is_closed and not self._open:
            self._none_open.set()
