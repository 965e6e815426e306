"""Where one SQL text becomes an engine's own, and what no database may hold. All pure."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import count

from fedblog.store.door import Value

_PLACEHOLDER = re.compile(r"""('(?:[^']|'')*'|"[^"]*"|--[^\n]*|/\*.*?\*/)|\?""", re.DOTALL)
_CLAIM_LOCK = "{claim_lock}"
_INT64 = 1 << 63


@lru_cache(maxsize=2048)
def for_postgres(sql: str) -> str:
    """`sql` with `$1`, `$2` … in place of its `?` (those in quotes and comments stay), and rows locked by claims."""
    numbers = count(1)
    marked = _PLACEHOLDER.sub(lambda found: found[1] or f"${next(numbers)}", sql)
    return marked.replace(_CLAIM_LOCK, "FOR UPDATE SKIP LOCKED")


@lru_cache(maxsize=2048)
def for_sqlite(sql: str) -> str:
    """`sql` without the lock of claims, which SQLite does not need: it runs one writer at a time."""
    return sql.replace(_CLAIM_LOCK, "")


def has_nul(values: Iterable[Value]) -> bool:
    """Whether a text holds a NUL. SQLite would take it, PostgreSQL cannot; so neither does."""
    for value in values:  # noqa: SIM110 - asked of every statement, and in half the time of any(…)
        if isinstance(value, str) and "\0" in value:
            return True
    return False


def is_unstorable(values: Iterable[Value]) -> bool:
    """Whether one of them holds what no engine can keep: NUL, lone surrogates, integers beyond 64 bits."""
    return any(_is_unstorable(value) for value in values)


def _is_unstorable(value: Value) -> bool:
    if isinstance(value, int):
        return not -_INT64 <= value < _INT64
    if not isinstance(value, str):
        return False
    return "\0" in value or any("\ud800" <= character <= "\udfff" for character in value)
