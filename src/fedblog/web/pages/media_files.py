"""Pictures of the blog and copies of its commenters' faces, under names that hold the hash of their content."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from fedblog.errors import Missing
from fedblog.services import media
from fedblog.web import desk
from fedblog.web.routing import on

_FOR_A_YEAR = "public, max-age=31536000, immutable"


async def show(request: Request) -> Response:
    """One file, of the types that we re-encode to; everything else is Missing."""
    name: str = request.path_params["name"]
    path = media.path_of(desk.of(request).shop, name)
    if path is None:
        raise Missing("There is no such picture here.")
    headers = {"etag": f'"{name}"', "cache-control": _FOR_A_YEAR}
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    try:
        body = await asyncio.to_thread(path.read_bytes)
    except FileNotFoundError as error:
        raise Missing("There is no such picture here.") from error
    return Response(body, headers=headers, media_type=media.MEDIA_TYPES[path.suffix[1:]])


routes = [on("/media/{name}", get=show)]
