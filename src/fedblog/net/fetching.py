"""Bounded GETs with redirects of our own, signed where that is asked for."""

import copy
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urljoin

from fedblog.ap.signatures import SigningKey
from fedblog.errors import AddressRefused, BadAnswer, Unreachable
from fedblog.net.knocks import Knock, Knocks
from fedblog.net.way_out import WayOut
from fedblog.urls import Url
from fedblog.world import Headers, Limits

if TYPE_CHECKING:
    from fedblog.net.httpx_transport import Client

KeyProvider = Callable[[], Awaitable[SigningKey]]
"""Gives the key of the instance actor, parsed once per process."""

_MOST_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a GET brought home. `url` is the one that answered, after redirects; header names are lower-case."""

    url: str
    status: int
    headers: Headers
    body: bytes

    def header(self, name: str) -> str | None:
        """The value of that (lower-case) header, repeated ones joined by a comma."""
        return ", ".join(value for key, value in self.headers if key == name) or None

    @property
    def content_type(self) -> str:
        """The media type as sent, with its parameters; empty when none was sent."""
        return self.header("content-type") or ""


@dataclass(frozen=True, slots=True)
class Errand:
    """What a GET is for: what it accepts, what it may cost in all, whether it is signed and may leave its origin.

    A signed one never leaves its origin: no signature is made for a host that was not asked for (security.md N04).
    """

    accept: str
    limits: Limits
    is_signed: bool = False
    keeps_origin: bool = False

    @property
    def is_bound(self) -> bool:
        """Whether redirects must stay with the origin."""
        return self.keeps_origin or self.is_signed


class Meter(Protocol):
    """Counts what is asked of others, and may hold it back or end it."""

    async def before(self, host: str) -> None:
        """A request to that host is about to leave. May wait, and raise `Overspent`."""
        ...


class Fetcher:
    """Sends GETs through `httpx`, over the way out, and follows at most 3 redirects, each checked anew."""

    def __init__(self, way_out: WayOut, instance_key: KeyProvider, user_agent: str) -> None:
        self._way_out = way_out
        self._instance_key = instance_key
        self._user_agent = user_agent
        self._knocks = Knocks()
        self._opened: Client | None = None
        self._meter: Meter | None = None

    def metered(self, meter: Meter) -> "Fetcher":
        """The same over the same wires, every request counted by the meter: redirects and second knocks too."""
        twin = copy.copy(self)
        twin._opened, twin._meter = self._client, meter  # noqa: SLF001 - its own class
        return twin

    @property
    def _client(self) -> "Client":
        if self._opened is None:
            from fedblog.net.httpx_transport import Client

            self._opened = Client(self._way_out)
        return self._opened

    async def aclose(self) -> None:
        """Let go of the client. The transport of the world stays open."""
        if self._opened:
            await self._opened.aclose()

    async def get(self, url: str, errand: Errand) -> Answer:
        """GET `url`, redirects and all within `errand.limits.total`. Any status is an answer.

        Raises `AddressRefused`, `Unreachable`, `TooLarge`, `BadAnswer`.
        """
        deadline = self._way_out.world.monotonic() + errand.limits.total
        here = self._way_out.check(url).without_fragment()
        for _ in range(_MOST_REDIRECTS + 1):
            answer = await self._ask(here, errand, deadline)
            location = answer.header("location") if answer.status in _REDIRECTS else None
            if location is None:
                return answer
            here = self._next(here, location, is_bound=errand.is_bound)
        raise BadAnswer(f"it redirects more than {_MOST_REDIRECTS} times")

    def _next(self, here: Url, location: str, *, is_bound: bool) -> Url:
        try:
            joined = urljoin(str(here), location)
        except ValueError as error:
            raise BadAnswer("it redirects to no address") from error
        there = self._way_out.check(joined).without_fragment()
        if here.scheme == "https" and there.scheme != "https":
            raise AddressRefused("it redirects from https to http")
        if is_bound and there.origin != here.origin:
            raise BadAnswer("it redirects to another server")
        return there

    async def _ask(self, url: Url, errand: Errand, deadline: float) -> Answer:
        if not errand.is_signed:
            return await self._exchange(url, errand, deadline, None)
        knock, *others = self._knocks.tries(url)
        answer = await self._exchange(url, errand, deadline, knock)
        for other in others:
            if answer.status != 401:
                break
            knock = other
            answer = await self._exchange(url, errand, deadline, knock)
        self._knocks.note(url, knock, answer.status)
        return answer

    async def _exchange(self, url: Url, errand: Errand, deadline: float, knock: Knock | None) -> Answer:
        if self._meter:
            await self._meter.before(url.host)
        left = deadline - self._way_out.world.monotonic()
        if left <= 0:
            raise Unreachable(f"no answer within {errand.limits.total:.2g} s")
        headers = await self._headers(url, errand, knock)
        answer = await self._client.get(url, headers, replace(errand.limits, total=left))
        return Answer(str(url), answer.status, answer.headers, answer.body)

    async def _headers(self, url: Url, errand: Errand, knock: Knock | None) -> Headers:
        headers: Headers = (
            ("Host", url.authority),
            ("User-Agent", self._user_agent),
            ("Accept", errand.accept),
            ("Accept-Encoding", "identity"),
        )
        if knock is None:
            return headers
        key = await self._instance_key()
        return knock.signed(url, self._client.target_of(url), headers, key, self._way_out.world.now())
