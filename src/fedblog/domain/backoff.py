"""When a delivery is tried again, and what an answer means for it (protocol.md f.2, as decisions.md amends it).

All pure. Times are milliseconds UTC, and so are spans of time.
"""

from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from fedblog.domain.delivery import Delivery, DeliveryState, Lane

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

GIVES_UP_AFTER = 7 * DAY
"""A delivery has its last try exactly so long after it was made."""
FORWARD_TRIES = 8
"""What is only passed on is tried so often, as Mastodon does."""
LONGEST_WAIT = DAY
"""Nobody may ask us to wait for longer."""
TIMES_MISSING, MISSING_FOR = 3, 3 * DAY
"""An inbox that answered 404 so often, over so long a time, is gone."""

_INTERVALS = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR)
_TRIES_AS_ASKED = 3
_MOST_DIGITS = 10


@dataclass(frozen=True, slots=True)
class Exchange:
    """What became of one try. `status` is None when there was no answer; `error` then says why.

    `form` is the signature form that the answer is for; `retry_after` the time before which the server wants no more.
    """

    status: int | None
    error: str = ""
    form: str = ""
    retry_after: int | None = None

    @property
    def is_success(self) -> bool:
        """The server took it."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_host_failure(self) -> bool:
        """The server is down or ill, as a whole."""
        return self.status is None or self.status >= 500

    @property
    def is_gone(self) -> bool:
        """The inbox is no more."""
        return self.status == 410

    @property
    def is_missing(self) -> bool:
        """The inbox is not there; that may be a mistake over there."""
        return self.status == 404

    @property
    def is_worth_retrying(self) -> bool:
        """Whether another try may end better. A 403, and what is wrong with the request itself, stays so."""
        status = self.status
        return status is None or status < 400 or status >= 500 or status in {401, 404, 408, 425, 429}

    @property
    def reason(self) -> str:
        """For the author, in plain words; empty for a success."""
        if self.is_success:
            return ""
        if self.status is None:
            return self.error
        return _REASONS.get(self.status, f"the server answered with status {self.status}")


_REASONS = {
    401: "the server does not accept our signature (401)",
    403: "the server refuses this (403)",
    404: "the server knows no such inbox (404)",
    410: "the inbox is gone (410)",
    413: "it is too long for the server (413)",
    429: "the server has too much to do (429)",
    503: "the server is not available (503)",
}


@dataclass(frozen=True, slots=True)
class Missing:
    """How often an inbox answered 404 in a row, and since when."""

    count: int
    since: int

    @property
    def _is_often(self) -> bool:
        return self.count >= TIMES_MISSING

    def is_lost(self, now: int) -> bool:
        """Whether it will hardly come back."""
        return self._is_often and now - self.since >= MISSING_FOR


@dataclass(frozen=True, slots=True)
class Ending:
    """What a try means for the delivery. Still waiting: it is tried again at `due_at`."""

    state: DeliveryState
    due_at: int
    last_status: int | None
    last_error: str

    @property
    def is_final(self) -> bool:
        """Nothing more will be tried."""
        return self.state is not DeliveryState.WAITING


def ending_of(delivery: Delivery, exchange: Exchange, now: int, jitter: float, *, is_lost: bool = False) -> Ending:
    """How a try ends. `jitter` is in [0, 1); `is_lost`: the inbox has been missing for too long."""
    if exchange.is_success:
        return Ending(DeliveryState.DELIVERED, delivery.due_at, exchange.status, "")
    due_at = next_try(delivery, exchange, now, jitter)
    if is_lost or due_at is None or not exchange.is_worth_retrying:
        return Ending(DeliveryState.GAVE_UP, delivery.due_at, exchange.status, exchange.reason)
    return Ending(DeliveryState.WAITING, due_at, exchange.status, exchange.reason)


def next_try(delivery: Delivery, exchange: Exchange, now: int, jitter: float) -> int | None:
    """When to try again, or None when that was the last try.

    What the server asks for wins, unless it asks to be tried over and over in short steps.
    """
    last_at = delivery.created_at + GIVES_UP_AFTER
    if now >= last_at or (delivery.lane is Lane.FORWARD and delivery.attempts >= FORWARD_TRIES):
        return None
    due_at = now + _wait(delivery.attempts, jitter)
    if exchange.retry_after is not None:
        is_as_asked = delivery.attempts <= _TRIES_AS_ASKED
        due_at = exchange.retry_after if is_as_asked else max(due_at, exchange.retry_after)
    return min(due_at, last_at)


def _wait(attempts: int, jitter: float) -> int:
    """The span after that many tries: 1 min, 5, 15, 60, 3 h, 6 h, 12 h, then a day; a quarter more or less."""
    interval = _INTERVALS[attempts - 1] if 1 <= attempts <= len(_INTERVALS) else DAY
    return int(interval * (0.75 + 0.5 * jitter))


def knocks_again(status: int, *, was_reached: bool) -> bool:
    """Whether the other signature form is worth a try at once (protocol.md a.2, double-knocking).

    `was_reached`: the host took something of ours before, so that a 400 or 403 is not about the form.
    """
    return status == 401 or (status in {400, 403} and not was_reached)


def read_retry_after(value: str | None, now: int) -> int | None:
    """The time that a Retry-After header names (RFC 9110 section 10.2.3), at least a second and at most a day off."""
    at = _asked_time((value or "").strip(), now)
    return None if at is None else min(max(at, now + SECOND), now + LONGEST_WAIT)


def _asked_time(value: str, now: int) -> int | None:
    if value.isascii() and value.isdigit():
        return now + int(value[:_MOST_DIGITS]) * SECOND
    try:
        return int(parsedate_to_datetime(value).timestamp() * 1000)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
