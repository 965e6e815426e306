"""What addresses the blog without being a comment: mentions, and private messages under a lock. To read only."""

from dataclasses import dataclass
from typing import ClassVar

from markupsafe import Markup
from starlette.responses import Response

from fedblog.domain.blog import Blog
from fedblog.domain.comment import Audience
from fedblog.services.workshop import the_blog
from fedblog.store import mentions
from fedblog.store.door import Reader
from fedblog.store.mentions import MentionLine
from fedblog.urls import host_of
from fedblog.web import dates
from fedblog.web.admin import around, people, turning
from fedblog.web.admin.around import Around
from fedblog.web.admin.gate import on
from fedblog.web.admin.people import Person
from fedblog.web.admin.turning import Turning
from fedblog.web.admin.visit import Visit
from fedblog.web.fragments import web_address
from fedblog.web.views import When

HERE = "/admin/mentions"
_LOCKS = {Audience.FOLLOWERS: "For their followers and you", Audience.DIRECT: "Private message"}


@dataclass(frozen=True, slots=True)
class Line:
    """A mention. `lock` says who else may read it, where that is not everybody."""

    person: Person
    html: Markup
    lock: str
    original_url: str
    original_host: str
    published: When
    is_new: bool


@dataclass(frozen=True, slots=True)
class MentionsPage:
    """The list, newest first."""

    template: ClassVar[str] = "admin/mentions.html"
    around: Around
    lines: tuple[Line, ...]
    turning: Turning


async def show(visit: Visit) -> Response:
    """The list; what is on it counts as seen."""
    page = await visit.shop.store.read(lambda db: _view(db, visit))
    if any(line.is_new for line in page.lines):
        now, blog_pk = visit.shop.now(), visit.account.blog_pk
        await visit.shop.store.write(lambda db: mentions.mark_read(db, blog_pk, now))
    return visit.web.private(page)


async def _view(db: Reader, visit: Visit) -> MentionsPage:
    blog, number = await the_blog(db), turning.page_of(visit)
    found = await mentions.listed(db, blog.pk, limit=turning.SIZE + 1, offset=turning.SIZE * (number - 1))
    listed, turned = turning.cut(found, number, HERE)
    return MentionsPage(await around.of(db, visit, HERE), tuple(_line(blog, line) for line in listed), turned)


def _line(blog: Blog, line: MentionLine) -> Line:
    original = web_address(line.url) or web_address(line.object_id)
    return Line(
        person=people.person(
            name=line.actor_name,
            handle=line.actor_handle,
            url=line.actor_url,
            actor_id=line.actor_id,
            avatar_name=line.avatar_name,
        ),
        html=Markup(line.html),  # noqa: S704 - sanitised when it was stored
        lock=_LOCKS.get(line.audience, ""),
        original_url=original,
        original_host=host_of(original) or "",
        published=dates.when(line.published_at, blog.time_zone),
        is_new=line.read_at is None,
    )


routes = [on(HERE, get=show)]
