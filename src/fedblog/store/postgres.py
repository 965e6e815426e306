"""The PostgreSQL engine, through asyncpg. Imported only where it is configured.

A unit of work runs SERIALIZABLE, so that it is as good as alone, and again after a collision.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar

import asyncpg

from fedblog.errors import Busy, Refused
from fedblog.store.door import (
    Duplicate,
    Heard,
    Reader,
    Reading,
    Row,
    Sleep,
    Unstorable,
    Value,
    Work,
    refuse_inside_unit,
)
from fedblog.store.postgres_copying import copy_rows_out, replace_rows
from fedblog.store.postgres_notices import CHANNEL, listen_for_ever, notice
from fedblog.store.sqlite_file import reading_uri
from fedblog.store.statements import for_postgres, is_unstorable
from fedblog.world import World

T = TypeVar("T")
_Connection: TypeAlias = "asyncpg.Connection[Any]"
_Pool: TypeAlias = "asyncpg.Pool[Any]"
Isolation = Literal["serializable", "repeatable_read", "read_committed"]

POOL_SIZE = 8
_ACQUIRE_SECONDS = 10.0
_OLDEST = 15
_RETRIES = 20
_MIGRATION_LOCK = 0x666564626C6F67  # "fedblog", so that no other program takes it by chance
_COLLISIONS = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError, asyncpg.InvalidCachedStatementError)
_AWAY = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InternalClientError,  # what asyncpg makes of a connection that ends while a statement is about to be sent
)


_SETTINGS = {
    "application_name": "fedblog",
    "jit": "off",  # it costs more than it gains on short statements
    "idle_in_transaction_session_timeout": "60000",  # a stopped process must not keep its row locks
}


class _Collision(Busy):
    """Two units met; the one that raises this was rolled back and may run again."""


async def open_postgres(url: str, world: World) -> "PostgresEngine":
    """Connect. Raises `Refused` when nothing answers, or a PostgreSQL that is too old."""
    try:
        pool = await asyncpg.create_pool(
            url,
            min_size=1,
            max_size=POOL_SIZE,
            init=_set_up,
            reset=_leave_as_it_is,
            command_timeout=60,
            server_settings=_SETTINGS,
        )
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise Refused(f"PostgreSQL cannot be reached: {error}.", "Check storage.database.") from error
    engine = PostgresEngine(url, pool, world)
    version = int(await engine.reader.value("SELECT current_setting('server_version_num')")) // 10_000
    if version < _OLDEST:
        await engine.close()
        raise Refused(f"PostgreSQL {version} is too old.", f"fedblog needs {_OLDEST} or newer.")
    return engine


async def _set_up(connection: _Connection) -> None:
    """SUM() over BIGINT is NUMERIC in PostgreSQL; read it as the number that SQLite gives."""
    await connection.set_type_codec("numeric", encoder=str, decoder=_number, schema="pg_catalog", format="text")


async def _leave_as_it_is(_: _Connection) -> None:
    """A session is never changed, so there is nothing to reset; asyncpg's reset is a round trip for each statement."""


def _number(text: str) -> int | float:
    return int(text) if text.lstrip("-").isdecimal() else float(text)


@contextmanager
def _in_our_words(values: Iterable[Value] = ()) -> Iterator[None]:
    try:
        yield
    except asyncpg.UniqueViolationError as error:
        raise Duplicate from error
    except (asyncpg.DataError, asyncpg.CharacterNotInRepertoireError, UnicodeEncodeError) as error:
        if is_unstorable(values):
            raise Unstorable from error
        raise
    except _COLLISIONS as error:
        raise _Collision("The database is too busy with the same things.") from error
    except _AWAY as error:
        raise Busy("The database does not answer.") from error


def _is_lost(connection: Any) -> bool:
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:
        return True  # the pool has thrown it away already


class PostgresReader:
    """A `Reader` over the pool: each statement by itself."""

    def __init__(self, pool: _Pool) -> None:
        self._pool = pool

    async def one(self, sql: str, *values: Value) -> Row | None:
        refuse_inside_unit()
        with _in_our_words(values):
            return await self._pool.fetchrow(for_postgres(sql), *values)

    async def all(self, sql: str, *values: Value) -> Sequence[Row]:
        refuse_inside_unit()
        with _in_our_words(values):
            return await self._pool.fetch(for_postgres(sql), *values)

    async def value(self, sql: str, *values: Value) -> Any:
        refuse_inside_unit()
        with _in_our_words(values):
            return await self._pool.fetchval(for_postgres(sql), *values)


