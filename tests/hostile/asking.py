"""Asking a blog over ASGI with any method, path and headers, and all the addresses that it answers."""

import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

from starlette.routing import Route

from fedblog.domain.post import Post
from fedblog.store import activities
from fedblog.web.routes import table
from fedblog.world import WireRequest, WireResponse
from tests.fediverse.box import call_asgi

AP = "application/activity+json"
HTML = "text/html"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
Headers = Sequence[tuple[str, str]]


async def send(blog, method: str, target: str, headers: Headers = (), body: bytes = b"", *, host=None) -> WireResponse:
    """One request as it came over the wire, with a Host of choice ("" for none)."""
    named = () if host == "" else (("host", blog.host if host is None else host),)
    path = target.removeprefix(blog.origin)
    return await call_asgi(blog.site, WireRequest(method, "https", blog.host, 443, path, (*named, *headers), body))


def patterns() -> list[str]:
    """The address patterns of the route table, but the one that takes away slashes."""
    return [route.path for route in table() if isinstance(route, Route) and not route.path.endswith("/{rest:path}/")]


def is_public(address: str) -> bool:
    """Whether an address is for everybody."""
    return not address.startswith("/admin")


async def every_address(blog, post: Post) -> list[str]:
    """Every pattern of the route table, filled in with what is there (or, where nothing is, with what is not)."""
    values = await _values(blog, post)
    return [address for pattern in patterns() for address in _filled(pattern, values)]


async def _values(blog, post: Post) -> Mapping[str, Sequence[str]]:
    db = blog.shop.store.reader
    create_id = await activities.create_id_of(db, post.object_id or "")
    _, year, month, slug = (post.path or "").split("/")
    return {
        "/ap/actors/{ulid}": [_last(await blog.actor_id())],
        "/ap/articles/{ulid}": [_last(post.object_id)],
        "/ap/notes/{ulid}": ["01JDNOTES0000000000000000"],
        "/ap/activities/{ulid}": [_last(create_id)],
        "/tags/{slug}": ["reading"],
        "{year:int}": [year],
        "{month:int}": [month],
        "{slug}": [quote(slug)],
        "{post_pk:int}": [str(post.pk)],
        "{number:int}": ["1"],
        "/nodeinfo/{version}": ["2.0", "2.1"],
        "/static/{name}": list(blog.site.web.statics.bodies),
        "/media/{name}": ["0" * 64 + ".webp"],
    }


def _last(address: str | None) -> str:
    return (address or "").rpartition("/")[2]


def _filled(pattern: str, values: Mapping[str, Sequence[str]]) -> Iterable[str]:
    """The pattern once for each value of its first place, the rest filled in after it."""
    for known, found in values.items():
        if known in pattern:
            place = known[known.index("{") :]
            return [done for value in found for done in _filled(pattern.replace(place, value, 1), values)]
    return [re.sub(r"\{[^}]*\}", "1", pattern)]
