"""All posts, with where each stands and how far it got."""

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from fedblog.domain.blog import Blog
from fedblog.domain.post import Post
from fedblog.services.workshop import the_blog
from fedblog.store import comments, deliveries, posts
from fedblog.store.deliveries import Tally
from fedblog.store.door import Reader
from fedblog.web import addresses, dates
from fedblog.web.admin import around, going, turning
from fedblog.web.admin.around import Around
from fedblog.web.admin.deliveries import words_of
from fedblog.web.admin.gate import on
from fedblog.web.admin.turning import Turning
from fedblog.web.admin.visit import Visit
from fedblog.web.views import When


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post in the list. `moment` is when it was published, or last worked on."""

    pk: int
    title: str
    state: str
    moment: When
    public_path: str
    comments: int
    deliveries: str


@dataclass(frozen=True, slots=True)
class PostsPage:
    """The list."""

    template: ClassVar[str] = "admin/posts.html"
    around: Around
    lines: tuple[PostLine, ...]
    turning: Turning


async def show(visit: Visit) -> Response:
    """A page of the list, the latest work first."""
    return visit.web.private(await visit.shop.store.read(lambda db: _view(db, visit)))


async def _view(db: Reader, visit: Visit) -> PostsPage:
    blog, number = await the_blog(db), turning.page_of(visit)
    found = await posts.listed(db, blog.pk, limit=turning.SIZE + 1, offset=turning.SIZE * (number - 1))
    listed, turned = turning.cut(found, number, going.HOME)
    counts, tallies = await comments.public_counts(db, blog.pk), await deliveries.tallies(db, blog.pk)
    return PostsPage(
        around=await around.of(db, visit, going.HOME),
        lines=tuple(_line(blog, post, counts.get(post.pk, 0), tallies.get(post.pk, Tally())) for post in listed),
        turning=turned,
    )


def _line(blog: Blog, post: Post, count: int, tally: Tally) -> PostLine:
    moment = post.published_at if post.is_public else post.unpublished_at or post.edited_at
    return PostLine(
        pk=post.pk,
        title=post.title,
        state=post.state.value,
        moment=dates.when(moment or post.created_at, blog.time_zone),
        public_path=addresses.post_path(post) if post.is_public else "",
        comments=count,
        deliveries=words_of(tally) if post.is_public else "",
    )


async def _with_slash(_: Visit) -> Response:
    return going.to(going.HOME)


routes = [on("/admin/", get=show), on("/admin", get=_with_slash)]
