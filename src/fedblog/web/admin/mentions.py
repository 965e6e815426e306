"""What addresses the blog without being a comment: mentions, and private messages under a lock."""

from dataclasses import dataclass
from typing import ClassVar

from markupsafe import Markup
from starlette.responses import Response

from fedblog.domain.blog import Blog
from fedblog.domain.comment import Audience
from fedblog.errors import Refused
from fedblog.services import remarks
from fedblog.services.workshop import the_blog
from fedblog.store import mentions
from fedblog.store.door import Reader
from fedblog.store.mentions import MentionLine
from fedblog.urls import host_of
from fedblog.web import dates
from fedblog.web.admin import around, going, people, turning
from fedblog.web.admin.around import Around
from fedblog.web.admin.gate import on
from fedblog.web.admin.people import Person
from fedblog.web.admin.submission import Submission
from fedblog.web.admin.turning import Turning
from fedblog.web.admin.visit import Visit
from fedblog.web.fragments import web_address
from fedblog.web.middleware.failures import status_and_words
from fedblog.web.views import When

HERE = "/admin/mentions"
_LOCKS = {Audience.FOLLOWERS: "For their followers and you", Audience.DIRECT: "Private message"}


@dataclass(frozen=True, slots=True)
class Line:
    """A mention. `lock` says who else may read it, where that is not everybody. `typed` is the answer as far as it
    was typed, where it was refused; `answered_path` leads to what the author said elsewhere, where it answers that."""

    pk: int
    person: Person
    html: Markup
    lock: str
    original_url: str
    original_host: str
    published: When
    is_new: bool
    uri: str
    typed: str
    answered_path: str


@dataclass(frozen=True, slots=True)
class MentionsPage:
    """The list, newest first."""

    template: ClassVar[str] = "admin/mentions.html"
    around: Around
    lines: tuple[Line, ...]
    turning: Turning
    problem: str = ""


async def show(visit: Visit) -> Response:
    """The list; what is on it counts as seen."""
    page = await visit.shop.store.read(lambda db: _view(db, visit))
    if any(line.is_new for line in page.lines):
        now, blog_pk = visit.shop.now(), visit.account.blog_pk
        await visit.shop.store.write(lambda db: mentions.mark_read(db, blog_pk, now))
    return visit.web.private(page)


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that could not be sent: to which mention, what was typed, and why not."""

    pk: int
    typed: str
    error: Refused


async def answer(visit: Visit, form: Submission) -> Response:
    """Send an answer. Whatever fails, nothing typed is lost."""
    body = form.text("body")
    try:
        await remarks.answer_mention(visit.shop, visit.pk(), body, by=visit.account.name)
    except Refused as error:
        refusal = Refusal(visit.pk(), body, error)
        page = await visit.shop.store.read(lambda db: _view(db, visit, refusal))
        return visit.web.private(page, status=status_and_words(error)[0])
    return going.to(HERE, "said")


async def _view(db: Reader, visit: Visit, refusal: Refusal | None = None) -> MentionsPage:
    blog, number = await the_blog(db), turning.page_of(visit)
    found = await mentions.listed(db, blog.pk, limit=turning.SIZE + 1, offset=turning.SIZE * (number - 1))
    listed, turned = turning.cut(found, number, HERE)
    lines = tuple(_line(blog, line, refusal) for line in listed)
    problem = status_and_words(refusal.error)[1] if refusal else ""
    return MentionsPage(await around.of(db, visit, HERE), lines, turned, problem)


def _line(blog: Blog, line: MentionLine, refusal: Refusal | None) -> Line:
    original = web_address(line.url) or web_address(line.object_id)
    return Line(
        pk=line.pk,
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
        uri="" if line.audience in _LOCKS else line.object_id,
        answered_path=f"/admin/elsewhere/answers/{line.remark_pk}" if line.remark_pk else "",
        typed=refusal.typed if refusal and refusal.pk == line.pk else "",
    )


routes = [on(HERE, get=show), on(HERE + "/{pk:int}/answer", post=answer)]
