"""Unpublish or delete a post: first a page that says what will happen, then the deed."""

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from fedblog.services import publishing, writing
from fedblog.web.admin import around, going
from fedblog.web.admin.around import Around
from fedblog.web.admin.gate import on
from fedblog.web.admin.submission import Submission
from fedblog.web.admin.visit import Visit


@dataclass(frozen=True, slots=True)
class SurePage:
    """Are you sure? `words` tell what will happen; `button` does it; `back` does not."""

    template: ClassVar[str] = "admin/sure.html"
    around: Around
    heading: str
    words: str
    action: str
    button: str
    back: str


async def ask_unpublish(visit: Visit) -> Response:
    """What unpublishing means."""
    words = (
        "Readers get “410 Gone” at its address, and every server that has a copy is asked to remove it. "
        "The text stays here. You can publish it again at the same address; it then gets a new object id, and "
        "other servers take it for a new post."
    )
    return await _ask(visit, "unpublish", "Unpublish “{}”?", words, "Unpublish")


async def ask_delete(visit: Visit) -> Response:
    """What deleting means."""
    words = (
        "The text, its tags and its address are gone for good, and every server that has a copy is asked to remove it. "
        "Some may keep theirs. This cannot be undone."
    )
    return await _ask(visit, "delete", "Delete “{}”?", words, "Delete for good")


async def _ask(visit: Visit, verb: str, heading: str, words: str, button: str) -> Response:
    post = await writing.existing(visit.shop.store.reader, visit.pk())
    frame = await visit.shop.store.read(lambda db: around.of(db, visit, going.HOME))
    address = f"/admin/posts/{post.pk}"
    return visit.web.private(
        SurePage(frame, heading.format(post.title), words, f"{address}/{verb}", button, back=address)
    )


async def unpublish(visit: Visit, _: Submission) -> Response:
    """Take it back."""
    post = await publishing.unpublish(visit.shop, visit.pk())
    await visit.note("unpublish post", post.title)
    return going.to(f"/admin/posts/{post.pk}", "unpublished")


async def delete(visit: Visit, _: Submission) -> Response:
    """Delete it."""
    post = await writing.existing(visit.shop.store.reader, visit.pk())
    await publishing.delete(visit.shop, post.pk)
    await visit.note("delete post", f"post {post.pk}")
    return going.to(going.HOME, "deleted")


routes = [
    on("/admin/posts/{pk:int}/unpublish", get=ask_unpublish, post=unpublish),
    on("/admin/posts/{pk:int}/delete", get=ask_delete, post=delete),
]
