"""What the blog does elsewhere: its answers there, likes, boosts, and whom it follows, each with the way back."""

from dataclasses import dataclass
from typing import ClassVar

from markupsafe import Markup
from starlette.responses import Response

from fedblog.domain.blog import Blog
from fedblog.domain.elsewhere import FolloweeState, GestureKind
from fedblog.domain.interaction import AnswerState
from fedblog.errors import Refused
from fedblog.services import remarks
from fedblog.services.workshop import the_blog
from fedblog.store import deliveries, followees, gestures, own_interactions
from fedblog.store import remarks as rows
from fedblog.store.deliveries import Tally
from fedblog.store.door import Reader
from fedblog.store.followees import FolloweeLine
from fedblog.store.gestures import GestureLine
from fedblog.store.remarks import RemarkLine
from fedblog.urls import host_of
from fedblog.web import dates
from fedblog.web.admin import around, going, people, turning
from fedblog.web.admin.around import Around
from fedblog.web.admin.deliveries import words_of
from fedblog.web.admin.gate import on
from fedblog.web.admin.look import LIST as HERE
from fedblog.web.admin.people import Person
from fedblog.web.admin.submission import Submission
from fedblog.web.admin.taking_back import SurePage
from fedblog.web.admin.turning import Turning
from fedblog.web.admin.visit import Visit
from fedblog.web.fragments import web_address
from fedblog.web.middleware.failures import status_and_words
from fedblog.web.views import When

