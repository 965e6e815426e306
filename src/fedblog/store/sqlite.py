"""The SQLite engine: one writing connection, two that only read, all through aiosqlite.

A whole unit of work runs inside the writing connection's own thread, in one hop: BEGIN IMMEDIATE, every statement,
COMMIT. That thread is the writer's lock, a statement costs microseconds, and an await on anything else fails at once.
"""

import asyncio
import contextvars
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import TypeVar

import aiosqlite

from fedblog.errors import Busy, Refused
from fedblog.store.door import Heard, Reader, Reading, Sleep, Work
from fedblog.store.locking import FileLock
from fedblog.store.sqlite_file import (
    BUSY_SECONDS,
    TOKENS,
    copy_aside,
    open_connection,
    reading_uri,
    refuse_broken_references,
    replace_rows,
    the_file,
    version_problems,
)
from fedblog.store.sqlite_readers import SqliteReaders
from fedblog.store.sqlite_units import Direct, drive, execute, hop, snapshot
from fedblog.store.watching import watch_file

T = TypeVar("T")

QUEUE_SECONDS = 10.0
_READERS = 2


async def open_sqlite(path: Path, *, create: bool, serving: bool) -> "SqliteEngine":
    """Open the file; `create` makes a missing one. `serving` takes the place of its one server.

    Raises `Refused` with what to do: no such file, no permission, no database, a second server.
    """
    async with AsyncExitStack() as opened:
        with _opening(path):
            path = the_file(path, create=create)
            locks = [FileLock(path.with_name(f"{path.name}.{name}.lock")) for name in ("server", "checkpoint")]
            for lock in locks:
                opened.callback(lock.close)
            if serving:
                _take_place(locks[0], path)
            writer = await open_connection(path, writes=True)
            opened.push_async_callback(writer.close)
            readers = []
            for _ in range(_READERS):
                readers.append(await open_connection(path, writes=False))
                opened.push_async_callback(readers[-1].close)
        engine = SqliteEngine(path, writer, SqliteReaders(readers), locks[0], locks[1])
        engine.serves = serving
        await engine.has_foreign_commit()
        engine.opened = opened.pop_all()
    return engine


