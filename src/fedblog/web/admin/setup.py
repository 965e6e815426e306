"""The first account, made with the one-time link that the server printed (security.md A13)."""

from dataclasses import dataclass
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import Response

from fedblog.errors import Invalid, Refused
from fedblog.services import signing_in
from fedblog.services.signing_in import PASSWORD_LENGTH
from fedblog.services.workshop import the_blog
from fedblog.store.door import Reader
from fedblog.web import desk
from fedblog.web.admin import cookies, entrance, going
from fedblog.web.admin.entrance import Doorway
from fedblog.web.middleware.failures import status_and_words
from fedblog.web.routing import on

_USED = "This set-up link has been used or replaced. The server prints a new one when it starts without an account."


@dataclass(frozen=True, slots=True)
class SetupPage:
    """The form; without a `link_token` only words and the way to the log-in."""

    template: ClassVar[str] = "admin/setup.html"
    doorway: Doorway
    handle: str
    link_token: str
    shortest_password: int = PASSWORD_LENGTH
    name: str = ""
    problem: str = ""


async def ask(request: Request) -> Response:
    """The form, while the link is good."""
    token = request.query_params.get("token", "")
    if await signing_in.is_setup_open(desk.of(request).shop, token):
        return await _form(request, token)
    return await _form(request, "", problem=_USED, status=409)


async def make(request: Request) -> Response:
    """The account and its first session."""
    web, form = desk.of(request), await entrance.read(request)
    token, name = form.secret("token"), form.line("name")
    try:
        logged_in = await signing_in.complete_setup(web.shop, token, name, form.secret("password"))
    except Refused as error:
        status, words = status_and_words(error)
        return await _form(request, token if isinstance(error, Invalid) else "", name, words, status)
    response = going.to(going.HOME, "welcome")
    cookies.keep_session(response, web.origin, logged_in.token)
    return response


async def _form(request: Request, token: str, name: str = "", problem: str = "", status: int = 200) -> Response:
    web = desk.of(request)

    async def view(db: Reader) -> SetupPage:
        blog = await the_blog(db)
        return SetupPage(await entrance.doorway(db, request), blog.full_handle, token, name=name, problem=problem)

    return entrance.show(web, await web.shop.store.read(view), status)


routes = [on("/admin/setup", get=ask, post=make)]
