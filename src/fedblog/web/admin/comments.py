"""Comments: all, held or hidden; and one by itself, to answer it or to change an answer."""

from dataclasses import dataclass
from typing import ClassVar

from markupsafe import Markup
from starlette.responses import Response

from fedblog.domain.blog import Blog
from fedblog.domain.comment import Audience, CommentState
from fedblog.domain.interaction import AnswerState, InteractionKind, InteractionState
from fedblog.domain.moderation import Rule
from fedblog.domain.post import Post
from fedblog.errors import Missing
from fedblog.services.workshop import the_blog
from fedblog.store import comments, interactions, own_interactions, posts
from fedblog.store.comments import CommentLine
from fedblog.store.door import Reader
from fedblog.urls import host_of
from fedblog.web import addresses, dates
from fedblog.web.admin import around, people, turning
from fedblog.web.admin.around import Around
from fedblog.web.admin.gate import on
from fedblog.web.admin.people import Person
from fedblog.web.admin.turning import Turning
from fedblog.web.admin.visit import Visit
from fedblog.web.fragments import web_address
from fedblog.web.views import Attached, When

HERE = "/admin/comments"
_FILTERS = {"held": CommentState.HELD, "hidden": CommentState.HIDDEN}
_AUDIENCES = {Audience.FOLLOWERS: "For their followers only", Audience.DIRECT: "Private"}
_CAN_APPROVE = frozenset({CommentState.HELD, CommentState.HIDDEN, CommentState.REFUSED})
_CAN_HIDE = frozenset({CommentState.SHOWN, CommentState.HELD})
_STAYS_HIDDEN = frozenset({Rule.NOT_PUBLIC, Rule.NO_LONGER_PUBLIC, Rule.AUTHOR_HIDES})


@dataclass(frozen=True, slots=True)
class Shown:
    """A comment as the author sees it. `lock` says who else may read it, where that is not everybody; `uri` is where it
    can be liked; `why` is the rule that keeps it off the page; `told` is what its server was told, or told us;
    `stamp_url` the authorization that stands for it; `place` leads to it there, or to its post."""

    pk: int
    person: Person
    is_by_author: bool
    html: Markup
    content_warning: str
    language: str
    attached: tuple[Attached, ...]
    published: When
    original_url: str
    original_host: str
    uri: str
    state: str
    lock: str
    why: str
    told: str
    stamp_url: str
    post_title: str
    place: str
    is_new: bool
    is_removed: bool
    can_approve: bool
    can_hide: bool
    can_answer: bool


@dataclass(frozen=True, slots=True)
class CommentsPage:
    """The list, by filter (`all`, `held`, `hidden`)."""

    template: ClassVar[str] = "admin/comments.html"
    around: Around
    show: str
    held: int
    hidden: int
    lines: tuple[Shown, ...]
    turning: Turning


@dataclass(frozen=True, slots=True)
class CommentPage:
    """One comment, with what was typed as the answer to it; for the author's own: with its text to change."""

    template: ClassVar[str] = "admin/comment.html"
    around: Around
    line: Shown
    typed: str
    problem: str = ""


async def show_list(visit: Visit) -> Response:
    """The list, newest first; what is on it counts as seen."""
    page = await visit.shop.store.read(lambda db: _list(db, visit))
    if any(line.is_new for line in page.lines):
        now, blog_pk = visit.shop.now(), visit.account.blog_pk
        await visit.shop.store.write(lambda db: comments.mark_read(db, blog_pk, now))
    return visit.web.private(page)


async def _list(db: Reader, visit: Visit) -> CommentsPage:
    blog, number = await the_blog(db), turning.page_of(visit)
    asked = visit.asked("show")
    state = _FILTERS.get(asked)
    offset = turning.SIZE * (number - 1)
    found = await comments.listed(db, blog.pk, state=state, limit=turning.SIZE + 1, offset=offset)
    listed, turned = turning.cut(found, number, HERE, {"show": asked} if state else {})
    counts = await comments.count_by_state(db, blog.pk)
    return CommentsPage(
        around=await around.of(db, visit, HERE),
        show=asked if state else "all",
        held=counts.get(CommentState.HELD, 0),
        hidden=counts.get(CommentState.HIDDEN, 0),
        lines=tuple([await shown(db, blog, line) for line in listed]),
        turning=turned,
    )


async def show_one(visit: Visit) -> Response:
    """One comment."""
    return await page_of(visit, visit.pk())


