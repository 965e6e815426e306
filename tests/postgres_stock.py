"""Copies of one PostgreSQL database for many tests. To empty a used copy takes a tenth of the time of a new one.

What a test gives back goes to a later one, after everything in it was put back to how the template has it. A test
that changed the schema, or whose connections are still open, has spoilt its copy: that one is dropped.
"""

import json
from dataclasses import dataclass, field
from typing import Self

import asyncpg

from tests.postgres_cluster import PostgresCluster

_USES = 50  # nobody vacuums
_OURS = "relnamespace = 'public'::regnamespace"
_TABLES = f"SELECT oid::regclass::text AS name FROM pg_class WHERE relkind = 'r' AND {_OURS} ORDER BY relname"
_SEQUENCES = f"SELECT oid::regclass::text AS name FROM pg_class WHERE relkind = 'S' AND {_OURS}"
_IS_IN_USE = (
    "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid())"
)
# Each change of a schema adds, replaces or removes rows of these; ANALYZE sets the counts of rows.
_CATALOGUES = ("pg_class", "pg_attribute", "pg_constraint", "pg_trigger", "pg_proc")
_LOOK = "SELECT concat_ws(' ', (SELECT sum(reltuples) FROM pg_class), {})".format(
    ", ".join(f"(SELECT concat(count(*), '/', max(xmin::text::bigint)) FROM {name})" for name in _CATALOGUES)
)


@dataclass
class Stock:
    """Copies of `template`. `look` is what their schema looks like, `renewing` the SQL that makes one as new."""

    cluster: PostgresCluster
    template: str
    look: str
    renewing: str
    _uses: dict[str, int] = field(default_factory=dict)
    _spare: list[str] = field(default_factory=list)

    @classmethod
    async def of(cls, cluster: PostgresCluster, template: str) -> Self:
        """The stock of a database that nobody will connect to any more."""
        connection = await asyncpg.connect(cluster.url(template))
        try:
            return cls(cluster, template, await connection.fetchval(_LOOK), await _renewing(connection))
        finally:
            await connection.close()

    async def take(self) -> str:
        """The name of a database that is as its template."""
        while self._spare:
            name = self._spare.pop()
            if self._uses[name] < _USES and await self._is_renewed(name):
                self._uses[name] += 1
                return name
            await self.cluster.drop(name)
        name = await self.cluster.new_database(self.template)
        self._uses[name] = 1
        return name

    def give_back(self, name: str) -> None:
        """A later test may have it."""
        self._spare.append(name)

    async def _is_renewed(self, name: str) -> bool:
        connection = await asyncpg.connect(self.cluster.url(name))
        try:
            if await connection.fetchval(_IS_IN_USE) or await connection.fetchval(_LOOK) != self.look:
                return False
            await connection.execute(self.renewing)
            return True
        finally:
            await connection.close()


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
