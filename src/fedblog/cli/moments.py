"""Moments as people type them: `7d`, `12h`, `2026-11-03`, `2026-11-03T09:05:00Z`."""

import argparse
from collections.abc import Callable
from datetime import UTC, datetime

_SPANS = {"m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 7 * 86_400_000}
Moment = Callable[[int], int]


def moment(text: str) -> Moment:
    """For argparse: what gives the moment (ms UTC), given that of now. A date alone is its first moment in UTC."""
    number, unit = text[:-1], text[-1:]
    if unit in _SPANS and number.isascii() and number.isdecimal() and len(number) < 6:
        span = int(number) * _SPANS[unit]
        return lambda now: now - span
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} is neither a span such as 7d nor a date such as 2026-11-03"
        ) from error
    at = int((read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp() * 1000)
    return lambda _: at
