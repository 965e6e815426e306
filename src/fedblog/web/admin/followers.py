"""Who follows, from where and since when; who waits to be let in."""

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from fedblog.domain.blog import Blog
from fedblog.domain.follower import FollowState
from fedblog.errors import Missing
from fedblog.services import following
from fedblog.services.workshop import the_blog
from fedblog.store import actor_moves, actors, followers, former_followers
from fedblog.store.actor_moves import NewHome
from fedblog.store.door import Reader
from fedblog.store.followers import FollowerLine
from fedblog.web import dates
from fedblog.web.admin import around, going, people, turning
from fedblog.web.admin.around import Around
from fedblog.web.admin.gate import on
from fedblog.web.admin.people import Person
from fedblog.web.admin.submission import Submission
from fedblog.web.admin.taking_back import SurePage
from fedblog.web.admin.turning import Turning
from fedblog.web.admin.visit import Visit
from fedblog.web.views import Link, When

HERE = "/admin/followers"
_ONE = HERE + "/{pk:int}"


@dataclass(frozen=True, slots=True)
class Line:
    """A follower. `since` is when they were let in, or when they asked; `moved`: the account they moved to, which does
    not follow yet."""

    pk: int
    person: Person
    is_waiting: bool
    since: When
    moved: Link | None


@dataclass(frozen=True, slots=True)
class FollowersPage:
    """The list, those who wait first."""

    template: ClassVar[str] = "admin/followers.html"
    around: Around
    number: int
    let_go: int
    approves_by_hand: bool
    lines: tuple[Line, ...]
    turning: Turning


async def show(visit: Visit) -> Response:
    """A page of the list."""
    return visit.web.private(await visit.shop.store.read(lambda db: _view(db, visit)))


async def _view(db: Reader, visit: Visit) -> FollowersPage:
    blog, number = await the_blog(db), turning.page_of(visit)
    found = await followers.listed(db, blog.pk, limit=turning.SIZE + 1, offset=turning.SIZE * (number - 1))
    listed, turned = turning.cut(found, number, HERE)
    moved = await actor_moves.of_followers(db, blog.pk)
    return FollowersPage(
        around=await around.of(db, visit, HERE),
        number=await followers.count(db, blog.pk),
        let_go=await former_followers.count(db, blog.pk),
        approves_by_hand=blog.approves_followers_at is not None,
        lines=tuple(_line(blog, line, moved.get(line.actor_id)) for line in listed),
        turning=turned,
    )


def _line(blog: Blog, line: FollowerLine, moved: NewHome | None) -> Line:
    who = people.person(
        name=line.name, handle=line.handle, url=line.url, actor_id=line.actor_id, avatar_name=line.avatar_name
    )
    since = dates.when(line.accepted_at or line.requested_at, blog.time_zone)
    there = Link(moved.url, f"@{moved.handle}") if moved else None
    return Line(line.pk, who, line.state == FollowState.PENDING, since, there)


@dataclass(frozen=True, slots=True)
class Former:
    """Somebody who follows no more, and why."""

    handle: str
    url: str
    reason: str
    left: When


@dataclass(frozen=True, slots=True)
class FormerFollowersPage:
    """Those whom fedblog let go, the newest first."""

    template: ClassVar[str] = "admin/former_followers.html"
    around: Around
    lines: tuple[Former, ...]
    turning: Turning


async def show_former(visit: Visit) -> Response:
    """A page of those who were let go."""
    return visit.web.private(await visit.shop.store.read(lambda db: _former(db, visit)))


async def _former(db: Reader, visit: Visit) -> FormerFollowersPage:
    blog, number = await the_blog(db), turning.page_of(visit)
    offset = turning.SIZE * (number - 1)
    found = await former_followers.listed(db, blog.pk, limit=turning.SIZE + 1, offset=offset)
    listed, turned = turning.cut(found, number, HERE + "/removed")
    lines = (Former(f"@{f.handle}", f.actor_id, f.reason, dates.when(f.left_at, blog.time_zone)) for f in listed)
    return FormerFollowersPage(await around.of(db, visit, HERE), tuple(lines), turned)


async def approve(visit: Visit, _: Submission) -> Response:
    """Let them in."""
    await following.approve(visit.shop, visit.pk(), by=visit.account.name)
    return going.to(HERE, "let-in")


async def reject(visit: Visit, _: Submission) -> Response:
    """Turn a request down."""
    await following.reject(visit.shop, visit.pk(), by=visit.account.name)
    return going.to(HERE, "turned-down")


async def ask_remove(visit: Visit) -> Response:
    """What removing means."""

    async def view(db: Reader) -> SurePage:
        follower = await followers.by_pk(db, visit.pk())
        actor = await actors.by_pk(db, follower.actor_pk) if follower else None
        if follower is None or actor is None:
            raise Missing("There is no such follower.")
        words = "They get no more posts, and their server is told. They can ask again, unless you block them."
        action = f"{HERE}/{follower.pk}/remove"
        heading = f"Remove {actor.full_handle}?"
        return SurePage(await around.of(db, visit, HERE), heading, words, action, "Remove", back=HERE)

    return visit.web.private(await visit.shop.store.read(view))


async def remove(visit: Visit, _: Submission) -> Response:
    """Send a follower away."""
    await following.remove(visit.shop, visit.pk(), by=visit.account.name)
    return going.to(HERE, "follower-removed")


routes = [
    on(HERE, get=show),
    on(HERE + "/removed", get=show_former),
    on(_ONE + "/approve", post=approve),
    on(_ONE + "/reject", post=reject),
    on(_ONE + "/remove", get=ask_remove, post=remove),
]
