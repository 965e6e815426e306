"""What the author does to one comment: approve, hide, delete, answer, or change an answer."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response

from fedblog.errors import Missing, Refused
from fedblog.services import answering, moderating
from fedblog.store import comments as rows
from fedblog.store.comments import CommentLine
from fedblog.web.admin import around, going
from fedblog.web.admin.comments import HERE, page_of
from fedblog.web.admin.gate import on
from fedblog.web.admin.submission import Submission
from fedblog.web.admin.taking_back import SurePage
from fedblog.web.admin.visit import Visit
from fedblog.web.middleware.failures import status_and_words

_ONE = HERE + "/{pk:int}"


async def approve(visit: Visit, form: Submission) -> Response:
    """Show it."""
    await moderating.approve(visit.shop, visit.pk(), by=visit.account.name)
    return _back(visit, form, "approved")


async def hide(visit: Visit, form: Submission) -> Response:
    """Take it off the page."""
    await moderating.hide(visit.shop, visit.pk(), by=visit.account.name)
    return _back(visit, form, "hidden")


async def ask_delete(visit: Visit) -> Response:
    """What deleting means."""
    line = await _line(visit)
    words = (
        "Your answer is taken off the page, and every server that has it is asked to remove it."
        if line.is_by_author
        else f"Nothing of it stays here. On {line.actor_host or 'its own server'} it stays as it is."
    )
    frame = await visit.shop.store.read(lambda db: around.of(db, visit, HERE))
    action = f"{HERE}/{line.pk}/delete"
    return visit.web.private(SurePage(frame, "Delete this comment?", words, action, "Delete for good", back=HERE))


async def delete(visit: Visit, form: Submission) -> Response:
    """Delete it for good."""
    await moderating.delete(visit.shop, visit.pk(), by=visit.account.name)
    return _back(visit, form, "removed")


async def answer(visit: Visit, form: Submission) -> Response:
    """Answer it; when that is refused, the text stays in the form."""

    async def send(line: CommentLine, text: str) -> None:
        await answering.answer(visit.shop, line.post_pk, line.pk, text)

    return await _write(visit, form, send)


async def edit(visit: Visit, form: Submission) -> Response:
    """Change an answer of the author's own."""

    async def send(line: CommentLine, text: str) -> None:
        await answering.edit(visit.shop, line.pk, text)

    return await _write(visit, form, send)


async def _write(visit: Visit, form: Submission, send: Callable[[CommentLine, str], Awaitable[None]]) -> Response:
    line, text = await _line(visit), form.text("body")
    try:
        await send(line, text)
    except Refused as error:
        status, words = status_and_words(error)
        return await page_of(visit, line.pk, text, words, status)
    return _back(visit, form, "answered")


async def _line(visit: Visit) -> CommentLine:
    line = await rows.line(visit.shop.store.reader, visit.pk())
    if line is None:
        raise Missing("There is no such comment.")
    return line


def _back(visit: Visit, form: Submission, done: str) -> Response:
    """To the list as it was: the same comments, the same page of them; or to the comment's own page."""
    show, page = form.line("show"), form.line("page")
    if show == "one":
        return going.to(f"{HERE}/{visit.pk()}", done)
    is_page = page.isascii() and page.isdecimal() and page != "1" and len(page) < 7
    return going.to(HERE, done, show=show if show in {"held", "hidden"} else "", page=page if is_page else "")


routes = [
    on(_ONE + "/approve", post=approve),
    on(_ONE + "/hide", post=hide),
    on(_ONE + "/delete", get=ask_delete, post=delete),
    on(_ONE + "/answer", post=answer),
    on(_ONE + "/edit", post=edit),
]
