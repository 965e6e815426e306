"""The archive: all posts of one year, by month."""

from itertools import groupby

from starlette.requests import Request
from starlette.responses import Response

from fedblog.domain.blog import Blog
from fedblog.domain.post import Post
from fedblog.errors import Missing
from fedblog.services.workshop import the_blog
from fedblog.store import posts
from fedblog.store.door import Reader
from fedblog.web import cards, dates, desk, frame
from fedblog.web.desk import Web
from fedblog.web.routing import on
from fedblog.web.views import Head, Month, YearPage


async def show(request: Request) -> Response:
    """The posts of a year; a year without posts is Missing."""
    web, year = desk.of(request), int(request.path_params["year"])
    if not 1970 <= year < 9999:
        raise Missing("There are no posts from that year.")
    view, listed = await web.shop.store.read(lambda db: _view(db, web, year))
    return web.page(view, cards.topics(listed))


async def _view(db: Reader, web: Web, year: int) -> tuple[YearPage, list[Post]]:
    blog = await the_blog(db)
    listed = await posts.public_between(db, blog.pk, *dates.year_span(year, blog.time_zone))
    if not listed:
        raise Missing("There are no posts from that year.")
    head = Head(
        title=str(year), canonical=f"{blog.base_url}/{year}", description=f"All posts of {year} on {blog.title}."
    )
    around = await frame.of(db, blog, web.statics)
    return YearPage(around, head, year, len(listed), await _months(db, blog, listed)), listed


async def _months(db: Reader, blog: Blog, listed: list[Post]) -> tuple[Month, ...]:
    shown = await cards.of(db, blog, listed)
    months = [dates.local(post.published_at or 0, blog.time_zone).month for post in listed]
    dated = zip(months, shown, strict=True)
    return tuple(
        Month(dates.month_name(month), tuple(card for _, card in group))
        for month, group in groupby(dated, key=lambda pair: pair[0])
    )


routes = [on("/{year:int}", get=show)]