async def page_of(visit: Visit, pk: int, typed: str | None = None, problem: str = "", status: int = 200) -> Response:
    """The page of one comment. `typed` None: nothing yet, or the answer as it stands. Raises `Missing`."""

    async def view(db: Reader) -> CommentPage:
        line, row = await comments.line(db, pk), await comments.by_pk(db, pk)
        if line is None or row is None:
            raise Missing("There is no such comment.")
        text = typed if typed is not None else row.markdown
        return CommentPage(await around.of(db, visit, HERE), await shown(db, await the_blog(db), line), text, problem)

    return visit.web.private(await visit.shop.store.read(view), status=status)


async def shown(db: Reader, blog: Blog, line: CommentLine) -> Shown:
    """A comment with its post, for lists."""
    post = await posts.by_pk(db, line.post_pk)
    original = "" if line.is_by_author else web_address(line.url) or web_address(line.object_id)
    is_removed = line.removed_at is not None
    told, stamp_url = await _told(db, blog, line)
    is_showable = line.audience.may_be_shown and line.rule not in _STAYS_HIDDEN and not is_removed
    return Shown(
        pk=line.pk,
        person=_person(blog, line),
        is_by_author=line.is_by_author,
        html=Markup(line.html),  # noqa: S704 - sanitised when it was stored
        content_warning=line.summary,
        language=line.language,
        attached=_attached(line),
        published=dates.when(line.published_at, blog.time_zone),
        original_url=original,
        original_host=host_of(original) or "",
        uri=line.object_id if is_showable and not line.is_by_author else "",
        state=line.state.value,
        lock=_AUDIENCES.get(line.audience, ""),
        why=_why(line),
        told=told,
        stamp_url=stamp_url,
        post_title=post.title if post else "",
        place=_place(post, line),
        is_new=line.read_at is None,
        is_removed=is_removed,
        can_approve=is_showable and line.state in _CAN_APPROVE,
        can_hide=not line.is_by_author and not is_removed and line.state in _CAN_HIDE,
        can_answer=is_showable and line.state is CommentState.SHOWN and post is not None and post.is_public,
    )


def _person(blog: Blog, line: CommentLine) -> Person:
    if line.is_by_author:
        return people.person(
            name=blog.title, handle=blog.address, url=f"{blog.base_url}/", actor_id=line.actor_id, avatar_name=None
        )
    return people.person(
        name=line.actor_name or line.actor_username,
        handle=line.actor_handle,
        url=line.actor_url,
        actor_id=line.actor_id,
        avatar_name=line.avatar_name,
    )


def _attached(line: CommentLine) -> tuple[Attached, ...]:
    links = [thing for thing in line.attachments if web_address(thing.url)]
    return tuple(Attached(thing.url, thing.name or "Attachment", host_of(thing.url) or "") for thing in links)


_TOLD = {
    InteractionState.ASKED: "Its server asked first, and waits for your answer.",
    InteractionState.APPROVED: "Its server is told that you allow it.",
    InteractionState.REJECTED: "Its server asked first, and is told that it is refused.",
    InteractionState.DENIED: "Its server is told that you do not want it.",
}
_SAID = {
    AnswerState.ASKED: "Waits for the yes of whom it answers.",
    AnswerState.APPROVED: "Allowed by whom it answers.",
    AnswerState.REJECTED: "Rejected by whom it answers: it stands here only, and other servers are asked to remove it.",
}


async def _told(db: Reader, blog: Blog, line: CommentLine) -> tuple[str, str]:
    """What was said between the servers about a comment, and the authorization; for most nothing."""
    if line.is_by_author:
        own = await own_interactions.by_object_id(db, line.object_id)
        return (_SAID.get(own.state, ""), own.approval_id or "") if own else ("", "")
    known = await interactions.by_object_id(db, blog.pk, InteractionKind.REPLY, line.object_id)
    return (_TOLD.get(known.state, ""), known.approval_id or "") if known else ("", "")


def _why(line: CommentLine) -> str:
    """The rule that keeps it off the page, in words; "" for what is shown."""
    if line.state is CommentState.SHOWN or line.removed_at is not None:
        return ""
    try:
        return Rule(line.rule).words if line.rule else ""
    except ValueError:
        return line.rule


def _place(post: Post | None, line: CommentLine) -> str:
    if post is None or not post.is_public:
        return f"/admin/posts/{line.post_pk}"
    return addresses.post_path(post) + (f"#comment-{line.number}" if line.state is CommentState.SHOWN else "")


routes = [on(HERE, get=show_list), on(HERE + "/{pk:int}", get=show_one)]
