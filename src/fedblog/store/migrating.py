"""Numbered migrations: forward only, one transaction each, checksummed, one process at a time.

A migration is plain SQL whose statements end with `;` at the end of a line. `{pk}`, `{int}`, `{bytes}` and
`{strict}` stand for what the engines spell differently.
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fedblog.errors import Refused
from fedblog.store.door import Engine, Row, Writer

FOLDER = Path(__file__).parent / "migrations"
_FILE_NAME = re.compile(r"(\d{4})_(\w+)\.sql")
_STATEMENT_END = re.compile(r";[ \t]*$", re.MULTILINE)
_TOKEN = re.compile(r"\{([a-z]+)\}")
TABLE = "schema_migration"
APPLIED = "SELECT number, name, checksum FROM schema_migration ORDER BY number"
_CREATE_TABLE = """
CREATE TABLE IF NOT EXISTS schema_migration (
    number {int} PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    applied_at {int} NOT NULL
) {strict}"""


@dataclass(frozen=True)
class Migration:
    """One step of the schema."""

    number: int
    name: str
    text: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the text, in hex."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def statements(self, tokens: Mapping[str, str]) -> Sequence[str]:
        """The statements in the words of one engine. Raises `KeyError` for an unknown token."""
        lines = [line for line in self.text.splitlines() if not line.lstrip().startswith("--")]
        parts = _STATEMENT_END.split("\n".join(lines))
        return [spelled(part.strip(), tokens) for part in parts if part.strip()]


def spelled(sql: str, tokens: Mapping[str, str]) -> str:
    """`sql` with its tokens in the words of one engine."""
    return _TOKEN.sub(lambda found: tokens[found[1]], sql)


def load(folder: Path = FOLDER) -> tuple[Migration, ...]:
    """The migrations of a folder in their order. Raises `ValueError` unless they are numbered 1, 2, 3 …"""
    found = sorted((path for path in folder.iterdir() if path.suffix == ".sql"), key=lambda path: path.name)
    migrations = tuple(_read(path) for path in found)
    if [migration.number for migration in migrations] != list(range(1, len(migrations) + 1)):
        raise ValueError(f"The migrations in {folder} are not numbered 1, 2, 3 …")
    return migrations


def _read(path: Path) -> Migration:
    matched = _FILE_NAME.fullmatch(path.name)
    if matched is None:
        raise ValueError(f"{path.name} is no name for a migration; it should look like 0001_first.sql.")
    return Migration(int(matched[1]), matched[2], path.read_text(encoding="utf-8"))


async def bring_up(engine: Engine, known: Sequence[Migration], now: Callable[[], int]) -> Sequence[Migration]:
    """Apply what is pending and return it. Raises `Refused` for a database of a newer or another fedblog."""
    if not await pending(engine, known):
        return ()
    async with engine.migrating():
        todo = await pending(engine, known)
        if todo:
            await engine.keep_copy_before(todo[0].number)
        for migration in todo:
            await engine.reshape(partial(apply, migration, engine.tokens, now()))
    return todo


async def pending(engine: Engine, known: Sequence[Migration]) -> Sequence[Migration]:
    """What the database still lacks. Raises `Refused` when it holds what `known` does not tell of."""
    return lacking(await engine.reader.all(APPLIED) if await engine.has_table(TABLE) else [], known)


def lacking(applied: Sequence[Row], known: Sequence[Migration]) -> Sequence[Migration]:
    """What of `known` is not among `applied`. Raises `Refused` as `pending` does."""
    _refuse_newer(applied, known)
    for row, migration in zip(applied, known, strict=False):
        if (row["number"], row["checksum"]) != (migration.number, migration.checksum):
            raise Refused(
                f"Migration {row['number']:04}_{row['name']} is not the one that this database was made with.",
                "Migrations must never change: install the fedblog that made the database, or a newer one.",
            )
    return known[len(applied) :]


def _refuse_newer(applied: Sequence[Row], known: Sequence[Migration]) -> None:
    if len(applied) > len(known):
        raise Refused(
            f"The database was made by a newer fedblog (schema {applied[-1]['number']}; this one knows {len(known)}).",
            "Install that version, or restore a backup from before the update.",
        )


async def apply(migration: Migration, tokens: Mapping[str, str], now: int, db: Writer) -> None:
    """Run one migration and write that it was run."""
    await db.run(spelled(_CREATE_TABLE, tokens))
    for statement in migration.statements(tokens):
        await db.run(statement)
    await db.run(
        "INSERT INTO schema_migration (number, name, checksum, applied_at) VALUES (?, ?, ?, ?)",
        migration.number,
        migration.name,
        migration.checksum,
        now,
    )
