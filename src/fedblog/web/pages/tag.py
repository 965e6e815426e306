"""Posts with one tag."""

from starlette.requests import Request
from starlette.responses import Response

from fedblog.ap.render.wire import wire_url
from fedblog.domain.blog import Blog
from fedblog.domain.post import Post
from fedblog.errors import Missing
from fedblog.services.workshop import the_blog
from fedblog.store import posts
from fedblog.store.door import Reader
from fedblog.web import addresses, cards, desk, frame, paging
from fedblog.web.desk import Web
from fedblog.web.routing import on
from fedblog.web.views import Head, TagPage


async def show(request: Request) -> Response:
    """A page of the posts with this tag, newest first."""
    web, slug, number = desk.of(request), request.path_params["slug"], paging.number_of(request)
    view, listed = await web.shop.store.read(lambda db: _view(db, web, slug, number))
    return web.page(view, cards.topics(listed))


async def _view(db: Reader, web: Web, slug: str, number: int) -> tuple[TagPage, list[Post]]:
    blog = await the_blog(db)

    async def rows(limit: int, offset: int) -> list[Post]:
        return await posts.public_by_tag(db, blog.pk, slug, limit=limit, offset=offset)

    first = wire_url("", f"/tags/{slug}")
    listed, place = await paging.fetch(number, first, rows)
    name = await _name(db, blog, slug, listed)
    head = Head(
        title=name,
        canonical=blog.base_url + addresses.page_path(first, number),
        description=f"Posts tagged “{name}” on {blog.title}.",
        is_indexed=number == 1,
    )
    around = await frame.of(db, blog, web.statics)
    return TagPage(around, head, name, await cards.of(db, blog, listed), place), listed


async def _name(db: Reader, blog: Blog, slug: str, listed: list[Post]) -> str:
    """The tag as the newest post writes it."""
    if not listed:
        raise Missing(f"No post on {blog.title} has this tag.")
    return next(tag.name for tag in await posts.tags_of(db, listed[0].pk) if tag.slug == slug)


routes = [on("/tags/{slug}", get=show), on("/tags/{slug}/page/{number:int}", get=show)]
