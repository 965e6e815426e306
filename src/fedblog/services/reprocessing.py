"""Letting the present code judge again what was received before. The verdict of before stays written down."""

from fedblog.ap.parse.activity import RemoteActivity, read_activity
from fedblog.ap.strict_json import read_object
from fedblog.domain.inbox_event import InboxEvent
from fedblog.errors import Conflict, Invalid, Missing
from fedblog.services.workshop import Workshop
from fedblog.store import accounts, inbox_events, ledger
from fedblog.store.door import Reader, Writer
from fedblog.urls import is_same_id


async def process_again(shop: Workshop, pk: int, *, by: str) -> bool:
    """Let the worker process an event once more. False: it waits for the worker already.

    What was done stays done, for everything here is done once only. Raises `Missing` for an unknown event, and
    `Conflict` when what came is not kept any more, or its sender took it back since.
    """

    async def work(db: Writer) -> bool:
        event = await _kept(db, pk)
        if event.ended_at is None:
            return False
        await _refuse_taken_back(db, event)
        is_open = await ledger.reopen(db, pk, by, shop.now())
        await accounts.note(db, event.blog_pk, by, "process again", f"event {pk}: {event.type}", shop.now())
        return is_open

    return await shop.store.write(work)


async def _kept(db: Reader, pk: int) -> InboxEvent:
    event = await inbox_events.by_pk(db, pk)
    if event is None:
        raise Missing(f"There is no event {pk} in the inbox.", "fedblog inbox list shows them.")
    if event.body is None:
        raise Conflict("What came is not kept any more.", "It is kept for 30 days.")
    return event


async def _refuse_taken_back(db: Reader, event: InboxEvent) -> None:
    """One event alone must not bring back what a later one of the same actor ended."""
    for later in await ledger.taken_back_since(db, event.actor, event.pk):
        if _ends(later, event):
            raise Conflict("Its sender took it back since.", f"Event {later.pk} in the inbox did that.")


def _ends(later: InboxEvent, event: InboxEvent) -> bool:
    if later.object_id and later.object_id in {event.activity_id, event.object_id, event.actor}:
        return True
    undone = _undone(later)
    if undone is None or undone.type != event.type:
        return False
    # Which Follow is named does not matter; what was said last counts.
    return event.type == "Follow" or is_same_id(undone.object_id, event.object_id)


def _undone(event: InboxEvent) -> RemoteActivity | None:
    try:
        return read_activity(read_object(event.body or b"")).inner
    except Invalid:
        return None
