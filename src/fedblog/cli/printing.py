"""How commands print: one JSON document, or plain columns for people."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any


def time_text(at: int | None) -> str | None:
    """A time in milliseconds as RFC 3339 UTC in whole seconds."""
    return None if at is None else datetime.fromtimestamp(at // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def show_json(value: object) -> None:
    """Print one JSON document."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def show_rows(rows: Iterable[Mapping[str, Any]], names: Sequence[str], *, empty: str) -> None:
    """Print chosen fields in columns, or the sentence for an empty list."""
    table = [[_plain(row[name]) for name in names] for row in rows]
    if not table:
        print(empty)
        return
    widths = [max(len(line[i]) for line in [list(names), *table]) for i in range(len(names))]
    for line in [list(names), *table]:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def plain(text: str) -> str:
    """The text without control characters: much of it was written by strangers (security.md A11)."""
    return "".join(character if character.isprintable() else " " for character in text)


def _plain(value: object) -> str:
    return " ".join(plain("-" if value is None else str(value)).split())[:80]
