"""What went wrong, in words: 404, 410 and their like, as a page for people and as a line for machines."""

from starlette.responses import Response
from starlette.types import Scope

from fedblog.services.workshop import the_blog
from fedblog.store.door import Reader
from fedblog.web import frame, respond
from fedblog.web.desk import Web
from fedblog.web.negotiate import Wanted, wanted_by
from fedblog.web.views import Head, NoticePage

_HEADINGS = {
    403: "That is not allowed",
    404: "There is nothing here",
    405: "That cannot be done here",
    409: "That cannot be done now",
    410: "This was taken away",
    413: "That is too much at once",
    429: "Too many requests",
    502: "Another server did not answer",
}
_WORDS = {
    404: "The address may be mistyped, or what stood here has moved.",
    405: "This address does not take that kind of request.",
}
_FOR_MACHINES = ("/ap/", "/inbox", "/.well-known/", "/nodeinfo", "/static/", "/media/", "/health", "/metrics")


async def explain(web: Web, scope: Scope, status: int, words: str) -> Response:
    """The answer for a request that was refused with this status and these words."""
    told = _WORDS.get(status, words) if words in {"Not Found", "Method Not Allowed"} else words
    if scope["path"].startswith(_FOR_MACHINES) or wanted_by(scope) is Wanted.DOCUMENT:
        return respond.plain(status, told)
    view = await web.shop.store.read(lambda db: _view(db, web, status, told))
    return web.private(view, status=status)


async def _view(db: Reader, web: Web, status: int, words: str) -> NoticePage:
    blog = await the_blog(db)
    heading = _HEADINGS.get(status, "That did not work")
    return NoticePage(
        frame=await frame.of(db, blog, web.statics),
        head=Head(title=heading, is_indexed=False),
        status=status,
        heading=heading,
        words=words,
    )