@contextmanager
def _opening(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Refused(f"{path} cannot be opened: {error.strerror}.", "Check who owns it and its folder.") from error
    except sqlite3.Error as error:
        raise Refused(
            f"{path} cannot be opened as a database: {error}.",
            "Check its owner and its folder; when it is damaged, restore a backup.",
        ) from error


def _take_place(lock: FileLock, path: Path) -> None:
    if not lock.try_exclusive():
        raise Refused(
            f"A {lock.holder()} is running on {path} already.",
            "Stop it first; commands work while it runs, a second server does not.",
        )
    lock.sign("server")


class SqliteEngine:
    """See `door.Engine`."""

    kind = "sqlite"
    tokens = TOKENS

    def __init__(
        self,
        path: Path,
        writer: aiosqlite.Connection,
        readers: SqliteReaders,
        server_lock: FileLock,
        checkpoint_lock: FileLock,
    ) -> None:
        self.path = path
        self.serves = False
        self.opened = AsyncExitStack()
        self._writer = writer
        self._readers = readers
        self._server_lock = server_lock
        self._checkpoint_lock = checkpoint_lock
        self._version_seen = -1
        self._has_news = True  # for the next checkpoint: something was committed since the last one

    @property
    def reader(self) -> Reader:
        return self._readers

    async def read(self, reading: Reading[T]) -> T:
        context = contextvars.copy_context()
        return await self._readers.hop(lambda connection: context.run(snapshot, connection, reading))

    async def write(self, work: Work[T], *, alone: bool) -> tuple[T, frozenset[str]]:  # noqa: ARG002 - always alone
        context, asked_at = contextvars.copy_context(), time.monotonic()

        def unit(connection: sqlite3.Connection) -> tuple[T, frozenset[str]]:
            if time.monotonic() - asked_at > QUEUE_SECONDS:
                raise Busy("The database has too much to write at the moment.")
            return context.run(self._transact, connection, work)

        return await hop(self._writer, unit)

    async def reshape(self, work: Work[T]) -> T:
        context = contextvars.copy_context()
        return await hop(self._writer, lambda connection: context.run(self._transact_freely, connection, work))

    def _transact_freely(self, connection: sqlite3.Connection, work: Callable[[Direct], Awaitable[T]]) -> T:
        """With references checked at the end in place of each statement, so that tables can be rebuilt."""

        async def checked(db: Direct) -> T:
            result = await work(db)
            refuse_broken_references(connection)
            return result

        connection.execute("PRAGMA foreign_keys = OFF")
        try:
            return self._transact(connection, checked)[0]
        finally:
            connection.execute("PRAGMA foreign_keys = ON")

    def _transact(
        self, connection: sqlite3.Connection, work: Callable[[Direct], Awaitable[T]]
    ) -> tuple[T, frozenset[str]]:
        db = Direct(connection)
        if not self._checkpoint_lock.wait_shared(BUSY_SECONDS):
            raise Busy("Another program holds on to the database's checkpoint lock.")
        try:
            execute(connection, "BEGIN IMMEDIATE")
            result = drive(work(db))
            execute(connection, "COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            self._checkpoint_lock.release()
        self._has_news = True
        return result, frozenset(db.topics)

    async def watch(self, heard: Heard, sleep: Sleep) -> None:
        await watch_file(self, heard, sleep)

    async def has_foreign_commit(self) -> bool:
        """Whether another connection than our writer committed since the last call."""
        version = await hop(self._writer, _data_version)
        changed = version != self._version_seen
        self._version_seen = version
        self._has_news |= changed
        return changed

    async def checkpoint(self) -> bool:
        """Move the log into the file, unless nothing is new or another process writes at this moment.

        SQLite before 3.51.3 can lose data when one connection writes while another checkpoints
        (https://sqlite.org/wal.html#walresetbug); the lock keeps the two apart between processes.
        """
        return self._has_news and await hop(self._writer, self._checkpoint)

    def _checkpoint(self, connection: sqlite3.Connection) -> bool:
        if not self._checkpoint_lock.try_exclusive():
            return False
        try:
            _, logged, moved = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        finally:
            self._checkpoint_lock.release()
        self._has_news = logged != moved
        return True

    async def has_table(self, name: str) -> bool:
        return bool(await self.reader.one("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", name))

    @asynccontextmanager
    async def migrating(self) -> AsyncIterator[None]:
        if self.serves:
            yield
            return
        lock = self._server_lock
        if not lock.try_exclusive() and (
            lock.holder().startswith("server") or not await asyncio.to_thread(lock.wait_exclusive, BUSY_SECONDS)
        ):
            raise Refused(f"The database has to be migrated, but a {lock.holder()} uses it.", "Stop it first.")
        try:
            lock.sign("migration")
            yield
        finally:
            lock.release()

    async def keep_copy_before(self, number: int) -> None:
        if await self.has_table("schema_migration"):
            path = self.path.with_name(f"{self.path.name}.before-{number:04}")
            await hop(self._writer, lambda connection: copy_aside(connection, path))

    async def facts(self) -> tuple[str, int, tuple[str, ...], tuple[str, ...]]:
        size = await self.reader.value("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        found = await self.reader.value("SELECT quick_check FROM pragma_quick_check(1)")
        damage = () if found == "ok" else (f"The database is damaged: {found}.",)
        return sqlite3.sqlite_version, size, damage, version_problems(sqlite3.sqlite_version_info)

    async def copy_into(self, copy: sqlite3.Connection) -> None:
        await hop(self._writer, lambda connection: connection.backup(copy))

    async def fill_from(self, path: Path) -> None:
        def fill(connection: sqlite3.Connection) -> None:
            async def work(_: Direct) -> None:
                replace_rows(connection)

            connection.execute("ATTACH DATABASE ? AS source", (reading_uri(path),))
            try:
                self._transact_freely(connection, work)
            finally:
                connection.execute("DETACH DATABASE source")

        await hop(self._writer, fill)

    async def close(self) -> None:
        await self.opened.aclose()


def _data_version(connection: sqlite3.Connection) -> int:
    """A number that changes with each commit of another connection (https://sqlite.org/pragma.html#pragma_data_version)."""
    return int(connection.execute("PRAGMA data_version").fetchone()[0])
