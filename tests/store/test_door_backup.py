"""Backups: of one moment, whole, checked, and restorable into either engine."""

import asyncio
import contextlib
import sqlite3
import stat

import pytest

from fedblog.errors import Conflict, Refused
from fedblog.store.backup import backup_to, restore_from
from fedblog.store.opening import open_store
from tests.engines import ENGINES, PostgresDatabases, SqliteFiles, quiet_world
from tests.store.conftest import COUNTER, small
from tests.store.stories import INSERT, inserting, names

SCHEMA = small(COUNTER)
MORE = "ALTER TABLE counter ADD COLUMN added {int};\nUPDATE counter SET added = n + 1;\n"


async def fill(db):
    await db.many(
        "INSERT INTO counter (pk, name, n, body, parent_pk) VALUES (?, ?, ?, ?, ?)",
        [(40, "ünï 🦊", 1 << 62, b"\x00\xff", None), (30, "child", -5, None, 40), (7, "own parent", 0, b"", 7)],
    )


async def content(store):
    rows = await store.reader.all("SELECT * FROM counter ORDER BY pk")
    return [dict(row) for row in rows]


@pytest.fixture(params=ENGINES)
async def elsewhere(request, tmp_path):
    """A second, new database, of each engine in turn."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    if request.param == "sqlite":
        made = SqliteFiles(folder)
    else:
        made = PostgresDatabases(request.getfixturevalue("postgres_cluster"), folder)
    stores = []

    async def opening(migrations=SCHEMA):
        stores.append(await open_store(await made.empty(), quiet_world(), migrate=True, migrations=migrations))
        return stores[-1]

    yield opening
    for store in stores:
        await store.close()
    if isinstance(made, PostgresDatabases):
        await made.drop()


async def test_a_backup_restores_into_either_engine(counters, elsewhere, tmp_path):
    await counters.write(fill)
    await backup_to(counters, tmp_path / "backup", SCHEMA)
    restored = await elsewhere()
    await restore_from(restored, tmp_path / "backup", SCHEMA)
    assert await content(restored) == await content(counters)
    await restored.write(inserting("a new row gets a new key"))
    assert await restored.reader.value("SELECT MAX(pk) FROM counter") == 41


async def test_an_older_backup_is_brought_up_and_stays_as_it_is(counters, elsewhere, tmp_path):
    await counters.write(fill)
    await backup_to(counters, tmp_path / "backup", SCHEMA)
    before = (tmp_path / "backup").read_bytes()
    newer = small(COUNTER, MORE)
    restored = await elsewhere(newer)
    await restore_from(restored, tmp_path / "backup", newer)
    assert await restored.reader.value("SELECT added FROM counter WHERE pk = 30") == -4
    assert await restored.reader.value("SELECT COUNT(*) FROM schema_migration") == 2
    assert (tmp_path / "backup").read_bytes() == before


async def test_a_backup_under_load_holds_whole_units_only(counters, tmp_path):
    """Each unit inserts a row and counts it; in every backup the count must equal the rows."""

    async def unit(db):
        n = await db.value("SELECT n FROM counter WHERE pk = 1")
        await db.run(INSERT, f"row {n}", 0)
        await db.run("UPDATE counter SET n = n + 1 WHERE pk = 1")

    async def writing():
        for _ in range(40):
            await counters.write(unit)

    load = asyncio.gather(*(writing() for _ in range(3)))
    taken = 0
    while not load.done():
        await backup_to(counters, tmp_path / f"backup-{taken}", SCHEMA)
        taken += 1
    await load
    assert taken
    for number in range(taken):
        with contextlib.closing(sqlite3.connect(tmp_path / f"backup-{number}")) as backup:
            counted, rows = backup.execute("SELECT MAX(n), COUNT(*) - 1 FROM counter").fetchone()
            assert counted == rows
            assert backup.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_a_backup_is_one_file_for_its_owner_only(counters, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    await backup_to(counters, folder / "backup", SCHEMA)
    assert [path.name for path in folder.iterdir()] == ["backup"]
    assert stat.S_IMODE((folder / "backup").stat().st_mode) == 0o600


async def test_a_database_in_use_is_not_overwritten(counters, elsewhere, tmp_path):
    await counters.write(fill)
    await backup_to(counters, tmp_path / "backup", SCHEMA)
    used = await elsewhere()
    await used.write(inserting("mine"))
    with pytest.raises(Conflict, match="in use already"):
        await restore_from(used, tmp_path / "backup", SCHEMA)
    assert await names(used) == ["mine"]


async def test_what_is_no_sound_backup_is_refused_and_changes_nothing(counters, elsewhere, tmp_path):
    await counters.write(fill)
    path = tmp_path / "backup"
    store = await elsewhere()
    with pytest.raises(Refused, match="There is no backup at"):
        await restore_from(store, path, SCHEMA)
    path.write_bytes(b"Dear diary, this is no backup. " * 200)
    with pytest.raises(Refused, match="is no backup of fedblog"):
        await restore_from(store, path, SCHEMA)
    path.unlink()
    with contextlib.closing(sqlite3.connect(path)) as foreign:
        foreign.execute("CREATE TABLE diary (day TEXT)")
    with pytest.raises(Refused, match="is no backup of fedblog"):
        await restore_from(store, path, SCHEMA)
    await backup_to(counters, path, SCHEMA)
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * 4096 + whole[8192:])
    with pytest.raises(Refused, match=r"damaged|no backup"):
        await restore_from(store, path, SCHEMA)
    assert await names(store) == []


async def test_a_backup_of_a_newer_version_is_refused(databases, elsewhere, tmp_path):
    newer = small(COUNTER, MORE)
    store = await open_store(await databases.empty(), quiet_world(), migrate=True, migrations=newer)
    await backup_to(store, tmp_path / "backup", newer)
    await store.close()
    with pytest.raises(Refused, match="made by a newer fedblog"):
        await restore_from(await elsewhere(), tmp_path / "backup", SCHEMA)
