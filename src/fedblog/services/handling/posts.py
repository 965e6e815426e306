"""Create and Update of what people write: replies, mentions, and all that is neither."""

from dataclasses import dataclass

from fedblog.ap.parse.activity import trusts_embedded
from fedblog.ap.parse.object import RemoteObject, read_object
from fedblog.domain.actor import Actor
from fedblog.errors import Gone, Invalid, Missing
from fedblog.services import commenting, documents_by_id, reply_approvals
from fedblog.services.climbing import Way, way_to
from fedblog.services.handling.quotations import quotation_in, with_quotation
from fedblog.services.handling.received import Received
from fedblog.services.ledger_lines import note_found
from fedblog.services.outcomes import Apply, Outcome, ignored, refused, without_effect
from fedblog.services.replies import Reply, gather_reply
from fedblog.services.resolving import actor_of, up_to_date
from fedblog.services.threads import place_of
from fedblog.services.workshop import Workshop
from fedblog.store import actors, comments, followees, mentions, remarks
from fedblog.store.door import Reader, Writer
from fedblog.urls import is_same_id, is_same_origin

_ON_THE_WAY = "found on the way up from an answer to it"


async def create(shop: Workshop, received: Received) -> Apply:
    """Take in something that was written."""
    return await _take(shop, received, is_update=False)


async def update(shop: Workshop, received: Received) -> Apply:
    """Take in an edit. One of something unknown is taken like something new: its Create may have been lost."""
    return await _take(shop, received, is_update=True)


async def _take(shop: Workshop, received: Received, *, is_update: bool) -> Apply:
    try:
        written = await _written(shop, received)
    except (Gone, Missing):
        return without_effect(ignored("its own server does not show it"))
    except Invalid:
        return without_effect(ignored("no kind of post that can be a comment"))
    return await take_written(shop, received, written, is_update=is_update)


async def _written(shop: Workshop, received: Received) -> RemoteObject:
    """The object: the embedded one only if it is its sender's own, else as its own server shows it (FEP-fe34)."""
    activity = received.activity
    if activity.object is not None and trusts_embedded(activity):
        return read_object(activity.object)
    if activity.object_id is None:
        raise Missing("That activity has no object.")
    if is_same_origin(activity.object_id, received.blog.base_url):
        raise Missing("That object is ours.")
    if activity.object is not None and not is_same_origin(activity.object_id, activity.actor_id):
        # A copy from elsewhere is only worth a look at the original when it speaks of something here.
        await _require_interest(shop.store.reader, received)
    return await documents_by_id.fetch_object(shop.net, activity.object_id)


async def _require_interest(db: Reader, received: Received) -> None:
    """Raise `Missing` for a foreign object that does not even pretend to concern us."""
    activity = received.activity
    known = await comments.by_object_id(db, received.blog.pk, activity.object_id or "")
    try:
        said = read_object(activity.object)
    except Invalid as error:
        raise Missing("That object is no post.") from error
    quotes_us = is_same_origin(said.quote_id, received.blog.base_url)
    if known is None and said.in_reply_to is None and not quotes_us and not _mentions_us(received, said):
        raise Missing("That object does not concern this blog.")


async def take_written(
    shop: Workshop, received: Received, written: RemoteObject, *, is_update: bool, is_fetched: bool = False
) -> Apply:
    """Take in an object whose author is certain: embedded by its author, or fetched from its own id."""
    if written.is_vote:
        return without_effect(ignored("a vote in a poll"))
    if written.object_id is None or written.attributed_to is None:
        return without_effect(ignored("it has no id or no author"))
    is_own = is_same_id(written.attributed_to, received.activity.actor_id)
    if not received.gate.may_act(written.attributed_to):
        return without_effect(refused("its author or server is blocked"))
    if not is_same_origin(written.attributed_to, written.object_id):
        return without_effect(refused("its author is on another server than itself"))
    known = await shop.store.read(lambda db: _known(db, received, written))
    way = known.way or await _way_up(shop, received, written)
    quotation = await quotation_in(shop.store.reader, received, written, is_update=is_update)
    is_mention = way is None and await _is_mention(shop.store.reader, received, written)
    if way is None and not is_mention and quotation is None:
        return without_effect(ignored(await _why_ignored(shop.store.reader, received)))
    if known.way:
        author = await up_to_date(shop, written.attributed_to, known.author, with_handle=True)
    else:
        author = await actor_of(shop, written.attributed_to, with_handle=True)
    around = received.activity.addressing if is_own and not is_fetched else None
    reply = await gather_reply(shop, written, written.object_id, author, received.blog, around)
    if quotation is not None and quotation.place is None:
        is_mention = is_mention and _mentions_us(received, written)
    comment = _as_comment(shop, received, reply, way, is_update=is_update) if way is not None else None
    taking = comment or (_as_mention(received, reply) if is_mention else None)
    return with_quotation(shop, received, reply, quotation, taking)


