"""Servers: those that need a look; and one of them, with how it stands with the blog."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote

from starlette.responses import Response

from fedblog.domain.breaker import hold_of, known_form
from fedblog.domain.delivery import Host
from fedblog.errors import Missing
from fedblog.services import host_care, looking_back
from fedblog.services.looking_back import HostReport
from fedblog.services.turned_away import words_of
from fedblog.services.workshop import the_blog
from fedblog.store import hosts
from fedblog.store.door import Reader
from fedblog.store.host_standing import InNeed
from fedblog.web import dates
from fedblog.web.admin import around, going, ledger, receipts
from fedblog.web.admin.around import Around
from fedblog.web.admin.gate import on
from fedblog.web.admin.submission import Submission
from fedblog.web.admin.visit import Visit
from fedblog.web.templating import count
from fedblog.web.views import When

HERE = "/admin/hosts"
_FORMS = {"cavage": "draft-cavage", "rfc9421": "RFC 9421"}


@dataclass(frozen=True, slots=True)
class Line:
    """A server that needs a look, and why."""

    name: str
    path: str
    state: str
    words: str
    since: When | None
    waiting: int
    gave_up: int


@dataclass(frozen=True, slots=True)
class HostsPage:
    """Those that need a look, the longest silent first."""

    template: ClassVar[str] = "admin/hosts.html"
    around: Around
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """One line about a server: a name, words, and a moment where there is one."""

    name: str
    words: str
    when: When | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """A try that failed."""

    when: When
    words: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Requests in its name that could not be proven."""

    words: str
    times: int
    last: When


@dataclass(frozen=True, slots=True)
class HostPage:
    """One server."""

    template: ClassVar[str] = "admin/host.html"
    around: Around
    name: str
    path: str
    state: str
    state_words: str
    facts: tuple[Fact, ...]
    deliveries: tuple[receipts.Line, ...]
    events: tuple[ledger.Line, ...]
    failures: tuple[Failure, ...]
    refusals: tuple[Refusal, ...]
    can_retry: bool
    can_forget: bool
    block_pk: int | None
    blocked_as: str
    trust_pk: int | None


def path_of(name: str) -> str:
    """The page of a server."""
    return f"{HERE}/{quote(name, safe='')}"


async def show(visit: Visit) -> Response:
    """Those that need a look. `?name=` leads to the page of one."""
    if visit.asked("name").strip():
        return going.to(path_of(visit.asked("name").strip()[:255]))
    now = visit.shop.now()

    async def view(db: Reader) -> HostsPage:
        blog = await the_blog(db)
        found = await looking_back.in_need(db, now)
        lines = tuple(_line(one, now, blog.time_zone) for one in found)
        return HostsPage(await around.of(db, visit, HERE), lines)

    return visit.web.private(await visit.shop.store.read(view))


def _line(one: InNeed, now: int, time_zone: str) -> Line:
    host = one.host
    state, words = state_of(host, now, one.gave_up)
    since = dates.when(host.failing_since, time_zone) if host.failing_since is not None else None
    return Line(host.name, path_of(host.name), state, words, since, one.waiting, one.gave_up)


def state_of(host: Host | None, now: int, gave_up: int = 0) -> tuple[str, str]:
    """How a server fares: a state for the eye, and words."""
    if host is None:
        return "draft", "nothing was sent there yet"
    if host.retry_after is not None and host.retry_after > now:
        return "waiting", "asked us to wait"
    if host.open_until is not None and host.open_until > now:
        return "gave_up", f"left alone after {count(host.failures, 'failure')} in a row"
    if host.failures:
        return "gave_up", f"did not answer {count(host.failures, 'time')} in a row"
    if gave_up:
        return "gave_up", "answers, but something was given up there"
    return "delivered", "in order"


async def show_one(visit: Visit) -> Response:
    """One server."""
    return visit.web.private(await visit.shop.store.read(lambda db: _one(db, visit)))


async def _one(db: Reader, visit: Visit) -> HostPage:
    now, blog = visit.shop.now(), await the_blog(db)
    report = await looking_back.report_on(db, visit.request.path_params["name"], now)
    state, words = state_of(report.host, now)
    zone = blog.time_zone
    return HostPage(
        around=await around.of(db, visit, HERE),
        name=report.name,
        path=path_of(report.name),
        state=state,
        state_words=words,
        facts=tuple(_facts(report, now, zone)),
        deliveries=tuple(receipts.line_of(line, zone) for line in report.latest_deliveries),
        events=tuple(ledger.line_of(blog, line) for line in report.latest_events),
        failures=tuple(Failure(dates.when(one.tried_at, zone), one.error) for one in report.latest_failures),
        refusals=tuple(Refusal(words_of(r.reason), r.count, dates.when(r.last_at, zone)) for r in report.turned_away),
        can_retry=bool(report.deliveries.get("waiting") or report.deliveries.get("gave_up")),
        can_forget=report.host is not None and (report.host.failures > 0 or hold_of(report.host, now) is not None),
        block_pk=report.block.pk if report.block else None,
        blocked_as=report.block.value if report.block else "",
        trust_pk=report.trust.pk if report.trust else None,
    )


def _facts(report: HostReport, now: int, zone: str) -> list[Fact]:
    return [
        *(_facts_of_state(report.host, now, zone) if report.host else []),
        Fact("Followers", _sum(report.followers)),
        Fact("Comments", _sum(report.comments)),
        Fact("Deliveries", _sum({receipts.STATES.get(state, state): n for state, n in report.deliveries.items()})),
        Fact("Received in 30 days", _sum(report.events)),
    ]


def _facts_of_state(host: Host, now: int, zone: str) -> list[Fact]:
    def when(at: int | None) -> When | None:
        return dates.when(at, zone) if at is not None else None

    form = _FORMS.get(known_form(host, now), "not known yet; both are tried")
    held = hold_of(host, now)
    return [
        *([Fact("Failing since", "", when(host.failing_since))] if host.failing_since is not None else []),
        *([Fact("Last failure", "", when(host.failed_at))] if host.failed_at is not None else []),
        *([Fact("Left alone until", "", when(held.until))] if held else []),
        Fact("Last reached", "" if host.reached_at else "never", when(host.reached_at)),
        Fact("Last heard of", "" if host.heard_at else "never", when(host.heard_at)),
        Fact("Signature it takes", form),
    ]


def _sum(numbers: Mapping[str, int]) -> str:
    """`3: 2 shown, 1 held`; of one state only `2 shown`."""
    parts = [f"{number:,} {state}" for state, number in sorted(numbers.items()) if number]
    words = ", ".join(parts) or "none"
    return f"{sum(numbers.values()):,}: {words}" if len(parts) > 1 else words


async def forget(visit: Visit, _: Submission) -> Response:
    """Forget what is held against it, and try at once."""
    name = str(visit.request.path_params["name"])
    if await hosts.by_name(visit.shop.store.reader, name) is None:
        raise Missing("Nothing is held against that server.")
    await host_care.forget_failures(visit.shop, name, by=visit.account.name)
    return going.to(path_of(name), "forgotten")


routes = [on(HERE, get=show), on(HERE + "/{name}", get=show_one), on(HERE + "/{name}/forget", post=forget)]
