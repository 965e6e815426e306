"""What is kept only for a while is dropped, a little each hour, so that nothing grows for ever (security.md D09)."""

import logging
from collections.abc import Awaitable, Callable

from fedblog.domain.backoff import DAY, HOUR
from fedblog.domain.thread_search import STALE_AFTER
from fedblog.domain.writing_here import KEPT_FOR
from fedblog.services import departing, media, signing_in
from fedblog.services.canary import life
from fedblog.services.moving import aliases
from fedblog.services.workshop import Workshop
from fedblog.store import (
    actors,
    deliveries,
    emojis,
    former_followers,
    forwardings,
    hosts,
    inbox_events,
    interactions,
    receipts,
    remote_keys,
    reply_drafts,
    thread_searches,
    used_proofs,
)
from fedblog.store.door import Writer

EVERY = HOUR

BODIES, SIGNATURES, GRAVES, UNPROVEN_DAYS = 30 * DAY, 14 * HOUR, 30 * DAY, 90
COPIES = 6 * HOUR
DELIVERIES, MISSING, HOSTS, ACTORS, TRIES = 30 * DAY, 30 * DAY, 90 * DAY, 30 * DAY, 30 * DAY
FORMER_FOLLOWERS, REPLY_APPS = 180 * DAY, 90 * DAY
REJECTED = 30 * DAY
MOST_KEYS = MOST_HOSTS = MOST_EMOJIS = 10_000

_log = logging.getLogger(__name__)


async def keep_house(shop: Workshop) -> None:
    """One round. A part that fails is logged and leaves the others alone; it comes again with the next round."""
    for part in (_ledger, _caches, _queue):
        try:
            await shop.store.write(part(shop.now()))
        except Exception:  # noqa: BLE001 - see above
            _log.exception("The housekeeping stumbled.")
    for look in (departing.look_after_silent_hosts, aliases.look_at_due):
        try:
            await look(shop)
        except Exception:  # noqa: BLE001 - see above
            _log.exception("The housekeeping could not look at other servers.")
    await life.sweep(shop)
    await signing_in.sweep(shop)
    await media.sweep(shop)


Part = Callable[[Writer], Awaitable[None]]


def _ledger(now: int) -> Part:
    async def work(db: Writer) -> None:
        await inbox_events.forget_old(
            db,
            bodies_before=now - BODIES,
            signatures_before=now - SIGNATURES,
            graves_before=now - GRAVES,
            day_before=now // DAY - UNPROVEN_DAYS,
        )
        await used_proofs.forget_old(db, now - GRAVES)

    return work


def _caches(now: int) -> Part:
    async def work(db: Writer) -> None:
        await remote_keys.forget_beyond(db, MOST_KEYS)
        await emojis.forget_beyond(db, MOST_EMOJIS)
        await interactions.forget_rejected(db, now - REJECTED)
        await actors.forget_unused(db, now - ACTORS)
        await hosts.forget_old(db, now - HOSTS, MOST_HOSTS)

    return work


def _queue(now: int) -> Part:
    async def work(db: Writer) -> None:
        await deliveries.forget_ended(db, now - DELIVERIES)
        await deliveries.forget_missing(db, now - MISSING)
        await former_followers.forget_old(db, now - FORMER_FOLLOWERS)
        await reply_drafts.forget_old(db, now - KEPT_FOR, now - REPLY_APPS)
        await receipts.forget_tries(db, now - TRIES)
        await forwardings.drop_copies(db, now - COPIES)
        await forwardings.forget_old(db, now - BODIES)
        await thread_searches.forget_stale(db, now - 2 * STALE_AFTER)

    return work
