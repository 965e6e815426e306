"""Is the server alive, and does its database answer? For containers and monitors."""

from starlette.requests import Request
from starlette.responses import Response

from fedblog.services.workshop import the_blog
from fedblog.web import desk, respond
from fedblog.web.routing import on


async def show(request: Request) -> Response:
    """`ok` as soon as the blog's row could be read."""
    await the_blog(desk.of(request).shop.store.reader)
    return respond.plain(200, "ok")


routes = [on("/health", get=show)]
