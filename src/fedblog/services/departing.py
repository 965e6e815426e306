"""Followers who left without a word: their inbox answers 410, or their whole server is silent for good."""

import asyncio
from collections.abc import Iterable

from fedblog.domain import breaker
from fedblog.errors import Gone, Refused, RemoteError
from fedblog.services.workshop import Workshop
from fedblog.store import accounts, actors, followers, hosts
from fedblog.store.door import Writer
from fedblog.store.followers import Addressed

BY = "fedblog"
"""Who did it, in the audit trail."""

_MOST_ASKED = 100
_AT_ONCE = 4


async def let_go_of_inbox(shop: Workshop, blog_pk: int, inbox: str) -> None:
    """The inbox is gone. A follower whose own it was is removed; of a shared one, all whose actor is gone too.

    At most 100 actors are asked each time, those first that were fetched the longest ago.
    """
    behind = await followers.of_inbox(shop.store.reader, blog_pk, inbox, _MOST_ASKED)
    slots = asyncio.Semaphore(_AT_ONCE)
    are_gone = await asyncio.gather(*(_is_gone(shop, one, slots) for one in behind))
    gone = [(one.pk, one.actor_id) for one, is_gone in zip(behind, are_gone, strict=True) if is_gone]
    still_there = [one.actor_pk for one, is_gone in zip(behind, are_gone, strict=True) if not is_gone]

    async def work(db: Writer) -> None:
        await _remove(db, blog_pk, gone, "their inbox is gone", shop.now())
        for actor_pk in still_there:
            await actors.mark_fetched(db, actor_pk, shop.now())

    if behind:
        await shop.store.write(work)


async def _is_gone(shop: Workshop, one: Addressed, slots: asyncio.Semaphore) -> bool:
    if one.has_own_inbox:
        return True
    async with slots:
        try:
            await shop.net.get_document(one.actor_id)
        except Gone:
            return True
        except (Refused, RemoteError):
            return False
    return False


async def let_go_of_host(shop: Workshop, blog_pk: int, name: str) -> None:
    """Remove the followers of a host that has failed for 90 days and was not heard of (protocol.md f.2)."""
    host = await hosts.by_name(shop.store.reader, name)
    if host is None or not breaker.is_lost(host, shop.now()):
        return
    lost = await followers.of_host(shop.store.reader, blog_pk, name)
    await shop.store.write(
        lambda db: _remove(db, blog_pk, lost, "their server has not answered for 90 days", shop.now())
    )


async def _remove(db: Writer, blog_pk: int, gone: Iterable[tuple[int, str]], why: str, now: int) -> None:
    for pk, actor_id in gone:
        await followers.remove(db, pk)
        await accounts.note(db, blog_pk, BY, f"removed a follower: {why}", actor_id, now)
        db.touch("frame")
