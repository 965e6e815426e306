"""Our actors and their collections."""

from starlette.requests import Request
from starlette.responses import Response

from fedblog.ap.render import activities as activity_documents
from fedblog.ap.render import collections
from fedblog.ap.render.wire import as_bytes
from fedblog.ap.vocabulary import Document
from fedblog.domain.actor import Actor
from fedblog.domain.post import Post
from fedblog.errors import Missing
from fedblog.services import documents
from fedblog.services.attesting import attested
from fedblog.services.workshop import the_actor, the_blog
from fedblog.store import activities, followers, posts
from fedblog.store.door import Reader
from fedblog.web import desk, frame, respond
from fedblog.web.desk import Web
from fedblog.web.federation.asked import asked_id, fresh, is_page_wanted
from fedblog.web.routing import on

NEWEST = 3  # what a new follower sees first, until the author pins (decisions.md)


async def show_blog(request: Request) -> Response:
    """The blog's actor; a browser is led to the home page."""
    web = desk.of(request)
    actor = await _asked_actor(web, request)
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
    actor = await _asked_actor(web, request, "/followers")
    total = await web.shop.store.read(_count_followers)
    return fresh(collections.followers(actor.followers, total))


async def _count_followers(db: Reader) -> int:
    return await followers.count(db, (await the_blog(db)).pk)


async def show_following(request: Request) -> Response:
    """Whom the blog follows: nobody yet."""
    actor = await _asked_actor(desk.of(request), request, "/following")
    return fresh(collections.following(f"{actor.actor_id}/following"))


async def show_featured(request: Request) -> Response:
    """The newest three posts, as ids."""
    web = desk.of(request)
    actor = await _asked_actor(web, request, "/featured")
    newest = await web.shop.store.read(lambda db: _newest(db, NEWEST, 0))
    ids = [post.object_id for post in newest if post.object_id]
    return respond.document(as_bytes(collections.ids(f"{actor.actor_id}/featured", ids)), topics=[frame.TOPIC])


async def _newest(db: Reader, limit: int, offset: int) -> list[Post]:
    return await posts.public(db, (await the_blog(db)).pk, limit=limit, offset=offset)


async def show_outbox(request: Request) -> Response:
    """The outbox, which stands on pages."""
    web = desk.of(request)
    actor = await _asked_actor(web, request, "/outbox")
    total = await web.shop.store.read(_count_posts)
    return respond.document(as_bytes(collections.outbox(actor.outbox, total)), topics=[frame.TOPIC])


async def _count_posts(db: Reader) -> int:
    return await posts.count_public(db, (await the_blog(db)).pk)


async def show_outbox_page(request: Request) -> Response:
    """One page of the outbox."""
    web, number = desk.of(request), request.path_params["number"]
    actor = await _asked_actor(web, request, f"/outbox/page/{number}")
    page, shown = await web.shop.store.read(lambda db: _outbox_page(db, actor, number))
    return respond.document(as_bytes(page), topics=[frame.TOPIC, *(frame.post_topic(post.pk) for post in shown)])


async def _outbox_page(db: Reader, actor: Actor, number: int) -> tuple[Document, list[Post]]:
    size, total = collections.OUTBOX_PAGE_SIZE, await _count_posts(db)
    shown = await _newest(db, size, max(0, number - 1) * size)
    if number < 1 or (number > 1 and not shown):
        raise Missing("The outbox has no such page.")
    creates = [await _create(db, actor.pk, post) for post in shown]
    return collections.outbox_page(actor.outbox, number, creates, total), shown


async def _create(db: Reader, actor_pk: int, post: Post) -> Document:
    """The Create as it went out, around the Article as it is now."""
    article = await documents.article_of(db, post)
    activity_id = await activities.create_id_of(db, post.object_id or "") or f"{post.object_id}#create"
    changed_at = post.updated_at or post.published_at or 0
    return await attested(db, activity_documents.create(activity_id, article), actor_pk, changed_at)


async def _asked_actor(web: Web, request: Request, suffix: str = "") -> Actor:
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
    on(f"{_ACTOR}/outbox", get=show_outbox),
    on(f"{_ACTOR}/outbox/page/{{number:int}}", get=show_outbox_page),
    on("/ap/instance", get=show_instance),
]
