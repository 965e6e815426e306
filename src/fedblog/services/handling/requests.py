"""ReplyRequest, LikeRequest, AnnounceRequest and QuoteRequest: asking first, and being answered (FEP-044f, GoToSocial).

What is asked for is judged as if it had simply been done; the answer tells how that ended.
"""

from dataclasses import replace
from typing import Any

from fedblog.ap.parse.activity import read_activity
from fedblog.ap.parse.interaction import InteractionRequest, read_request
from fedblog.ap.parse.object import RemoteObject, read_object
from fedblog.ap.parse.values import id_of
from fedblog.domain.comment import Comment, CommentState
from fedblog.domain.inbox_event import Verdict
from fedblog.domain.interaction import Interaction, InteractionKind, InteractionState
from fedblog.domain.moderation import Rule
from fedblog.services import authorizing, commenting, documents_by_id, quoting
from fedblog.services.handling.reactions import react
from fedblog.services.handling.received import Received
from fedblog.services.outcomes import Apply, Outcome, ignored, refused, without_effect
from fedblog.services.replies import gather_reply
from fedblog.services.resolving import actor_of
from fedblog.services.threads import Place, own_place
from fedblog.services.workshop import Workshop
from fedblog.store import comments, interactions
from fedblog.store.door import Reader, Writer
from fedblog.store.rows import as_json
from fedblog.urls import is_same_id

_NOT_OURS = "it asks about nothing of this blog"
# Taken, though not on the page: that is what its author wants.
_TAKEN_QUIETLY = frozenset({Rule.NOT_PUBLIC, Rule.NO_LONGER_PUBLIC, Rule.AUTHOR_HIDES})
_ASKED = InteractionState.ASKED
_REACTIONS = {"LikeRequest": InteractionKind.LIKE, "AnnounceRequest": InteractionKind.ANNOUNCE}
_DEEDS = {InteractionKind.LIKE: "Like", InteractionKind.ANNOUNCE: "Announce"}


async def ask_to_reply(shop: Workshop, received: Received) -> Apply:
    """Take a reply that asks first: judged as any other, and answered once it is decided."""
    request = read_request(received.activity, received.document)
    place = await own_place(shop.store.reader, received.blog, received.activity.object_id)
    if place is None:
        return without_effect(ignored(_NOT_OURS))
    written = await _instrument(shop, received, request)
    if not _is_theirs(received, request, written):
        return without_effect(_of_another())
    answered = await own_place(shop.store.reader, received.blog, written.in_reply_to)
    if answered is None or answered.object_id != place.object_id:
        return without_effect(refused("what it asks for does not answer what it asks about"))
    author = await actor_of(shop, received.activity.actor_id, with_handle=True)
    reply = await gather_reply(shop, written, request.instrument_id, author, received.blog, None)

    async def apply(db: Writer) -> Outcome:
        outcome = await commenting.take(db, received.blog, reply, received.now)
        comment = await comments.by_object_id(db, received.blog.pk, request.instrument_id)
        if comment is None or comment.actor_pk != author.pk:
            return outcome
        if (comment.post_pk, comment.parent_pk) != (place.post.pk, place.comment_pk):
            return refused("what it asks for stands below something else, where it came first")
        wish = await _wish(db, received, request, InteractionKind.REPLY, author.pk, place)
        if wish is None:
            return _of_another()
        if comment.audience.may_be_shown or wish.is_approved:
            return await _answer_reply(db, shop, wish, comment, outcome)
        state = await commenting.state_in_public(db, received.blog, reply, place, received.now)
        return await _answer_private(db, shop, wish, state, outcome)

    return apply


async def _answer_private(
    db: Writer, shop: Workshop, wish: Interaction, in_public: CommentState, outcome: Outcome
) -> Outcome:
    """Allow no more than in public: its author may open it to everybody later, with the same authorization."""
    if in_public is CommentState.REFUSED:
        await authorizing.reject(db, shop, wish)
        return Outcome(outcome.verdict, f"{outcome.reason}; asked first, and rejected")
    if in_public is CommentState.HELD:
        return Outcome(outcome.verdict, f"{outcome.reason}; asked first, and not answered")
    await authorizing.approve(db, shop, wish)
    return Outcome(outcome.verdict, f"{outcome.reason}; asked first, and approved")


async def _answer_reply(db: Writer, shop: Workshop, wish: Interaction, comment: Comment, outcome: Outcome) -> Outcome:
    if comment.state is CommentState.REMOVED:
        return ignored("its author had deleted it")
    if comment.state is CommentState.HELD:
        await (authorizing.revoke(db, shop, wish, state=_ASKED) if wish.is_approved else authorizing.hold(db, wish))
        return Outcome(Verdict.HELD, f"{outcome.reason}; its server waits for the answer")
    if comment.state is CommentState.SHOWN or comment.rule in _TAKEN_QUIETLY:
        await authorizing.approve(db, shop, wish)
        return Outcome(Verdict.ACCEPTED, f"{outcome.reason}; asked first, and approved")
    by_hand = comment.rule == Rule.BY_HAND
    await authorizing.reject(db, shop, wish, state=InteractionState.DENIED if by_hand else InteractionState.REJECTED)
    return refused(f"{outcome.reason}; asked first, and rejected")


