"""Accept and Reject of what the blog asked for, and of what it answered.

They count only from the one who was asked, or who owns what was answered (protocol.md e.2).
"""

from fedblog.ap.parse.interaction import Answer, read_answer
from fedblog.domain.backoff import DAY
from fedblog.domain.interaction import AnswerState, OwnInteraction
from fedblog.services import followees, own_answers
from fedblog.services.handling.received import Received
from fedblog.services.outcomes import Apply, Outcome, accepted, ignored, refused, repeated
from fedblog.services.workshop import Workshop
from fedblog.store.door import Writer
from fedblog.urls import is_same_id, is_same_origin

_ASKED_NOTHING = "the blog had asked nothing of them"


async def accept(shop: Workshop, received: Received) -> Apply:
    """Somebody lets the blog follow, or allows an answer of ours."""
    return await _answered(shop, received, is_accepted=True)


async def reject(shop: Workshop, received: Received) -> Apply:
    """Somebody does not let the blog follow, or not any more; or does not want an answer of ours."""
    return await _answered(shop, received, is_accepted=False)


async def _answered(shop: Workshop, received: Received, *, is_accepted: bool) -> Apply:
    asked = await followees.find_asked(shop.store.reader, received.blog, received.us, received.activity)
    if asked is None:
        return _about_note(shop, received, is_accepted=is_accepted)

    async def apply(db: Writer) -> Outcome:
        return await followees.answered(db, asked, received.now, is_accepted=is_accepted)

    return apply


def _about_note(shop: Workshop, received: Received, *, is_accepted: bool) -> Apply:
    """What is said to a reply of ours: its owner's word alone counts (WordPress had that wrong three times)."""
    said = read_answer(received.activity, received.document)

    async def apply(db: Writer) -> Outcome:
        own = await own_answers.find(db, said.about)
        if own is None:
            return ignored(_ASKED_NOTHING)
        if not is_same_id(own.owner_id, received.activity.actor_id):
            return refused("only the author of what we answered can say that")
        return await (_approved(db, shop, own, said) if is_accepted else _rejected(db, shop, own))

    return apply


async def _approved(db: Writer, shop: Workshop, own: OwnInteraction, said: Answer) -> Outcome:
    """Keep the authorization, and send the reply again with it: others may have waited for that."""
    if own.state is AnswerState.REJECTED:
        return ignored("our answer was rejected before, and is gone")
    if not is_same_origin(said.authorization_id, own.owner_id):
        return refused("the authorization is on another server than its author")
    if own.approval_id == said.authorization_id:
        return repeated("our answer has that authorization")
    if own.state is AnswerState.APPROVED and shop.now() - (own.answered_at or 0) < DAY:
        return repeated("our answer was allowed within the last day, and sent again then")
    await own_answers.approve(db, shop, own, said.authorization_id)
    return accepted("our answer is allowed; it is sent again with the authorization")


async def _rejected(db: Writer, shop: Workshop, own: OwnInteraction) -> Outcome:
    if own.state is AnswerState.REJECTED:
        return repeated("our answer was rejected before")
    await own_answers.withdraw(db, shop, own)
    return accepted("our answer is not wanted; other servers are asked to remove it")
