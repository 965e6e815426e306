"""A reply that is written here: the form, the page with the link to the reader's server, and the way back from it.

A link and no redirect, as everywhere where a form is behind it (decisions.md, Web). The only cookie that readers ever
get exists from the second page to the third, for ten minutes, under the address of the third alone.
"""

from dataclasses import replace
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from fedblog.domain.writing_here import LONGEST_REPLY, TIME_TO_ALLOW
from fedblog.errors import Refused
from fedblog.ids import token_hash
from fedblog.services.going_home import TooOften
from fedblog.services.signing_in import network_of
from fedblog.services.workshop import the_blog
from fedblog.services.writing_here.answered import Answered, answered
from fedblog.services.writing_here.coming_back import Posted, Return, Stray, Unfinished, finish
from fedblog.services.writing_here.leaving import send_home
from fedblog.store import posts
from fedblog.store.door import Reader
from fedblog.web import addresses, desk, forms, frame, same_site
from fedblog.web.desk import Web
from fedblog.web.middleware.failures import status_and_words
from fedblog.web.pages import notice
from fedblog.web.routing import on
from fedblog.web.views import Head, Link, WritePage

_BACK_HERE: Final = "/reply/here"
_FOREIGN: Final = (
    "This form was not sent from a page of this blog. Go back, load the page again and send it from there."
)


async def ask(request: Request) -> Response:
    """The form."""
    web = desk.of(request)
    post_pk, number = _asked(request)
    page = await web.shop.store.read(lambda db: _page(db, web, post_pk, number))
    return web.page(page, (frame.TOPIC, frame.post_topic(post_pk)))


async def leave(request: Request) -> Response:
    """The link to the reader's server, or the form again with what was wrong and all that was typed."""
    web = desk.of(request)
    if not same_site.is_from_here(request, web.origin):
        raise HTTPException(403, _FOREIGN)
    form = await forms.read(request)
    handle, text = form.line("handle"), form.text("text")
    post_pk, number = _asked(request)
    what = await web.shop.store.read(lambda db: answered(db, post_pk, number))
    page = await web.shop.store.read(lambda db: _page(db, web, post_pk, number))
    typed = replace(page, handle=handle, text=text)
    client = network_of(request.client.host if request.client else "")
    try:
        way = await send_home(web.shop, web.knocks, client, what, handle, text)
    except TooOften as error:
        response = web.private(replace(typed, problem=str(error)), status=429)
        response.headers["retry-after"] = str(int(error.wait) + 1)
        return response
    except Refused as error:
        return web.private(replace(typed, problem=str(error)), status=status_and_words(error)[0])
    lead = f"This is what {way.host} will post for you, below {what.words}:"
    response = web.private(
        replace(typed, lead=lead, ready_url=way.url, ready_host=way.host, shown_text=way.text, text="")
    )
    _set_cookie(response, web.origin, way.state, way.binding, TIME_TO_ALLOW // 1000)
    return response


async def come_back(request: Request) -> Response:
    """The reader's server has sent its person back: the reply is posted now, once. A mere look (HEAD) posts nothing."""
    web, asked = desk.of(request), request.query_params
    state = "" if request.method == "HEAD" else asked.get("state", "")
    came = Return(
        tag=request.path_params["tag"],
        state=state,
        binding=request.cookies.get(_cookie(web.origin, state), ""),
        code=asked.get("code", ""),
        error=asked.get("error", ""),
        issuer=asked.get("iss", ""),
    )
    try:
        response = await _posted(web, await finish(web.shop, came))
    except Stray as error:
        return await notice.explain(web, request.scope, 400, str(error))
    except Unfinished as error:
        response = await _unfinished(web, request, error)
    _set_cookie(response, web.origin, state, "", 0)
    return response


async def _posted(web: Web, posted: Posted) -> Response:
    draft = posted.draft
    page = await web.shop.store.read(lambda db: _page(db, web, draft.post_pk, draft.number))
    lead = f"{posted.host} has posted your reply. It appears below the post as soon as it has found its way here."
    return web.private(
        replace(page, heading="Your reply is posted", lead=lead, posted_url=posted.url, ready_host=posted.host)
    )


async def _unfinished(web: Web, request: Request, error: Unfinished) -> Response:
    """The form again, with everything that was written; where the post is gone, a page with the text alone."""
    draft = error.draft
    try:
        page = await web.shop.store.read(lambda db: _page(db, web, draft.post_pk, draft.number))
    except Refused:
        return await notice.explain(web, request.scope, 409, f"{error} You had written: {draft.body}")
    filled = replace(page, handle=draft.handle, text=draft.body, problem=f"{error} Nothing was posted from here.")
    return web.private(filled, status=400)


def _asked(request: Request) -> tuple[int, int | None]:
    return request.path_params["post_pk"], request.path_params.get("number")


async def _page(db: Reader, web: Web, post_pk: int, number: int | None) -> WritePage:
    what = await answered(db, post_pk, number)
    return await _page_of(db, web, what)


async def _page_of(db: Reader, web: Web, what: Answered) -> WritePage:
    blog, post = await the_blog(db), await posts.by_pk(db, what.post_pk)
    assert post, "what can be answered is there"
    other = addresses.reply_path(post) + (f"/{what.number}" if what.number is not None else "")
    place = "#comments" if what.number is None else f"#comment-{what.number}"
    return WritePage(
        frame=await frame.of(db, blog, web.statics),
        head=Head(title="Write a reply", is_indexed=False),
        heading="Write a reply",
        lead=f"You answer {what.words}. Your own server posts the reply, in your name.",
        action=f"{other}/here",
        other_path=other,
        back=Link(addresses.post_path(post) + place, "Back to the post"),
        longest=LONGEST_REPLY,
    )


def _cookie(origin: str, state: str) -> str:
    """One cookie for each reply, so that two tabs do not disturb each other."""
    name = f"fedblog-reply-{token_hash(state)[:8]}"
    return f"__Secure-{name}" if origin.startswith("https://") else name


def _set_cookie(response: Response, origin: str, state: str, value: str, seconds: int) -> None:
    response.set_cookie(
        _cookie(origin, state),
        value,
        max_age=seconds,
        path=_BACK_HERE,
        secure=origin.startswith("https://"),
        httponly=True,
        samesite="lax",
    )


routes = [
    on("/reply/{post_pk:int}/here", get=ask, post=leave),
    on("/reply/{post_pk:int}/{number:int}/here", get=ask, post=leave),
    on(_BACK_HERE + "/{tag}", get=come_back),
]
