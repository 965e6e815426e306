"""The search for missing replies below a post: when it is wanted, what it may cost, how far it has come.

All pure. Times are milliseconds UTC, and so are spans of time (protocol.md e.6).
"""

from dataclasses import dataclass
from enum import StrEnum

from fedblog.domain.backoff import DAY, HOUR, MINUTE

AFTER_PUBLISHING = (HOUR, 6 * HOUR, DAY, 7 * DAY)
"""So long after a post is published its thread is looked through in any case."""
SETTLES_IN = 5 * MINUTE
"""What is said below a post often comes in bursts: one search for all of it."""
PAUSE = 15 * MINUTE
"""No search of a thread by itself begins sooner after the last one."""
STALE_AFTER = DAY
"""What a search has left over is worth nothing any more; the next one begins from the start."""
MISSED_AFTER = 4 * MINUTE
"""GoToSocial gives a delivery up so soon: after a longer absence replies may be missing."""
LOOKS_BACK = 30 * DAY
"""Threads in which something happened since then are looked through after an absence."""

REQUESTS, ASKED_REQUESTS = 100, 1_500
"""What one search may cost by itself, and one that the author asked for."""
FOUND, ASKED_FOUND = 50, 1_500
"""How many comments one search may bring."""
LEVELS = 5
"""How far below what is known here a search goes."""
PAGES = 25
"""How many pages of one collection are read."""
PEOPLE = 100
"""How many people's outboxes one search looks into."""
STEPS = 5_000
"""How many addresses one search keeps in mind."""


class StepKind(StrEnum):
    """What stands at an address: a comment that is known, one that is not, a conversation, a page of answers, or what
    somebody has said lately."""

    COMMENT = "comment"
    OBJECT = "object"
    CONTEXT = "context"
    PAGE = "page"
    OUTBOX = "outbox"


@dataclass(frozen=True, slots=True)
class Step:
    """An address that a search asks. `level` counts from what was known, `turn` the pages before this one;
    `is_good`: it is what it was taken for."""

    post_pk: int
    blog_pk: int
    address: str
    kind: StepKind
    level: int
    turn: int
    done_at: int | None
    is_good: int


@dataclass(frozen=True, slots=True)
class ThreadSearch:
    """The search of one thread. It began at `began_at` and may take several runs; the present one began at
    `running_since`.

    `requests` and `found` count this run, or the last one; `unanswered` the addresses of the whole search whose
    servers did not answer. `asks_people`: the next run also looks at what people who are known here have said lately.
    `complete_at`: as of then everything that other servers tell was looked through.
    """

    post_pk: int
    blog_pk: int
    wanted_at: int | None
    is_asked: int
    asks_people: int
    began_at: int | None
    running_since: int | None
    requests: int
    found: int
    unanswered: int
    rested_at: int
    ended_at: int | None
    complete_at: int | None
    leased_until: int | None
    leased_by: str | None

    @property
    def most_requests(self) -> int:
        """What the run may cost."""
        return ASKED_REQUESTS if self.is_asked else REQUESTS

    @property
    def most_found(self) -> int:
        """How much the run may bring."""
        return ASKED_FOUND if self.is_asked else FOUND

    @property
    def is_under_way(self) -> bool:
        """Whether a run has begun and not ended."""
        return self.running_since is not None

    @property
    def is_waiting(self) -> bool:
        """Whether the author asked for a run that has not begun."""
        return bool(self.is_asked) and self.running_since is None and self.wanted_at is not None

    def is_spent(self) -> bool:
        """Whether the run has used up what it may."""
        return self.requests >= self.most_requests or self.found >= self.most_found

    def is_stale(self, now: int) -> bool:
        """Whether what it left over is too old to go on with."""
        return self.began_at is None or now - self.began_at > STALE_AFTER


def wanted_after(news_at: int, ended_at: int | None) -> int:
    """When to look through a thread after something happened in it."""
    return max(news_at + SETTLES_IN, (ended_at or 0) + PAUSE)


def next_fixed(published_at: int, now: int) -> int | None:
    """The next of the times at which a thread is looked through in any case; None when all are over."""
    return next((at for span in AFTER_PUBLISHING if (at := published_at + span) > now), None)


def wanted_next(search: ThreadSearch, published_at: int | None, now: int, *, is_left_over: bool) -> int | None:
    """When the next run is due after one that ends now. `is_left_over`: it could not do everything."""
    fixed = next_fixed(published_at, now) if published_at is not None else None
    news = max(search.wanted_at, now + PAUSE) if search.wanted_at is not None else None
    rest = now + PAUSE if is_left_over and not search.is_stale(now) else None
    return min((at for at in (fixed, news, rest) if at is not None), default=None)
