"""A feed for the author alone, at a secret address: comments, mentions and followers as they come.

Whoever knows the address reads it without a log-in, as feed readers must. What was not public is told
without its words: a feed travels through other people's machines (decisions.md, "Posts and comments").
"""

from dataclasses import dataclass
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import Response

from fedblog.domain.blog import Blog
from fedblog.domain.comment import CommentState
from fedblog.domain.follower import FollowState
from fedblog.domain.interaction import InteractionState
from fedblog.errors import Missing
from fedblog.services.workshop import the_blog
from fedblog.store import comments, followers, mentions, posts, quotes
from fedblog.store.comments import CommentLine
from fedblog.store.door import Reader
from fedblog.store.followers import FollowerLine
from fedblog.store.mentions import MentionLine
from fedblog.store.quotes import QuoteLine
from fedblog.web import dates, desk
from fedblog.web.admin import own_forms, settings
from fedblog.web.routing import on

_EACH = 50
_ATOM = "application/atom+xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class News:
    """One entry. `at` in ms UTC; `text` is plain."""

    id: str
    title: str
    url: str
    at: int
    text: str

    @property
    def updated(self) -> str:
        """RFC 3339."""
        return dates.machine(self.at)


@dataclass(frozen=True, slots=True)
class AuthorFeed:
    """The feed, newest first."""

    template: ClassVar[str] = "admin/author_feed.xml"
    blog: Blog
    self_url: str
    updated: str
    news: tuple[News, ...]


async def show(request: Request) -> Response:
    """The feed, for whoever knows its key. Any other key: there is nothing here."""
    web = desk.of(request)
    key = request.query_params.get("key", "")

    async def view(db: Reader) -> AuthorFeed:
        blog = await the_blog(db)
        if not own_forms.is_same(key, blog.feed_token):
            raise Missing("There is no feed at this address.")
        news = await _news(db, blog)
        newest = news[0].at if news else blog.created_at
        return AuthorFeed(blog, settings.feed_url(blog), dates.machine(newest), news)

    body = web.templates.render(await web.shop.store.read(view))
    return Response(body, headers={"cache-control": "private, no-store"}, media_type=_ATOM)


async def _news(db: Reader, blog: Blog) -> tuple[News, ...]:
    said = [line for line in await comments.listed(db, blog.pk, limit=_EACH) if _is_news(line)]
    below = {pk: await posts.by_pk(db, pk) for pk in {line.post_pk for line in said}}
    titles = {pk: post.title for pk, post in below.items() if post}
    found = [
        *(_comment(blog, line, titles) for line in said),
        *(_mention(blog, line) for line in await mentions.listed(db, blog.pk, limit=_EACH)),
        *(_quote(blog, line) for line in await quotes.listed(db, blog.pk, limit=_EACH) if line.state),
        *(_follower(blog, line) for line in await followers.listed(db, blog.pk, limit=_EACH)),
    ]
    return tuple(sorted(found, key=lambda news: news.at, reverse=True)[:_EACH])


def _is_news(line: CommentLine) -> bool:
    return not line.is_by_author and line.removed_at is None


def _comment(blog: Blog, line: CommentLine, titles: dict[int, str]) -> News:
    url = f"{blog.base_url}/admin/comments/{line.pk}"
    if not line.audience.may_be_shown:
        return News(url, f"A private message from @{line.actor_handle}", url, line.received_at, "")
    held = " (held: it waits for you)" if line.state is CommentState.HELD else ""
    title = f"@{line.actor_handle} on “{titles.get(line.post_pk, '')}”{held}"
    return News(url, title, url, line.edited_at or line.received_at, line.text)


def _mention(blog: Blog, line: MentionLine) -> News:
    page, id_ = f"{blog.base_url}/admin/mentions", f"{blog.base_url}/admin/mentions#{line.pk}"
    if not line.audience.may_be_shown:
        return News(id_, f"A private message from @{line.actor_handle}", page, line.received_at, "")
    return News(id_, f"@{line.actor_handle} mentions you", page, line.received_at, line.text)


def _quote(blog: Blog, line: QuoteLine) -> News:
    """A quote that asked first; the others are mentions."""
    page = f"{blog.base_url}/admin/quotes"
    does = "asks to quote you" if line.state == InteractionState.ASKED else "quotes you"
    words = line.text if line.audience.may_be_shown else ""
    return News(f"{page}#{line.pk}", f"@{line.actor_handle} {does}", page, line.received_at, words)


def _follower(blog: Blog, line: FollowerLine) -> News:
    page = f"{blog.base_url}/admin/followers"
    does = "asks to follow you" if line.state == FollowState.PENDING else "follows you"
    return News(f"{page}#{line.pk}", f"@{line.handle} {does}", page, line.requested_at, "")


routes = [on(settings.FEED, get=show)]
