"""What somebody wrote, looked at as a quote of ours: beside whatever else it is, a comment or a mention."""

from dataclasses import dataclass

from fedblog.ap.parse.object import RemoteObject
from fedblog.domain.interaction import Quote
from fedblog.services import quoting
from fedblog.services.handling.received import Received
from fedblog.services.outcomes import Apply, Outcome, ignored, without_effect
from fedblog.services.replies import Reply
from fedblog.services.threads import Place, own_place
from fedblog.services.workshop import Workshop
from fedblog.store import mentions, quotes
from fedblog.store.door import Reader, Writer


@dataclass(frozen=True, slots=True)
class Quotation:
    """`place`: what of ours it quotes; None where it does so no more. `known`: the quote as it is kept."""

    place: Place | None
    known: Quote | None


async def quotation_in(db: Reader, received: Received, written: RemoteObject, *, is_update: bool) -> Quotation | None:
    """How something that was written quotes ours, or did; None for what never did. Most replies cost no look."""
    if written.quote_id is None and not is_update:
        return None
    known = await quotes.by_object_id(db, received.blog.pk, written.object_id or "")
    place = await own_place(db, received.blog, written.quote_id) if written.quote_id else None
    return Quotation(place, known) if place or known else None


def with_quotation(
    shop: Workshop, received: Received, reply: Reply, quotation: Quotation | None, taking: Apply | None
) -> Apply:
    """Take it in as a quote too. `taking` is what else becomes of it, and has the first word."""
    if quotation is None:
        return taking or without_effect(ignored("it does not concern the blog"))

    async def apply(db: Writer) -> Outcome:
        first = await taking(db) if taking else None
        outcome = await _quoted(db, shop, received, reply, quotation)
        if quotation.place is None and taking is None:
            await _forget_mention(db, received, reply)
        return first or outcome

    return apply


async def _quoted(db: Writer, shop: Workshop, received: Received, reply: Reply, quotation: Quotation) -> Outcome:
    if quotation.place is not None:
        return await quoting.seen(db, shop, received.blog, reply, quotation.place, received.now)
    assert quotation.known is not None
    return await quoting.dropped(db, shop, quotation.known, reply.actor)


async def _forget_mention(db: Writer, received: Received, reply: Reply) -> None:
    """Where the quote was all that concerned the blog."""
    known = await mentions.by_object_id(db, received.blog.pk, reply.object_id)
    if known is not None and known.actor_pk == reply.actor.pk:
        await mentions.remove(db, known.pk)