class PostgresWriter:
    """A `Writer` on one connection, inside its transaction."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.topics: set[str] = set()

    async def one(self, sql: str, *values: Value) -> Row | None:
        with _in_our_words(values):
            return await self._connection.fetchrow(for_postgres(sql), *values)  # type: ignore[no-any-return]

    async def all(self, sql: str, *values: Value) -> Sequence[Row]:
        with _in_our_words(values):
            return await self._connection.fetch(for_postgres(sql), *values)  # type: ignore[no-any-return]

    async def value(self, sql: str, *values: Value) -> Any:
        with _in_our_words(values):
            return await self._connection.fetchval(for_postgres(sql), *values)

    async def run(self, sql: str, *values: Value) -> int:
        with _in_our_words(values):
            status: str = await self._connection.execute(for_postgres(sql), *values)
        touched = status.rpartition(" ")[2]  # "UPDATE 3", "INSERT 0 1", "CREATE TABLE"
        return int(touched) if touched.isdecimal() else 0

    async def many(self, sql: str, rows: Iterable[Sequence[Value]]) -> None:
        listed = list(rows)
        with _in_our_words(value for values in listed for value in values):
            await self._connection.executemany(for_postgres(sql), listed)

    def touch(self, *topics: str) -> None:
        self.topics.update(topics)


class PostgresEngine:
    """See `door.Engine`."""

    kind = "postgres"
    tokens = {  # noqa: RUF012 - a constant of the protocol
        "pk": "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
        "int": "BIGINT",
        "bytes": "BYTEA",
        "strict": "",
    }

    def __init__(self, url: str, pool: _Pool, world: World) -> None:
        self._url = url
        self._pool = pool
        self._instance = world.token(8).hex()  # tells our own notices from those of other processes
        self._jitter = world.jitter
        self._reader = PostgresReader(pool)
        self._retrying = asyncio.Lock()

    @property
    def reader(self) -> Reader:
        return self._reader

    async def read(self, reading: Reading[T]) -> T:
        result, _ = await self._unit(reading, "repeatable_read", readonly=True)
        return result

    async def write(self, work: Work[T], *, alone: bool) -> tuple[T, frozenset[str]]:
        isolation: Isolation = "serializable" if alone else "read_committed"
        with suppress(_Collision):
            return await self._unit(work, isolation)
        async with self._retrying:  # those that collided once do not collide among themselves again
            for attempt in range(_RETRIES):
                with suppress(_Collision):
                    return await self._unit(work, isolation)
                await asyncio.sleep(self._jitter() * min(0.002 * 2**attempt, 0.25))
        raise Busy("The database has too much to write at the moment.")

    async def _unit(self, work: Work[T], isolation: Isolation, *, readonly: bool = False) -> tuple[T, frozenset[str]]:
        with _in_our_words():
            async with self._pool.acquire(timeout=_ACQUIRE_SECONDS) as connection:
                try:
                    async with connection.transaction(isolation=isolation, readonly=readonly):
                        return await self._run(work, PostgresWriter(connection))
                except asyncpg.InterfaceError as error:
                    if _is_lost(connection):
                        raise Busy("The database does not answer.") from error
                    raise

    async def _run(self, work: Work[T], db: PostgresWriter) -> tuple[T, frozenset[str]]:
        result = await work(db)
        if db.topics:
            await db.run("SELECT pg_notify(?, ?)", CHANNEL, notice(self._instance, db.topics))
        return result, frozenset(db.topics)

    async def reshape(self, work: Work[T]) -> T:
        async with self._session() as connection, connection.transaction():
            return await work(PostgresWriter(connection))

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[_Connection]:
        """A connection of its own, without a limit of time: for what may take long."""
        with _in_our_words():
            connection = await asyncpg.connect(self._url, server_settings=_SETTINGS)
            try:
                yield connection
            finally:
                await connection.close()

    async def watch(self, heard: Heard, sleep: Sleep) -> None:
        await listen_for_ever(self._url, self._instance, heard, sleep)

    async def has_table(self, name: str) -> bool:
        return await self.reader.value("SELECT to_regclass(?)", name) is not None

    @asynccontextmanager
    async def migrating(self) -> AsyncIterator[None]:
        async with self._session() as connection:
            await connection.execute("SELECT pg_advisory_lock($1)", _MIGRATION_LOCK)
            yield

    async def keep_copy_before(self, number: int) -> None:
        """Nothing: the operator of a PostgreSQL has a backup of its own."""

    async def facts(self) -> tuple[str, int, tuple[str, ...], tuple[str, ...]]:
        row = await self.reader.one(
            "SELECT current_setting('server_version') AS version, pg_database_size(current_database()) AS size"
        )
        assert row
        return row["version"], row["size"], (), ()

    async def copy_into(self, copy: sqlite3.Connection) -> None:
        async with self._session() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
            await copy_rows_out(connection, copy)

    async def fill_from(self, path: Path) -> None:
        with closing(sqlite3.connect(reading_uri(path), uri=True)) as copy:
            async with self._session() as connection, connection.transaction():
                await replace_rows(connection, copy)

    async def close(self) -> None:
        await self._pool.close()
