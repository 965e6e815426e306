"""Connections that are kept open between requests. Every step takes constant time."""

import asyncio

from fedblog.net.connection import Connection, Place


class Pool:
    """Idle connections by place, at most `most` of them, each for at most `seconds`.

    The youngest is taken first; at the bound the oldest goes.
    """

    def __init__(self, most: int, seconds: float) -> None:
        self._most = most
        self._seconds = seconds
        self._by_place: dict[Place, dict[Connection, None]] = {}
        self._since: dict[Connection, float] = {}
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._since)

    def take(self, place: Place) -> Connection | None:
        """The connection to `place` that was used last, or None."""
        kept = self._by_place.get(place)
        if kept is None:
            return None
        connection = next(reversed(kept))
        self.forget(connection)
        return connection

    def put(self, connection: Connection) -> None:
        """Keep `connection` for the next request to its place."""
        if len(self._since) >= self._most:
            self._end(next(iter(self._since)))
        loop = asyncio.get_running_loop()
        self._since[connection] = loop.time()
        self._by_place.setdefault(connection.place, {})[connection] = None
        if self._timer is None:
            self._timer = loop.call_later(self._seconds, self._sweep)

    def forget(self, connection: Connection) -> None:
        """It is in use again, or ended by itself."""
        if self._since.pop(connection, None) is None:
            return
        kept = self._by_place[connection.place]
        del kept[connection]
        if not kept:
            del self._by_place[connection.place]

    def close(self) -> None:
        """End them all."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for connection in tuple(self._since):
            self._end(connection)

    def _end(self, connection: Connection) -> None:
        self.forget(connection)
        connection.abort()

    def _sweep(self) -> None:
        self._timer = None
        loop = asyncio.get_running_loop()
        while self._since:
            connection, since = next(iter(self._since.items()))
            if since + self._seconds > loop.time():
                self._timer = loop.call_at(since + self._seconds, self._sweep)
                return
            self._end(connection)
