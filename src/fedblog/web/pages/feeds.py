"""The latest posts, whole, as Atom, RSS 2.0 and JSON Feed 1.1."""

from typing import Any

from markupsafe import escape
from starlette.requests import Request
from starlette.responses import Response

from fedblog.domain.blog import Blog
from fedblog.domain.post import Post
from fedblog.services.documents import media_url, post_url
from fedblog.services.workshop import the_blog
from fedblog.store import media, posts
from fedblog.store.door import Reader
from fedblog.text.wire import wire
from fedblog.web import cards, dates, desk, frame, respond
from fedblog.web.desk import Web
from fedblog.web.pages.post import hero_of
from fedblog.web.routing import on
from fedblog.web.views import Feed, FeedItem

SIZE = 20


async def show_atom(request: Request) -> Response:
    """RFC 4287."""
    return await _as_xml(request, "feed.atom.xml", "application/atom+xml; charset=utf-8")


async def show_rss(request: Request) -> Response:
    """RSS 2.0 with the whole text in `content:encoded`."""
    return await _as_xml(request, "feed.rss.xml", "application/rss+xml; charset=utf-8")


async def show_json(request: Request) -> Response:
    """JSON Feed 1.1."""
    feed, topics = await _feed(request, "")
    return respond.data(respond.to_json(_json_feed(feed)), "application/feed+json", topics=topics)


async def _as_xml(request: Request, template: str, media_type: str) -> Response:
    feed, topics = await _feed(request, template)
    return respond.data(desk.of(request).templates.render(feed), media_type, topics=topics)


async def _feed(request: Request, template: str) -> tuple[Feed, list[str]]:
    web = desk.of(request)
    self_url = web.origin + request.scope["path"]
    return await web.shop.store.read(lambda db: _read(db, web, template, self_url))


async def _read(db: Reader, web: Web, template: str, self_url: str) -> tuple[Feed, list[str]]:
    blog = await the_blog(db)
    listed = await posts.public(db, blog.pk, limit=SIZE)
    changed = max((_changed_at(post) for post in listed), default=blog.created_at)
    feed = Feed(
        template=template,
        frame=await frame.of(db, blog, web.statics),
        self_url=self_url,
        updated=dates.machine(changed),
        updated_rfc822=dates.rfc822(changed),
        items=tuple([await _item(db, blog, post) for post in listed]),
    )
    return feed, cards.topics(listed)


async def _item(db: Reader, blog: Blog, post: Post) -> FeedItem:
    images = await media.images_of(db, post.pk)
    hero, url = hero_of(post, images), post_url(blog, post)
    above = f'<p><img src="{blog.base_url}{hero.url}" alt="{escape(hero.alt)}"></p>' if hero else ""
    warning = f"<p><strong>Content warning: {escape(post.content_warning)}</strong></p>" if post.content_warning else ""
    published_at = post.published_at or post.created_at
    return FeedItem(
        object_id=post.object_id or url,
        url=url,
        title=post.title,
        language=post.language or blog.language,
        summary=post.content_warning or post.teaser,
        html=warning + above + wire(post.html, page_url=url),
        published=dates.machine(published_at),
        updated=dates.machine(_changed_at(post)),
        published_rfc822=dates.rfc822(published_at),
        tags=tuple(tag.name for tag in await posts.tags_of(db, post.pk)),
        image_url=media_url(blog, images[0].name) if images else "",
    )


def _changed_at(post: Post) -> int:
    return max(post.edited_at or 0, post.published_at or post.created_at)


def _json_feed(feed: Feed) -> dict[str, Any]:
    around = feed.frame
    home = f"{around.origin}/"
    icon = {"icon": around.origin + around.avatar.url} if around.avatar else {}
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": around.title,
        "description": around.description,
        "home_page_url": home,
        "feed_url": feed.self_url,
        "language": around.language,
        "authors": [{"name": around.title, "url": home}],
        "items": [_json_item(item) for item in feed.items],
    } | icon


def _json_item(item: FeedItem) -> dict[str, Any]:
    image = {"image": item.image_url} if item.image_url else {}
    return {
        "id": item.object_id,
        "url": item.url,
        "title": item.title,
        "summary": item.summary,
        "content_html": item.html,
        "date_published": item.published,
        "date_modified": item.updated,
        "language": item.language,
        "tags": list(item.tags),
    } | image


routes = [
    on("/feed.atom", get=show_atom),
    on("/feed.rss", get=show_rss),
    on("/feed.json", get=show_json),
]
