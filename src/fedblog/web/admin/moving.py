"""Moving house: the author's other accounts, how far a move from them is, and the way to another account."""

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from fedblog.domain.blog import Blog
from fedblog.errors import Refused
from fedblog.services import signing_in
from fedblog.services.moving import aliases, arriving, leaving
from fedblog.services.moving.arriving import Arrival
from fedblog.services.moving.leaving import Preflight, Report
from fedblog.services.moving.steps import Step
from fedblog.services.signing_in import TooManyAttempts
from fedblog.services.workshop import the_blog
from fedblog.store.door import Reader
from fedblog.store.own_moves import HostReport
from fedblog.web import dates
from fedblog.web.admin import around, going
from fedblog.web.admin.around import Around
from fedblog.web.admin.gate import on
from fedblog.web.admin.submission import Submission
from fedblog.web.admin.taking_back import SurePage
from fedblog.web.admin.visit import Visit
from fedblog.web.middleware.failures import status_and_words
from fedblog.web.views import When

HERE = "/admin/moving"
_SETTINGS = "/admin/settings"
_STATES = {"delivered": "told", "waiting": "waiting", "gave_up": "given up", "cancelled": "not sent"}


@dataclass(frozen=True, slots=True)
class OtherAccount:
    """One of the author's other accounts, with the steps of a move from it to the blog."""

    actor_id: str
    handle: str
    url: str
    is_proven: bool
    has_moved: bool
    looked: When
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One server in the report of the blog's move."""

    host: str
    state: str
    state_words: str
    then: int
    now: int
    reason: str
    next_try: When | None


@dataclass(frozen=True, slots=True)
class Moved:
    """The blog's last move."""

    handle: str
    url: str
    when: When
    undone: When | None
    followers: int
    left: int
    told: int
    waiting: int
    gave_up: int
    hosts: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class MovingPage:
    """The page, with what was typed and what was wrong with it."""

    template: ClassVar[str] = "admin/moving.html"
    around: Around
    others: tuple[OtherAccount, ...]
    moved: Moved | None
    typed: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class LeavingPage:
    """What a move to that account would meet; where nothing is missing, the form that makes it."""

    template: ClassVar[str] = "admin/moving_away.html"
    around: Around
    flight: Preflight
    handle: str
    problem: str = ""


async def show(visit: Visit) -> Response:
    """The page. Nothing is fetched for it."""
    return await _page(visit)


async def add(visit: Visit, form: Submission) -> Response:
    """Name another account."""
    typed = form.line("address")
    try:
        await aliases.add(visit.shop, typed, by=visit.account.name)
    except Refused as error:
        status, words = status_and_words(error)
        return await _page(visit, status, typed=typed, problem=words)
    return going.to(HERE, "other-account")


async def remove(visit: Visit, form: Submission) -> Response:
    """Name an account no more."""
    await aliases.remove(visit.shop, form.line("actor"), by=visit.account.name)
    return going.to(HERE, "other-account-gone")


async def look(visit: Visit, form: Submission) -> Response:
    """Look at an account again."""
    await aliases.look_again(visit.shop, form.line("actor"))
    return going.to(HERE, "looked")


async def prepare(visit: Visit, form: Submission) -> Response:
    """Look at everything that a move needs; tell nobody."""
    return await _preflight(visit, form.line("address"))


async def leave(visit: Visit, form: Submission) -> Response:
    """Move, if the password is right and nothing is missing."""
    address = form.line("address")
    client = visit.request.client.host if visit.request.client else ""
    try:
        is_right = await signing_in.confirm(visit.shop, visit.account, form.secret("password"), client)
    except TooManyAttempts as error:
        response = await _preflight(visit, address, 429, str(error))
        response.headers["retry-after"] = str(error.wait)
        return response
    if not is_right:
        return await _preflight(visit, address, 403, "The password is another one. Nothing was sent.")
    try:
        await leaving.leave(visit.shop, address, by=visit.account.name)
    except Refused as error:
        status, words = status_and_words(error)
        return await _preflight(visit, address, status, words)
    return going.to(HERE, "moved")


async def ask_back(visit: Visit) -> Response:
    """What coming back means."""
    words = (
        "Whoever follows still is told that the account is here again, and new followers are let in. "
        "Who has gone to the other account stays there, until they follow the blog again."
    )
    frame = await visit.shop.store.read(lambda db: around.of(db, visit, _SETTINGS))
    page = SurePage(frame, "Take the move back?", words, f"{HERE}/back", "Take it back", back=HERE)
    return visit.web.private(page)


async def come_back(visit: Visit, _: Submission) -> Response:
    """Take the move back."""
    await leaving.come_back(visit.shop, by=visit.account.name)
    return going.to(HERE, "moved-back")


async def _page(visit: Visit, status: int = 200, *, typed: str = "", problem: str = "") -> Response:
    async def view(db: Reader) -> MovingPage:
        blog = await the_blog(db)
        report = await leaving.report(db)
        return MovingPage(
            around=await around.of(db, visit, _SETTINGS),
            others=tuple(_other(blog, arrival) for arrival in await arriving.arrivals(db)),
            moved=_moved(blog, report) if report else None,
            typed=typed,
            problem=problem,
        )

    return visit.web.private(await visit.shop.store.read(view), status=status)


async def _preflight(visit: Visit, address: str, status: int = 200, problem: str = "") -> Response:
    flight = await leaving.prepare(visit.shop, address)
    frame = await visit.shop.store.read(lambda db: around.of(db, visit, _SETTINGS))
    handle = flight.target.full_handle if flight.target else address
    return visit.web.private(LeavingPage(frame, flight, handle, problem), status=status)


def _other(blog: Blog, arrival: Arrival) -> OtherAccount:
    alias = arrival.alias
    return OtherAccount(
        actor_id=alias.actor_id,
        handle=alias.full_handle,
        url=alias.url,
        is_proven=alias.proven_at is not None,
        has_moved=arrival.has_moved,
        looked=dates.when(alias.looked_at, blog.time_zone),
        steps=arrival.steps,
    )


def _moved(blog: Blog, report: Report) -> Moved:
    move = report.move
    return Moved(
        handle=move.full_handle,
        url=move.target_url,
        when=dates.when(move.moved_at, blog.time_zone),
        undone=dates.when(move.undone_at, blog.time_zone) if move.undone_at else None,
        followers=move.followers,
        left=max(0, move.followers - report.followers_now),
        told=report.told,
        waiting=report.waiting,
        gave_up=report.gave_up,
        hosts=tuple(_told(blog, host) for host in report.hosts),
    )


def _told(blog: Blog, host: HostReport) -> Told:
    next_try = dates.when(host.due_at, blog.time_zone) if host.due_at is not None else None
    return Told(
        host=host.host,
        state=host.state,
        state_words=_STATES[host.state],
        then=host.followers_then,
        now=host.followers_now,
        reason=host.reason,
        next_try=next_try,
    )


routes = [
    on(HERE, get=show, post=add),
    on(HERE + "/remove", post=remove),
    on(HERE + "/look", post=look),
    on(HERE + "/away", post=prepare),
    on(HERE + "/leave", post=leave),
    on(HERE + "/back", get=ask_back, post=come_back),
]
