"""Being quoted: by request, with a stamp; without one, counted as a mention (FEP-044f, protocol.md g.1)."""

from fedblog.ap.render.policy import policies_of
from fedblog.domain.actor import Actor
from fedblog.domain.blog import Blog
from fedblog.domain.follower import FollowState
from fedblog.domain.inbox_event import Verdict
from fedblog.domain.interaction import Interaction, InteractionKind, InteractionState, Quote
from fedblog.domain.moderation import QuoteRuling, judge_quote
from fedblog.errors import Conflict, Missing
from fedblog.services import authorizing
from fedblog.services.outcomes import Outcome, accepted, ignored, refused, repeated
from fedblog.services.replies import Reply, as_mention
from fedblog.services.threads import Place
from fedblog.services.workshop import Workshop
from fedblog.store import accounts, followers, inbox_events, interactions, mentions, quotes
from fedblog.store.door import Reader, Writer

_TEN_MINUTES_MS = 600_000


async def asked(
    db: Writer, shop: Workshop, blog: Blog, reply: Reply, place: Place, wish: Interaction, now: int
) -> Outcome:
    """Somebody asks to quote: Accept with a stamp, Reject, or nothing until the author decides."""
    if await inbox_events.is_buried(db, reply.object_id, reply.actor.actor_id):
        return ignored("its author had deleted it before it came")
    before = await quotes.by_object_id(db, blog.pk, reply.object_id)
    if before is not None and before.actor_pk != reply.actor.pk:
        return refused("somebody else wrote that quote")
    await _leave_other_target(db, shop, wish)
    if wish.is_approved:
        await _keep(db, blog, reply, place, now, is_read=False)
        await authorizing.approve(db, shop, wish)
        return repeated("may quote the post; told so again")
    if wish.state is InteractionState.DENIED:
        await authorizing.reject(db, shop, wish, state=InteractionState.DENIED)
        return refused("asks to quote; the author of the blog had said no")
    ruling, words = judge_quote(
        policies_of(blog, place.post).quotes,
        is_follower=await _is_follower(db, blog, reply.actor.pk),
        recent=await interactions.count_since(db, reply.actor.pk, InteractionKind.QUOTE, now - _TEN_MINUTES_MS),
    )
    if ruling is not QuoteRuling.REFUSED:
        await _keep(db, blog, reply, place, now, is_read=False)
    return await _ruled(db, shop, wish, ruling, words)


async def _ruled(db: Writer, shop: Workshop, wish: Interaction, ruling: QuoteRuling, words: str) -> Outcome:
    match ruling:
        case QuoteRuling.APPROVED:
            await authorizing.approve(db, shop, wish)
            return accepted(f"asks to quote; approved: {words}")
        case QuoteRuling.HELD:
            await authorizing.hold(db, wish)
            return Outcome(Verdict.HELD, f"asks to quote; waits: {words}")
        case QuoteRuling.REFUSED:
            await authorizing.reject(db, shop, wish)
            return refused(f"asks to quote; rejected: {words}")


async def _leave_other_target(db: Writer, shop: Workshop, wish: Interaction) -> None:
    """What had quoted another object of ours loses the stamp for that."""
    known = await interactions.by_object_id(db, wish.blog_pk, wish.kind, wish.object_id)
    if known is not None and known.is_approved and known.target_id != wish.target_id:
        await authorizing.revoke(db, shop, known, state=InteractionState.ENDED, tells_all=False)


async def _is_follower(db: Reader, blog: Blog, actor_pk: int) -> bool:
    follower = await followers.by_actor(db, blog.pk, actor_pk)
    return follower is not None and follower.state is FollowState.ACCEPTED


async def seen(db: Writer, shop: Workshop, blog: Blog, reply: Reply, place: Place, now: int) -> Outcome:
    """A post that quotes ours came by itself: a known quote is brought up to date, another counts as a mention.

    One that now quotes something else of ours loses the stamp of what it had quoted.
    """
    if await inbox_events.is_buried(db, reply.object_id, reply.actor.actor_id):
        return ignored("its author had deleted it before it came")
    before = await quotes.by_object_id(db, blog.pk, reply.object_id)
    if before is not None and before.actor_pk != reply.actor.pk:
        return refused("somebody else wrote that quote")
    if before is not None and (reply.object.updated_at or now) < (before.updated_at or 0):
        return repeated("a newer edit is known")
    known = await interactions.by_object_id(db, blog.pk, InteractionKind.QUOTE, reply.object_id)
    if known is not None and known.is_approved and known.target_id != place.object_id:
        await authorizing.revoke(db, shop, known, state=InteractionState.ENDED, tells_all=False)
    await _keep(db, blog, reply, place, now, is_read=known is None)
    if known is None:
        await mentions.save(db, as_mention(reply, blog.pk, now))
        return accepted("quotes the post without having asked; kept as a mention")
    return accepted("a quote; brought up to date")


