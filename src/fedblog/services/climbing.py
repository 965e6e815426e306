"""From an answer to an unknown post up the thread, until something of ours is found (protocol.md e.3)."""

from dataclasses import dataclass, field, replace

from fedblog.ap.parse.object import RemoteObject
from fedblog.domain.blog import Blog
from fedblog.errors import AddressRefused, BadAnswer, Gone, Invalid, Missing, RemoteError, TooLarge
from fedblog.services import documents_by_id
from fedblog.services.gate import Gate
from fedblog.services.replies import Reply, gather_reply
from fedblog.services.resolving import actor_of
from fedblog.services.threads import place_of
from fedblog.services.workshop import Workshop
from fedblog.urls import Url, read_url

MOST_HOPS = 20
_PAUSE_S = 1.0


@dataclass(frozen=True, slots=True)
class Way:
    """The unknown posts that were found on the way up, the uppermost first, each hung below the one above.

    `parent` is where what we started from hangs now; None: where it says itself.
    """

    replies: tuple[Reply, ...] = ()
    parent: str | None = None

    def hung(self, reply: Reply) -> Reply:
        """The reply, hung below the nearest post that is kept."""
        return _below(reply, self.parent) if self.parent else reply


@dataclass(slots=True)
class _Climb:
    """Where one climb has been, what it kept, and when each host was asked last (seconds)."""

    kept: list[Reply] = field(default_factory=list)
    visited: set[str] = field(default_factory=set)
    asked_at: dict[str, float] = field(default_factory=dict)


async def way_to(shop: Workshop, blog: Blog, gate: Gate, address: str) -> Way | None:
    """The way from `address` to something that is known here.

    None where it leads nowhere: after 20 hops, in a circle, past something blocked or unreadable. At most one
    request a second to each host. Raises `RemoteError` when a server cannot be asked now.
    """
    climb = _Climb()
    here = address
    for _ in range(MOST_HOPS + 1):
        if await place_of(shop.store.reader, blog, here) is not None:
            return _way(climb.kept, here)
        written = await _step(shop, blog, gate, climb, here)
        if written is None or written.in_reply_to is None:
            return None
        here = written.in_reply_to
    return None


def _way(kept: list[Reply], top: str) -> Way:
    replies: list[Reply] = []
    parent = top
    for reply in reversed(kept):
        replies.append(_below(reply, parent))
        parent = reply.object_id
    return Way(tuple(replies), parent)


def _below(reply: Reply, parent: str) -> Reply:
    return replace(reply, object=replace(reply.object, in_reply_to=parent))


async def _step(shop: Workshop, blog: Blog, gate: Gate, climb: _Climb, here: str) -> RemoteObject | None:
    url = read_url(here)
    if url is None or url.origin == blog.base_url or here in climb.visited or len(climb.visited) == MOST_HOPS:
        return None
    if not gate.may_act(here):
        return None
    climb.visited.add(here)
    written = await _fetch(shop, climb, url)
    if written is not None:
        await _keep(shop, blog, gate, climb, written)
    return written


async def _fetch(shop: Workshop, climb: _Climb, url: Url) -> RemoteObject | None:
    last = climb.asked_at.get(url.host)
    if last is not None and (wait := last + _PAUSE_S - shop.world.monotonic()) > 0:
        await shop.world.sleep(wait)
    climb.asked_at[url.host] = shop.world.monotonic()
    try:
        return await documents_by_id.fetch_object(shop.net, str(url))
    except (Gone, Missing, AddressRefused, TooLarge):
        return None
    except BadAnswer as error:
        if error.status is not None and error.status >= 500:
            raise
        return None


async def _keep(shop: Workshop, blog: Blog, gate: Gate, climb: _Climb, written: RemoteObject) -> None:
    """Keep what may stand below a post. What is not public, or of somebody blocked, is only passed by."""
    if written.attributed_to is None or written.object_id is None or not gate.may_act(written.attributed_to):
        return
    try:
        author = await actor_of(shop, written.attributed_to, with_handle=True)
    except (Gone, Missing, Invalid, RemoteError):
        return
    reply = await gather_reply(shop, written, written.object_id, author, blog, None)
    if reply.audience.may_be_shown:
        climb.kept.append(reply)
