"""What log-in and set-up share: nobody is logged in yet, and still a form must be one of ours.

A cookie ties the form to the browser that asked for it; the form repeats its token (security.md A01).
"""

import base64
from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from fedblog.services.workshop import the_blog
from fedblog.store.door import Reader
from fedblog.web import desk, forms
from fedblog.web.admin import cookies, own_forms
from fedblog.web.desk import Web
from fedblog.web.forms import Form
from fedblog.web.views import Page


@dataclass(frozen=True, slots=True)
class Doorway:
    """What stands around the form. `token` goes into it."""

    blog_title: str
    stylesheet: str
    icon: str
    token: str


class EntrancePage(Page, Protocol):
    """A page with a doorway."""

    @property
    def doorway(self) -> Doorway: ...


async def doorway(db: Reader, request: Request) -> Doorway:
    """The doorway for this browser."""
    web = desk.of(request)
    blog = await the_blog(db)
    paths = web.statics.paths
    return Doorway(blog.title, paths["admin.css"], paths["mark.svg"], _token(request, web))


def _token(request: Request, web: Web) -> str:
    """The browser's token, so that two tabs do not throw each other out; else a fresh one."""
    given = cookies.form_token(request, web.origin)
    is_ours = len(given) == 32 and given.isascii()
    return given if is_ours else base64.urlsafe_b64encode(web.shop.world.token(24)).decode()


def show(web: Web, page: EntrancePage, status: int = 200) -> Response:
    """The page, with the cookie that its form needs."""
    response = web.private(page, status=status)
    cookies.keep_form(response, web.origin, page.doorway.token)
    return response


async def read(request: Request) -> Form:
    """The form that was sent. Raises HTTP 403 for one that is not ours."""
    own_forms.refuse_foreign(request)
    form = await forms.read(request)
    own_forms.refuse_other_token(form.secret("csrf"), cookies.form_token(request, desk.of(request).origin))
    return form
