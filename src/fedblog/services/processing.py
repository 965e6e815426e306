"""The worker's side of the inbox: what becomes of each recorded activity, once and in one transaction."""

import logging

from fedblog.ap.parse.activity import read_activity
from fedblog.ap.strict_json import read_object
from fedblog.domain.inbox_event import InboxEvent, Verdict
from fedblog.errors import AddressRefused, BadAnswer, Busy, Gone, Invalid, Missing, RemoteError, TooLarge
from fedblog.services import gate, resolving
from fedblog.services.handling.forwarded import handle_forwarded
from fedblog.services.handling.received import Received
from fedblog.services.handling.table import handle
from fedblog.services.outcomes import Apply, Later, Outcome, ignored, refused, repeated, without_effect
from fedblog.services.workshop import Workshop, the_actor, the_blog
from fedblog.store import actors, inbox_events
from fedblog.store.door import Reader, Writer
from fedblog.urls import is_same_id

MOST_TRIES = 6
MOST_FAILURES = 5
_MINUTE_MS = 60_000
# About two hours in all: a server that is down for longer will be asked again when it speaks itself.
_PAUSES_MS = tuple(minutes * _MINUTE_MS for minutes in (1, 4, 10, 20, 40, 60))
_SHOWS_A_FACE = frozenset({"Create", "Follow", "Update"})
_TEMPORARY = frozenset({401, 408, 425, 429})
_log = logging.getLogger(__name__)


async def process(shop: Workshop, event: InboxEvent) -> Outcome | Later:
    """Give a leased event its effect and its verdict, both in one transaction.

    Everything is written here, also that it must be tried again (`Later`, returned for the log). Never raises
    for what the event holds: one that fails five times for reasons of our own is parked as failed.
    """
    try:
        outcome = await _settle(shop, event, await _plan(shop, event))
    except Later as later:
        return await _postpone(shop, event, later)
    except _Lost:
        return repeated("another worker took it over")
    except Exception as error:  # noqa: BLE001 - one bad message must not stop those behind it
        return await _after_failure(shop, event, error)
    if outcome.verdict in {Verdict.ACCEPTED, Verdict.HELD} and event.type in _SHOWS_A_FACE:
        await _copy_face(shop, event.actor)
    return outcome


class _Lost(Exception):
    """The lease passed to another worker while this one was busy; its transaction is rolled back."""


async def _plan(shop: Workshop, event: InboxEvent) -> Apply:
    """First step: read the activity, and gather what it takes."""
    try:
        received = await _received(shop, event)
        if not received.gate.may_act(event.signer, received.activity.actor_id):
            return without_effect(refused("its sender is blocked"))
        if is_same_id(event.signer, received.activity.actor_id):
            return await handle(shop, received)
        return await handle_forwarded(shop, received)
    except Invalid as error:
        return without_effect(refused(str(error)))
    except (Gone, Missing):
        return without_effect(ignored("what it needs is not there at its own server"))
    except (AddressRefused, TooLarge):
        return without_effect(refused("what it needs is where fedblog does not fetch from"))
    except BadAnswer as error:
        if not _is_temporary(error):
            return without_effect(refused(f"what it needs cannot be used: {error}"))
        raise


def _is_temporary(error: BadAnswer) -> bool:
    return error.status is not None and (error.status >= 500 or error.status in _TEMPORARY)


async def _received(shop: Workshop, event: InboxEvent) -> Received:
    document = read_object(event.body or b"")
    activity = read_activity(document)

    async def read(db: Reader) -> Received:
        blog = await the_blog(db)
        return Received(activity, document, blog, await the_actor(db), await gate.read(db, blog.pk), shop.now())

    return await shop.store.read(read)


async def _settle(shop: Workshop, event: InboxEvent, apply: Apply) -> Outcome:
    async def work(db: Writer) -> Outcome:
        outcome = await apply(db)
        worker = event.leased_by or ""
        if not await inbox_events.settle(db, event.pk, worker, outcome.verdict, outcome.reason, shop.now()):
            raise _Lost
        return outcome

    return await shop.store.write(work)


async def _postpone(shop: Workshop, event: InboxEvent, later: Later) -> Later:
    await shop.store.write(
        lambda db: inbox_events.postpone(db, event.pk, event.leased_by or "", later.due_at, later.reason)
    )
    return later


async def _after_failure(shop: Workshop, event: InboxEvent, error: Exception) -> Outcome | Later:
    """Try again a few times, then park it with the reason."""
    is_remote = isinstance(error, RemoteError | Busy)
    reason = "a server that it needs does not answer" if is_remote else f"failed here: {type(error).__name__}"
    if not is_remote:
        _log.error("Event %s failed.", event.pk, exc_info=error)
    if event.attempts >= (MOST_TRIES if is_remote else MOST_FAILURES):
        return await _settle(shop, event, without_effect(Outcome(Verdict.FAILED, f"given up: {reason}")))
    pause = _PAUSES_MS[min(max(event.attempts, 1), len(_PAUSES_MS)) - 1]
    jitter = 0.75 + shop.world.jitter() / 2
    return await _postpone(shop, event, Later(shop.now() + int(pause * jitter), reason))


async def _copy_face(shop: Workshop, actor_id: str) -> None:
    """Copy the avatar of somebody who can now be seen. The verdict does not wait for it, nor fail with it."""
    actor = await actors.by_id(shop.store.reader, actor_id)
    if actor is None:
        return
    try:
        await resolving.copy_avatar(shop, actor)
    except Exception:  # noqa: BLE001 - a face is not worth a retry of what is done
        _log.exception("The avatar of actor %s could not be copied.", actor.pk)
