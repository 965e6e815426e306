"""The copy is put back to before the first event that is played again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from fedblog.domain.actor import Actor
from fedblog.domain.comment import Comment, CommentState
from fedblog.services.rehearsal import deeds
from fedblog.services.rehearsal.deeds import Deed
from fedblog.store import actors, comments, rewinding
from fedblog.store.door import Writer
from fedblog.store.rewinding import EventHead
from fedblog.urls import is_same_id

_WRITES = frozenset({"Create", "Update"})


@dataclass(frozen=True, slots=True)
class Rewound:
    """What was put back. `deeds` are to be done again in between; `aside` are the comments that should come again,
    by their ids."""

    deeds: Sequence[Deed] = ()
    aside: Mapping[str, Comment] = field(default_factory=dict)


async def rewind(db: Writer, blog_pk: int, played: Sequence[EventHead], *, may_fetch: bool) -> Rewound:
    """Put back everything that the signers of these events left here since the first of them came.

    What others left stays as it is: whoever has no event to be judged is scenery. Comments that came by being
    fetched stay too, unless they may be fetched again.
    """
    since = min((head.received_at for head in played), default=0)
    audit = await rewinding.deeds_since(db, blog_pk, since)
    written = await deeds.names_of(db, audit)
    to_do = [
        *deeds.deeds_of(audit, written, blog_pk),
        *await deeds.trusts_put_back(db, audit, blog_pk),
        *await deeds.own_lives_put_back(db, blog_pk, since),
        *await deeds.renewals_put_off(db, since),
    ]
    coming = {
        head.object_id for head in played if head.type in _WRITES and (may_fetch or is_same_id(head.signer, head.actor))
    }
    aside: dict[str, Comment] = {}
    for signer in sorted({head.signer for head in played}):
        actor = await actors.by_id(db, signer)
        if actor is not None:
            aside |= await _put_back(db, actor, since, coming)
    if may_fetch:
        aside |= await _put_aside(db, blog_pk, since, coming - aside.keys())
    older = {pk: object_id for pk, object_id in written.items() if object_id not in aside}
    await deeds.undo_first_deeds(db, audit, older)
    for head in played:
        await rewinding.forget_verdict(db, head.pk)
    return Rewound(to_do, aside)


async def _put_back(db: Writer, actor: Actor, since: int, coming: Collection[str]) -> dict[str, Comment]:
    """Returns the comments that were set aside."""
    await rewinding.unsay(db, actor.pk, actor.actor_id, since)
    aside: dict[str, Comment] = {}
    for comment in await comments.by_actor(db, actor.pk):
        if comment.received_at >= since and comment.object_id in coming:
            aside[comment.object_id] = comment
            await rewinding.set_comment_aside(db, comment.pk)
        elif comment.received_at < since and _changed_since(comment, since):
            await comments.save(db, _unchanged(comment, since))
    return aside


async def _put_aside(db: Writer, blog_pk: int, since: int, object_ids: Collection[str]) -> dict[str, Comment]:
    """The comments that others passed on."""
    aside: dict[str, Comment] = {}
    for object_id in sorted(object_ids):
        comment = await comments.by_object_id(db, blog_pk, object_id)
        if comment and comment.received_at >= since:
            aside[object_id] = comment
            await rewinding.set_comment_aside(db, comment.pk)
    return aside


def _changed_since(comment: Comment, since: int) -> bool:
    return max(comment.edited_at or 0, comment.removed_at or 0) >= since


def _unchanged(comment: Comment, since: int) -> Comment:
    """What it said before is not kept: an empty text, so that every edit is one."""
    blank = replace(comment, html="", text="", summary="", attachments=(), updated_at=None, edited_at=None)
    if comment.removed_at is None or comment.removed_at < since:
        return blank
    state = CommentState.SHOWN if comment.shown_at is not None else CommentState.HELD
    return replace(blank, state=state, rule="", removed_at=None)
