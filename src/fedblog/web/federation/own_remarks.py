"""What the author said below something that is not ours: a Note under its id, and the same address as a page."""

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from fedblog.ap.render.wire import as_bytes
from fedblog.domain.elsewhere import Remark
from fedblog.services import documents
from fedblog.services.remarks import topic_of
from fedblog.services.workshop import the_blog
from fedblog.store import actors
from fedblog.store.door import Reader
from fedblog.text.excerpt import excerpt
from fedblog.text.sanitise import plain
from fedblog.urls import host_of
from fedblog.web import dates, desk, frame, respond
from fedblog.web.desk import Web
from fedblog.web.federation.asked import is_page_wanted
from fedblog.web.fragments import web_address
from fedblog.web.views import Head, RemarkPage


async def answer(request: Request, remark: Remark) -> Response:
    """Its document, or its page for a browser."""
    web, topics = desk.of(request), [frame.TOPIC, topic_of(remark.pk)]
    if is_page_wanted(request):
        view = await web.shop.store.read(lambda db: _view(db, web, remark))
        return web.page(view, topics, is_negotiated=True)
    document = await web.shop.store.read(lambda db: documents.remark_note(db, remark))
    return respond.document(as_bytes(document), topics=topics, is_page_address=True)


async def _view(db: Reader, web: Web, remark: Remark) -> RemarkPage:
    blog, answered = await the_blog(db), await actors.by_pk(db, remark.actor_pk)
    handle = answered.full_handle if answered else ""
    original = web_address(remark.url) or web_address(remark.in_reply_to)
    return RemarkPage(
        frame=await frame.of(db, blog, web.statics),
        head=Head(
            title=f"Answer to {handle}",
            description=excerpt(plain(remark.html)),
            canonical=remark.object_id,
            document_url=remark.object_id,
            is_indexed=False,
        ),
        handle=handle,
        original_url=original,
        original_host=host_of(original) or "",
        html=Markup(remark.html),  # noqa: S704 - sanitised when it was stored
        language=remark.language,
        direction=frame.direction(remark.language),
        published=dates.when(remark.published_at, blog.time_zone),
        edited=dates.when(remark.updated_at, blog.time_zone) if remark.updated_at is not None else None,
    )
