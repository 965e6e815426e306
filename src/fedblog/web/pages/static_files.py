"""Style sheets and marks under their hashed names."""

from starlette.requests import Request
from starlette.responses import Response

from fedblog.errors import Missing
from fedblog.web import desk
from fedblog.web.kept import Kept
from fedblog.web.routing import on

_TYPES = {"css": "text/css; charset=utf-8", "svg": "image/svg+xml", "js": "text/javascript; charset=utf-8"}
_FOR_A_YEAR = {"cache-control": "public, max-age=31536000, immutable"}


async def show(request: Request) -> Response:
    """One file. An old name, from a page that someone kept, is Missing."""
    name: str = request.path_params["name"]
    body = desk.of(request).statics.bodies.get(name)
    if body is None:
        raise Missing("There is no such file here.")
    return Kept(body, _TYPES[name.rpartition(".")[2]], topics=(), headers=_FOR_A_YEAR)


routes = [on("/static/{name}", get=show)]
