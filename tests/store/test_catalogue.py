"""The schema and the statements, on both engines: all prepare, the hot ones use indexes, both catalogues are one."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import asyncpg
import pytest

from fedblog.store.opening import open_store
from fedblog.store.statements import for_postgres, for_sqlite
from tests.engines import ON_POSTGRES, ON_SQLITE, quiet_world
from tests.store.sql_of_nouns import NOUNS, modules_with_sql, statements

# Tables that grow with the fediverse and not with the author's diligence.
LARGE = {
    "activity", "actor", "approval", "comment", "delivery", "emoji", "follower", "host", "inbox_event",
    "interaction", "mention", "own_object", "post", "quote", "reaction", "remote_key", "tombstone", "used_proof",
    "used_signature",
}  # fmt: skip
# These look at a whole table, or at all of an index: lists for the author, and what the housekeeping does each hour.
MAY_SCAN = {
    "media.is_in_texts",
    "media.names_in_rows",
    "activities._held_hosts",  # hosts that are left alone: few, and once for each publish
    "actors.forget_unused",
    "deliveries.forget_ended",
    "deliveries.listed",
    "deliveries.retry_now",
    "emojis.forget_beyond",
    "host_standing.in_need",  # all hosts, of which there are 10,000 at most
    "health.failing_hosts",  # for a check, which is asked for by hand
    "health.known_inboxes",  # the same
    "hosts.forget_old",
    "hosts.silent",
    "inbox_events.forget_old",
    "reactions.post_counts",  # of all posts, for the lists of posts
    "receipts._all_counts",  # the counts above the list of all deliveries
    "remote_keys.forget_beyond",
    "rewinding.own_lives_since",  # of a copy, once for each rehearsal
    "rewinding.renewals_since",
    "thread_searches.lively_posts",  # once, when a server starts after an absence
}
# Partial indexes that hold only what waits or is in flight: all of one may be read.
OF_WHAT_WAITS = {"inbox_event_due", "inbox_event_leased", "delivery_due", "delivery_leased", "delivery_by_host"}
TYPES = {"bigint": "INTEGER", "text": "TEXT", "bytea": "BLOB"}


def test_no_module_with_statements_is_left_out():
    assert modules_with_sql() == set(NOUNS)
    assert len(statements()) > 150


@ON_SQLITE
async def test_every_statement_prepares_on_sqlite(databases):
    with closing(sqlite3.connect((await databases.migrated()).database)) as database:
        for statement in statements():
            plan_of(database, statement)


@ON_POSTGRES
async def test_every_statement_prepares_on_postgresql(databases):
    database = await asyncpg.connect((await databases.migrated()).database)
    try:
        for statement in statements():
            try:
                await database.prepare(for_postgres(statement.sql))
            except asyncpg.PostgresError as error:
                pytest.fail(f"{statement.place}: {error}\n{statement.sql}")
    finally:
        await database.close()


@ON_SQLITE
async def test_only_lists_and_the_housekeeping_read_a_whole_large_table(databases):
    with closing(sqlite3.connect((await databases.migrated()).database)) as database:
        found = {
            f"{statement.place}: {step}"
            for statement in statements()
            if statement.place not in MAY_SCAN
            for step in plan_of(database, statement)
            if is_scan_of_much(step, statement.sql)
        }
    assert found == set()


def plan_of(database, statement):
    """The steps of SQLite's plan; it prepares the statement without running it."""
    try:
        rows = database.execute(f"EXPLAIN QUERY PLAN {for_sqlite(statement.sql)}", [None] * statement.parameters)
        return [row[3] for row in rows]
    except sqlite3.Error as error:
        pytest.fail(f"{statement.place}: {error}\n{statement.sql}")


def is_scan_of_much(step, sql):
    """Whether a step of a plan looks at every row of a large table, or at every entry of an index of one."""
    match = re.fullmatch(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?.*", step)
    if match is None or match[2] in OF_WHAT_WAITS:
        return False
    aliases = {alias: table for table, alias in re.findall(r"(?:FROM|JOIN) (\w+) (?:AS )?([a-z]\w*)\b", sql)}
    return aliases.get(match[1], match[1]) in LARGE


@ON_POSTGRES
async def test_both_engines_have_the_same_catalogue(databases, tmp_path):
    database = await asyncpg.connect((await databases.migrated()).database)
    try:
        there = {
            "columns": {tuple(row) for row in await database.fetch(POSTGRES_COLUMNS)},
            "keys": {(row[0], row[1], tuple(row[2])) for row in await database.fetch(POSTGRES_KEYS)},
            "indexes": {(row[0], row[1], tuple(row[2])) for row in await database.fetch(POSTGRES_INDEXES)},
        }
    finally:
        await database.close()
    there["columns"] = {(table, name, TYPES[kind], is_needed) for table, name, kind, is_needed in there["columns"]}
    here = await sqlite_catalogue(tmp_path)
    for what, names in here.items():
        assert names == there[what], what


TABLES = "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite%'"


async def sqlite_catalogue(folder):
    """Tables, columns, types; keys and unique sets of columns; indexes with their columns."""
    from fedblog.config import StorageConfig

    config = StorageConfig(folder / "catalogue.db", folder)
    await (await open_store(config, quiet_world(), migrate=True)).close()
    with closing(sqlite3.connect(config.database)) as database:
        tables = [row[0] for row in database.execute(TABLES)]
        columns = {column for table in tables for column in columns_of(database, table)}
        found = [index for table in tables for index in indexes_of(database, table)]
        keys = {(table, "p", key) for table in tables if (key := primary_key(database, table))}
    keys |= {(table, kind, names) for table, kind, _, names in found if kind == "u"}
    return {
        "columns": columns,
        "keys": keys,
        "indexes": {(table, name, names) for table, kind, name, names in found if not kind},
    }


def columns_of(database, table) -> Iterator[tuple[str, str, str, bool]]:
    is_view = database.execute("SELECT type FROM sqlite_schema WHERE name = ?", (table,)).fetchone()[0] == "view"
    for _, name, kind, is_needed, _, in_key in database.execute(f"PRAGMA table_info({table})"):
        yield table, name, kind, bool(is_needed or in_key) and not is_view


def indexes_of(database, table):
    """Table, kind (p: primary key, u: unique, "": neither), name, columns."""
    for _, name, _, origin, _ in database.execute(f"PRAGMA index_list({table})"):
        names = tuple(row[2] for row in database.execute(f"PRAGMA index_info({name})"))
        yield table, {"pk": "p", "u": "u", "c": ""}[origin], name, names


def primary_key(database, table):
    """Its columns, also where the key is the row's own number and has no index."""
    columns = [row for row in database.execute(f"PRAGMA table_info({table})") if row[5]]
    return tuple(row[1] for row in sorted(columns, key=lambda row: row[5]))


POSTGRES_COLUMNS = """
SELECT table_name, column_name, data_type, is_nullable = 'NO' FROM information_schema.columns
WHERE table_schema = 'public'"""
POSTGRES_KEYS = """
SELECT t.relname::text, c.contype::text, ARRAY(
    SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY AS k (number, place)
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number ORDER BY k.place)
FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
WHERE c.contype IN ('p', 'u') AND t.relnamespace = 'public'::regnamespace"""
POSTGRES_INDEXES = """
SELECT t.relname::text, i.relname::text, ARRAY(
    SELECT a.attname::text FROM unnest(x.indkey) WITH ORDINALITY AS k (number, place)
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number ORDER BY k.place)
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
WHERE t.relnamespace = 'public'::regnamespace
  AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.oid)"""
