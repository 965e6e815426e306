"""All rows of a PostgreSQL database out to a SQLite file of the same schema, and back."""

import sqlite3
from typing import Any

import asyncpg

from fedblog.store.sqlite_file import tables

_ROWS_AT_ONCE = 1000
_REFERENCES = """
SELECT conrelid::regclass::text AS owner, quote_ident(conname) AS name, pg_get_constraintdef(oid) AS definition
FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"""
_IDENTITIES = """
SELECT quote_ident(table_name) AS owner, quote_ident(column_name) AS name,
       pg_get_serial_sequence(quote_ident(table_name), column_name) AS sequence
FROM information_schema.columns WHERE table_schema = current_schema() AND is_identity = 'YES'"""


async def copy_rows_out(connection: "asyncpg.Connection[Any]", copy: sqlite3.Connection) -> None:
    """Replace the rows of every table of `copy` by ours, as of the connection's snapshot."""
    for name, columns in tables(copy).items():
        copy.execute(f'DELETE FROM "{name}"')  # noqa: S608 - from our own catalogue
        listed, marks = _listed(columns), ", ".join("?" for _ in columns)
        cursor = await connection.cursor(f'SELECT {listed} FROM "{name}"')  # noqa: S608 - from our own catalogue
        while rows := await cursor.fetch(_ROWS_AT_ONCE):
            copy.executemany(f'INSERT INTO "{name}" ({listed}) VALUES ({marks})', rows)  # noqa: S608 - from our own catalogue


async def replace_rows(connection: "asyncpg.Connection[Any]", copy: sqlite3.Connection) -> None:
    """Replace the rows of every table of ours by those of `copy`; references are checked at the end, in bulk."""
    references = await connection.fetch(_REFERENCES)
    for key in references:
        await connection.execute(f"ALTER TABLE {key['owner']} DROP CONSTRAINT {key['name']}")
    for name, columns in tables(copy).items():
        await connection.execute(f'DELETE FROM "{name}"')  # noqa: S608 - from our own catalogue
        rows = copy.execute(f'SELECT {_listed(columns)} FROM "{name}"')  # noqa: S608 - from our own catalogue
        await connection.copy_records_to_table(name, columns=columns, records=rows)
    for key in references:
        await connection.execute(f"ALTER TABLE {key['owner']} ADD CONSTRAINT {key['name']} {key['definition']}")
    await _set_identities(connection)


async def _set_identities(connection: "asyncpg.Connection[Any]") -> None:
    for key in await connection.fetch(_IDENTITIES):
        highest = await connection.fetchval(f"SELECT MAX({key['name']}) FROM {key['owner']}")  # noqa: S608 - from our own catalogue
        if highest is not None:
            await connection.execute("SELECT setval($1::regclass, $2)", key["sequence"], highest)


def _listed(columns: tuple[str, ...]) -> str:
    return ", ".join(f'"{column}"' for column in columns)
