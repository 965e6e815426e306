"""A session ended while somebody was writing: the words come back, to be copied and sent again."""

from dataclasses import dataclass
from typing import ClassVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from fedblog.errors import Invalid
from fedblog.web import desk, forms
from fedblog.web.admin import entrance, going
from fedblog.web.admin.entrance import Doorway
from fedblog.web.forms import Form


@dataclass(frozen=True, slots=True)
class RescuePage:
    """What was typed, and the way to the log-in."""

    template: ClassVar[str] = "admin/rescue.html"
    doorway: Doorway
    title: str
    words: str


async def rescue(request: Request) -> Response:
    """The words of a form that came without a session; to the log-in where there are none.

    Strangers are read no more from than on any public page, so a text of more than 64 KiB cannot be helped.
    """
    form = await _form(request)
    words = form.text("body") or form.text("description")
    if not words.strip():
        return going.to(going.LOGIN)
    web = desk.of(request)
    doorway = await web.shop.store.read(lambda db: entrance.doorway(db, request))
    return web.private(RescuePage(doorway, form.line("title"), words), status=403)


async def _form(request: Request) -> Form:
    try:
        return await forms.read(request)
    except (Invalid, HTTPException):
        return Form({})
