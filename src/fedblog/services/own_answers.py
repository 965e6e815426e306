"""Notes of ours that answer somebody else, and what the owner of that says to them (GoToSocial)."""

from collections.abc import Iterable
from dataclasses import replace

from fedblog.ap.addressing import outgoing
from fedblog.ap.render import activities as documents_of
from fedblog.ap.vocabulary import Document
from fedblog.domain.comment import Comment
from fedblog.domain.elsewhere import Remark
from fedblog.domain.interaction import AnswerState, OwnInteraction
from fedblog.services import documents, own_ids, publishing
from fedblog.services import remarks as elsewhere
from fedblog.services.gestures import OUTBOX
from fedblog.services.sending import Outgoing, Recipients, send
from fedblog.services.workshop import Workshop, the_actor, the_blog
from fedblog.store import activities, actors, comments, own_interactions, own_objects, posts, remarks
from fedblog.store.door import Reader, Writer


async def find(db: Reader, about: Iterable[str]) -> OwnInteraction | None:
    """The Note of ours that an answer is about; None for what is none, or answers nobody but us."""
    for object_id in about:
        found = (
            await own_interactions.by_object_id(db, object_id)
            or await own_interactions.by_request_id(db, object_id)
            or await _unanswered(db, object_id)
        )
        if found is not None:
            return found
    return None


async def _unanswered(db: Reader, object_id: str) -> OwnInteraction | None:
    """A Note of ours to which nothing was said yet. What stands above it tells whose word counts."""
    note = await _note(db, object_id)
    if note is None:
        return None
    target_id, owner_pk = await _target(db, note)
    owner = await actors.by_pk(db, owner_pk) if owner_pk is not None else None
    if owner is None or owner.pk == (await the_actor(db)).pk:
        return None
    sent = OwnInteraction(object_id, note.blog_pk, target_id, owner.actor_id, None, AnswerState.SENT, None, 0, None)
    return replace(sent, sent_at=note.published_at)


async def _note(db: Reader, object_id: str) -> Comment | Remark | None:
    row = await own_objects.by_id(db, object_id)
    if row is None or row.ended_at is not None:
        return None
    if row.comment_pk is not None:
        return await comments.by_pk(db, row.comment_pk)
    return await remarks.by_object_id(db, object_id)


async def _target(db: Reader, note: Comment | Remark) -> tuple[str, int | None]:
    """What a Note answers, and the key of who wrote that; no key where it answers our own post."""
    if isinstance(note, Remark):
        return note.in_reply_to, note.actor_pk
    parent = await comments.by_pk(db, note.parent_pk) if note.parent_pk is not None else None
    return (parent.object_id, parent.actor_pk) if parent else ("", None)


async def approve(db: Writer, shop: Workshop, own: OwnInteraction, approval_id: str | None) -> None:
    """Keep the owner's authorization, and send the Note again with it, to all who may have waited for that."""
    now = shop.now()
    answered = replace(own, state=AnswerState.APPROVED, approval_id=approval_id, answered_at=now)
    await own_interactions.save(db, answered)
    note = await _note(db, own.object_id)
    if note is None:
        return
    if isinstance(note, Comment):
        document = await documents.note_of(db, note)
    else:
        document = await documents.remark_note(db, note)
    activity_id = own_ids.activity_id(await the_blog(db), shop.world)
    everyone = await _everyone(db, note)
    if own.state is AnswerState.ASKED:  # who had the request gets the Note like everybody else, and once
        everyone = replace(everyone, holders_of=None)
    await _send(db, shop, note, documents_of.create(activity_id, document), everyone)


async def withdraw(db: Writer, shop: Workshop, own: OwnInteraction) -> None:
    """The owner does not want it: its id becomes a Tombstone, and whoever may have it gets a Delete.

    On our own page it stays until the author deletes it: whoever comments here does not rule here.
    """
    now, us = shop.now(), await the_actor(db)
    note = await _note(db, own.object_id)
    await own_interactions.save(db, replace(own, state=AnswerState.REJECTED, approval_id=None, answered_at=now))
    if note is None:
        return
    await own_objects.end(db, own.object_id, now)
    await activities.cancel_waiting(db, own.object_id, now)
    people = await own_objects.addressees(db, own.object_id)
    addressed = outgoing(note.audience, us.followers, (person.actor_id for person in people))
    activity_id = own_ids.activity_id(await the_blog(db), shop.world)
    document = documents_of.delete(activity_id, us.actor_id, own.object_id, addressed)
    await _send(db, shop, note, document, Recipients(holders_of=own.object_id))


async def _everyone(db: Reader, note: Comment | Remark) -> Recipients:
    """Whoever is named in it, took part, follows, or may have it."""
    if isinstance(note, Remark):
        return await elsewhere.everyone(db, note)
    named = await publishing.inboxes_of(db, note.blog_pk, await own_objects.addressees(db, note.object_id))
    post = await posts.by_pk(db, note.post_pk)
    others = await publishing.participants(db, post) if post else []
    return Recipients(followers=True, inboxes=(*named, *others), holders_of=note.object_id)


async def _send(db: Writer, shop: Workshop, note: Comment | Remark, document: Document, recipients: Recipients) -> None:
    post_pk = note.post_pk if isinstance(note, Comment) else None
    outgoing_ = Outgoing(document, note.object_id, (await the_actor(db)).pk, post_pk=post_pk)
    if isinstance(note, Remark):
        outgoing_ = replace(outgoing_, is_public=note.audience.may_be_shown)
        db.touch(OUTBOX, elsewhere.topic_of(note.pk))
    else:
        db.touch(f"post:{note.post_pk}")
    await send(db, note.blog_pk, outgoing_, recipients, shop.now())
