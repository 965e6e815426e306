"""Log in and out."""

from dataclasses import dataclass
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import Response

from fedblog.services import signing_in
from fedblog.services.signing_in import TooManyAttempts
from fedblog.services.workshop import the_blog
from fedblog.store import accounts
from fedblog.store.door import Reader
from fedblog.web import desk
from fedblog.web.admin import cookies, entrance, gate, going
from fedblog.web.admin.entrance import Doorway
from fedblog.web.admin.submission import Submission
from fedblog.web.admin.visit import Visit
from fedblog.web.routing import on

_WRONG = "That name and password do not belong together."


@dataclass(frozen=True, slots=True)
class LoginPage:
    """The form. `next` is where it leads; `has_account` is false while the blog waits for its set-up."""

    template: ClassVar[str] = "admin/login.html"
    doorway: Doorway
    next: str
    has_account: bool
    name: str = ""
    said: str = ""
    problem: str = ""


async def ask(request: Request) -> Response:
    """The form; whoever is logged in goes on at once."""
    web = desk.of(request)
    onwards = going.safe(request.query_params.get("next", ""))
    token = cookies.session_token(request, web.origin)
    if token and await signing_in.session_of(web.shop, token):
        return going.to(onwards)
    return await _form(request, onwards)


async def enter(request: Request) -> Response:
    """A session for the right password; else the form again, with the name that was typed."""
    web, form = desk.of(request), await entrance.read(request)
    name, onwards = form.line("name"), going.safe(form.line("next"))
    client = request.client.host if request.client else ""
    try:
        logged_in = await signing_in.log_in(web.shop, name, form.secret("password"), client)
    except TooManyAttempts as error:
        response = await _form(request, onwards, name=name, problem=str(error), status=429)
        response.headers["retry-after"] = str(error.wait)
        return response
    if logged_in is None:
        return await _form(request, onwards, name=name, problem=_WRONG, status=403)
    response = going.to(onwards)
    cookies.keep_session(response, web.origin, logged_in.token)
    return response


async def _form(request: Request, onwards: str, *, name: str = "", problem: str = "", status: int = 200) -> Response:
    web = desk.of(request)
    said = going.SAID.get(request.query_params.get("done", ""), "")

    async def view(db: Reader) -> LoginPage:
        has_account = bool(await accounts.listed(db, (await the_blog(db)).pk))
        return LoginPage(await entrance.doorway(db, request), onwards, has_account, name, said, problem)

    return entrance.show(web, await web.shop.store.read(view), status)


async def leave(visit: Visit, _: Submission) -> Response:
    """End the session."""
    origin = visit.web.origin
    await signing_in.log_out(visit.shop, cookies.session_token(visit.request, origin))
    response = going.to(going.LOGIN, "logged-out")
    cookies.forget_session(response, origin)
    return response


routes = [on("/admin/login", get=ask, post=enter), gate.on("/admin/logout", post=leave)]
