"""What was done by hand since, to be done again in the rehearsal at its own moment.

Deeds to single comments, followers and people are part of the past. Rules (the policy, blocks) are not: the rehearsal
asks what those of today would have done.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from fedblog.domain.actor import BlockKind
from fedblog.domain.comment import Comment, CommentState
from fedblog.domain.moderation import Rule
from fedblog.services.commenting import emptied, shown
from fedblog.store import comments, followers, rewinding, trusts
from fedblog.store.door import Reader, Writer
from fedblog.store.rewinding import AuditLine, OwnLife


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that was done, at `at` (ms UTC)."""

    at: int
    act: Callable[[Writer], Awaitable[None]]


def deeds_of(audit: Sequence[AuditLine], written: Mapping[int, str], blog_pk: int) -> list[Deed]:
    """The deeds of the audit trail that bear on verdicts. `written`: the ids of comments by their keys."""
    found: list[Deed] = []
    for line in audit:
        if line.action in _TO_COMMENTS and (object_id := written.get(_key(line.subject))):
            found.append(Deed(line.done_at, partial(_to_comment, line, object_id, blog_pk)))
        elif line.action == "approve follower":
            found.append(Deed(line.done_at, partial(_let_in, line)))
        elif line.action == "remove follower" or line.action.startswith("removed a follower"):
            found.append(Deed(line.done_at, partial(_let_go, line)))
    return found


def _key(subject: str) -> int:
    return int(subject) if subject.isascii() and subject.isdecimal() and len(subject) < 16 else 0


async def _to_comment(line: AuditLine, object_id: str, blog_pk: int, db: Writer) -> None:
    comment = await comments.by_object_id(db, blog_pk, object_id)
    if comment is not None and comment.removed_at is None:
        await comments.save(db, await _TO_COMMENTS[line.action](db, comment, line.done_at))


async def _approved(db: Writer, comment: Comment, at: int) -> Comment:
    return comment if comment.state is CommentState.SHOWN else await shown(db, comment, at)


async def _hidden(_: Writer, comment: Comment, __: int) -> Comment:
    return replace(comment, state=CommentState.HIDDEN, rule=Rule.BY_HAND)


async def _held_again(_: Writer, comment: Comment, __: int) -> Comment:
    return replace(comment, state=CommentState.HELD, rule=Rule.HOLD_ALL, shown_at=None)


async def _deleted(_: Writer, comment: Comment, at: int) -> Comment:
    return replace(emptied(comment, at), rule=Rule.BY_HAND)


_TO_COMMENTS: Mapping[str, Callable[[Writer, Comment, int], Awaitable[Comment]]] = {
    "approve comment": _approved,
    "hide comment": _hidden,
    "hold comment": _held_again,
    "delete comment": _deleted,
}


async def _let_in(line: AuditLine, db: Writer) -> None:
    for pk in await rewinding.still_followed(db, line.subject):
        await followers.accept(db, pk, line.done_at)


async def _let_go(line: AuditLine, db: Writer) -> None:
    for pk in await rewinding.still_followed(db, line.subject):
        await followers.remove(db, pk)


async def undo_first_deeds(db: Writer, audit: Sequence[AuditLine], written: Mapping[int, str]) -> None:
    """Put comments from before the rehearsal, to which something was done in it, back to before the first deed."""
    seen: set[int] = set()
    for line in audit:
        pk = _key(line.subject)
        if line.action in _TO_COMMENTS and pk in written and pk not in seen:
            seen.add(pk)
            comment = await comments.by_pk(db, pk)
            if comment is not None:
                await comments.save(db, _before(comment, line))


def _before(comment: Comment, line: AuditLine) -> Comment:
    """Who was approved had waited; what was hidden or deleted had been shown, if ever it was."""
    was_shown = comment.shown_at is not None and comment.shown_at < line.done_at
    if line.action == "approve comment" or not was_shown:
        shown_at = comment.shown_at if was_shown else None
        return replace(comment, state=CommentState.HELD, rule=Rule.HOLD_ALL, shown_at=shown_at, removed_at=None)
    return replace(comment, state=CommentState.SHOWN, rule="", removed_at=None)


_TRUST: Mapping[str, tuple[BlockKind, bool]] = {
    "trust actor": (BlockKind.ACTOR, True),
    "trust host": (BlockKind.HOST, True),
    "trust actor no more": (BlockKind.ACTOR, False),
    "trust host no more": (BlockKind.HOST, False),
}


async def trusts_put_back(db: Writer, audit: Sequence[AuditLine], blog_pk: int) -> list[Deed]:
    """Whoever was trusted since is not, until the moment; whoever was trusted until then still is."""
    found: list[Deed] = []
    seen: set[tuple[BlockKind, str]] = set()
    for line in audit:
        if line.action in _TRUST:
            kind, is_given = _TRUST[line.action]
            found.append(Deed(line.done_at, partial(_set_trust, line, blog_pk, is_given)))
            if (kind, line.subject) not in seen:
                await _set_trust(line, blog_pk, not is_given, db)
            seen.add((kind, line.subject))
    return found


async def _set_trust(line: AuditLine, blog_pk: int, is_given: bool, db: Writer) -> None:
    kind, _ = _TRUST[line.action]
    if is_given:
        await trusts.add(db, blog_pk, kind, line.subject, line.done_at)
    elif trust := await trusts.of(db, blog_pk, kind, line.subject):
        await trusts.remove(db, trust.pk)


async def own_lives_put_back(db: Writer, blog_pk: int, since: int) -> list[Deed]:
    """What we took off the wire since is on it again, until its moment; what came later comes at its own."""
    deeds: list[Deed] = []
    lives = await rewinding.own_lives_since(db, blog_pk, since)
    for life in lives:
        if life.ended_at is not None and life.ended_at >= since:
            deeds.append(Deed(life.ended_at, partial(_live, life, life.ended_at)))
            if life.created_at < since:
                await rewinding.set_own_life(db, life, None)
        if life.created_at >= since:
            deeds.append(Deed(life.created_at, partial(_live, life, None)))
    return deeds


async def _live(life: OwnLife, ended_at: int | None, db: Writer) -> None:
    await rewinding.set_own_life(db, life, ended_at)


async def renewals_put_off(db: Writer, since: int) -> list[Deed]:
    """Keys of new identities count as such from their moment on."""
    later = await rewinding.renewals_since(db, since)
    for owner, _ in later:
        await rewinding.set_renewal(db, owner, None)
    return [Deed(at, partial(_renew, owner, at)) for owner, at in later]


async def _renew(owner: str, at: int, db: Writer) -> None:
    await rewinding.set_renewal(db, owner, at)


async def names_of(db: Reader, audit: Sequence[AuditLine]) -> dict[int, str]:
    """The ids of the comments that the audit trail names by their keys."""
    keys = {_key(line.subject) for line in audit if line.action in _TO_COMMENTS}
    found = [await comments.by_pk(db, pk) for pk in sorted(keys)]
    return {comment.pk: comment.object_id for comment in found if comment}
