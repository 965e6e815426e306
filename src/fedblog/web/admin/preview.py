"""A look at a post before it is saved: the same rows, view and template as its page."""

from dataclasses import replace

from starlette.responses import Response

from fedblog.domain.blog import Blog
from fedblog.domain.post import Post
from fedblog.ids import address_slug
from fedblog.services import writing
from fedblog.services.workshop import the_blog
from fedblog.services.writing import Written
from fedblog.store import comments, reactions
from fedblog.store.door import Reader
from fedblog.web import dates, frame
from fedblog.web.admin import composing
from fedblog.web.admin.gate import on
from fedblog.web.admin.submission import Submission
from fedblog.web.admin.visit import Visit
from fedblog.web.desk import Web
from fedblog.web.pages import post as post_page
from fedblog.web.pages.post import Rows


async def show_saved(visit: Visit) -> Response:
    """The post as it was saved last."""
    post = await writing.existing(visit.shop.store.reader, visit.pk())
    draft = await visit.shop.store.read(lambda db: writing.draft_of(db, post))
    return await _page(visit, *await writing.preview(visit.shop, post, draft))


async def show_typed(visit: Visit, form: Submission) -> Response:
    """The post as it was typed, saved or not."""
    draft = await composing.draft_of(visit.shop.store.reader, visit.account.blog_pk, form)
    post = await writing.existing(visit.shop.store.reader, form.number("post")) if form.line("post") else None
    return await _page(visit, *await writing.preview(visit.shop, post, draft))


async def _page(visit: Visit, post: Post, written: Written) -> Response:
    rows = await visit.shop.store.read(lambda db: _rows(db, visit.web, post, written))
    return visit.web.private(post_page.view(visit.web, rows))


def _with_path(post: Post, blog: Blog) -> Post:
    """The post under the address that it would get now."""
    month = dates.local(post.published_at or post.created_at, blog.time_zone)
    return replace(post, path=post.path or f"/{month:%Y/%m}/{post.slug or address_slug(post.title)}")


async def _rows(db: Reader, web: Web, post: Post, written: Written) -> Rows:
    blog = await the_blog(db)
    post = _with_path(post, blog)
    object_id = post.object_id or ""
    return Rows(
        blog=blog,
        frame=await frame.of(db, blog, web.statics),
        post=post,
        tags=written.tags,
        images=list(written.draft.images),
        counts=await reactions.counts(db, object_id),
        emojis=await reactions.emoji_counts(db, object_id),
        lines=await comments.thread(db, post.pk),
        gaps=await comments.placeholders(db, post.pk),
    )


routes = [
    on("/admin/preview", post=show_typed, takes_files=True),
    on("/admin/posts/{pk:int}/preview", get=show_saved),
]
