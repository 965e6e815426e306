"""What could not be done, in words, as a page of the admin."""

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from fedblog.errors import Missing
from fedblog.web.admin import around
from fedblog.web.admin.around import Around
from fedblog.web.admin.visit import Visit
from fedblog.web.middleware.failures import status_and_words

_HEADINGS = {404: "There is nothing here", 409: "That cannot be done now", 410: "This was deleted"}


@dataclass(frozen=True, slots=True)
class NoticePage:
    """A heading and a few words."""

    template: ClassVar[str] = "admin/notice.html"
    around: Around
    heading: str
    words: str


async def explain(visit: Visit, error: Exception) -> Response:
    """The page for a refusal, with its status. What to do about a missing thing is told for the command line only."""
    status, words = status_and_words(error)
    words = error.why if isinstance(error, Missing) else words
    frame = await visit.shop.store.read(lambda db: around.of(db, visit))
    return visit.web.private(NoticePage(frame, _HEADINGS.get(status, "That did not work"), words), status=status)
