"""When a signature counts: the time window, and the dates of HTTP."""

import re
from datetime import UTC, datetime
from email.utils import formatdate
from functools import lru_cache

from fedblog.ap.signatures.reasons import Reason, refused

MAX_AGE_MS = 65 * 60 * 1000
MAX_AHEAD_MS = 60 * 60 * 1000
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH_NUMBERS = {name: number for number, name in enumerate(_MONTHS, start=1)}
_IMF_FIXDATE = re.compile(
    rf"[A-Z][a-z]{{2}}, ([0-9]{{1,2}}) ({'|'.join(_MONTHS)}) ([0-9]{{4}}) ([0-9]{{2}}):([0-9]{{2}}):([0-9]{{2}})"
    r" (?:GMT|UTC|\+0000)"
)


def check_window(created_at: int, expires_at: int | None, now_ms: int) -> None:
    """Refuse what is older than 65 or newer than 60 minutes, or expired for more than an hour.

    The figures are what Mastodon's rules amount to (protocol.md a.1). Raises `Unproven`.
    """
    if created_at < now_ms - MAX_AGE_MS:
        raise refused(Reason.STALE)
    if created_at > now_ms + MAX_AHEAD_MS:
        raise refused(Reason.FUTURE)
    if expires_at is not None and (expires_at < now_ms - MAX_AHEAD_MS or expires_at < created_at):
        raise refused(Reason.EXPIRED)


def format_date(at: int) -> str:
    """A time in milliseconds as IMF-fixdate (RFC 9110 section 5.6.7)."""
    return formatdate(at // 1000, usegmt=True)


def format_rfc3339(at: int) -> str:
    """A time in milliseconds as RFC 3339 UTC in whole seconds."""
    return datetime.fromtimestamp(at // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@lru_cache(maxsize=256)  # what arrives in the same second says the same
def read_date(text: str) -> int:
    """An IMF-fixdate as milliseconds. Raises `Unproven` for anything else."""
    match = _IMF_FIXDATE.fullmatch(text)
    if match is None:
        raise refused(Reason.TIME_MALFORMED)
    day, month, year, hour, minute, second = match.groups()
    try:
        read = datetime(int(year), _MONTH_NUMBERS[month], int(day), int(hour), int(minute), int(second), tzinfo=UTC)
    except ValueError as error:
        raise refused(Reason.TIME_MALFORMED) from error
    return int(read.timestamp()) * 1000
