"""The inbox: everything that other servers sent, with what became of it and why."""

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from fedblog.domain.blog import Blog
from fedblog.domain.inbox_event import InboxEvent
from fedblog.errors import Missing
from fedblog.services.workshop import the_blog
from fedblog.store import inbox_events
from fedblog.store.door import Reader
from fedblog.store.inbox_events import UnprovenLine
from fedblog.web import dates
from fedblog.web.admin import around, turning
from fedblog.web.admin.around import Around
from fedblog.web.admin.gate import on
from fedblog.web.admin.turning import Turning
from fedblog.web.admin.visit import Visit
from fedblog.web.views import When

HERE = "/admin/inbox"
_LONGEST_BODY = 200_000


@dataclass(frozen=True, slots=True)
class Line:
    """One proven activity."""

    pk: int
    type: str
    actor: str
    signer: str
    activity_id: str
    object_id: str
    verdict: str
    reason: str
    received: When


@dataclass(frozen=True, slots=True)
class InboxPage:
    """The ledger, newest first."""

    template: ClassVar[str] = "admin/inbox.html"
    around: Around
    lines: tuple[Line, ...]
    turning: Turning


@dataclass(frozen=True, slots=True)
class Refusals:
    """How often requests of one host could not be proven, for one reason, on one day."""

    host: str
    reason: str
    times: int
    last: When


@dataclass(frozen=True, slots=True)
class UnprovenPage:
    """What was turned away at the door."""

    template: ClassVar[str] = "admin/unproven.html"
    around: Around
    lines: tuple[Refusals, ...]


@dataclass(frozen=True, slots=True)
class EventPage:
    """One activity with its raw text, while that is kept."""

    template: ClassVar[str] = "admin/event.html"
    around: Around
    line: Line
    body: str


async def show(visit: Visit) -> Response:
    """A page of the ledger."""

    async def view(db: Reader) -> InboxPage:
        blog, number = await the_blog(db), turning.page_of(visit)
        offset = turning.SIZE * (number - 1)
        found = await inbox_events.listed(db, blog.pk, limit=turning.SIZE + 1, offset=offset)
        listed, turned = turning.cut(found, number, HERE)
        return InboxPage(await around.of(db, visit, HERE), tuple(_line(blog, event) for event in listed), turned)

    return visit.web.private(await visit.shop.store.read(view))


def _line(blog: Blog, event: InboxEvent) -> Line:
    return Line(
        pk=event.pk,
        type=event.type,
        actor=event.actor,
        signer=event.signer,
        activity_id=event.activity_id,
        object_id=event.object_id,
        verdict=event.verdict.value,
        reason=event.reason,
        received=dates.when(event.received_at, blog.time_zone),
    )


async def show_unproven(visit: Visit) -> Response:
    """The counts."""

    async def view(db: Reader) -> UnprovenPage:
        blog = await the_blog(db)
        lines = tuple(_refusals(blog, line) for line in await inbox_events.unproven(db))
        return UnprovenPage(await around.of(db, visit, HERE), lines)

    return visit.web.private(await visit.shop.store.read(view))


def _refusals(blog: Blog, line: UnprovenLine) -> Refusals:
    return Refusals(line.host, line.reason, line.count, dates.when(line.last_at, blog.time_zone))


async def show_one(visit: Visit) -> Response:
    """One activity."""

    async def view(db: Reader) -> EventPage:
        event = await inbox_events.by_pk(db, visit.pk())
        if event is None:
            raise Missing("There is no such line in the inbox.")
        return EventPage(await around.of(db, visit, HERE), _line(await the_blog(db), event), _text(event.body))

    return visit.web.private(await visit.shop.store.read(view))


def _text(body: bytes | None) -> str:
    """The body, indented where it is JSON; escaped by the template like any text of strangers."""
    if body is None:
        return ""
    text = body.decode("utf-8", "replace")
    with suppress(ValueError, RecursionError):
        text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    return text[:_LONGEST_BODY]


routes = [on(HERE, get=show), on(HERE + "/unproven", get=show_unproven), on(HERE + "/{pk:int}", get=show_one)]
