"""The worker's side of the inbox: what becomes of each recorded activity, once and in one transaction."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from fedblog.ap.parse.activity import read_activity
from fedblog.ap.strict_json import read_object
from fedblog.domain.actor import Actor
from fedblog.domain.inbox_event import InboxEvent, Verdict
from fedblog.errors import (
    AddressRefused,
    BadAnswer,
    Busy,
    Gone,
    Invalid,
    Missing,
    RemoteError,
    TooLarge,
    Unreachable,
)
from fedblog.services import emojis, forwarding, gate, home, resolving
from fedblog.services.gate import Gate
from fedblog.services.handling.forwarded import handle_forwarded
from fedblog.services.handling.groups import pass_on
from fedblog.services.handling.received import Received
from fedblog.services.handling.table import handle
from fedblog.services.home import Home
from fedblog.services.kept import Kept
from fedblog.services.outcomes import Apply, Later, Outcome, ignored, refused, repeated, without_effect
from fedblog.services.workshop import Workshop
from fedblog.store import actors, inbox_events
from fedblog.store.batching import Batch
from fedblog.store.door import Writer
from fedblog.store.inbox_events import Settlement
from fedblog.urls import is_same_id

PATIENCE = 40.0  # s, for all that one event needs of other servers; well within its lease
MOST_TRIES = 6
MOST_FAILURES = 5
_MINUTE_MS = 60_000
# About two hours in all: a server that is down for longer will be asked again when it speaks itself.
_PAUSES_MS = tuple(minutes * _MINUTE_MS for minutes in (1, 4, 10, 20, 40, 60))
_SHOWS_A_FACE = frozenset({"Create", "Follow", "QuoteRequest", "ReplyRequest", "Update"})
_TEMPORARY = frozenset({401, 408, 425, 429})
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to become of an event: its second step, at `now` in ms UTC."""

    event: InboxEvent
    apply: Apply
    now: int


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of it. `face`: the actor who can now be seen, if there are pictures of theirs to copy."""

    outcome: Outcome
    face: Actor | None


Settle = Callable[[Decision], Awaitable[Settled]]


Process = Callable[[Workshop, InboxEvent], Awaitable[Outcome | Later]]


def processor(shop: Workshop) -> Process:
    """`process` for many events: what is decided while one commit is under way shares the next one
    (docs/decisions/0010)."""
    return partial(process, here=home.kept(shop.store), settle=Batch(shop.store, _settle_all).add)


async def process(
    shop: Workshop, event: InboxEvent, here: Kept[Home], settle: Settle, *, patience: float = PATIENCE
) -> Outcome | Later:
    """Give a leased event its effect and its verdict, both in one transaction.

    Everything is written here, also that it must be tried again (`Later`, returned for the log). Never raises
    for what the event holds: one that fails five times for reasons of our own is parked as failed.
    """
    try:
        settled = await settle(Decision(event, await _planned(shop, event, here, patience), shop.now()))
    except Later as later:
        return await _postpone(shop, event, later)
    except _Lost:
        return repeated("another worker took it over")
    except Exception as error:  # noqa: BLE001 - one bad message must not stop those behind it
        return await _after_failure(shop, event, error, settle)
    if settled.face:
        await _copy_face(shop, settled.face)
    return settled.outcome


class _Lost(Exception):
    """The lease passed to another worker while this one was busy; its transaction is rolled back."""


async def _planned(shop: Workshop, event: InboxEvent, here: Kept[Home], patience: float) -> Apply:
    """The plan, in time: past its lease the event would be planned a second time beside this one."""
    try:
        async with asyncio.timeout(patience):
            return await _plan(shop, event, here)
    except TimeoutError as error:
        raise Unreachable(f"not all that it needs came within {patience:g} s") from error


async def _plan(shop: Workshop, event: InboxEvent, here: Kept[Home]) -> Apply:
    """First step: read the activity, and gather what it takes."""
    try:
        received = _received(event, await here.current(), shop.now())
        if not received.gate.may_act(event.signer, received.activity.actor_id):
            return without_effect(refused("its sender is blocked"))
        if is_same_id(event.signer, received.activity.actor_id):
            return await (pass_on if _is_passed_on(received) else handle)(shop, received)
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


def _is_passed_on(received: Received) -> bool:
    """Whether it is a whole activity of somebody else, embedded in an Announce."""
    return received.activity.type == "Announce" and received.activity.inner is not None


def _is_temporary(error: BadAnswer) -> bool:
    return error.status is not None and (error.status >= 500 or error.status in _TEMPORARY)


def _received(event: InboxEvent, here: Home, now: int) -> Received:
    document = read_object(event.body or b"")
    return Received(read_activity(document), document, here.blog, here.us, here.gate, now)


async def _settle_all(db: Writer, decisions: Sequence[Decision]) -> list[Settled]:
    # Whoever was blocked while the event was planned, which may take many seconds, is blocked here too.
    gates = {blog_pk: await gate.read(db, blog_pk) for blog_pk in {decision.event.blog_pk for decision in decisions}}
    outcomes = [await _apply(db, decision, gates[decision.event.blog_pk]) for decision in decisions]
    if not await inbox_events.settle(db, [*map(_settlement, decisions, outcomes)]):
        raise _Lost
    seen = [d.event.actor for d, outcome in zip(decisions, outcomes, strict=True) if _shows_a_face(d.event, outcome)]
    faces = await actors.without_pictures(db, seen)
    return [Settled(o, faces.get(d.event.actor)) for d, o in zip(decisions, outcomes, strict=True)]


async def _apply(db: Writer, decision: Decision, now_open: Gate) -> Outcome:
    if not now_open.may_act(decision.event.signer, decision.event.actor):
        return refused("its sender is blocked")
    outcome = await decision.apply(db)
    await forwarding.consider(db, decision.event, outcome, decision.now)
    return outcome


def _settlement(decision: Decision, outcome: Outcome) -> Settlement:
    event = decision.event
    return Settlement(event.pk, event.leased_by or "", outcome.verdict, outcome.reason, decision.now)


def _shows_a_face(event: InboxEvent, outcome: Outcome) -> bool:
    return outcome.verdict in {Verdict.ACCEPTED, Verdict.HELD} and event.type in _SHOWS_A_FACE


async def _postpone(shop: Workshop, event: InboxEvent, later: Later) -> Later:
    await shop.store.write(
        lambda db: inbox_events.postpone(db, event.pk, event.leased_by or "", later.due_at, later.reason)
    )
    return later


async def _after_failure(shop: Workshop, event: InboxEvent, error: Exception, settle: Settle) -> Outcome | Later:
    """Try again a few times, then park it with the reason."""
    is_remote = isinstance(error, RemoteError | Busy)
    reason = "a server that it needs does not answer" if is_remote else f"failed here: {type(error).__name__}"
    if not is_remote:
        _log.error("Event %s failed.", event.pk, exc_info=error)
    if event.attempts >= (MOST_TRIES if is_remote else MOST_FAILURES):
        given_up = without_effect(Outcome(Verdict.FAILED, f"given up: {reason}"))
        return (await settle(Decision(event, given_up, shop.now()))).outcome
    pause = _PAUSES_MS[min(max(event.attempts, 1), len(_PAUSES_MS)) - 1]
    jitter = 0.75 + shop.world.jitter() / 2
    return await _postpone(shop, event, Later(shop.now() + int(pause * jitter), reason))


async def _copy_face(shop: Workshop, actor: Actor) -> None:
    """Copy the avatar of somebody who can now be seen, and the emoji in the name. The verdict does not wait for
    them, nor fail with them."""
    try:
        await resolving.copy_avatar(shop, actor)
        await emojis.copy_for_name(shop, actor)
    except Exception:  # noqa: BLE001 - a face is not worth a retry of what is done
        _log.exception("The avatar of actor %s could not be copied.", actor.pk)
