"""The table of addresses: one list from each file that answers."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedblog.ap.render.wire import wire_url
from fedblog.web import desk, respond
from fedblog.web.admin.routes import FOR_THE_AUTHOR
from fedblog.web.federation import canaries, inboxes, objects, outbox, own_actors, well_known
from fedblog.web.pages import crawlers, feeds, health, home, media_files, post, remote, static_files, tag, year
from fedblog.web.routing import on

_FOR_READERS = (home, tag, year, post, feeds, remote, media_files, static_files, crawlers)
_FOR_SERVERS = (inboxes, own_actors, objects, outbox, well_known, canaries)  # what comes most stands first
_ANSWERING = (*_FOR_SERVERS, *_FOR_READERS, *FOR_THE_AUTHOR, health)


def table() -> list[BaseRoute]:
    """All routes, in the order in which they are tried."""
    return [*(route for answering in _ANSWERING for route in answering.routes), on("/{rest:path}/", get=_without_slash)]


async def _without_slash(request: Request) -> Response:
    """No address here ends in a slash: whoever adds one is led to the same without."""
    path = "/" + request.path_params["rest"].strip("/")
    return respond.moved(wire_url(desk.of(request).origin, path))
