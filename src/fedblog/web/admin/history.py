"""Who did what here: the latest lines of the audit trail."""

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from fedblog.services.workshop import the_blog
from fedblog.store import accounts
from fedblog.store.door import Reader
from fedblog.web import dates
from fedblog.web.admin import around
from fedblog.web.admin.around import Around
from fedblog.web.admin.gate import on
from fedblog.web.admin.visit import Visit
from fedblog.web.views import When


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that was done."""

    who: str
    action: str
    subject: str
    when: When


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """The latest first."""

    template: ClassVar[str] = "admin/history.html"
    around: Around
    deeds: tuple[Deed, ...]


async def show(visit: Visit) -> Response:
    """The list."""

    async def view(db: Reader) -> HistoryPage:
        blog = await the_blog(db)
        deeds = tuple(
            Deed(line.account_name, line.action, line.subject, dates.when(line.done_at, blog.time_zone))
            for line in await accounts.audit(db, blog.pk)
        )
        return HistoryPage(await around.of(db, visit, "/admin/settings"), deeds)

    return visit.web.private(await visit.shop.store.read(view))


routes = [on("/admin/history", get=show)]