async def _why_ignored(db: Reader, received: Received) -> str:
    if await followees.is_followed(db, received.blog.pk, received.activity.actor_id):
        return "a post of an account that the blog follows; there is no timeline where it could go"
    return "neither an answer to this blog nor a mention of it"


def _as_mention(received: Received, reply: Reply) -> Apply:
    async def apply(db: Writer) -> Outcome:
        return await commenting.note_mention(db, received.blog, reply, received.now)

    return apply


def _as_comment(shop: Workshop, received: Received, reply: Reply, way: Way, *, is_update: bool) -> Apply:
    async def apply(db: Writer) -> Outcome:
        for ancestor in way.replies:
            outcome = await commenting.take(db, received.blog, ancestor, received.now)
            await note_found(db, received.blog.pk, ancestor.object, outcome, _ON_THE_WAY, received.now)
        taken = await commenting.take_in(db, received.blog, way.hung(reply), received.now, is_update=is_update)
        if taken.unproven is not None:
            await reply_approvals.prove(db, shop, taken.unproven)
        if taken.withheld is not None:
            await reply_approvals.withheld(db, shop, taken.withheld)
        return taken.outcome

    return apply


@dataclass(frozen=True, slots=True)
class _Known:
    """What is here already. `way`: how it hangs together with this blog, where that takes no asking."""

    way: Way | None
    author: Actor | None


async def _known(db: Reader, received: Received, written: RemoteObject) -> _Known:
    """All of it in one look, which is all that most replies need."""
    author = await actors.by_id(db, written.attributed_to or "")
    if await comments.by_object_id(db, received.blog.pk, written.object_id or "") is not None:
        return _Known(Way(), author)
    if await place_of(db, received.blog, written.in_reply_to) is not None:
        return _Known(Way(), author)
    return _Known(None, author)


async def _way_up(shop: Workshop, received: Received, written: RemoteObject) -> Way | None:
    """How an answer to something unknown hangs together with this blog; None when it does not.

    Whom the blog follows sends it each of their answers to anybody: of those only one that names the blog is worth
    the climb. What is missed so is found by the search for missing replies.
    """
    if written.in_reply_to is None:
        return None
    db, sender = shop.store.reader, received.activity.actor_id
    if not _mentions_us(received, written) and await followees.is_followed(db, received.blog.pk, sender):
        return None
    return await way_to(shop, received.blog, received.gate, written.in_reply_to)


async def _is_mention(db: Reader, received: Received, written: RemoteObject) -> bool:
    known = await mentions.by_object_id(db, received.blog.pk, written.object_id or "")
    return known is not None or _mentions_us(received, written) or await _answers_remark(db, written)


async def _answers_remark(db: Reader, written: RemoteObject) -> bool:
    """Whether it answers what the author said elsewhere, of which there is no page to comment on."""
    return written.in_reply_to is not None and await remarks.by_object_id(db, written.in_reply_to) is not None


def _mentions_us(received: Received, written: RemoteObject) -> bool:
    """Whether it names the blog: by id, or (WordPress) by the address of the site."""
    ours = {received.us.actor_id, received.us.url, received.blog.base_url, f"{received.blog.base_url}/"}
    addressed = written.addressing
    named = {mention.href for mention in written.tags.mentions}
    if addressed:
        named |= {*addressed.to, *addressed.cc}
    return not ours.isdisjoint(named)
