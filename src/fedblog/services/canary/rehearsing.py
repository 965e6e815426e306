"""What a canary says is rehearsed: done by the real handlers in a transaction that is always rolled back.

So every rule speaks its real verdict, and no row of a canary ever stands where readers, followers, counts or other
servers could meet it: no filter has to hide what was never kept.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from fedblog.ap.parse.activity import read_activity
from fedblog.domain.inbox_event import Verdict
from fedblog.errors import Invalid
from fedblog.services.canary.admission import living
from fedblog.services.handling import follows
from fedblog.services.handling.received import Received
from fedblog.services.outcomes import Apply, Outcome, ignored, refused, without_effect
from fedblog.services.resolving import actor_of
from fedblog.services.workshop import Workshop
from fedblog.store import canaries
from fedblog.store.canaries import Canary
from fedblog.store.door import Writer

Handle = Callable[[Workshop, Received], Awaitable[Apply]]
_DONE = frozenset({Verdict.ACCEPTED, Verdict.HELD})


async def rehearse(shop: Workshop, received: Received, handle: Handle) -> Apply:
    """Rehearse a canary's message after all that it said before; keep the verdict, and answer a Follow for real."""
    canary = await living(shop.store.reader, received.activity.actor_id, shop.now())
    if canary is None:
        return without_effect(ignored("a check's canary that is gone"))
    actor = await actor_of(shop, canary.actor_id, with_handle=True)
    outcome = await _outcome(shop, received, canary, handle)
    verdict = (received.activity.type, outcome.verdict.value, outcome.reason)

    async def apply(db: Writer) -> Outcome:
        if not await canaries.hear(db, canary, received.document, verdict, received.now):
            return ignored("a check's canary that is gone")
        if received.activity.type == "Follow" and outcome.verdict in _DONE:
            await follows.answer(db, shop, received.blog, received.us, actor, received.document)
        return Outcome(outcome.verdict, f"rehearsed for a check, nothing is kept: {outcome.reason}")

    return apply


async def _outcome(shop: Workshop, received: Received, canary: Canary, handle: Handle) -> Outcome:
    try:
        before = [await handle(shop, _again(received, document)) for document in canary.sung]
        return await _rolled_back(shop, [*before, await handle(shop, received)])
    except Invalid as error:
        return refused(str(error))


def _again(received: Received, document: Mapping[str, Any]) -> Received:
    return replace(received, activity=read_activity(document), document=dict(document))


class _RolledBack(Exception):
    """Ends the rehearsal, and carries what its last step said."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.reason)
        self.outcome = outcome


async def _rolled_back(shop: Workshop, steps: Sequence[Apply]) -> Outcome:
    async def work(db: Writer) -> None:
        outcomes = [await step(db) for step in steps]
        raise _RolledBack(outcomes[-1])

    try:
        await shop.store.write(work)
    except _RolledBack as end:
        return end.outcome
    raise AssertionError("a rehearsal always ends by being rolled back")
