"""Long lists, a page at a time: `/page/2` in the path, so that caches need no query."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request

from fedblog.domain.post import Post
from fedblog.errors import Missing
from fedblog.web import addresses
from fedblog.web.views import Paging

SIZE = 10
_MOST_PAGES = 100_000

Fetch = Callable[[int, int], Awaitable[list[Post]]]


def number_of(request: Request) -> int:
    """The number of the page that is asked for, 1 where none is. Raises `Missing`."""
    number: int = request.path_params.get("number", 1)
    if not 0 < number <= _MOST_PAGES:
        raise Missing("There is no such page.")
    return number


async def fetch(number: int, first: str, rows: Fetch) -> tuple[list[Post], Paging]:
    """The posts of one page and its neighbours. `rows` takes limit and offset. A page past the end is `Missing`."""
    found = await rows(SIZE + 1, (number - 1) * SIZE)
    if number > 1 and not found:
        raise Missing("There is no such page.")
    newer = addresses.page_path(first, number - 1) if number > 1 else ""
    older = addresses.page_path(first, number + 1) if len(found) > SIZE else ""
    return found[:SIZE], Paging(number, newer, older)
