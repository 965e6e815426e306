"""What search engines ask for first: robots.txt and the sitemap."""

from starlette.requests import Request
from starlette.responses import Response

from fedblog.ap.render.wire import wire_url
from fedblog.services.workshop import the_blog
from fedblog.store import posts
from fedblog.store.door import Reader
from fedblog.web import dates, desk, frame, respond
from fedblog.web.routing import on
from fedblog.web.views import Sitemap

_LARGEST_SITEMAP = 50_000  # sitemaps.org


async def show_robots(request: Request) -> Response:
    """Everything may be read but what is for one person only."""
    lines = (
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /reply/",
        "Disallow: /like/",
        "Disallow: /boost/",
        f"Sitemap: {desk.of(request).origin}/sitemap.xml",
        "",
    )
    return respond.data("\n".join(lines).encode(), "text/plain; charset=utf-8", topics=())


async def show_sitemap(request: Request) -> Response:
    """The home page and every published post."""
    web = desk.of(request)
    view, topics = await web.shop.store.read(_view)
    return respond.data(web.templates.render(view), "application/xml; charset=utf-8", topics=topics)


async def _view(db: Reader) -> tuple[Sitemap, list[str]]:
    blog = await the_blog(db)
    found = (await posts.public_addresses(db, blog.pk))[: _LARGEST_SITEMAP - 1]
    latest = max((address.changed_at for address in found), default=blog.created_at)
    entries = [(wire_url(blog.base_url, address.path), dates.machine(address.changed_at)) for address in found]
    return Sitemap(((f"{blog.base_url}/", dates.machine(latest)), *entries)), [frame.TOPIC]


routes = [on("/robots.txt", get=show_robots), on("/sitemap.xml", get=show_sitemap)]