_ONE = HERE + "/answers/{pk:int}"
_SHOWN = ("answers", "likes", "boosts", "following")
_FOLLOWS = {
    FolloweeState.ASKED: ("pending", "asked, no answer yet"),
    FolloweeState.ACCEPTED: ("accepted", "you follow them"),
    FolloweeState.REJECTED: ("refused", "turned down"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing. `about` is the beginning of what it is about, at `original_url`; `edit_path` leads to an own text,
    `undo_path` is the form that takes it back; `reach` tells how far it got."""

    person: Person
    html: Markup
    about: str
    original_url: str
    original_host: str
    uri: str
    moment: When
    state: str
    state_words: str
    lock: str
    reach: str
    edit_path: str
    undo_path: str


@dataclass(frozen=True, slots=True)
class ElsewherePage:
    """One of the four lists, newest first, below the box for an address."""

    template: ClassVar[str] = "admin/elsewhere.html"
    around: Around
    show: str
    lines: tuple[Line, ...]
    turning: Turning


@dataclass(frozen=True, slots=True)
class RemarkEditPage:
    """An answer of the author with its text to change."""

    template: ClassVar[str] = "admin/remark.html"
    around: Around
    pk: int
    handle: str
    original_url: str
    original_host: str
    public_path: str
    typed: str
    reach: str
    problem: str = ""


async def show(visit: Visit) -> Response:
    """A page of one list."""
    return visit.web.private(await visit.shop.store.read(lambda db: _view(db, visit)))


async def _view(db: Reader, visit: Visit) -> ElsewherePage:
    blog, number = await the_blog(db), turning.page_of(visit)
    asked = visit.asked("show") if visit.asked("show") in _SHOWN else _SHOWN[0]
    lines, turned = await _list(db, blog, asked, number)
    return ElsewherePage(await around.of(db, visit, HERE), asked, lines, turned)


async def _list(db: Reader, blog: Blog, asked: str, number: int) -> tuple[tuple[Line, ...], Turning]:
    limit, offset = turning.SIZE + 1, turning.SIZE * (number - 1)
    query = {"show": asked} if asked != _SHOWN[0] else {}
    if asked == "answers":
        said, turned = turning.cut(await rows.listed(db, blog.pk, limit=limit, offset=offset), number, HERE, query)
        return tuple([await _answer(db, blog, line) for line in said]), turned
    if asked == "following":
        found = await followees.listed(db, blog.pk, limit=limit, offset=offset)
        followed, turned = turning.cut(found, number, HERE, query)
        return tuple([_followee(blog, line) for line in followed]), turned
    kind = GestureKind.LIKE if asked == "likes" else GestureKind.BOOST
    made = await gestures.listed(db, blog.pk, kind, limit=limit, offset=offset)
    shown, turned = turning.cut(made, number, HERE, query)
    return tuple([await _gesture(db, blog, line) for line in shown]), turned


async def _answer(db: Reader, blog: Blog, line: RemarkLine) -> Line:
    original = web_address(line.url) or web_address(line.in_reply_to)
    return Line(
        person=_author(line),
        html=Markup(line.html),  # noqa: S704 - sanitised when it was stored
        about=line.words,
        original_url=original,
        original_host=host_of(original) or "",
        uri=line.in_reply_to,
        moment=dates.when(line.published_at, blog.time_zone),
        state="",
        state_words=await _answer_words(db, line),
        lock="" if line.audience.may_be_shown else "Private",
        reach=_reach(await deliveries.tally_of_object(db, line.object_id)),
        edit_path=f"{HERE}/answers/{line.pk}",
        undo_path="",
    )


async def _answer_words(db: Reader, line: RemarkLine) -> str:
    if line.ended_at is not None:
        return "not wanted by whom it answers, and taken off everywhere"
    own = await own_interactions.by_object_id(db, line.object_id)
    if own is not None and own.state is AnswerState.ASKED:
        return "waits for the yes of whom it answers"
    return "edited" if line.updated_at is not None else ""


async def _gesture(db: Reader, blog: Blog, line: GestureLine) -> Line:
    original = web_address(line.url) or web_address(line.object_id)
    row = await gestures.by_pk(db, line.pk)
    return Line(
        person=_author(line),
        html=Markup(),
        about=line.words,
        original_url="" if line.post_pk else original,
        original_host=host_of(original) or "",
        uri="" if line.post_pk else line.object_id,
        moment=dates.when(line.created_at, blog.time_zone),
        state="",
        state_words="your own post" if line.post_pk else "",
        lock="",
        reach=_reach(await deliveries.tally_of_activity(db, row.activity_id)) if row else "",
        edit_path="",
        undo_path=f"{HERE}/gestures/{line.pk}/undo",
    )


def _followee(blog: Blog, line: FolloweeLine) -> Line:
    state, words = ("waiting", "moved to another account") if line.moved_to else _FOLLOWS[line.state]
    return Line(
        person=people.person(
            name=line.name, handle=line.handle, url=line.url, actor_id=line.actor_id, avatar_name=line.avatar_name
        ),
        html=Markup(),
        about="",
        original_url="",
        original_host="",
        uri=line.moved_to or line.actor_id,
        moment=dates.when(line.answered_at or line.asked_at, blog.time_zone),
        state=state,
        state_words=words,
        lock="",
        reach="",
        edit_path="",
        undo_path=f"{HERE}/following/{line.pk}/undo",
    )


def _author(line: RemarkLine | GestureLine) -> Person:
    return people.person(
        name=line.actor_name,
        handle=line.actor_handle,
        url=line.actor_url,
        actor_id=line.actor_id,
        avatar_name=line.avatar_name,
    )


def _reach(tally: Tally) -> str:
    """How far it got; nothing for what was sent so long ago that it is forgotten."""
    return words_of(tally) if tally.hosts else ""


async def show_answer(visit: Visit) -> Response:
    """An answer, to change or delete it."""
    return await _answer_page(visit)


async def _answer_page(visit: Visit, typed: str | None = None, failed: Refused | None = None) -> Response:
    status, problem = status_and_words(failed) if failed else (200, "")

    async def view(db: Reader) -> RemarkEditPage:
        remark = await remarks.existing(db, visit.pk())
        answered = await remarks.answered(db, remark)
        original = web_address(remark.url) or web_address(remark.in_reply_to)
        return RemarkEditPage(
            around=await around.of(db, visit, HERE),
            pk=remark.pk,
            handle=answered.full_handle,
            original_url=original,
            original_host=host_of(original) or "",
            public_path=remark.object_id if remark.audience.may_be_shown else "",
            typed=typed if typed is not None else remark.markdown,
            reach=_reach(await deliveries.tally_of_object(db, remark.object_id)),
            problem=problem,
        )

    return visit.web.private(await visit.shop.store.read(view), status=status)


async def save_answer(visit: Visit, form: Submission) -> Response:
    """Change it."""
    try:
        await remarks.edit(visit.shop, visit.pk(), form.text("body"), by=visit.account.name)
    except Refused as error:
        return await _answer_page(visit, form.text("body"), error)
    return going.to(HERE, "resaid")


async def ask_delete(visit: Visit) -> Response:
    """What deleting means."""

    async def view(db: Reader) -> SurePage:
        remark = await remarks.existing(db, visit.pk())
        words = (
            "Its text is gone for good, and every server that has a copy is asked to remove it. Some may keep theirs."
        )
        action = f"{HERE}/answers/{remark.pk}/delete"
        frame = await around.of(db, visit, HERE)
        return SurePage(frame, "Delete this answer?", words, action, "Delete for good", f"{HERE}/answers/{remark.pk}")

    return visit.web.private(await visit.shop.store.read(view))


async def delete(visit: Visit, _: Submission) -> Response:
    """Delete it."""
    await remarks.take_back(visit.shop, visit.pk(), by=visit.account.name)
    return going.to(HERE, "unsaid")


routes = [
    on(HERE, get=show),
    on(_ONE, get=show_answer, post=save_answer),
    on(_ONE + "/delete", get=ask_delete, post=delete),
]
