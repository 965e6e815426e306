"""The connections to a SQLite file that only read. What is asked while one is busy goes together in its next hop.

A hop into a connection's thread and back costs more than most statements.
"""

import asyncio
import sqlite3
from collections.abc import Sequence
from typing import Any, TypeVar, cast

import aiosqlite

from fedblog.store.door import Row, Value, refuse_inside_unit
from fedblog.store.sqlite_units import InThread, execute, hop

T = TypeVar("T")

_MOST_TOGETHER = 16
_Question = tuple[InThread[Any], asyncio.Future[Any]]
_Outcome = tuple[Any, Exception | None]


class SqliteReaders:
    """A `Reader` over connections that only read: each question goes to the one with the least to do."""

    def __init__(self, connections: Sequence[aiosqlite.Connection]) -> None:
        self._desks = [_Desk(connection) for connection in connections]

    async def hop(self, function: InThread[T]) -> T:
        """Run `function` on one of them. It may run to its end even when the caller is cancelled."""
        return await min(self._desks, key=_Desk.delay).ask(function)

    async def one(self, sql: str, *values: Value) -> Row | None:
        refuse_inside_unit()
        return await self.hop(lambda connection: cast(Row | None, execute(connection, sql, values).fetchone()))

    async def all(self, sql: str, *values: Value) -> Sequence[Row]:
        refuse_inside_unit()
        return await self.hop(lambda connection: cast(Sequence[Row], execute(connection, sql, values).fetchall()))

    async def value(self, sql: str, *values: Value) -> Any:
        row = await self.one(sql, *values)
        return row[0] if row else None  # type: ignore[index]


class _Desk:
    """One connection, and who waits for it."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._waiting: list[_Question] = []
        self._in_flight = 0
        self._serving: asyncio.Task[None] | None = None

    def delay(self) -> tuple[int, int]:
        """How long a question would wait here: for the hop under way, then for others in the same one."""
        return self._in_flight, len(self._waiting) if self._in_flight else 0

    async def ask(self, function: InThread[T]) -> T:
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((function, answer))
        if self._serving is None:
            self._serving = asyncio.create_task(self._serve())
        return await answer

    async def _serve(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting[:_MOST_TOGETHER], self._waiting[_MOST_TOGETHER:]
                wanted = [question for question in group if not question[1].done()]
                self._in_flight = len(wanted)
                await self._settle(wanted)
        finally:
            self._serving, self._in_flight = None, 0
            for _, answer in self._waiting:
                answer.cancel()
            self._waiting.clear()

    async def _settle(self, group: Sequence[_Question]) -> None:
        functions = [function for function, _ in group]
        outcomes: Sequence[_Outcome]
        try:
            outcomes = await hop(self._connection, lambda connection: _outcomes(functions, connection))
        except asyncio.CancelledError:
            for _, answer in group:
                answer.cancel()
            raise
        except Exception as error:  # noqa: BLE001 - it is handed to those who asked
            outcomes = [(None, error)] * len(group)
        for (_, answer), (found, failure) in zip(group, outcomes, strict=True):
            if not answer.done():
                answer.set_exception(failure) if failure else answer.set_result(found)


def _outcomes(functions: Sequence[InThread[Any]], connection: sqlite3.Connection) -> list[_Outcome]:
    return [_outcome(function, connection) for function in functions]


def _outcome(function: InThread[Any], connection: sqlite3.Connection) -> _Outcome:
    """What the function finds or raises, so that one that fails leaves the others alone."""
    try:
        return function(connection), None
    except Exception as error:  # noqa: BLE001 - as above
        return None, error
