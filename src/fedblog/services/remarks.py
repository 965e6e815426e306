"""Answers of ours to what stands below no post of ours: written, edited, taken back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from fedblog.ap.addressing import outgoing
from fedblog.ap.render import activities as documents_of
from fedblog.domain.actor import Actor
from fedblog.domain.backoff import MINUTE
from fedblog.domain.blog import Blog
from fedblog.domain.comment import Audience, Comment
from fedblog.domain.elsewhere import Remark
from fedblog.domain.interaction import Leave
from fedblog.domain.post import Addressee
from fedblog.errors import Conflict, Invalid, Missing
from fedblog.services import answering, asking, gate, looking, own_ids, publishing, resolving
from fedblog.services.documents import remark_note, render_answer
from fedblog.services.gestures import OUTBOX
from fedblog.services.sending import Outgoing, Recipients, send
from fedblog.services.threads import place_of
from fedblog.services.workshop import Workshop, the_actor, the_blog
from fedblog.store import accounts, activities, actors, mentions, own_objects, remarks
from fedblog.store.door import Reader, Writer
from fedblog.text.excerpt import shorten
from fedblog.text.hashtags_and_handles import find_handles

_LONGEST_WORDS = 140


@dataclass(frozen=True, slots=True)
class Target:
    """What is answered: its id, its author and its community, if any; the audience that the answer gets, its page, its
    beginning, and whether its author wants to be asked first."""

    object_id: str
    actor: Actor
    community: Actor | None
    audience: Audience
    url: str
    words: str
    leave: Leave = Leave.FREE


async def answer(shop: Workshop, address: str, source: str, *, by: str) -> Remark | Comment:
    """Answer the post at an address, in Markdown. What stands below a post of ours is answered there.

    Where its author wants to be asked first, it goes to them alone until they say yes. Raises as `looking.look`,
    `Conflict` where no answer is wanted, and `Invalid` for an empty or endless text or a handle that leads nowhere.
    """
    _check(source)
    sight = await looking.look(shop, address)
    if sight.post is None:
        raise Invalid("That is a person, not a post.", "To write to them, name them in a post or an answer.")
    place = await place_of(shop.store.reader, await the_blog(shop.store.reader), sight.object_id)
    if place is not None and place.post.is_public:
        return await answering.answer(shop, place.post.pk, place.comment_pk, source)
    audience = _audience(sight.post.audience)
    community = sight.community if audience.may_be_shown else None
    leave = await asking.refuse_unwanted(shop.store.reader, sight)
    target = Target(sight.object_id, sight.actor, community, audience, sight.url, sight.words, leave)
    return await _say(shop, target, source, by)


async def answer_mention(shop: Workshop, mention_pk: int, source: str, *, by: str) -> Remark:
    """Answer something that mentions the blog; a private message gets a private answer."""
    _check(source)
    db = shop.store.reader
    mention = await mentions.by_pk(db, mention_pk)
    actor = await actors.by_pk(db, mention.actor_pk) if mention else None
    if mention is None or actor is None or actor.gone_at is not None:
        raise Missing("There is nothing left to answer.")
    if not (await gate.read(db, mention.blog_pk)).may_act(actor.actor_id):
        raise Conflict("You have blocked them, or their server.", "Lift the block first.")
    words = shorten(mention.text, _LONGEST_WORDS)
    target = Target(mention.object_id, actor, None, _audience(mention.audience), mention.url, words)
    return await _say(shop, target, source, by)


def _audience(answered: Audience) -> Audience:
    """What was not for everybody is answered to its author alone."""
    return answered if answered.may_be_shown else Audience.DIRECT


def _check(source: str) -> None:
    if not source.strip():
        raise Invalid("The answer is empty.", "Write something first.")
    if len(source) > answering.LONGEST_ANSWER:
        raise Invalid(f"The answer is longer than {answering.LONGEST_ANSWER} characters.")


async def _say(shop: Workshop, target: Target, source: str, by: str) -> Remark:
    people = await _people(shop, source, target.actor)
    rendered = render_answer(await the_blog(shop.store.reader), source, people)

    async def work(db: Writer) -> Remark:
        blog, now = await the_blog(db), shop.now()
        if (same := await _said_just_now(db, blog, target, source, now)) is not None:
            return same
        actor = await resolving.keep(db, target.actor)
        community = await resolving.keep(db, target.community) if target.community else None
        remark = Remark(
            pk=0,
            blog_pk=blog.pk,
            object_id=own_ids.note_id(blog, shop.world),
            in_reply_to=target.object_id,
            actor_pk=actor.pk,
            community_pk=community.pk if community else None,
            audience=target.audience,
            markdown=source,
            html=rendered.html,
            language=blog.language,
            url=target.url,
            words=target.words,
            published_at=now,
            updated_at=None,
        )
        remark = replace(remark, pk=await remarks.create(db, remark))
        await own_objects.begin(
            db, remark.object_id, blog_pk=blog.pk, kind="Note", post_pk=None, comment_pk=None, now=now
        )
        await own_objects.set_addressees(db, blog.pk, remark.object_id, people)
        if target.leave is Leave.ASK:
            await asking.ask(db, shop, remark, actor)
        else:
            document = documents_of.create(own_ids.activity_id(blog, shop.world), await remark_note(db, remark))
            await _send(db, shop, blog, remark, document, await _recipients(db, remark, actor, people))
        await accounts.note(db, blog.pk, by, "answer elsewhere", target.object_id, now)
        return remark

    return await shop.store.write(work)


async def _said_just_now(db: Reader, blog: Blog, target: Target, source: str, now: int) -> Remark | None:
    """The same words to the same thing within a minute: a form that was sent twice."""
    said = await remarks.answering(db, blog.pk, target.object_id)
    return next((one for one in said if one.markdown == source and now - one.published_at < MINUTE), None)


async def _people(shop: Workshop, source: str, actor: Actor) -> tuple[Addressee, ...]:
    """Whom the answer names: its addressee first, even where the text does not say the name."""
    first = Addressee(actor.address, actor.actor_id, actor.url, actor.delivery_inbox)
    named = [await resolving.addressee_of(shop, handle) for handle in find_handles(source)]
    return tuple({person.actor_id: person for person in (first, *named)}.values())


async def everyone(db: Reader, remark: Remark) -> Recipients:
    """Whoever gets a remark, or may have it."""
    people = await own_objects.addressees(db, remark.object_id)
    recipients = await _recipients(db, remark, await answered(db, remark), people)
    return replace(recipients, holders_of=remark.object_id)


async def _recipients(db: Reader, remark: Remark, actor: Actor, people: tuple[Addressee, ...]) -> Recipients:
    """The one who is answered (at the own inbox, where it is private), the others named, the followers and the
    community."""
    is_public = remark.audience.may_be_shown
    community = await actors.by_pk(db, remark.community_pk) if remark.community_pk is not None else None
    there = (community.delivery_inbox,) if community else ()
    others = await publishing.inboxes_of(db, remark.blog_pk, (p for p in people if p.actor_id != actor.actor_id))
    return Recipients(
        followers=is_public, inboxes=(actor.delivery_inbox if is_public else actor.inbox, *there, *others)
    )


async def edit(shop: Workshop, pk: int, source: str, *, by: str) -> Remark:
    """Change a remark; whoever has it gets an Update. Raises as `answer`."""
    _check(source)
    before = await existing(shop.store.reader, pk)
    actor = await answered(shop.store.reader, before)
    people = await _people(shop, source, actor)
    rendered = render_answer(await the_blog(shop.store.reader), source, people)

    async def work(db: Writer) -> Remark:
        blog, remark, now = await the_blog(db), await existing(db, pk), shop.now()
        await asking.refuse_while_asking(db, remark.object_id)
        if await remarks.is_off_the_wire(db, remark.object_id):
            raise Conflict("Whoever this answers does not want it; it is not shown anywhere any more.")
        updated_at = max(now, (remark.updated_at or remark.published_at) + 1000)
        remark = replace(remark, markdown=source, html=rendered.html, updated_at=updated_at)
        await remarks.save(db, remark)
        await own_objects.set_addressees(db, blog.pk, remark.object_id, people)
        document = documents_of.update(own_ids.activity_id(blog, shop.world), await remark_note(db, remark))
        recipients = await _recipients(db, remark, actor, people)
        await _send(db, shop, blog, remark, document, replace(recipients, holders_of=remark.object_id))
        await accounts.note(db, blog.pk, by, "edit answer elsewhere", remark.in_reply_to, now)
        return remark

    return await shop.store.write(work)


async def take_back(shop: Workshop, pk: int, *, by: str) -> None:
    """Delete a remark: no word of it stays here, and whoever may have it gets a Delete. Raises `Missing`."""

    async def work(db: Writer) -> None:
        blog, us, remark, now = await the_blog(db), await the_actor(db), await existing(db, pk), shop.now()
        actor = await answered(db, remark)
        people = await own_objects.addressees(db, remark.object_id)
        recipients = await _recipients(db, remark, actor, people)
        await own_objects.end(db, remark.object_id, now)
        await activities.cancel_waiting(db, remark.object_id, now)
        addressed = outgoing(remark.audience, us.followers, (person.actor_id for person in people))
        activity_id = own_ids.activity_id(blog, shop.world)
        document = documents_of.delete(activity_id, us.actor_id, remark.object_id, addressed)
        held = replace(recipients, followers=False, holders_of=remark.object_id)
        await _send(db, shop, blog, remark, document, held)
        await remarks.remove(db, pk)
        await accounts.note(db, blog.pk, by, "delete answer elsewhere", remark.in_reply_to, now)

    await shop.store.write(work)


async def existing(db: Reader, pk: int) -> Remark:
    """The remark of that key. Raises `Missing`."""
    remark = await remarks.by_pk(db, pk)
    if remark is None:
        raise Missing("There is no such answer.", "fedblog elsewhere list shows them.")
    return remark


async def answered(db: Reader, remark: Remark) -> Actor:
    """Whom a remark answers. Raises `Missing`."""
    actor = await actors.by_pk(db, remark.actor_pk)
    if actor is None:
        raise Missing("Nothing is known of whom this answers.")
    return actor


async def _send(
    db: Writer, shop: Workshop, blog: Blog, remark: Remark, document: Mapping[str, Any], recipients: Recipients
) -> None:
    is_public = remark.audience.may_be_shown
    outgoing_ = Outgoing(document, remark.object_id, blog.actor_pk, is_public=is_public)
    await send(db, blog.pk, outgoing_, recipients, shop.now())
    db.touch(OUTBOX, topic_of(remark.pk))


def topic_of(pk: int) -> str:
    """The topic that a remark's document and page depend on."""
    return f"remark:{pk}"
