"""Followers who left without a word: their inbox is gone, or their whole server is silent for good (protocol.md f.2).

Each one who is let go leaves a line for the author.
"""

import asyncio
from collections.abc import Sequence
from enum import Enum, auto

from fedblog.domain import breaker
from fedblog.domain.backoff import DAY, Exchange
from fedblog.domain.delivery import Host
from fedblog.errors import BadAnswer, FedblogError, Gone, Missing
from fedblog.services.resolving import refresh
from fedblog.services.workshop import Workshop, the_blog
from fedblog.store import accounts, actors, followers, former_followers, hosts
from fedblog.store.door import Writer
from fedblog.store.followers import Addressed

BY = "fedblog"
"""Who did it, in the audit trail."""

_MOST_ASKED = 100
_AT_ONCE = 4
_MOST_PROBED = 20


class _Found(Enum):
    """What a look at an actor brought."""

    THERE = auto()
    GONE = auto()
    MISSING = auto()
    UNKNOWN = auto()


async def let_go_of_inbox(shop: Workshop, blog_pk: int, inbox: str, *, was_missing: bool = False) -> None:
    """The inbox is gone, or (`was_missing`) was not there for days. A follower whose own it was is removed; of a
    shared one, all whose actor is gone, or missing too. Whoever is still there gets posts where they want them now.

    At most 100 actors are asked each time, those first that were fetched the longest ago.
    """
    behind = await followers.of_inbox(shop.store.reader, blog_pk, inbox, _MOST_ASKED)
    slots = asyncio.Semaphore(_AT_ONCE)
    found = await asyncio.gather(*(_look(shop, one, slots) for one in behind))
    ends = {_Found.GONE, _Found.MISSING} if was_missing else {_Found.GONE}
    leaving = [one for one, what in zip(behind, found, strict=True) if what in ends]
    staying = [one for one, what in zip(behind, found, strict=True) if what not in ends]
    reason = "their inbox has been missing for days" if was_missing else "their inbox is gone"

    async def work(db: Writer) -> None:
        await _remove(db, blog_pk, [(one.pk, one.actor_id) for one in leaving], reason, shop.now())
        for one in staying:
            await actors.mark_fetched(db, one.actor_pk, shop.now())

    if behind:
        await shop.store.write(work)


async def _look(shop: Workshop, one: Addressed, slots: asyncio.Semaphore) -> _Found:
    """Ask the actor's server; what it tells of the actor is taken over."""
    if one.has_own_inbox:
        return _Found.GONE
    async with slots:
        try:
            await refresh(shop, one.actor_id)
        except Gone:
            return _Found.GONE
        except Missing:
            return _Found.MISSING
        except FedblogError:
            return _Found.UNKNOWN
    return _Found.THERE


async def let_go_of_host(shop: Workshop, blog_pk: int, name: str) -> None:
    """Remove the followers of a host that has failed for 90 days and was not heard of."""
    host = await hosts.by_name(shop.store.reader, name)
    if host is None or not breaker.is_lost(host, shop.now()):
        return
    lost = await followers.of_host(shop.store.reader, blog_pk, name)
    await shop.store.write(
        lambda db: _remove(db, blog_pk, lost, "their server has not answered for 90 days", shop.now())
    )


async def look_after_silent_hosts(shop: Workshop) -> None:
    """Ask servers that have failed for a week once a day whether they are back, also when nothing is sent to them;
    let go of those that are lost. For the housekeeping: at most 20 servers each time, the longest silent first.
    """
    blog, now = await the_blog(shop.store.reader), shop.now()
    silent = await hosts.silent(shop.store.reader, now - breaker.DORMANT_AFTER, now - DAY, _MOST_PROBED)
    slots = asyncio.Semaphore(_AT_ONCE)
    await asyncio.gather(*(_probe(shop, blog.pk, host, slots) for host in silent))


async def _probe(shop: Workshop, blog_pk: int, host: Host, slots: asyncio.Semaphore) -> None:
    behind = await followers.of_host(shop.store.reader, blog_pk, host.name)
    if not behind:
        return
    async with slots:
        exchange = await _ask(shop, behind)
    await shop.store.write(lambda db: _note_probe(db, host.name, exchange, shop.now()))
    if exchange.is_host_failure:
        await let_go_of_host(shop, blog_pk, host.name)


async def _ask(shop: Workshop, behind: Sequence[tuple[int, str]]) -> Exchange:
    """Any answer below 500 shows that the server is up. Another follower is asked each day."""
    _, actor_id = behind[shop.now() // DAY % len(behind)]
    try:
        await refresh(shop, actor_id)
    except (Gone, Missing):
        return Exchange(404)
    except BadAnswer as error:
        return Exchange(error.status or 404)
    except FedblogError as error:
        return Exchange(None, str(error))
    return Exchange(200)


async def _note_probe(db: Writer, name: str, exchange: Exchange, now: int) -> None:
    if not exchange.is_host_failure:
        await hosts.heard(db, [name], now)  # lets what waits for it go at once
    host = await hosts.by_name(db, name)
    if host is not None:
        await hosts.save(db, breaker.after(host, exchange, now))


async def _remove(db: Writer, blog_pk: int, gone: Sequence[tuple[int, str]], why: str, now: int) -> None:
    for pk, actor_id in gone:
        await former_followers.let_go(db, pk, why, now)
        await accounts.note(db, blog_pk, BY, f"removed a follower: {why}", actor_id, now)
        db.touch("frame")