async def ask_to_quote(shop: Workshop, received: Received) -> Apply:
    """Answer a QuoteRequest by the policy of what is to be quoted (protocol.md g.1)."""
    request = read_request(received.activity, received.document)
    place = await own_place(shop.store.reader, received.blog, received.activity.object_id)
    if place is None:
        return without_effect(ignored(_NOT_OURS))
    written = await _instrument(shop, received, request)
    if not _is_theirs(received, request, written):
        return without_effect(_of_another())
    quoted = await own_place(shop.store.reader, received.blog, written.quote_id)
    if quoted is None or quoted.object_id != place.object_id:
        return without_effect(refused("what it asks for does not quote what it asks about"))
    author = await actor_of(shop, received.activity.actor_id, with_handle=True)
    reply = await gather_reply(shop, written, request.instrument_id, author, received.blog, None)

    async def apply(db: Writer) -> Outcome:
        current = await own_place(db, received.blog, place.object_id)
        if current is None:
            return ignored("the post is not public any more")
        wish = await _wish(db, received, request, InteractionKind.QUOTE, author.pk, current)
        if wish is None:
            return _of_another()
        return await quoting.asked(db, shop, received.blog, reply, current, wish, received.now)

    return apply


async def ask_to_react(shop: Workshop, received: Received) -> Apply:
    """Count a like or boost that asks first. Everybody may, so the answer is yes wherever it counts."""
    kind = _REACTIONS[received.activity.type]
    request = read_request(received.activity, received.document)
    place = await own_place(shop.store.reader, received.blog, received.activity.object_id)
    if place is None:
        return without_effect(ignored(_NOT_OURS))
    document = await _deed(shop, request)
    deed = read_activity(document)
    is_theirs = is_same_id(deed.actor_id, received.activity.actor_id)
    if not is_theirs or deed.type != _DEEDS[kind] or not is_same_id(deed.activity_id, request.instrument_id):
        return without_effect(refused("what it asks for is something else, or of somebody else"))
    about = await own_place(shop.store.reader, received.blog, deed.object_id)
    if about is None or about.object_id != place.object_id:
        return without_effect(refused("what it asks for is not about what it asks about"))
    count = await react(shop, replace(received, activity=deed, document=document))
    author = await actor_of(shop, received.activity.actor_id)

    async def apply(db: Writer) -> Outcome:
        outcome = await count(db)
        if outcome.verdict not in {Verdict.ACCEPTED, Verdict.DUPLICATE}:
            return outcome
        wish = await _wish(db, received, request, kind, author.pk, place)
        if wish is None:
            return _of_another()
        await authorizing.approve(db, shop, wish)
        return Outcome(outcome.verdict, f"{outcome.reason}; asked first, and approved")

    return apply


async def _instrument(shop: Workshop, received: Received, request: InteractionRequest) -> RemoteObject:
    """What is asked for: the embedded object only if it says that its sender wrote it, else from its own server."""
    embedded = request.instrument
    if embedded is not None and is_same_id(id_of(embedded.get("attributedTo")), received.activity.actor_id):
        return read_object(embedded)
    return await documents_by_id.fetch_object(shop.net, request.instrument_id)


async def _deed(shop: Workshop, request: InteractionRequest) -> dict[str, Any]:
    """The Like or Announce. GoToSocial names its actor as `attributedTo`."""
    document = request.instrument or await documents_by_id.fetch(shop.net, request.instrument_id)
    return {"actor": document.get("attributedTo"), **document}


def _of_another() -> Outcome:
    return refused("somebody else wrote what it asks for")


def _is_theirs(received: Received, request: InteractionRequest, written: RemoteObject) -> bool:
    is_named = is_same_id(written.object_id, request.instrument_id)
    return is_named and is_same_id(written.attributed_to, received.activity.actor_id)


async def _wish(
    db: Reader, received: Received, request: InteractionRequest, kind: InteractionKind, actor_pk: int, place: Place
) -> Interaction | None:
    """The request as a row: a new one, or the known one with its newest spelling. None where another actor has asked
    for the same thing before."""
    known = await interactions.by_object_id(db, received.blog.pk, kind, request.instrument_id)
    if known is not None and known.actor_pk != actor_pk:
        return None
    spelled = as_json(request.spelled)
    if known is not None and known.target_id == place.object_id:
        return replace(known, request=spelled)
    return Interaction(
        pk=0,
        blog_pk=received.blog.pk,
        kind=kind,
        actor_pk=actor_pk,
        post_pk=place.post.pk,
        object_id=request.instrument_id,
        target_id=place.object_id,
        request=spelled,
        state=InteractionState.ASKED,
        approval_id=None,
        asked_at=received.now,
        decided_at=None,
    )
