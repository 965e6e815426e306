"""Reports that other servers sent. They change nothing by themselves (security.md M02)."""

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from fedblog.domain.blog import Blog
from fedblog.domain.comment import Report
from fedblog.services.workshop import the_blog
from fedblog.store import mentions
from fedblog.store.door import Reader
from fedblog.urls import host_of
from fedblog.web import dates
from fedblog.web.admin import around, going
from fedblog.web.admin.around import Around
from fedblog.web.admin.gate import on
from fedblog.web.admin.submission import Submission
from fedblog.web.admin.visit import Visit
from fedblog.web.fragments import web_address
from fedblog.web.views import When

HERE = "/admin/reports"


@dataclass(frozen=True, slots=True)
class About:
    """Something that was reported; `url` is empty where it is no web address."""

    url: str
    words: str
    is_ours: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A report. Servers send them without the name of who complained."""

    pk: int
    host: str
    content: str
    about: tuple[About, ...]
    received: When
    is_open: bool


@dataclass(frozen=True, slots=True)
class ReportsPage:
    """The list, open ones first."""

    template: ClassVar[str] = "admin/reports.html"
    around: Around
    lines: tuple[Line, ...]


async def show(visit: Visit) -> Response:
    """The list."""

    async def view(db: Reader) -> ReportsPage:
        blog = await the_blog(db)
        lines = tuple(_line(blog, report) for report in await mentions.reports(db, blog.pk))
        return ReportsPage(await around.of(db, visit, HERE), lines)

    return visit.web.private(await visit.shop.store.read(view))


def _line(blog: Blog, report: Report) -> Line:
    about = tuple(About(web_address(id_), id_, id_.startswith(f"{blog.base_url}/")) for id_ in report.object_ids)
    received = dates.when(report.received_at, blog.time_zone)
    return Line(report.pk, host_of(report.actor_id) or "", report.content, about, received, report.closed_at is None)


async def close(visit: Visit, _: Submission) -> Response:
    """The author has dealt with it."""
    pk, now = visit.pk(), visit.shop.now()
    await visit.shop.store.write(lambda db: mentions.close_report(db, pk, now))
    await visit.note("close report", str(pk))
    return going.to(HERE, "closed")


routes = [on(HERE, get=show), on(HERE + "/{pk:int}/close", post=close)]
