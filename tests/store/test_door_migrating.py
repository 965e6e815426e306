"""Migrations: once, whole or not at all, never changed, never backwards."""

import asyncio
import sqlite3

import pytest

from fedblog.errors import Refused
from fedblog.store.migrating import Migration, load
from tests.engines import ON_SQLITE
from tests.store.conftest import COUNTER, small
from tests.store.stories import inserting, names

MORE = "CREATE TABLE more (pk {pk}, blob {bytes} NOT NULL, at {int} NOT NULL){strict};\n"
BROKEN = f"{MORE}INSERT INTO nowhere (pk) VALUES (1);\n"


async def applied(store):
    rows = await store.reader.all("SELECT number, name FROM schema_migration ORDER BY number")
    return [(row["number"], row["name"]) for row in rows]


async def test_migrations_are_applied_once_and_in_order(opened):
    store = await opened(migrations=small(COUNTER))
    await store.write(inserting("kept"))
    again = await opened(migrations=small(COUNTER, MORE))
    assert await applied(again) == [(1, "step1"), (2, "step2")]
    assert await names(again) == ["kept"]


async def test_a_command_refuses_a_database_that_waits_for_its_migration(opened):
    await opened(migrations=small(COUNTER))
    with pytest.raises(Refused, match=r"has to be migrated first\. Run: fedblog migrate"):
        await opened(migrations=small(COUNTER, MORE), migrate=False)


async def test_a_migration_that_fails_leaves_everything_untouched(opened):
    await opened(migrations=small(COUNTER))
    with pytest.raises(Exception, match="nowhere"):
        await opened(migrations=small(COUNTER, BROKEN))
    store = await opened(migrations=small(COUNTER, MORE))
    assert await applied(store) == [(1, "step1"), (2, "step2")]


@pytest.mark.parametrize("migrate", [True, False])
async def test_a_database_of_a_newer_version_is_refused_in_one_line(opened, migrate):
    store = await opened(migrations=small(COUNTER, MORE))
    with pytest.raises(Refused, match=r"made by a newer fedblog \(schema 2; this one knows 1\)\. Install") as refusal:
        await opened(migrations=small(COUNTER), migrate=migrate)
    assert "\n" not in str(refusal.value)
    assert await applied(store) == [(1, "step1"), (2, "step2")]


async def test_a_changed_migration_is_refused(opened):
    await opened(migrations=small(COUNTER))
    with pytest.raises(Refused, match="Migration 0001_step1 is not the one"):
        await opened(migrations=small(COUNTER + "\n", MORE))


async def test_two_processes_that_migrate_at_once_do_it_once(opened):
    stores = await asyncio.gather(*(opened(migrations=small(COUNTER, MORE)) for _ in range(3)))
    assert await applied(stores[0]) == [(1, "step1"), (2, "step2")]
    assert await stores[2].reader.value("SELECT COUNT(*) FROM counter") == 1


@ON_SQLITE
async def test_a_copy_is_kept_before_a_file_with_data_is_migrated(opened, storage):
    copy = storage.database.with_name("fedblog-0.db.before-0002")
    first = await opened(migrations=small(COUNTER))
    assert not list(storage.database.parent.glob("*.before-*")), "an empty file needs no copy"
    await first.write(inserting("precious"))
    await opened(migrations=small(COUNTER, "DROP TABLE counter;\n"))
    connection = sqlite3.connect(copy)
    assert connection.execute("SELECT name FROM counter WHERE pk = 2").fetchone() == ("precious",)
    connection.close()
    assert copy.stat().st_mode & 0o777 == 0o600


@ON_SQLITE
async def test_a_file_in_use_by_a_server_is_not_migrated_under_it(opened):
    await opened(serving=True, migrations=small(COUNTER))
    with pytest.raises(Refused, match=r"a server \(process \d+\) uses it\. Stop it first"):
        await opened(migrations=small(COUNTER, MORE))


@ON_SQLITE
async def test_a_table_that_others_point_to_can_be_rebuilt(opened):
    store = await opened(migrations=small(COUNTER))

    async def family(db):
        await db.run("INSERT INTO counter (pk, name, n, parent_pk) VALUES (7, 'child', 0, 1)")

    await store.write(family)
    rebuild = (
        "CREATE TABLE grown (pk {pk}, name TEXT NOT NULL, parent_pk {int} REFERENCES counter (pk)){strict};\n"
        "INSERT INTO grown SELECT pk, name, parent_pk FROM counter;\nDROP TABLE counter;\n"
        "ALTER TABLE grown RENAME TO counter;\n"
    )
    grown = await opened(migrations=small(COUNTER, rebuild))
    assert await names(grown) == ["child"]
    with pytest.raises(Refused, match="points to a missing row"):
        await opened(migrations=small(COUNTER, rebuild, "DELETE FROM counter WHERE pk = 1;\n"))
    assert len(await names(grown)) == 1


def test_statements_end_at_the_end_of_a_line(tmp_path):
    migration = Migration(1, "x", "-- no; not;\nCREATE TABLE a (b TEXT); \n\nINSERT INTO a VALUES ('x;\ty');\n")
    assert migration.statements({}) == ["CREATE TABLE a (b TEXT)", "INSERT INTO a VALUES ('x;\ty')"]
    with pytest.raises(KeyError):
        Migration(1, "x", "CREATE TABLE {pkk};").statements({"pk": ""})


def test_files_are_numbered_without_a_gap(tmp_path):
    (tmp_path / "0001_first.sql").write_text(COUNTER)
    (tmp_path / "0003_third.sql").write_text(MORE)
    with pytest.raises(ValueError, match="not numbered"):
        load(tmp_path)
    (tmp_path / "0003_third.sql").rename(tmp_path / "0002_second.sql")
    assert [(step.number, step.name) for step in load(tmp_path)] == [(1, "first"), (2, "second")]
    (tmp_path / "last.sql").write_text("")
    with pytest.raises(ValueError, match="no name for a migration"):
        load(tmp_path)
