"""Look at something of another server, and do something with it: answer, like, boost, follow.

A GET shows, and nothing else; what is done is done by a form of ours. `/authorize_interaction` is where other servers
lead the author to (protocol.md g.2); it only goes on to here, where the log-in stands in between.
"""

from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from fedblog.domain.blog import Blog
from fedblog.domain.comment import Audience, Comment
from fedblog.domain.elsewhere import Followee, FolloweeState, GestureKind
from fedblog.errors import Refused
from fedblog.services import asking, looking, remarks
from fedblog.services import followees as following
from fedblog.services import gestures as acting
from fedblog.services.looking import OwnAddress, Sight
from fedblog.services.threads import place_of
from fedblog.services.workshop import the_blog
from fedblog.store import followees, gestures
from fedblog.store import remarks as remark_rows
from fedblog.store.door import Reader
from fedblog.urls import host_of
from fedblog.web import dates, routing
from fedblog.web.admin import around, going, people
from fedblog.web.admin.around import Around
from fedblog.web.admin.gate import on
from fedblog.web.admin.people import Person
from fedblog.web.admin.submission import Submission
from fedblog.web.admin.visit import Visit
from fedblog.web.fragments import web_address
from fedblog.web.middleware.failures import status_and_words
from fedblog.web.views import Attached, When

LIST = "/admin/elsewhere"
HERE = LIST + "/look"
_WISHES = frozenset({"reply", "like", "boost", "follow"})
_LOCKS = {Audience.FOLLOWERS: "For their followers only", Audience.DIRECT: "Private"}
_LONGEST_ADDRESS = 2048
_LONGEST_ENCODED = 4000  # half of what an address may hold: the log-in carries all of it along, encoded once more


@dataclass(frozen=True, slots=True)
class Said:
    """A post of somebody. `lock` says who else may read it, where that is not everybody."""

    html: Markup
    content_warning: str
    language: str
    attached: tuple[Attached, ...]
    published: When | None
    is_edited: bool
    lock: str


