"""How long an attack lasts: short in `make test`, at full length in `make soak`."""

import os

IS_FULL = os.environ.get("FEDBLOG_SOAK") == "full"


def examples(short: int, full: int | None = None) -> int:
    """How many random cases to try."""
    return (full or short * 20) if IS_FULL else short
