"""Times as people read them: in the blog's time zone, "3 November 2026"."""

from datetime import UTC, datetime, tzinfo
from email.utils import format_datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fedblog.web.views import When

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip


@lru_cache(maxsize=64)
def zone(name: str) -> tzinfo:
    """The time zone of that IANA name; UTC for a name this machine does not know."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def when(ms: int, time_zone: str) -> When:
    """A moment as templates show it."""
    return When(machine(ms), day(ms, time_zone), day_and_time(ms, time_zone))


def local(ms: int, time_zone: str) -> datetime:
    """The moment as a clock on the wall of the blog shows it."""
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(zone(time_zone))


def day(ms: int, time_zone: str) -> str:
    """`3 November 2026`."""
    moment = local(ms, time_zone)
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def day_and_time(ms: int, time_zone: str) -> str:
    """`3 November 2026, 09:05`."""
    return f"{day(ms, time_zone)}, {local(ms, time_zone):%H:%M}"


def month_name(month: int) -> str:
    """`November` for 11."""
    return _MONTHS[month - 1]


def machine(ms: int) -> str:
    """RFC 3339 in UTC, whole seconds: for `datetime` attributes, feeds and JSON."""
    return datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def year_span(year: int, time_zone: str) -> tuple[int, int]:
    """The first moment of a year in the blog's zone, and that of the next, in ms UTC."""
    where = zone(time_zone)
    edges = (datetime(year, 1, 1, tzinfo=where), datetime(year + 1, 1, 1, tzinfo=where))
    first, last = (int(edge.timestamp() * 1000) for edge in edges)
    return first, last


def rfc822(ms: int) -> str:
    """`Tue, 03 Nov 2026 09:05:00 +0000`, as RSS 2.0 wants it."""
    return format_datetime(datetime.fromtimestamp(ms // 1000, UTC))