@dataclass(frozen=True, slots=True)
class Done:
    """What the blog did with it before. `follow` tells how our Follow stands. Keys are 0 where there is none."""

    like_pk: int
    boost_pk: int
    followee_pk: int
    follow: str
    answers: tuple[tuple[int, Markup], ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found. `post` is None for a person; `place` leads to what stands below a post of ours; `leave` is `ask`
    or `none` where its author wants to be asked before answers, or wants none."""

    uri: str
    person: Person
    kind: str
    community: str
    bio: Markup
    post: Said | None
    original_url: str
    original_host: str
    can_boost: bool
    place: str
    done: Done
    leave: str


@dataclass(frozen=True, slots=True)
class LookPage:
    """The box for an address, and what was found there. `wish` is what the author came to do."""

    template: ClassVar[str] = "admin/look.html"
    around: Around
    uri: str
    wish: str
    typed: str
    seen: Seen | None
    problem: str = ""


async def authorize(request: Request) -> Response:
    """Go on to the page of the admin, with what is to be looked at; nothing of the address is believed.

    Words without anything that they answer ("share this") begin a new post.
    """
    asked = request.query_params
    uri, wish = _encoded(str(asked.get("uri", "")).strip()), str(asked.get("do", ""))
    uri = uri if len(uri) <= _LONGEST_ENCODED else ""
    content = _fitting(str(asked.get("content", "")), _LONGEST_ENCODED - len(uri))
    if content and not uri:
        return going.to_exactly("/admin/posts/new", f"body={content}")
    wanted = {"uri": uri, "do": wish if wish in _WISHES else "", "content": content}
    return going.to_exactly(HERE, "&".join(f"{name}={value}" for name, value in wanted.items() if value))


def _encoded(value: str) -> str:
    return quote(value, safe="").replace("~", "%7E")


def _fitting(value: str, limit: int) -> str:
    """As much of a text as fits into an address, encoded."""
    while len(encoded := _encoded(value)) > limit:
        value = value[: len(value) * 3 // 4]
    return encoded


async def show(visit: Visit) -> Response:
    """Fetch it, and show it with what can be done."""
    wish = visit.asked("do")
    asked = Asked(visit.asked("uri").strip(), wish if wish in _WISHES else "", visit.asked("content"))
    return await _page(visit, asked)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page is asked for, and what was typed as the answer."""

    uri: str
    wish: str
    typed: str


async def _page(visit: Visit, asked: Asked, failed: Refused | None = None) -> Response:
    status, problem = status_and_words(failed) if failed else (200, "")
    seen = None
    try:
        sight = await looking.look(visit.shop, asked.uri) if asked.uri else None
        seen = await visit.shop.store.read(lambda db: _seen(db, sight)) if sight else None
    except OwnAddress as own:
        address = own.address
        if path := await visit.shop.store.read(lambda db: _own_path(db, address)):
            return going.to(path)
        status, problem = status_and_words(own)
    except Refused as error:
        status, problem = (status, problem) if failed else status_and_words(error)
    frame = await visit.shop.store.read(lambda db: around.of(db, visit, LIST))
    return visit.web.private(LookPage(frame, asked.uri, asked.wish, asked.typed, seen, problem), status=status)


async def _own_path(db: Reader, address: str) -> str:
    """Where the author works on what stands at an address of ours; "" for none."""
    place = await place_of(db, await the_blog(db), address)
    if place is None:
        return ""
    return f"/admin/comments/{place.comment_pk}" if place.comment_pk else f"/admin/posts/{place.post.pk}"


async def _seen(db: Reader, sight: Sight) -> Seen:
    blog, actor = await the_blog(db), sight.actor
    original = web_address(sight.url) or web_address(sight.object_id)
    place = await place_of(db, blog, sight.object_id) if sight.post else None
    return Seen(
        uri=sight.object_id,
        person=people.person(
            name=actor.display_name,
            handle=actor.address,
            url=actor.url,
            actor_id=actor.actor_id,
            avatar_name=actor.avatar_name,
        ),
        kind="community" if actor.type == "Group" else "person",
        community=sight.community.full_handle if sight.community else "",
        bio=Markup(actor.summary),  # noqa: S704 - sanitised when it was read
        post=_said(blog, sight),
        original_url=original,
        original_host=host_of(original) or "",
        can_boost=sight.post is not None and sight.post.audience.may_be_shown,
        place=f"/admin/comments/{place.comment_pk}" if place and place.comment_pk else "",
        done=await _done(db, blog, sight),
        leave=(await asking.leave_for(db, sight)).value,
    )


def _said(blog: Blog, sight: Sight) -> Said | None:
    if sight.post is None:
        return None
    written, clean = sight.post.object, sight.post.clean
    links = [thing for thing in written.attachments if web_address(thing.url)]
    return Said(
        html=Markup(clean.html),  # noqa: S704 - sanitised when it was read
        content_warning=written.summary if written.is_sensitive or written.type == "Note" else "",
        language=written.language,
        attached=tuple(Attached(thing.url, thing.name or "Attachment", host_of(thing.url) or "") for thing in links),
        published=dates.when(written.published_at, blog.time_zone) if written.published_at is not None else None,
        is_edited=written.updated_at is not None and written.updated_at != written.published_at,
        lock=_LOCKS.get(sight.post.audience, ""),
    )


async def _done(db: Reader, blog: Blog, sight: Sight) -> Done:
    like = await gestures.of_object(db, blog.pk, sight.object_id, GestureKind.LIKE)
    boost = await gestures.of_object(db, blog.pk, sight.object_id, GestureKind.BOOST)
    followee = await followees.by_actor(db, blog.pk, sight.actor.pk) if sight.actor.pk else None
    said = await remark_rows.answering(db, blog.pk, sight.object_id) if sight.post else []
    return Done(
        like_pk=like.pk if like else 0,
        boost_pk=boost.pk if boost else 0,
        followee_pk=followee.pk if followee else 0,
        follow=_follow_state(followee),
        answers=tuple((remark.pk, Markup(remark.html)) for remark in said),  # noqa: S704 - our own words, sanitised
    )


def _follow_state(followee: Followee | None) -> str:
    words = {
        FolloweeState.ASKED: "You asked to follow them",
        FolloweeState.ACCEPTED: "You follow them",
        FolloweeState.REJECTED: "They turned your request down",
    }
    return words[followee.state] if followee else ""


async def act(visit: Visit, form: Submission) -> Response:
    """Do what the button says. Whatever fails, nothing typed is lost."""
    uri, deed, by = form.line("uri")[:_LONGEST_ADDRESS], form.line("do"), visit.account.name
    try:
        match deed:
            case "like":
                await acting.like(visit.shop, uri, by=by)
                return _back(uri, "liked")
            case "boost":
                await acting.boost(visit.shop, uri, by=by)
                return _back(uri, "boosted")
            case "follow":
                await following.follow(visit.shop, uri, by=by)
                return _back(uri, "asked-to-follow")
            case "reply":
                said = await remarks.answer(visit.shop, uri, form.text("body"), by=by)
                if isinstance(said, Comment):
                    return going.to(f"/admin/comments/{said.pk}", "answered")
                return going.to(LIST, "said")
    except Refused as error:
        return await _page(visit, Asked(uri, deed if deed in _WISHES else "", form.text("body")), error)
    return _back(uri, "")


def _back(uri: str, done: str) -> Response:
    return going.to(HERE, done, uri=uri)


async def undo(visit: Visit, form: Submission) -> Response:
    """Take a like or boost back."""
    gesture = await acting.take_back(visit.shop, visit.pk(), by=visit.account.name)
    done = "unliked" if gesture.kind is GestureKind.LIKE else "unboosted"
    return _back(form.line("uri"), done) if form.line("uri") else going.to(LIST, done, show=f"{gesture.kind.value}s")


async def unfollow(visit: Visit, form: Submission) -> Response:
    """Follow no more."""
    await following.unfollow(visit.shop, visit.pk(), by=visit.account.name)
    if form.line("uri"):
        return _back(form.line("uri"), "unfollowed")
    return going.to(LIST, "unfollowed", show="following")


routes = [
    routing.on("/authorize_interaction", get=authorize),
    on(HERE, get=show, post=act),
    on(LIST + "/gestures/{pk:int}/undo", post=undo),
    on(LIST + "/following/{pk:int}/undo", post=unfollow),
]
