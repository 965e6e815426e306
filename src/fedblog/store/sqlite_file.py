"""The SQLite file itself: making it, opening connections on it, copying it, and what its version means."""

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import aiosqlite

from fedblog.errors import Refused
from fedblog.store.sqlite_units import execute, hop

BUSY_SECONDS = 5.0
_PAUSE = 0.005
# AUTOINCREMENT: a key is never given twice, as in PostgreSQL, so that what remembers one means no other row by it.
TOKENS = {"pk": "INTEGER PRIMARY KEY AUTOINCREMENT", "int": "INTEGER", "bytes": "BLOB", "strict": "STRICT"}
_BOTH = ("PRAGMA wal_autocheckpoint = 0", "PRAGMA temp_store = MEMORY", "PRAGMA trusted_schema = OFF")
_WRITER = (
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    f"PRAGMA journal_size_limit = {16 << 20}",
)
_WAL_RESET_WARNING = (
    "This SQLite can lose data when one program writes while another one checkpoints (fixed in 3.51.3). "
    "fedblog never does both at once; do not let other tools (Litestream, sqlite3) write to its file."
)
_WAL_RESET_FIXED = (3, 51, 3)
_WAL_RESET_BACKPORTS = {(3, 50): 7, (3, 44): 6}


def reading_uri(path: Path) -> str:
    """The file as an address that SQLite opens for reading only."""
    return f"{path.resolve().as_uri()}?mode=ro"


def the_file(path: Path, *, create: bool) -> Path:
    """The file itself, whatever links lead to it, so that all who open it meet at the same locks."""
    path = path.resolve()
    if create:
        make_file(path)
    elif not path.exists():
        raise Refused(f"There is no database at {path}.", "Make one with: fedblog init")
    return path


def make_file(path: Path) -> None:
    """An empty file that only we may read, in folders that only we may enter; what is there stays as it is."""
    for folder in reversed(path.parents):
        folder.mkdir(mode=0o700, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))


async def open_connection(path: Path, *, writes: bool) -> aiosqlite.Connection:
    """A connection to an existing file; a reading one cannot write. Raises `sqlite3.Error`."""
    mode = "rw" if writes else "ro"
    connection = await aiosqlite.connect(
        f"{path.as_uri()}?mode={mode}", uri=True, timeout=BUSY_SECONDS, isolation_level=None, cached_statements=512
    )
    try:
        await hop(connection, _set_up_writer if writes else _set_up_reader)
    except BaseException:
        await connection.close()
        raise
    return connection


def _set_up_writer(connection: sqlite3.Connection) -> None:
    connection.row_factory = sqlite3.Row
    if _switch_to_wal(connection) != "wal":
        raise Refused("The database's file system cannot hold SQLite's write-ahead log.", "Move it to a local disk.")
    for pragma in _BOTH + _WRITER:
        connection.execute(pragma)


def _switch_to_wal(connection: sqlite3.Connection) -> str:
    """The journal mode that we get. SQLite does not wait by itself while another process switches or closes."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            return str(connection.execute("PRAGMA journal_mode = WAL").fetchone()[0])
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        time.sleep(_PAUSE)


def _set_up_reader(connection: sqlite3.Connection) -> None:
    connection.row_factory = sqlite3.Row
    for pragma in (*_BOTH, "PRAGMA query_only = ON"):
        connection.execute(pragma)


def copy_aside(connection: sqlite3.Connection, path: Path) -> None:
    """Copy the whole database, as of one moment, into a single sound file at `path`: complete, or not there at all.

    Raises `Refused` when the copy is damaged, which means that the database is.
    """
    with closing(new_copy(path)) as copy:
        connection.backup(copy)
        check_and_keep(copy, path)


def new_copy(path: Path) -> sqlite3.Connection:
    """An empty database that becomes `path` once it is filled and `check_and_keep` was called."""
    partial = _partial(path)
    partial.unlink(missing_ok=True)
    make_file(partial)
    return sqlite3.connect(partial, isolation_level=None, check_same_thread=False)


def check_and_keep(copy: sqlite3.Connection, path: Path) -> None:
    """Check a filled copy, close it and give it its name, durably. Raises `Refused` when it is damaged."""
    try:
        copy.execute("PRAGMA journal_mode = DELETE")
        refuse_unsound(copy, path)
        refuse_broken_references(copy)
    except sqlite3.DatabaseError as error:
        raise Refused(f"The database is damaged: {error}.", "Restore a backup: fedblog restore") from error
    copy.close()
    partial = _partial(path)
    _sync(partial)
    partial.replace(path)
    _sync(path.parent)


def _partial(path: Path) -> Path:
    return path.with_name(f"{path.name}.partial")


def refuse_unsound(connection: sqlite3.Connection, path: Path) -> None:
    """Raise `Refused` unless the database passes `integrity_check`."""
    found = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
    if found != ["ok"]:
        raise Refused(f"The copy at {path} is damaged: {found[0]}.", "Restore an older backup.")


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def tables(connection: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    """The ordinary tables, each with its columns."""
    names = connection.execute(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%'"
    ).fetchall()
    return {name: _columns(connection, name) for (name,) in names}


def _columns(connection: sqlite3.Connection, table: str) -> tuple[str, ...]:
    found = connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
    return tuple(name for (name,) in found)


def replace_rows(connection: sqlite3.Connection) -> None:
    """Replace the rows of every table by those of the attached database `source`."""
    for name, columns in tables(connection).items():
        listed = ", ".join(f'"{column}"' for column in columns)
        execute(connection, f'DELETE FROM main."{name}"')  # noqa: S608 - from our own catalogue
        execute(connection, f'INSERT INTO main."{name}" ({listed}) SELECT {listed} FROM source."{name}"')  # noqa: S608 - from our own catalogue


def refuse_broken_references(connection: sqlite3.Connection) -> None:
    """Raise `Refused` when a row points to one that is not there."""
    broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    if broken:
        raise Refused(f"A row of {broken[0]} points to a missing row of {broken[2]}; nothing was changed.")


def version_problems(version: tuple[int, int, int]) -> tuple[str, ...]:
    """What is wrong with this version of SQLite, in plain words."""
    fix = _WAL_RESET_BACKPORTS.get((version[0], version[1]))
    if version >= _WAL_RESET_FIXED or (fix is not None and version[2] >= fix):
        return ()
    return (_WAL_RESET_WARNING,)
