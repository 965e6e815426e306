"""Follow, reply, like and boost from the reader's own server: a form, then a page with an ordinary link there.

A link and no redirect: browsers refuse to leave for a foreign host behind a form under
`form-action 'self'` (decisions.md, Web).
"""

from dataclasses import dataclass, replace

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from fedblog.ap.intents import Intent
from fedblog.domain.blog import Blog, CommentPolicy
from fedblog.domain.post import Post
from fedblog.errors import Conflict, Invalid, Missing
from fedblog.services.going_home import TooOften, way_home
from fedblog.services.signing_in import network_of
from fedblog.services.workshop import the_actor, the_blog
from fedblog.services.writing_here.offering import is_offered
from fedblog.store import comments, posts
from fedblog.store.door import Reader
from fedblog.web import addresses, desk, forms, frame
from fedblog.web.desk import Web
from fedblog.web.routing import on
from fedblog.web.views import Head, Link, RemotePage


@dataclass(frozen=True, slots=True)
class Errand:
    """What the reader wants to do at home, and the page that asks for their handle."""

    intent: Intent
    object_id: str
    ready_words: str
    page: RemotePage
    topics: tuple[str, ...]


async def ask(request: Request) -> Response:
    """The form."""
    web = desk.of(request)
    errand = await _errand(web, request)
    return web.page(errand.page, errand.topics)


async def go(request: Request) -> Response:
    """The link to the reader's server, or the form again with what was wrong."""
    web = desk.of(request)
    typed = (await forms.read(request)).line("handle")
    errand = await _errand(web, request)
    client = network_of(request.client.host if request.client else "")
    try:
        way = await way_home(web.shop, web.knocks, client, errand.intent, errand.object_id, typed)
    except TooOften as error:
        raise HTTPException(429, str(error), {"retry-after": str(int(error.wait) + 1)}) from error
    except Invalid as error:
        return web.private(replace(errand.page, typed=typed, problem=str(error)), status=400)
    found = replace(errand.page, ready_url=way.url, ready_host=way.host, ready_words=errand.ready_words)
    return web.private(found)


async def _errand(web: Web, request: Request) -> Errand:
    post_pk, number = request.path_params.get("post_pk"), request.path_params.get("number")
    if post_pk is None:
        return await web.shop.store.read(lambda db: _follow(db, web))
    if (verb := request.scope["path"].split("/")[1]) in _GESTURES:
        return await web.shop.store.read(lambda db: _gesture(db, web, post_pk, verb))
    return await web.shop.store.read(lambda db: _reply(db, web, post_pk, number))


async def _follow(db: Reader, web: Web) -> Errand:
    around, actor = await frame.of(db, await the_blog(db), web.statics), await the_actor(db)
    moved = f"The account of this blog has moved to {around.moved.words}. " if around.moved else ""
    page = RemotePage(
        frame=around,
        head=Head(title="Follow this blog", canonical=f"{around.origin}/follow", document_url=actor.actor_id),
        heading="Follow this blog",
        lead=f"{moved}Type your own handle. The next page has a link to your server, where you can confirm.",
        action="/follow",
        button="Follow",
        copied=around.moved.words if around.moved else around.handle,
        back=Link("/", "Back to the blog"),
    )
    words = f"Your server will ask you to confirm that you want to follow {page.copied}."
    return Errand(Intent.FOLLOW, actor.moved_to or actor.actor_id, words, page, (frame.TOPIC,))


async def _reply(db: Reader, web: Web, post_pk: int, number: int | None) -> Errand:
    blog = await the_blog(db)
    post = await _open_post(db, blog, post_pk)
    object_id = post.object_id or ""
    answered, place = f"“{post.title}”", "#comments"
    if number is not None:
        object_id, answered, place = await _comment(db, post, number), f"comment {number}", f"#comment-{number}"
    path = addresses.reply_path(post) + (f"/{number}" if number is not None else "")
    page = RemotePage(
        frame=await frame.of(db, blog, web.statics),
        head=Head(title="Reply from your server", is_indexed=False),
        heading="Reply from your server",
        lead=f"You answer {answered} with the account that you have. Your reply appears below the post.",
        action=path,
        button="Go on",
        copied=object_id,
        back=Link(addresses.post_path(post) + place, "Back to the post"),
        here_path=f"{path}/here" if await is_offered(db) else "",
    )
    words = f"Your server will open {answered} for you to answer. Your reply appears below the post."
    return Errand(Intent.REPLY, object_id, words, page, (frame.TOPIC, frame.post_topic(post.pk)))


_GESTURES = {
    "like": (Intent.LIKE, "Like", "Your like is counted at the post."),
    "boost": (Intent.BOOST, "Boost", "Your followers see the post, and your boost is counted here."),
}


async def _gesture(db: Reader, web: Web, post_pk: int, verb: str) -> Errand:
    blog, post = await the_blog(db), await posts.by_pk(db, post_pk)
    if post is None or not post.is_public:
        raise Missing("There is no post here.")
    intent, word, effect = _GESTURES[verb]
    page = RemotePage(
        frame=await frame.of(db, blog, web.statics),
        head=Head(title=f"{word} from your server", is_indexed=False),
        heading=f"{word} from your server",
        lead=f"You {verb} “{post.title}” with the account that you have. {effect}",
        action=addresses.like_path(post) if intent is Intent.LIKE else addresses.boost_path(post),
        button="Go on",
        copied=post.object_id or "",
        back=Link(addresses.post_path(post), "Back to the post"),
    )
    words = f"Your server will open “{post.title}” for you to {verb}. {effect}"
    return Errand(intent, post.object_id or "", words, page, (frame.TOPIC, frame.post_topic(post.pk)))


async def _open_post(db: Reader, blog: Blog, post_pk: int) -> Post:
    post = await posts.by_pk(db, post_pk)
    if post is None or not post.is_public:
        raise Missing("There is no post to answer here.")
    if (post.comment_policy or blog.comment_policy) is CommentPolicy.CLOSED:
        raise Conflict("Comments on this post are closed.")
    return post


async def _comment(db: Reader, post: Post, number: int) -> str:
    for line in await comments.thread(db, post.pk):
        if line.number == number:
            return line.object_id
    raise Missing("There is no such comment to answer.")


routes = [
    on("/follow", get=ask, post=go),
    on("/reply/{post_pk:int}", get=ask, post=go),
    on("/like/{post_pk:int}", get=ask, post=go),
    on("/boost/{post_pk:int}", get=ask, post=go),
    on("/reply/{post_pk:int}/{number:int}", get=ask, post=go),
]
