"""Who quotes the blog: those who asked, to allow or to refuse, and those who did not ask."""

from dataclasses import dataclass
from typing import ClassVar

from markupsafe import Markup
from starlette.responses import Response

from fedblog.domain.blog import Blog
from fedblog.domain.comment import Audience
from fedblog.domain.interaction import InteractionKind, InteractionState
from fedblog.services import quoting
from fedblog.services.workshop import the_blog
from fedblog.store import interactions, posts, quotes
from fedblog.store.door import Reader
from fedblog.store.quotes import QuoteLine
from fedblog.urls import host_of
from fedblog.web import addresses, dates
from fedblog.web.admin import around, going, people, turning
from fedblog.web.admin.around import Around
from fedblog.web.admin.gate import on
from fedblog.web.admin.people import Person
from fedblog.web.admin.submission import Submission
from fedblog.web.admin.turning import Turning
from fedblog.web.admin.visit import Visit
from fedblog.web.fragments import web_address
from fedblog.web.views import When

HERE = "/admin/quotes"
_ONE = HERE + "/{pk:int}"
_LOCKS = {Audience.FOLLOWERS: "For their followers", Audience.DIRECT: "Private"}
_STATES = {
    InteractionState.ASKED: ("held", "waits for you"),
    InteractionState.APPROVED: ("shown", "allowed"),
    InteractionState.REJECTED: ("refused", "refused"),
    InteractionState.DENIED: ("refused", "refused"),
}
_DID_NOT_ASK = ("hidden", "did not ask")


@dataclass(frozen=True, slots=True)
class Line:
    """A quote. `state` and `said` tell where it stands; `stamp_url` is the authorization that others look at."""

    pk: int
    person: Person
    html: Markup
    lock: str
    state: str
    said: str
    stamp_url: str
    post_title: str
    place: str
    original_url: str
    original_host: str
    published: When
    is_new: bool
    can_allow: bool
    can_refuse: bool
    can_revoke: bool


@dataclass(frozen=True, slots=True)
class QuotesPage:
    """The list, newest first: all (`show` is "all"), those that wait, or those of one post."""

    template: ClassVar[str] = "admin/quotes.html"
    around: Around
    show: str
    waiting: int
    post_title: str
    lines: tuple[Line, ...]
    turning: Turning


async def show(visit: Visit) -> Response:
    """The list; what is on it counts as seen."""
    page = await visit.shop.store.read(lambda db: _view(db, visit))
    if any(line.is_new for line in page.lines):
        now, blog_pk = visit.shop.now(), visit.account.blog_pk
        await visit.shop.store.write(lambda db: quotes.mark_read(db, blog_pk, now))
    return visit.web.private(page)


async def _view(db: Reader, visit: Visit) -> QuotesPage:
    blog, number = await the_blog(db), turning.page_of(visit)
    is_waiting, asked = visit.asked("show") == "waiting", visit.asked("post")
    post_pk = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 16 else 0
    post = await posts.by_pk(db, post_pk) if post_pk else None
    found = await quotes.listed(
        db,
        blog.pk,
        state=InteractionState.ASKED if is_waiting else "%",
        post_pk=post.pk if post else 0,
        limit=turning.SIZE + 1,
        offset=turning.SIZE * (number - 1),
    )
    query = {"show": "waiting"} if is_waiting else {"post": str(post.pk)} if post else {}
    listed, turned = turning.cut(found, number, HERE, query)
    return QuotesPage(
        around=await around.of(db, visit, HERE),
        show="waiting" if is_waiting else "all",
        waiting=await interactions.count_waiting(db, blog.pk, InteractionKind.QUOTE),
        post_title=post.title if post else "",
        lines=tuple([await _line(db, blog, line) for line in listed]),
        turning=turned,
    )


async def _line(db: Reader, blog: Blog, line: QuoteLine) -> Line:
    post = await posts.by_pk(db, line.post_pk)
    original = web_address(line.url) or web_address(line.object_id)
    known = InteractionState(line.state) if line.state else None
    state, said = _STATES.get(known, _DID_NOT_ASK) if known else _DID_NOT_ASK
    return Line(
        pk=line.pk,
        person=people.person(
            name=line.actor_name or line.actor_username,
            handle=line.actor_handle,
            url=line.actor_url,
            actor_id=line.actor_id,
            avatar_name=line.avatar_name,
        ),
        html=Markup(line.html),  # noqa: S704 - sanitised when it was stored
        lock=_LOCKS.get(line.audience, ""),
        state=state,
        said=said,
        stamp_url=line.approval_id or "",
        post_title=post.title if post else "",
        place=addresses.post_path(post) if post and post.is_public else f"/admin/posts/{line.post_pk}",
        original_url=original,
        original_host=host_of(original) or "",
        published=dates.when(line.published_at, blog.time_zone),
        is_new=line.read_at is None,
        can_allow=known in {InteractionState.ASKED, InteractionState.REJECTED, InteractionState.DENIED},
        can_refuse=known is InteractionState.ASKED,
        can_revoke=known is InteractionState.APPROVED,
    )


async def allow(visit: Visit, form: Submission) -> Response:
    """Let it stand, with a stamp."""
    await quoting.allow(visit.shop, visit.pk(), by=visit.account.name)
    return _back(form, "quote-allowed")


async def refuse(visit: Visit, form: Submission) -> Response:
    """Say no, or take a yes back."""
    await quoting.refuse(visit.shop, visit.pk(), by=visit.account.name)
    return _back(form, "quote-refused")


def _back(form: Submission, done: str) -> Response:
    return going.to(HERE, done, show="waiting" if form.line("show") == "waiting" else "")


routes = [on(HERE, get=show), on(_ONE + "/allow", post=allow), on(_ONE + "/refuse", post=refuse)]
