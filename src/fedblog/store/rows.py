"""Rows to structs and back: a struct of `domain` has exactly the columns of its table."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cache
from typing import Any, TypeVar

from fedblog.store.door import Row, Value, Writer

T = TypeVar("T")


def build(kind: Callable[..., T], row: Row, converters: Mapping[str, Callable[[Any], Any]] | None = None) -> T:
    """The struct of a whole row; `converters` turn columns into richer types (None stays None)."""
    positions = _positions(kind, tuple(row.keys()))
    columns = tuple(row)
    values = [columns[position] for position in positions.values()]
    for place, name in enumerate(positions):
        if converters and name in converters and values[place] is not None:
            values[place] = converters[name](values[place])
    return kind(*values)


@cache
def _positions(kind: Callable[..., Any], columns: tuple[str, ...]) -> dict[str, int]:
    """Where each field of the struct stands in the row. By position, a struct is made in half the time.

    Raises `TypeError` where row and struct do not have the same names.
    """
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    if set(names) != set(columns):
        raise TypeError(f"{kind} has other fields than its row: {set(names) ^ set(columns)}")
    return {name: columns.index(name) for name in names}


def text_list(text: str) -> tuple[str, ...]:
    """A JSON array of texts, as a column keeps it."""
    return tuple(json.loads(text))


def as_json(value: object) -> str:
    """Compact JSON for a column."""
    return _COMPACT.encode(value)


_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))  # json.dumps would make one for each call


def subdomains_of(host: str) -> str:
    """The pattern of all hosts below a host, for `LIKE ? ESCAPE '!'`."""
    return f"%.{_literal(host)}"


def beginning_with(text: str) -> str:
    """The pattern of everything that begins with a text, for `LIKE ? ESCAPE '!'`."""
    return f"{_literal(text)}%"


def _literal(text: str) -> str:
    """The text with all that means more than itself in a pattern escaped."""
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


_GROUPS = (32, 16, 8, 4, 2, 1)


def in_groups(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """The items in groups of 32, 16, 8, 4, 2 or 1: one statement for each group, and few texts to prepare."""
    start = 0
    for size in _GROUPS:
        while len(items) - start >= size:
            yield items[start : start + size]
            start += size


@cache
def marks(columns: int | tuple[str, ...], rows: int) -> str:
    """So many rows of so many `?`, for VALUES; with their types where an engine cannot tell them otherwise."""
    row = "?" * columns if isinstance(columns, int) else [f"CAST(? AS {kind})" for kind in columns]
    return ", ".join([f"({', '.join(row)})"] * rows)


async def insert(db: Writer, table: str, **columns: Value) -> int:
    """Insert one row and return its `pk`. Table and column names are our own words, never input."""
    return int(await db.value(_insert_statement(table, tuple(columns)), *columns.values()))


@cache
def _insert_statement(table: str, names: tuple[str, ...]) -> str:
    marks = ", ".join("?" for _ in names)
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks}) RETURNING pk"  # noqa: S608 - our own names
