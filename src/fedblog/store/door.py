"""The engine door: what the nouns see of a database, and the one way to write into it.

SQL is written once, with `?` for each value, in the common subset of SQLite 3.40 and PostgreSQL 15.
`{claim_lock}` at the end of a claiming SELECT is `FOR UPDATE SKIP LOCKED` on PostgreSQL and nothing on SQLite, which
runs one writer at a time.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from fedblog.errors import Conflict, Invalid
from fedblog.world import World

Value = str | int | float | bytes | None
T = TypeVar("T")
Heard = Callable[[frozenset[str] | None], None]
Sleep = Callable[[float], Awaitable[None]]

_log = logging.getLogger(__name__)
_inside_unit: ContextVar[list[bool] | None] = ContextVar("inside_unit", default=None)


class Duplicate(Conflict):
    """A unique key is taken. It ends the unit of work: catch it only to raise something clearer."""

    def __init__(self) -> None:
        super().__init__("That exists already.")


class Unstorable(Invalid):
    """A text with a NUL or a lone surrogate, or a number beyond 64 bits: no engine may keep it."""

    def __init__(self) -> None:
        super().__init__("It holds a character or a number that cannot be stored.")


class Row(Protocol):
    """One row, its columns by name: `row["title"]`, `dict(row)`."""

    def __getitem__(self, column: str, /) -> Any: ...

    def __iter__(self) -> Iterator[Any]:
        """The values, in the order of the columns."""
        ...

    def keys(self) -> Iterable[str]: ...


class Reader(Protocol):
    """Asks. Values are passed apart from the statement, one for each `?`."""

    async def one(self, sql: str, *values: Value) -> Row | None:
        """The first row, or None."""
        ...

    async def all(self, sql: str, *values: Value) -> Sequence[Row]:
        """All rows."""
        ...

    async def value(self, sql: str, *values: Value) -> Any:
        """The first column of the first row, or None."""
        ...


class Writer(Reader, Protocol):
    """Asks and changes, inside one unit of work. A statement with RETURNING goes through `one` or `all`."""

    async def run(self, sql: str, *values: Value) -> int:
        """The number of rows touched. Raises `Duplicate` and `Unstorable`, as all of these do."""
        ...

    async def many(self, sql: str, rows: Iterable[Sequence[Value]]) -> None:
        """The same statement for each row of values."""
        ...

    def touch(self, *topics: str) -> None:
        """Name what changes; every listener hears it after the commit ("frame", "post:12", "work:delivery")."""
        ...


Work = Callable[[Writer], Awaitable[T]]
Reading = Callable[[Reader], Awaitable[T]]


@dataclass(frozen=True, slots=True)
class Facts:
    """What `check` prints. `size` in bytes; `migration` is the number of the last one; the rest in plain words.

    `problems`: it is damaged. `warnings`: it works, and somebody should know.
    """

    engine: str
    version: str
    size: int
    migration: int
    problems: tuple[str, ...]
    warnings: tuple[str, ...] = ()


class Engine(Protocol):
    """One of the two databases. Everything in which they differ stands behind these names."""

    @property
    def kind(self) -> str:
        """`sqlite` or `postgres`."""
        ...

    @property
    def tokens(self) -> Mapping[str, str]:
        """What `{pk}`, `{int}` … mean in a migration."""
        ...

    @property
    def reader(self) -> Reader: ...

    async def read(self, reading: Reading[T]) -> T: ...

    async def write(self, work: Work[T], *, alone: bool) -> tuple[T, frozenset[str]]:
        """Run and commit one unit of work; its result and its topics. Raises `Busy`."""
        ...

    async def watch(self, heard: Heard, sleep: Sleep) -> None:
        """Never ends; calls `heard` for what other processes commit, and looks after the engine."""
        ...

    async def has_table(self, name: str) -> bool: ...

    def migrating(self) -> AbstractAsyncContextManager[None]:
        """Keeps all other processes from migrating. Raises `Refused` while a server has to be stopped first."""
        ...

    async def keep_copy_before(self, number: int) -> None:
        """Copy a database with data aside before that migration, where the engine can."""
        ...

    async def reshape(self, work: Work[T]) -> T:
        """A transaction that changes the schema."""
        ...

    async def facts(self) -> tuple[str, int, tuple[str, ...], tuple[str, ...]]:
        """Version, size in bytes, problems, warnings."""
        ...

    async def copy_into(self, copy: sqlite3.Connection) -> None:
        """Write all rows, as of one moment, into a SQLite database of the same schema."""
        ...

    async def fill_from(self, path: Path) -> None:
        """Replace the rows of all tables by those of a SQLite file of the same schema, in one transaction."""
        ...

    async def close(self) -> None: ...


def refuse_inside_unit() -> None:
    """Raise `RuntimeError` inside of a unit of work, where only the unit's own database handle may be awaited."""
    inside = _inside_unit.get()
    if inside and inside[0]:
        raise RuntimeError("Inside a unit of work only its own `db` may be awaited: not the store, nor anything else.")


