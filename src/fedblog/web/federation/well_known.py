"""Discovery: WebFinger, host-meta and NodeInfo."""

from starlette.requests import Request
from starlette.responses import Response

from fedblog import __version__
from fedblog.ap import host_meta, nodeinfo, webfinger
from fedblog.ap.media_types import JRD_JSON
from fedblog.ap.nodeinfo import Usage, Version
from fedblog.ap.render.wire import Picture, as_bytes
from fedblog.ap.vocabulary import Document
from fedblog.ap.webfinger import Acct, FeedLink
from fedblog.domain.actor import Actor, ActorKind
from fedblog.domain.blog import Blog
from fedblog.errors import Invalid, Missing
from fedblog.services.documents import media_url
from fedblog.services.workshop import the_actor, the_blog
from fedblog.store import actors, comments, media, posts
from fedblog.store.door import Reader
from fedblog.urls import Url, is_same_id
from fedblog.web import desk, respond
from fedblog.web.routing import on

_DAY = 86_400_000
_FOUND = {"access-control-allow-origin": "*", "cache-control": "max-age=86400"}
_NOT_FOUND = {"access-control-allow-origin": "*", "cache-control": "max-age=180"}
_FEEDS = (
    ("/feed.atom", "application/atom+xml", "Atom"),
    ("/feed.rss", "application/rss+xml", "RSS"),
    ("/feed.json", "application/feed+json", "JSON Feed"),
)


async def show_webfinger(request: Request) -> Response:
    """Who is `acct:blog@blog.example`? 400 for no or an unreadable question, 404 for anybody else."""
    store = desk.of(request).shop.store
    try:
        asked = webfinger.parse_resource(request.query_params.get("resource"))
        answer = await store.read(lambda db: _answer(db, asked))
    except Invalid as error:
        return respond.plain(400, str(error), _NOT_FOUND)
    except Missing as error:
        return respond.plain(404, str(error), _NOT_FOUND)
    return Response(as_bytes(answer), headers={**_FOUND}, media_type=f"{JRD_JSON}; charset=utf-8")


async def _answer(db: Reader, asked: Acct | Url) -> Document:
    blog, actor = await the_blog(db), await the_actor(db)
    instance = await actors.own(db, ActorKind.INSTANCE)
    if _is_asked(asked, actor, blog.address, f"{blog.handle}@{_authority(blog)}"):
        avatar, interaction_url = await _avatar(db, blog), f"{blog.base_url}/authorize_interaction"
        return webfinger.render_jrd(blog.address, actor.actor_id, actor.url, avatar, _feeds(blog), interaction_url)
    if instance and _is_asked(asked, instance, instance.handle):
        return webfinger.render_jrd(instance.handle, instance.actor_id, instance.url)
    raise Missing("There is no such account here.")


def _is_asked(asked: Acct | Url, actor: Actor, *addresses: str) -> bool:
    """By any of its addresses, its id, or (the blog only, which stands first) its page."""
    if isinstance(asked, Url):
        return any(is_same_id(str(asked), own) for own in (actor.actor_id, actor.url))
    return str(asked) in {address.lower() for address in addresses}


def _authority(blog: Blog) -> str:
    return blog.base_url.partition("://")[2]


async def _avatar(db: Reader, blog: Blog) -> Picture | None:
    row = await media.by_pk(db, blog.avatar_pk) if blog.avatar_pk else None
    return Picture(media_url(blog, row.name), row.media_type) if row else None


def _feeds(blog: Blog) -> list[FeedLink]:
    return [FeedLink(f"{blog.base_url}{path}", kind, f"{blog.title}: {name}") for path, kind, name in _FEEDS]


async def show_host_meta(request: Request) -> Response:
    """Where WebFinger is, in XML."""
    body = host_meta.host_meta_xml(desk.of(request).origin).encode()
    return Response(body, headers=_FOUND, media_type=f"{host_meta.XRD_TYPE}; charset=utf-8")


async def show_host_meta_json(request: Request) -> Response:
    """The same in JSON."""
    body = as_bytes(host_meta.host_meta_json(desk.of(request).origin))
    return Response(body, headers=_FOUND, media_type=JRD_JSON)


async def show_nodeinfo_links(request: Request) -> Response:
    """Where the NodeInfo documents are."""
    web = desk.of(request)
    instance = await actors.own(web.shop.store.reader, ActorKind.INSTANCE)
    links = nodeinfo.discovery(web.origin, instance.actor_id if instance else f"{web.origin}/ap/instance")
    return Response(as_bytes(links), headers=_FOUND, media_type="application/json")


async def show_nodeinfo(request: Request) -> Response:
    """A few facts about this server, in the version that is asked for."""
    shop = desk.of(request).shop
    try:
        version = Version(request.path_params["version"])
    except ValueError as error:
        raise Missing("There is no such version of NodeInfo here.") from error
    blog, usage = await shop.store.read(lambda db: _usage(db, shop.now()))
    body = as_bytes(nodeinfo.nodeinfo(version, __version__, blog.title, usage))
    return Response(body, headers=_NOT_FOUND, media_type=nodeinfo.content_type(version))


async def _usage(db: Reader, now: int) -> tuple[Blog, Usage]:
    blog = await the_blog(db)
    times = await posts.public_times(db, blog.pk)
    shown = sum((await comments.public_counts(db, blog.pk)).values())
    half_year, month = (any(time > now - days * _DAY for time in times) for days in (180, 30))
    return blog, Usage(1, int(half_year), int(month), len(times), shown)


routes = [
    on(webfinger.PATH, get=show_webfinger),
    on("/.well-known/host-meta", get=show_host_meta),
    on("/.well-known/host-meta.json", get=show_host_meta_json),
    on("/.well-known/nodeinfo", get=show_nodeinfo_links),
    on("/nodeinfo/{version}", get=show_nodeinfo),
]
