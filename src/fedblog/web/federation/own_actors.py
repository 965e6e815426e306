"""Our actors and their collections."""

from starlette.requests import Request
from starlette.responses import Response

from fedblog.ap.render import collections
from fedblog.ap.render.wire import as_bytes
from fedblog.domain.actor import Actor
from fedblog.errors import Missing
from fedblog.services import documents
from fedblog.services.own_ids import featured_id
from fedblog.services.workshop import the_actor, the_blog
from fedblog.store import followees, followers, pins, posts
from fedblog.store.door import Reader
from fedblog.web import desk, frame, respond
from fedblog.web.desk import Web
from fedblog.web.federation.asked import asked_id, fresh, is_page_wanted
from fedblog.web.routing import on

NEWEST = 3  # what a new follower sees first, until the author pins (decisions.md)


async def show_blog(request: Request) -> Response:
    """The blog's actor; a browser is led to the home page."""
    web = desk.of(request)
    actor = await asked_actor(web, request)
    if is_page_wanted(request):
        return respond.see_other(actor.url)
    return respond.document(as_bytes(await web.shop.store.read(documents.person_of)), topics=[frame.TOPIC])


async def show_instance(request: Request) -> Response:
    """The instance actor, served to everyone: whoever verifies our GETs needs it first (protocol.md a.5)."""
    web = desk.of(request)
    if is_page_wanted(request):
        return respond.see_other(f"{web.origin}/")
    return respond.document(as_bytes(await web.shop.store.read(documents.application_of)), topics=[frame.TOPIC])


async def show_followers(request: Request) -> Response:
    """How many follow, and nobody's name."""
    web = desk.of(request)
    actor = await asked_actor(web, request, "/followers")
    total = await web.shop.store.read(_count_followers)
    return fresh(collections.followers(actor.followers, total))


async def _count_followers(db: Reader) -> int:
    return await followers.count(db, (await the_blog(db)).pk)


async def show_following(request: Request) -> Response:
    """How many the blog follows, and nobody's name."""
    web = desk.of(request)
    actor = await asked_actor(web, request, "/following")
    total = await web.shop.store.read(_count_followees)
    return fresh(collections.following(f"{actor.actor_id}/following", total))


async def _count_followees(db: Reader) -> int:
    return await followees.count(db, (await the_blog(db)).pk)


async def show_featured(request: Request) -> Response:
    """What the author pinned, in that order, as ids; the newest three posts until there is a pin."""
    web = desk.of(request)
    actor = await asked_actor(web, request, "/featured")
    ids = await web.shop.store.read(_featured)
    return respond.document(as_bytes(collections.ids(featured_id(actor), ids)), topics=[frame.TOPIC])


async def _featured(db: Reader) -> list[str]:
    blog = await the_blog(db)
    if pinned := await pins.listed(db, blog.pk):
        return [object_id for _, object_id in pinned]
    return [post.object_id for post in await posts.public(db, blog.pk, limit=NEWEST) if post.object_id]


async def asked_actor(web: Web, request: Request, suffix: str = "") -> Actor:
    """The blog's actor, if it is asked for (or what stands below it at `suffix`). Raises `Missing`."""
    actor = await the_actor(web.shop.store.reader)
    if asked_id(request).removesuffix(suffix) != actor.actor_id:
        raise Missing("There is no such actor here.")
    return actor


_ACTOR = "/ap/actors/{ulid}"

routes = [
    on(_ACTOR, get=show_blog),
    on(f"{_ACTOR}/followers", get=show_followers),
    on(f"{_ACTOR}/following", get=show_following),
    on(f"{_ACTOR}/featured", get=show_featured),
    on("/ap/instance", get=show_instance),
]
