"""A new password; every other session of the account ends."""

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from fedblog.errors import Refused
from fedblog.services import signing_in
from fedblog.services.signing_in import PASSWORD_LENGTH, TooManyAttempts
from fedblog.web.admin import around, cookies, going
from fedblog.web.admin.around import Around
from fedblog.web.admin.gate import on
from fedblog.web.admin.submission import Submission
from fedblog.web.admin.visit import Visit
from fedblog.web.middleware.failures import status_and_words

HERE = "/admin/password"


@dataclass(frozen=True, slots=True)
class PasswordPage:
    """The form."""

    template: ClassVar[str] = "admin/password.html"
    around: Around
    shortest_password: int = PASSWORD_LENGTH
    problem: str = ""


async def ask(visit: Visit) -> Response:
    """The form."""
    return await _form(visit)


async def change(visit: Visit, form: Submission) -> Response:
    """Change it, if the present one is right."""
    client = visit.request.client.host if visit.request.client else ""
    old, new = form.secret("old"), form.secret("new")
    try:
        logged_in = await signing_in.change_password(visit.shop, visit.account, old, new, client)
    except TooManyAttempts as error:
        response = await _form(visit, str(error), 429)
        response.headers["retry-after"] = str(error.wait)
        return response
    except Refused as error:
        status, words = status_and_words(error)
        return await _form(visit, words, status)
    if logged_in is None:
        return await _form(visit, "The present password is another one.", 403)
    response = going.to("/admin/settings", "password")
    cookies.keep_session(response, visit.web.origin, logged_in.token)
    return response


async def _form(visit: Visit, problem: str = "", status: int = 200) -> Response:
    frame = await visit.shop.store.read(lambda db: around.of(db, visit, "/admin/settings"))
    return visit.web.private(PasswordPage(frame, problem=problem), status=status)


routes = [on(HERE, get=ask, post=change)]
