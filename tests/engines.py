"""Both engines for the tests. `FEDBLOG_TEST_ENGINES=sqlite` (or `postgres`) runs the suite on one of them.

tests/conftest.py makes its fixtures those of all tests.
"""

import asyncio
import dataclasses
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Protocol

import pytest

from fedblog.config import StorageConfig
from fedblog.store.door import Store
from fedblog.store.opening import open_store
from fedblog.world import Limits, WireRequest, WireResponse, World, real_world
from tests.needs import missing
from tests.postgres_cluster import PostgresCluster, programs, running_cluster
from tests.postgres_stock import Stock

__all__ = ["databases", "postgres_cluster", "storage", "store"]

ENGINES = tuple(os.environ.get("FEDBLOG_TEST_ENGINES", "sqlite,postgres").split(","))


# Marks for what only one engine does.
ON_SQLITE = pytest.mark.parametrize("databases", [e for e in ENGINES if e == "sqlite"], indirect=True)
ON_POSTGRES = pytest.mark.parametrize("databases", [e for e in ENGINES if e == "postgres"], indirect=True)


class NoTransport:
    """A database test reaches nobody."""

    async def exchange(self, request: WireRequest, addresses: Sequence[str], limits: Limits) -> WireResponse:
        raise AssertionError(f"nobody should be asked, but {request.host} was")

    async def aclose(self) -> None:
        pass


def quiet_world(sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> World:
    """The real clock, and no network."""
    return dataclasses.replace(real_world(NoTransport()), sleep=sleep)


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[PostgresCluster]:
    binaries = programs()
    if binaries is None:
        missing("PostgreSQL 15 or newer", "apt-get install postgresql")
    with running_cluster(binaries) as cluster:
        yield cluster


class Databases(Protocol):
    """Makes databases of one engine."""

    engine: str

    async def empty(self) -> StorageConfig: ...

    async def migrated(self) -> StorageConfig:
        """With all migrations of fedblog; a copy of one that was migrated once."""
        ...


@dataclass
class SqliteFiles:
    folder: Path
    engine: str = "sqlite"
    _numbers: Iterator[int] = field(default_factory=count)

    async def empty(self) -> StorageConfig:
        return StorageConfig(self.folder / f"fedblog-{next(self._numbers)}.db", self.folder)

    async def migrated(self) -> StorageConfig:
        config = await self.empty()
        assert isinstance(config.database, Path)
        config.database.write_bytes(await self._template())
        return config

    async def _template(self) -> bytes:
        if "sqlite" not in _TEMPLATES:
            config = await self.empty()
            await _migrate(config)
            _TEMPLATES["sqlite"] = Path(config.database).read_bytes()
        return _TEMPLATES["sqlite"]


@dataclass
class PostgresDatabases:
    cluster: PostgresCluster
    folder: Path
    engine: str = "postgres"
    _made: list[str] = field(default_factory=list)
    _taken: list[str] = field(default_factory=list)

    async def empty(self) -> StorageConfig:
        self._made.append(await self.cluster.new_database())
        return self._config(self._made[-1])

    async def migrated(self) -> StorageConfig:
        self._taken.append(await (await self._stock()).take())
        return self._config(self._taken[-1])

    async def _stock(self) -> Stock:
        if self.cluster.socket not in _STOCKS:
            template = await self.cluster.new_database()
            await _migrate(self._config(template))
            _STOCKS[self.cluster.socket] = await Stock.of(self.cluster, template)
        return _STOCKS[self.cluster.socket]

    def _config(self, name: str) -> StorageConfig:
        return StorageConfig(self.cluster.url(name), self.folder)

    async def drop(self) -> None:
        """Drop what was made here; what was migrated may serve again."""
        for name in self._made:
            await self.cluster.drop(name)
        for name in self._taken:
            (await self._stock()).give_back(name)


_TEMPLATES: dict[str, bytes] = {}
_STOCKS: dict[Path, Stock] = {}


async def _migrate(config: StorageConfig) -> None:
    await (await open_store(config, quiet_world(), migrate=True)).close()


@pytest.fixture(params=ENGINES)
async def databases(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Databases]:
    """Whatever asks for this runs once on each engine."""
    if request.param == "sqlite":
        yield SqliteFiles(tmp_path)
        return
    made = PostgresDatabases(request.getfixturevalue("postgres_cluster"), tmp_path)
    yield made
    await made.drop()


@pytest.fixture
async def storage(databases: Databases) -> StorageConfig:
    """An empty database, not migrated."""
    return await databases.empty()


@pytest.fixture
async def store(databases: Databases) -> AsyncIterator[Store]:
    """An open store with fedblog's own schema."""
    opened = await open_store(await databases.migrated(), quiet_world())
    yield opened
    await opened.close()
