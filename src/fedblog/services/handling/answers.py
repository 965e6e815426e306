"""Accept and Reject of what the blog asked for. They count only from the one who was asked (protocol.md e.2)."""

from fedblog.services import followees
from fedblog.services.handling.received import Received
from fedblog.services.outcomes import Apply, Outcome, ignored, without_effect
from fedblog.services.workshop import Workshop
from fedblog.store.door import Writer

_ASKED_NOTHING = "the blog had asked nothing of them"


async def accept(shop: Workshop, received: Received) -> Apply:
    """Somebody lets the blog follow."""
    return await _answered(shop, received, is_accepted=True)


async def reject(shop: Workshop, received: Received) -> Apply:
    """Somebody does not let the blog follow, or not any more."""
    return await _answered(shop, received, is_accepted=False)


async def _answered(shop: Workshop, received: Received, *, is_accepted: bool) -> Apply:
    asked = await followees.find_asked(shop.store.reader, received.blog, received.us, received.activity)
    if asked is None:
        return without_effect(ignored(_ASKED_NOTHING))

    async def apply(db: Writer) -> Outcome:
        return await followees.answered(db, asked, received.now, is_accepted=is_accepted)

    return apply
