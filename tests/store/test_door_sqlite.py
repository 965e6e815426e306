"""What only SQLite does: one file, its locks, its log."""

import asyncio
import contextlib
import sqlite3
import stat
import subprocess
import sys

import pytest

from fedblog.errors import Busy, Refused
from fedblog.store.locking import FileLock
from fedblog.store.sqlite_file import version_problems
from fedblog.store.sqlite_units import hop
from tests.engines import ON_SQLITE
from tests.store.stories import INSERT, inserting, names

pytestmark = ON_SQLITE


async def test_a_unit_that_waits_for_anything_else_is_refused_and_rolled_back(counters):
    async def work(db):
        await db.run(INSERT, "never", 1)
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="something else"):
        await counters.write(work)
    assert await names(counters) == []


async def test_a_unit_is_busy_while_another_program_holds_the_file(counters):
    await hop(counters.engine._writer, lambda raw: raw.execute("PRAGMA busy_timeout = 10"))
    with contextlib.closing(sqlite3.connect(counters.engine.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Busy):
            await counters.write(inserting("locked out"))
        assert await names(counters) == []
    await counters.write(inserting("in"))
    assert await names(counters) == ["in"]


async def test_a_second_server_on_the_same_file_is_refused_and_a_command_is_not(opened):
    server = await opened(serving=True)
    with pytest.raises(Refused, match=r"A server \(process \d+\) is running on .*fedblog-0\.db already"):
        await opened(serving=True)
    command = await opened(migrate=False)
    await command.write(inserting("by hand"))
    assert await names(server) == ["by hand"]


async def test_the_second_server_is_refused_by_any_name_of_the_file(opened, storage, tmp_path):
    await opened(serving=True)
    link = tmp_path / "other.db"
    link.symlink_to(storage.database)
    from fedblog.store.sqlite import open_sqlite

    with pytest.raises(Refused, match="is running on"):
        await open_sqlite(link, create=False, serving=True)


HOLDS_THE_SERVER_LOCK = """
import sys, pathlib
from fedblog.store.locking import FileLock
lock = FileLock(pathlib.Path(sys.argv[1]))
print(lock.try_exclusive(), flush=True)
sys.stdin.read()
"""


async def test_the_lock_of_a_killed_server_is_free_at_once(opened, storage):
    lock = storage.database.with_name(f"{storage.database.name}.server.lock")
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS_THE_SERVER_LOCK, lock],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout.readline() == "True\n"
        with pytest.raises(Refused, match="is running on"):
            await opened(serving=True)
        other.kill()
        other.wait()
    await opened(serving=True)


async def test_files_are_readable_by_their_owner_only_and_new_folders_too(databases, opened, storage, tmp_path):
    import dataclasses

    from fedblog.store.opening import open_store
    from tests.engines import quiet_world

    deep = dataclasses.replace(storage, database=tmp_path / "new" / "deeper" / "blog.db")
    store = await open_store(deep, quiet_world(), migrate=True, migrations=())
    made = {path.name: stat.S_IMODE(path.stat().st_mode) for path in deep.database.parent.iterdir()}
    await store.close()
    assert {"blog.db", "blog.db-wal", "blog.db-shm"} <= set(made)
    assert set(made.values()) == {0o600}
    for folder in (deep.database.parent, deep.database.parent.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


async def test_a_missing_file_a_foreign_file_and_a_folder_are_refused_in_words(opened, storage):
    with pytest.raises(Refused, match=r"There is no database at .*fedblog init"):
        await opened(migrate=False)
    assert not storage.database.exists()
    storage.database.write_text("Dear diary, this is no database at all, however long it may be. " * 40)
    with pytest.raises(Refused, match="cannot be opened as a database"):
        await opened()
    storage.database.unlink()
    storage.database.mkdir()
    with pytest.raises(Refused, match="cannot be opened"):
        await opened()


async def test_the_file_is_durable_and_strict_about_references(counters):
    pragmas = ["journal_mode", "synchronous", "foreign_keys", "wal_autocheckpoint", "busy_timeout"]

    def ask(connection):
        return {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas}

    asked = await hop(counters.engine._writer, ask)
    assert asked == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "wal_autocheckpoint": 0,
        "busy_timeout": 5000,
    }
    readers = [await hop(desk._connection, ask) for desk in counters.engine.reader._desks]
    assert [reader["wal_autocheckpoint"] for reader in readers] == [0, 0]


async def test_nobody_checkpoints_while_another_process_writes(counters):
    await counters.write(inserting("one"))
    log = counters.engine.path.with_name(f"{counters.engine.path.name}-wal")
    assert log.stat().st_size > 0
    other = FileLock(counters.engine.path.with_name(f"{counters.engine.path.name}.checkpoint.lock"))
    try:
        assert other.wait_shared(0)
        assert await counters.engine.checkpoint() is False
        other.release()
        assert await counters.engine.checkpoint() is True
        assert await counters.engine.checkpoint() is False, "nothing is new"
    finally:
        other.close()
    with contextlib.closing(sqlite3.connect(f"file:{counters.engine.path}?immutable=1", uri=True)) as file_alone:
        assert file_alone.execute("SELECT COUNT(*) FROM counter").fetchone() == (2,)


async def test_a_writer_waits_while_another_process_checkpoints(counters):
    other = FileLock(counters.engine.path.with_name(f"{counters.engine.path.name}.checkpoint.lock"))
    assert other.try_exclusive()
    writing = asyncio.create_task(counters.write(inserting("patient")))
    assert await names(counters) == []
    assert not writing.done()
    other.close()
    await writing
    assert await names(counters) == ["patient"]


@pytest.mark.parametrize(
    ("version", "is_fine"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 9), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_versions_that_can_lose_data_are_named(databases, version, is_fine):
    assert (version_problems(version) == ()) is is_fine


async def test_check_tells_version_size_and_damage(counters):
    facts = await counters.facts()
    assert (facts.engine, facts.version, facts.migration) == ("sqlite", sqlite3.sqlite_version, 1)
    assert facts.size >= 4096
    assert (facts.problems, facts.warnings) == ((), version_problems(sqlite3.sqlite_version_info))
