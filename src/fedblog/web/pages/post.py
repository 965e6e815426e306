"""A post with its comments; to servers, its Article."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from fedblog.ap.render.note import tombstone
from fedblog.ap.render.wire import as_bytes
from fedblog.domain.blog import Blog, CommentPolicy
from fedblog.domain.interaction import ReplyScope
from fedblog.domain.post import Post, Tag
from fedblog.errors import Gone, Missing
from fedblog.services import documents
from fedblog.services.workshop import the_blog
from fedblog.store import actor_moves, aliases, comments, media, posts, quotes, reactions, thread_searches
from fedblog.store.actor_moves import NewHome
from fedblog.store.comments import CommentLine, Placeholder
from fedblog.store.door import Reader
from fedblog.store.media import PostImage
from fedblog.store.quotes import PublicQuote
from fedblog.store.reactions import Counts, EmojiCount
from fedblog.web import addresses, cards, dates, desk, frame, respond, thread
from fedblog.web.desk import Web
from fedblog.web.fragments import Surroundings, web_address
from fedblog.web.negotiate import Wanted, wanted_by
from fedblog.web.routing import on
from fedblog.web.views import Emoji, Frame, Head, Picture, PostPage, PostView, Quoted

_MOST_QUOTES = 100
_WHO_MAY_COMMENT = {
    ReplyScope.EVERYONE: "",
    ReplyScope.FOLLOWERS: "Only people who follow this blog can comment on this post.",
    ReplyScope.MENTIONED: "Only people whom this post names can comment on it.",
}
_GONE = "This post was taken away by its author."


@dataclass(frozen=True, slots=True)
class Rows:
    """Everything that a post's page is made of, as of one moment."""

    blog: Blog
    frame: Frame
    post: Post
    tags: tuple[Tag, ...]
    images: list[PostImage]
    counts: Counts
    emojis: list[EmojiCount]
    lines: list[CommentLine]
    gaps: list[Placeholder]
    author_ids: frozenset[str] = frozenset()
    quotes: Sequence[PublicQuote] = ()
    complete_at: int | None = None


async def show(request: Request) -> Response:
    """The post at this permalink; a former address redirects, one that was taken back is Gone."""
    web, path = desk.of(request), request.scope["path"]
    post = await web.shop.store.read(lambda db: _find(db, path))
    wants_document = wanted_by(request.scope) is Wanted.DOCUMENT
    if not post.is_public:
        return _gone(post, wants_document=wants_document)
    if post.path != path:
        return respond.moved(web.origin + addresses.post_path(post))
    topics = [frame.TOPIC, frame.post_topic(post.pk)]
    if wants_document:
        article = await web.shop.store.read(lambda db: documents.article_of(db, post))
        return respond.document(as_bytes(article), topics=topics, is_page_address=True)
    rows = await web.shop.store.read(lambda db: _rows(db, web, post))
    return web.page(view(web, rows), topics, is_negotiated=True)


async def _find(db: Reader, path: str) -> Post:
    blog = await the_blog(db)
    post = await posts.by_path(db, blog.pk, path)
    if post is None:
        raise Missing("There is no post at this address.")
    return post


def _gone(post: Post, *, wants_document: bool) -> Response:
    """Neither title nor slug nor text: only that something was here (decisions.md)."""
    if not wants_document or post.object_id is None:
        raise Gone(_GONE)
    ended = post.deleted_at or post.unpublished_at or post.created_at
    body = as_bytes(tombstone(post.object_id, "Article", ended))
    topics = [frame.TOPIC, frame.post_topic(post.pk)]
    return respond.document(body, topics=topics, status=410, is_page_address=True)


async def _rows(db: Reader, web: Web, post: Post) -> Rows:
    blog = await the_blog(db)
    object_id = post.object_id or ""
    return Rows(
        blog=blog,
        frame=await frame.of(db, blog, web.statics),
        post=post,
        tags=await posts.tags_of(db, post.pk),
        images=await media.images_of(db, post.pk),
        counts=await reactions.counts(db, object_id),
        emojis=await reactions.emoji_counts(db, object_id),
        lines=_led_on(await comments.thread(db, post.pk), await actor_moves.of_commenters(db, post.pk)),
        gaps=await comments.placeholders(db, post.pk),
        author_ids=await aliases.proven_ids(db, blog.pk),
        quotes=await quotes.public_of_post(db, post.pk, _MOST_QUOTES),
        complete_at=await thread_searches.complete_at(db, post.pk),
    )


