"""Copies of one PostgreSQL database for many tests. To empty a used copy takes a tenth of the time of a new one.

What a test gives back goes to a later one, after everything in it was put back to how the template has it. A test
that changed the schema, wrote so much that plans change, or is still connected has spoilt its copy, which is dropped.
"""

import json
from dataclasses import dataclass, field
from typing import Self

import asyncpg

from tests.postgres_cluster import PostgresCluster

_GROWTH = 1_000_000  # bytes; nobody vacuums
_OURS = "relnamespace = 'public'::regnamespace"
_TABLES = f"SELECT oid::regclass::text AS name FROM pg_class WHERE relkind = 'r' AND {_OURS} ORDER BY relname"
_SEQUENCES = f"SELECT oid::regclass::text AS name FROM pg_class WHERE relkind = 'S' AND {_OURS}"
_IS_IN_USE = (
    "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid())"
)
# Each change of a schema adds, replaces or removes rows of these; ANALYZE sets the counts of rows.
_CATALOGUES = ("pg_class", "pg_attribute", "pg_constraint", "pg_trigger", "pg_proc")
_SIZE = f"SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND {_OURS}"
_LOOK = "SELECT concat_ws(' ', (SELECT sum(reltuples) FROM pg_class), {})".format(
    ", ".join(f"(SELECT concat(count(*), '/', max(xmin::text::bigint)) FROM {name})" for name in _CATALOGUES)
)


@dataclass
class Stock:
    """Copies of `template`, of its `size` and with its `look`. `renewing` is the SQL that makes one as new."""

    cluster: PostgresCluster
    template: str
    size: int
    look: str
    renewing: str
    _spare: list[str] = field(default_factory=list)

    @classmethod
    async def of(cls, cluster: PostgresCluster, template: str) -> Self:
        """The stock of a database that nobody will connect to any more."""
        connection = await asyncpg.connect(cluster.url(template))
        try:
            size, look = await connection.fetchval(_SIZE), await connection.fetchval(_LOOK)
            return cls(cluster, template, size, look, await _renewing(connection))
        finally:
            await connection.close()

    async def take(self) -> str:
        """The name of a database that is as its template."""
        while self._spare:
            name = self._spare.pop()
            if await self._is_renewed(name):
                return name
            await self.cluster.drop(name)
        return await self.cluster.new_database(self.template)

    def give_back(self, name: str) -> None:
        """A later test may have it."""
        self._spare.append(name)

    async def _is_renewed(self, name: str) -> bool:
        connection = await asyncpg.connect(self.cluster.url(name))
        try:
            if await self._is_spoilt(connection):
                return False
            await connection.execute(self.renewing)
            return True
        finally:
            await connection.close()

    async def _is_spoilt(self, connection: "asyncpg.Connection[asyncpg.Record]") -> bool:
        return (
            await connection.fetchval(_IS_IN_USE)
            or await connection.fetchval(_SIZE) > self.size + _GROWTH
            or await connection.fetchval(_LOOK) != self.look
        )


async def _renewing(template: "asyncpg.Connection[asyncpg.Record]") -> str:
    """All in one message, and so in one transaction; as a replica, which trusts that the rows fit each other."""
    tables = [row["name"] for row in await template.fetch(_TABLES)]
    sequences = [row["name"] for row in await template.fetch(_SEQUENCES)]
    return ";\n".join(
        [
            "SET session_replication_role = replica",
            *[f"DELETE FROM {table}" for table in tables],
            *[await _setting(template, sequence) for sequence in sequences],
            *[filled for table in tables if (filled := await _filling(template, table))],
        ]
    )


async def _setting(template: "asyncpg.Connection[asyncpg.Record]", sequence: str) -> str:
    last, is_called = await template.fetchrow(f"SELECT last_value, is_called FROM {sequence}")
    return f"SELECT setval('{sequence}', {last}, {is_called})"


async def _filling(template: "asyncpg.Connection[asyncpg.Record]", table: str) -> str:
    """The statement that inserts what the template has in this table; nothing when that is nothing."""
    rows = json.loads(await template.fetchval(f"SELECT coalesce(json_agg(t), '[]') FROM {table} AS t"))
    literal = await template.fetchval("SELECT quote_literal($1::text)", json.dumps(rows))
    inserted = (
        f"INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM json_populate_recordset(NULL::{table}, {literal})"
    )
    return inserted if rows else ""
