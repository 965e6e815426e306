"""The inbox: everything that other servers sent, with what became of it and why; by verdict, server, person, type."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from fedblog.domain.backoff import DAY
from fedblog.domain.blog import Blog
from fedblog.domain.inbox_event import Verdict
from fedblog.services.turned_away import words_of
from fedblog.services.workshop import the_blog
from fedblog.store import inbox_events, ledger
from fedblog.store.door import Reader
from fedblog.store.inbox_events import UnprovenLine
from fedblog.store.ledger import LedgerFilter, LedgerLine
from fedblog.urls import normal_form
from fedblog.web import dates
from fedblog.web.admin import around, onward
from fedblog.web.admin.around import Around
from fedblog.web.admin.gate import on
from fedblog.web.admin.onward import Onward
from fedblog.web.admin.visit import Visit
from fedblog.web.views import When

HERE = "/admin/inbox"
_COUNTED_DAYS = 7
_MOST_COUNTED = 20_000
_LONGEST = 2048


@dataclass(frozen=True, slots=True)
class Line:
    """One proven activity."""

    pk: int
    type: str
    actor: str
    verdict: str
    reason: str
    received: When


@dataclass(frozen=True, slots=True)
class Choice:
    """One value to choose, with how many there are of late; `path` shows only those."""

    value: str
    words: str
    is_here: bool
    path: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class InboxPage:
    """The ledger, newest first. `is_filtered`: not all of it is asked for."""

    template: ClassVar[str] = "admin/inbox.html"
    around: Around
    lines: tuple[Line, ...]
    onward: Onward
    wanted: LedgerFilter
    is_filtered: bool
    any_verdict_path: str
    verdicts: tuple[Choice, ...]
    types: tuple[Choice, ...]
    counted_days: int = _COUNTED_DAYS
    most_counted: int = _MOST_COUNTED


@dataclass(frozen=True, slots=True)
class Refusals:
    """How often requests of one host could not be proven, for one reason, on one day. `word` is the ledger's own."""

    host: str
    reason: str
    word: str
    times: int
    last: When


@dataclass(frozen=True, slots=True)
class UnprovenPage:
    """What was turned away at the door."""

    template: ClassVar[str] = "admin/unproven.html"
    around: Around
    lines: tuple[Refusals, ...]


async def show(visit: Visit) -> Response:
    """A page of the ledger."""
    return visit.web.private(await visit.shop.store.read(lambda db: _list(db, visit)))


def asked_filter(visit: Visit) -> LedgerFilter:
    """The filter that the address asks for. Ids are looked for in the form in which they are kept."""
    verdict, address, signer = visit.asked("verdict"), visit.asked("address").strip(), visit.asked("signer").strip()
    return LedgerFilter(
        verdict=verdict if verdict in set(Verdict) else "",
        host=visit.asked("host").strip().lower()[:255],
        signer=normal_form(signer) or signer[:_LONGEST],
        type=visit.asked("type").strip()[:100],
        address=normal_form(address) or address[:_LONGEST],
    )


async def _list(db: Reader, visit: Visit) -> InboxPage:
    blog, wanted = await the_blog(db), asked_filter(visit)
    query = {name: getattr(wanted, name) for name in ("verdict", "host", "signer", "type", "address")}
    found = await ledger.listed(db, blog.pk, wanted, before=onward.before(visit), limit=onward.SIZE + 1)
    shown, further = onward.cut(visit, found, HERE, query)
    from_pk = await ledger.counted_from(db, blog.pk, visit.shop.now() - _COUNTED_DAYS * DAY, _MOST_COUNTED)
    numbers = await ledger.counts(db, blog.pk, from_pk=from_pk, host=wanted.host, signer=wanted.signer)
    return InboxPage(
        around=await around.of(db, visit, HERE),
        lines=tuple(line_of(blog, line) for line in shown),
        onward=further,
        wanted=wanted,
        is_filtered=wanted != LedgerFilter(),
        any_verdict_path=onward.address(HERE, {**query, "verdict": ""}),
        verdicts=tuple(_verdict(verdict, numbers.get(verdict, 0), query) for verdict in Verdict),
        types=_types(await ledger.types_since(db, blog.pk, from_pk), wanted),
    )


def _verdict(verdict: Verdict, number: int, query: Mapping[str, str]) -> Choice:
    path = onward.address(HERE, {**query, "verdict": verdict.value})
    return Choice(verdict.value, f"{verdict.value} ({number:,})", verdict == query["verdict"], path, number)


def _types(found: Sequence[str], wanted: LedgerFilter) -> tuple[Choice, ...]:
    names = sorted({name for name in (*found, wanted.type) if name})
    return tuple(Choice(name, name, name == wanted.type) for name in names)


def line_of(blog: Blog, line: LedgerLine) -> Line:
    """A line of the ledger as lists show it."""
    received = dates.when(line.received_at, blog.time_zone)
    return Line(line.pk, line.type, line.actor, line.verdict, line.reason, received)


async def show_unproven(visit: Visit) -> Response:
    """The counts."""

    async def view(db: Reader) -> UnprovenPage:
        blog = await the_blog(db)
        lines = tuple(_refusals(blog, line) for line in await inbox_events.unproven(db))
        return UnprovenPage(await around.of(db, visit, HERE), lines)

    return visit.web.private(await visit.shop.store.read(view))


def _refusals(blog: Blog, line: UnprovenLine) -> Refusals:
    last = dates.when(line.last_at, blog.time_zone)
    return Refusals(line.host, words_of(line.reason), line.reason, line.count, last)


routes = [on(HERE, get=show), on(HERE + "/unproven", get=show_unproven)]