async def dropped(db: Writer, shop: Workshop, quote: Quote, author: Actor) -> Outcome:
    """Its author edited it, and it quotes nothing of ours any more: nothing of it stays, nor its stamp."""
    if quote.actor_pk != author.pk:
        return refused("somebody else wrote that quote")
    known = await interactions.by_object_id(db, quote.blog_pk, InteractionKind.QUOTE, quote.object_id)
    if known is not None and known.state in {InteractionState.APPROVED, InteractionState.ASKED}:
        await authorizing.revoke(db, shop, known, state=InteractionState.ENDED, tells_all=False)
    await _forget(db, quote)
    return accepted("quotes the post no more")


async def taken_back(db: Writer, quote: Quote, now: int) -> None:
    """Its author deleted it."""
    known = await interactions.by_object_id(db, quote.blog_pk, InteractionKind.QUOTE, quote.object_id)
    if known is not None:
        await authorizing.end(db, known, now)
    await _forget(db, quote)


async def all_taken_back(db: Writer, actor_pk: int, now: int) -> None:
    """An account is gone: its quotes, and whatever else it had been allowed."""
    for interaction in await interactions.living_of_actor(db, actor_pk):
        await authorizing.end(db, interaction, now)
    for quote in await quotes.by_actor(db, actor_pk):
        await _forget(db, quote)


async def _forget(db: Writer, quote: Quote) -> None:
    await quotes.remove(db, quote.pk)
    db.touch(f"post:{quote.post_pk}")


async def _keep(db: Writer, blog: Blog, reply: Reply, place: Place, now: int, *, is_read: bool) -> None:
    written = reply.object
    quote = Quote(
        pk=0,
        blog_pk=blog.pk,
        post_pk=place.post.pk,
        comment_pk=place.comment_pk,
        actor_pk=reply.actor.pk,
        object_id=reply.object_id,
        target_id=place.object_id,
        audience=reply.audience,
        html=reply.clean.html,
        text=reply.clean.text,
        url=written.url or reply.object_id,
        published_at=min(written.published_at or now, now),
        updated_at=written.updated_at if written.updated_at and written.updated_at <= now else None,
        received_at=now,
        read_at=now if is_read else None,
    )
    await quotes.save(db, quote)
    db.touch(f"post:{place.post.pk}")


async def allow(shop: Workshop, pk: int, *, by: str) -> None:
    """Give the stamp that a quote waits for, or was refused. Raises `Conflict` for one that never asked."""

    async def work(db: Writer) -> None:
        quote, wish = await _asked_quote(db, pk)
        if wish.is_approved:
            return
        await authorizing.approve(db, shop, wish)
        await accounts.note(db, quote.blog_pk, by, "allow quote", quote.object_id, shop.now())
        db.touch(f"post:{quote.post_pk}")

    await shop.store.write(work)


async def refuse(shop: Workshop, pk: int, *, by: str) -> None:
    """Say no to a quote that waits; take the stamp back from one that has it."""

    async def work(db: Writer) -> None:
        quote, wish = await _asked_quote(db, pk)
        if wish.state is InteractionState.DENIED:
            return
        if wish.is_approved:
            await authorizing.revoke(db, shop, wish)
        else:
            await authorizing.reject(db, shop, wish, state=InteractionState.DENIED)
        await accounts.note(db, quote.blog_pk, by, "refuse quote", quote.object_id, shop.now())
        db.touch(f"post:{quote.post_pk}")

    await shop.store.write(work)


async def _asked_quote(db: Reader, pk: int) -> tuple[Quote, Interaction]:
    quote = await quotes.by_pk(db, pk)
    if quote is None:
        raise Missing(f"There is no quote {pk}.", "fedblog quotes list shows them.")
    wish = await interactions.by_object_id(db, quote.blog_pk, InteractionKind.QUOTE, quote.object_id)
    if wish is None or wish.target_id != quote.target_id:
        raise Conflict("Nobody asked for this quote, so there is nothing to allow or to take back.")
    return quote, wish
