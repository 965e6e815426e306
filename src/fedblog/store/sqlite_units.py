"""What runs inside the thread of one SQLite connection: statements, and whole units of work in one hop."""

import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar, cast

import aiosqlite

from fedblog.errors import Busy
from fedblog.store.door import Duplicate, Reading, Row, Unstorable, Value
from fedblog.store.statements import for_sqlite, has_nul

T = TypeVar("T")
InThread = Callable[[sqlite3.Connection], T]

_UNIQUE = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}
_UNUSABLE = {
    sqlite3.SQLITE_BUSY: "Another program has been writing to the database for too long.",
    sqlite3.SQLITE_LOCKED: "The database is locked.",
    sqlite3.SQLITE_FULL: "The disk is full.",
    sqlite3.SQLITE_IOERR: "The disk does not read or write the database.",
    sqlite3.SQLITE_READONLY: "The database may not be written to.",
    sqlite3.SQLITE_CORRUPT: "The database is damaged. Restore a backup: fedblog restore",
    sqlite3.SQLITE_NOTADB: "The database is damaged. Restore a backup: fedblog restore",
}


async def hop(connection: aiosqlite.Connection, function: InThread[T]) -> T:
    """Run `function` in the connection's own thread. It runs to its end even when the caller is cancelled.

    The one place that reaches into aiosqlite, whose public calls cost one hop for each statement.
    """
    return cast(T, await connection._execute(function, connection._conn))  # type: ignore[no-untyped-call]  # noqa: SLF001


def drive(work: Awaitable[T]) -> T:
    """Run `work` to its end here and now. Raises `RuntimeError` as soon as it waits for anything but the database."""
    steps = work.__await__()
    try:
        next(steps)
    except StopIteration as end:
        return cast(T, end.value)
    steps.close()
    raise RuntimeError("A unit of work awaited something else than its own `db`.")


class Direct:
    """A `Writer` on a connection of this thread. Nothing in it ever waits, so that `drive` can run it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.topics: set[str] = set()

    async def one(self, sql: str, *values: Value) -> Row | None:
        return cast(Row | None, execute(self._connection, sql, values).fetchone())

    async def all(self, sql: str, *values: Value) -> Sequence[Row]:
        return cast(Sequence[Row], execute(self._connection, sql, values).fetchall())

    async def value(self, sql: str, *values: Value) -> Any:
        row = execute(self._connection, sql, values).fetchone()
        return row[0] if row else None

    async def run(self, sql: str, *values: Value) -> int:
        return max(execute(self._connection, sql, values).rowcount, 0)

    async def many(self, sql: str, rows: Iterable[Sequence[Value]]) -> None:
        try:
            self._connection.executemany(for_sqlite(sql), _storable(rows))
        except (sqlite3.Error, OverflowError, UnicodeEncodeError) as error:
            raise in_our_words(error) from error

    def touch(self, *topics: str) -> None:
        self.topics.update(topics)


def execute(connection: sqlite3.Connection, sql: str, values: Sequence[Value] = ()) -> sqlite3.Cursor:
    """One statement, its errors in our words."""
    if has_nul(values):
        raise Unstorable
    try:
        return connection.execute(for_sqlite(sql), values)
    except (sqlite3.Error, OverflowError, UnicodeEncodeError) as error:
        raise in_our_words(error) from error


def _storable(rows: Iterable[Sequence[Value]]) -> Iterator[Sequence[Value]]:
    for values in rows:
        if has_nul(values):
            raise Unstorable
        yield values


def in_our_words(error: Exception) -> Exception:
    """What the error means to a caller who knows no engine; the error itself where it means a mistake of ours."""
    if isinstance(error, OverflowError | UnicodeEncodeError):
        return Unstorable()
    code = getattr(error, "sqlite_errorcode", None) or 0
    if code in _UNIQUE:
        return Duplicate()
    if code & 0xFF in _UNUSABLE:
        return Busy(_UNUSABLE[code & 0xFF])
    return error


def snapshot(connection: sqlite3.Connection, reading: Reading[T]) -> T:
    """Run `reading` on the database as of its first statement."""
    execute(connection, "BEGIN")
    try:
        return drive(reading(Direct(connection)))
    finally:
        connection.rollback()
