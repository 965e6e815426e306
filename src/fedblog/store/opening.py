"""Opens the configured database: the one function that knows both engines."""

from collections.abc import Sequence
from pathlib import Path

from fedblog.config import StorageConfig
from fedblog.errors import Refused
from fedblog.store.door import Engine, Store
from fedblog.store.migrating import Migration, bring_up, load, pending
from fedblog.store.sqlite import open_sqlite
from fedblog.world import World


async def open_store(
    config: StorageConfig,
    world: World,
    *,
    migrate: bool = False,
    serving: bool = False,
    migrations: Sequence[Migration] | None = None,
) -> Store:
    """Open the database of the configuration.

    `migrate` makes a missing SQLite file and applies what is pending; without it, both are refused. `serving`
    takes the place of the one server of a SQLite file until `Store.close`. Raises `Refused` with what to do.
    """
    known = load() if migrations is None else migrations
    engine = await _open_engine(config.database, world, create=migrate, serving=serving)
    try:
        if migrate:
            await bring_up(engine, known, world.now)
        elif await pending(engine, known):
            raise Refused("The database has to be migrated first.", "Run: fedblog migrate")
    except BaseException:
        await engine.close()
        raise
    return Store(engine, world)


async def _open_engine(database: str | Path, world: World, *, create: bool, serving: bool) -> Engine:
    if isinstance(database, Path):
        return await open_sqlite(database, create=create, serving=serving)
    try:
        from fedblog.store.postgres import open_postgres
    except ImportError as error:
        raise Refused("PostgreSQL needs a package that is missing.", "Run: pip install 'fedblog[postgres]'") from error
    return await open_postgres(database, world)
