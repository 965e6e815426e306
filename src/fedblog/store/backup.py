"""Backups: one format for both engines, a SQLite file with the rows of every table.

So a backup of either engine can be restored into either, which is also the way to outgrow SQLite.
"""

import asyncio
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from fedblog.errors import Conflict, Refused
from fedblog.store.door import Store
from fedblog.store.migrating import APPLIED, TABLE, Migration, apply, lacking, load
from fedblog.store.sqlite_file import TOKENS, check_and_keep, new_copy, reading_uri, refuse_unsound, tables
from fedblog.store.sqlite_units import Direct, drive


async def backup_to(store: Store, path: Path, migrations: Sequence[Migration] | None = None) -> None:
    """Write all rows, as of one moment, into a single checked file at `path`, readable by its owner only.

    Complete or not there at all; what was there before stays until then. Raises `Refused` when it is damaged.
    """
    with closing(new_copy(path)) as copy:
        _bring_up(copy, load() if migrations is None else migrations, store.world.now())
        await store.engine.copy_into(copy)
        await asyncio.to_thread(check_and_keep, copy, path)


async def restore_from(store: Store, path: Path, migrations: Sequence[Migration] | None = None) -> None:
    """Fill a new database with the rows of a backup, of either engine and of this version or an older one.

    Raises `Refused` for what is no sound backup, or one of a newer version, and `Conflict` when the database
    holds anything. Then nothing was changed.
    """
    known = load() if migrations is None else migrations
    with _usable(path, known, store.world.now()) as backup:
        await _refuse_used(store, known)
        await store.engine.fill_from(backup)


@contextmanager
def _usable(path: Path, known: Sequence[Migration], now: int) -> Iterator[Path]:
    """The backup itself or, when it is of an older version, a copy brought up to this one."""
    with tempfile.TemporaryDirectory(prefix="fedblog-restore-") as folder:
        try:
            if not _check(path, known):
                yield path
                return
            newer = Path(folder, "backup")
            shutil.copyfile(path, newer)
            with closing(sqlite3.connect(newer, isolation_level=None)) as copy:
                _bring_up(copy, known, now)
        except sqlite3.DatabaseError as error:
            raise Refused(f"{path} is no backup of fedblog: {error}.") from error
        yield newer


def _check(path: Path, known: Sequence[Migration]) -> Sequence[Migration]:
    """What the backup lacks to this version. Raises `Refused` for a damaged, foreign or newer one."""
    if not path.is_file():
        raise Refused(f"There is no backup at {path}.")
    with closing(sqlite3.connect(reading_uri(path), uri=True)) as backup:
        refuse_unsound(backup, path)
        if TABLE not in tables(backup):
            raise Refused(f"{path} is no backup of fedblog.")
        return _lacking(backup, known)


def _lacking(copy: sqlite3.Connection, known: Sequence[Migration]) -> Sequence[Migration]:
    rows = copy.execute(APPLIED) if TABLE in tables(copy) else ()
    return lacking([{"number": number, "name": name, "checksum": checksum} for number, name, checksum in rows], known)


def _bring_up(copy: sqlite3.Connection, known: Sequence[Migration], now: int) -> None:
    for migration in _lacking(copy, known):
        copy.execute("BEGIN")
        drive(apply(migration, TOKENS, now, Direct(copy)))
        copy.execute("COMMIT")


async def _refuse_used(store: Store, known: Sequence[Migration]) -> None:
    """Raise `Conflict` unless every table holds just the rows that the migrations themselves put there."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
        _bring_up(fresh, known, 0)
        for table in tables(fresh):
            count = f'SELECT COUNT(*) FROM "{table}"'  # noqa: S608 - from our own catalogue
            if await store.reader.value(count) != fresh.execute(count).fetchone()[0]:
                raise Conflict("The database is in use already.", "Restore into a new one.")