def _led_on(lines: list[CommentLine], moved: Mapping[int, NewHome]) -> list[CommentLine]:
    """The comments, the names of people who moved leading to where they are now."""
    return [replace(line, actor_url=moved[line.actor_pk].url) if line.actor_pk in moved else line for line in lines]


def view(web: Web, rows: Rows) -> PostPage:
    """The page of a post. The admin's preview shows the same."""
    shown = _post(rows)
    placed = thread.arrange(rows.lines, rows.gaps)
    joined = thread.join(placed, web.fragments, _surroundings(rows, shown))
    return PostPage(rows.frame, _head(rows, shown), shown, joined)


def _post(rows: Rows) -> PostView:
    post, blog = rows.post, rows.blog
    language = post.language or blog.language
    is_open = (post.comment_policy or blog.comment_policy) is not CommentPolicy.CLOSED
    return PostView(
        path=addresses.post_path(post),
        url=blog.base_url + addresses.post_path(post),
        title=post.title,
        language=language,
        direction=frame.direction(language),
        html=Markup(post.html),  # noqa: S704 - sanitised when it was saved
        summary=post.summary,
        content_warning=post.content_warning,
        hero=hero_of(post, rows.images),
        tags=cards.tag_links(rows.tags),
        published=dates.when(post.published_at or post.created_at, blog.time_zone),
        edited=dates.when(post.edited_at, blog.time_zone) if post.edited_at else None,
        likes=rows.counts.likes,
        boosts=rows.counts.boosts,
        emojis=tuple(Emoji(one.content, one.people, addresses.media_path(one.file_name)) for one in rows.emojis),
        comments=len(rows.lines),
        reply_path=addresses.reply_path(post) if is_open else "",
        like_path=addresses.like_path(post),
        boost_path=addresses.boost_path(post),
        is_open=is_open,
        who_may_comment=_WHO_MAY_COMMENT[post.reply_scope or blog.reply_scope] if is_open else "",
        quotes=tuple(_quoted(blog, quote) for quote in rows.quotes),
        complete=dates.when(rows.complete_at, blog.time_zone) if rows.complete_at else None,
    )


def _quoted(blog: Blog, quote: PublicQuote) -> Quoted:
    name = quote.actor_name or quote.actor_username or quote.actor_handle
    url = web_address(quote.url) or web_address(quote.object_id)
    return Quoted(name, f"@{quote.actor_handle}", url, dates.when(quote.published_at, blog.time_zone))


def hero_of(post: Post, images: list[PostImage]) -> Picture | None:
    """The first image, unless it stands in the text already."""
    first = picture_of(images)
    return first if first and first.url not in post.html else None


def picture_of(images: list[PostImage]) -> Picture | None:
    """The image that stands for the post elsewhere."""
    if not images:
        return None
    image = images[0]
    return Picture(f"/media/{image.name}", image.width, image.height, image.alt)


def _head(rows: Rows, shown: PostView) -> Head:
    post = rows.post
    changed = max(post.edited_at or 0, post.published_at or 0)
    return Head(
        title=post.title,
        description=post.content_warning or post.teaser,
        canonical=shown.url,
        kind="article",
        image=None if post.content_warning else picture_of(rows.images),
        document_url=post.object_id or "",
        published=shown.published.machine,
        modified=dates.machine(changed),
        tags=tuple(tag.name for tag in rows.tags),
    )


def _surroundings(rows: Rows, shown: PostView) -> Surroundings:
    avatar = rows.frame.avatar
    return Surroundings(
        time_zone=rows.blog.time_zone,
        author_name=rows.blog.title,
        author_handle=rows.blog.full_handle,
        author_avatar_url=avatar.url if avatar else "",
        reply_path=shown.reply_path,
        author_ids=rows.author_ids,
    )


routes = [on("/{year:int}/{month:int}/{slug}", get=show)]