@contextmanager
def _unit() -> Iterator[None]:
    """Mark this task, and what it starts, as inside of a unit until the unit ends."""
    inside = [True]
    token = _inside_unit.set(inside)
    try:
        yield
    finally:
        inside[0] = False
        _inside_unit.reset(token)


class Store:
    """The database. Every write goes through `write`; reading is free.

    `reader` serves single statements, each as of its own moment.
    """

    def __init__(self, engine: Engine, world: World) -> None:
        self.engine = engine
        self.world = world
        self._listeners: list[Heard] = []
        self._units: set[asyncio.Task[Any]] = set()

    @property
    def reader(self) -> Reader:
        """For single statements outside of a unit of work."""
        return self.engine.reader

    async def read(self, reading: Reading[T]) -> T:
        """Run `reading` on the database as of one moment; several statements for the price of one on SQLite."""
        refuse_inside_unit()
        with _unit():
            return await self.engine.read(reading)

    async def write(self, work: Work[T], *, alone: bool = True) -> T:
        """Run `work` as if it were alone, in one transaction, and return its result once it is durable.

        `work` may await nothing but its `db`. An exception from it rolls everything back. It may run more
        than once (PostgreSQL, after a collision), so it changes nothing but the database. When the caller is
        cancelled, the unit still runs to its end. Listeners are called before this returns.

        `alone=False` promises that each statement is safe beside others (claims, upserts):
        PostgreSQL then gives it READ COMMITTED, which never collides. Raises `Busy` and what `work` raises.
        """
        refuse_inside_unit()
        unit = asyncio.create_task(self._write(work, alone))
        self._units.add(unit)
        unit.add_done_callback(self._units.discard)
        return await asyncio.shield(unit)

    async def _write(self, work: Work[T], alone: bool) -> T:
        with _unit():
            result, topics = await self.engine.write(work, alone=alone)
        if topics:
            self._tell(topics)
        return result

    def listen(self, heard: Heard) -> None:
        """Call `heard` after each commit with its topics, before `write` returns, in the order of listening.

        None says that another process changed something. A commit without topics is not told.
        """
        self._listeners.append(heard)

    def _tell(self, topics: frozenset[str] | None) -> None:
        for heard in self._listeners:
            try:
                heard(topics)
            except Exception:  # noqa: BLE001 - the commit is done: one listener's mistake must not hide it
                _log.exception("A listener failed on %s.", topics)

    async def watch(self) -> None:
        """Never ends: notices within 250 ms what other processes commit, and checkpoints SQLite. For servers."""
        await self.engine.watch(self._tell, self.world.sleep)

    async def facts(self) -> Facts:
        """What `check` tells of the database, with a quick look at its integrity."""
        version, size, problems, warnings = await self.engine.facts()
        migration = await self.reader.value("SELECT MAX(number) FROM schema_migration")
        return Facts(self.engine.kind, version, size, migration or 0, problems, warnings)

    async def close(self) -> None:
        """Let the units under way end, then close all connections and release the locks."""
        if self._units:
            await asyncio.wait(self._units)
        await self.engine.close()
