"""What a reader sees: pages of the blog, fetched and read as plainly as a person would."""

import asyncio
import re
from collections.abc import Callable
from html import unescape

import httpx

_SECONDS = 20.0


class Reader:
    """Looks at pages until they show something."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def see(self, url: str, what: Callable[[str], bool], named: str) -> str:
        """The page as text, as soon as `what` is true of it. Raises `TimeoutError` that says what was not seen."""
        try:
            async with asyncio.timeout(_SECONDS):
                while not what(page := await self._read(url)):  # noqa: ASYNC110 - a page tells nobody when it changes
                    await asyncio.sleep(0.05)
        except TimeoutError as error:
            raise TimeoutError(f"{named} did not show on {url} within {_SECONDS:.0f} seconds") from error
        return page

    async def _read(self, url: str) -> str:
        try:
            answer = await self._client.get(url, headers={"Accept": "text/html"})
        except httpx.TransportError:
            return ""
        return answer.text if answer.status_code == 200 else ""


def words_of(page: str) -> str:
    """What stands on a page, without its markup."""
    return " ".join(unescape(re.sub(r"<[^<>]*>", " ", page)).split())


def comment(page: str, number: int) -> str:
    """What stands on a page from one comment to the next one, without its markup; "" when it is not there."""
    _, found, rest = page.partition(f'id="comment-{number}"')
    until_next, _, _ = rest.partition('id="comment-')
    return words_of(f"<{until_next}>") if found else ""
