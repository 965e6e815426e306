"""The latest posts; to servers, the blog's actor."""

from starlette.requests import Request
from starlette.responses import Response

from fedblog.ap.render.wire import as_bytes
from fedblog.domain.post import Post
from fedblog.services import documents
from fedblog.services.workshop import the_blog
from fedblog.store import posts
from fedblog.store.door import Reader
from fedblog.web import addresses, cards, desk, frame, paging, respond
from fedblog.web.desk import Web
from fedblog.web.negotiate import Wanted, wanted_by
from fedblog.web.routing import on
from fedblog.web.views import Head, HomePage


async def show(request: Request) -> Response:
    """The first page of posts, or the actor's document for those who ask for it."""
    web = desk.of(request)
    if wanted_by(request.scope) is Wanted.DOCUMENT:
        actor = await web.shop.store.read(documents.person_of)
        return respond.document(as_bytes(actor), topics=[frame.TOPIC], is_page_address=True)
    return await _list(web, 1)


async def show_older(request: Request) -> Response:
    """A further page of posts."""
    number = paging.number_of(request)
    return respond.moved("/") if number == 1 else await _list(desk.of(request), number)


async def _list(web: Web, number: int) -> Response:
    view, listed = await web.shop.store.read(lambda db: _view(db, web, number))
    return web.page(view, cards.topics(listed), is_negotiated=number == 1)


async def _view(db: Reader, web: Web, number: int) -> tuple[HomePage, list[Post]]:
    blog = await the_blog(db)
    around = await frame.of(db, blog, web.statics)

    async def rows(limit: int, offset: int) -> list[Post]:
        return await posts.public(db, blog.pk, limit=limit, offset=offset)

    listed, place = await paging.fetch(number, "/", rows)
    head = Head(
        title=blog.title if number == 1 else f"Page {number}",
        description=around.description if number == 1 else "",
        canonical=blog.base_url + addresses.page_path("/", number),
        document_url=around.actor_id if number == 1 else "",
        is_indexed=number == 1,
    )
    return HomePage(around, head, await cards.of(db, blog, listed), place), listed


routes = [on("/", get=show), on("/page/{number:int}", get=show_older)]
