"""The table of addresses: one list from each file that answers."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedblog.ap.render.wire import wire_url
from fedblog.web import desk, respond
from fedblog.web.federation import authorizations, canaries, inboxes, objects, outbox, own_actors, well_known
from fedblog.web.pages import crawlers, feeds, health, home, media_files, post, remote, static_files, tag, write, year
from fedblog.web.routing import OnDemand, on

_FOR_READERS = (home, tag, year, post, feeds, remote, write, media_files, static_files, crawlers)
_FOR_SERVERS = (
    inboxes,
    own_actors,
    objects,
    outbox,
    well_known,
    canaries,
    authorizations,
)  # what comes most stands first
FOR_THE_AUTHOR = ("/admin", "/authorize_interaction")
"""Where the author works: at these addresses and below them."""


def table() -> list[BaseRoute]:
    """All routes, in the order in which they are tried."""
    return [*_of_everybody(), *_of_the_author()]


def served() -> list[BaseRoute]:
    """The same; but what is only for the author is loaded when the author comes. A third of the program is theirs, and
    a blog whose author is out starts sooner and takes less memory without it."""
    return [*_of_everybody(), OnDemand(FOR_THE_AUTHOR, _of_the_author), *_without_a_slash()]


def _of_everybody() -> list[BaseRoute]:
    return [route for answering in (*_FOR_SERVERS, *_FOR_READERS, health) for route in answering.routes]


def _of_the_author() -> list[BaseRoute]:
    from fedblog.web.admin import routes

    return [*(route for answering in routes.FOR_THE_AUTHOR for route in answering.routes), *_without_a_slash()]


def _without_a_slash() -> list[BaseRoute]:
    return [on("/{rest:path}/", get=_without_slash)]


async def _without_slash(request: Request) -> Response:
    """No address here ends in a slash: whoever adds one is led to the same without."""
    path = "/" + request.path_params["rest"].strip("/")
    return respond.moved(wire_url(desk.of(request).origin, path))
