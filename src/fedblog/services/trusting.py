"""Accept and trust: show a comment, and let its author, or everybody on that server, count as known from now on."""

from dataclasses import replace

from fedblog.domain.actor import Actor, ActorKind, BlockKind
from fedblog.domain.comment import Comment, CommentState
from fedblog.errors import Conflict, Missing
from fedblog.services import moderating
from fedblog.services.workshop import Workshop
from fedblog.store import accounts, actors, comments, trusts
from fedblog.store.door import Reader, Writer
from fedblog.store.trusts import Trust


async def accept_and_trust(shop: Workshop, comment_pk: int, kind: BlockKind, *, by: str) -> Trust:
    """Show a held or refused comment, and trust its author or, with `BlockKind.HOST`, everybody on that server.

    Known people pass the rules for strangers; what holds everybody holds them too. Doing it twice changes nothing.
    Raises as `moderating.approve`, and `Conflict` for an answer of the author's own.
    """
    before, actor = await shop.store.read(lambda db: _written(db, comment_pk))
    # Shown first: what may not be shown makes nobody known. After a crash between the two it is done again.
    await moderating.approve(shop, comment_pk, by=by)
    value = actor.actor_id if kind is BlockKind.ACTOR else actor.host

    async def work(db: Writer) -> Trust:
        known = await trusts.of(db, before.blog_pk, kind, value)
        if known:
            return known
        await accounts.note(db, before.blog_pk, by, f"trust {kind.value}", value, shop.now())
        return await trusts.add(
            db, before.blog_pk, kind, value, shop.now(), comment_pk=before.pk, state=before.state, rule=before.rule
        )

    return await shop.store.write(work)


async def undo(shop: Workshop, pk: int, *, by: str) -> None:
    """Trust no more, and put the comment that was accepted with it back to where it was. Raises `Missing`."""
    trust = await _trust(shop.store.reader, pk)
    comment = await comments.by_pk(shop.store.reader, trust.comment_pk) if trust.comment_pk else None
    waits_again = comment is not None and comment.state is CommentState.SHOWN and trust.comment_state != "shown"
    if comment and waits_again:
        await moderating.hide(shop, comment.pk, by=by)

    async def work(db: Writer) -> None:
        if waits_again:
            await _put_back(db, trust, by, shop.now())
        await _lift(db, trust, by, shop.now())

    await shop.store.write(work)


async def lift(shop: Workshop, pk: int, *, by: str) -> None:
    """Trust no more. What was shown meanwhile stays, and whoever wrote it stays known by it. Raises `Missing`."""

    async def work(db: Writer) -> None:
        await _lift(db, await _trust(db, pk), by, shop.now())

    await shop.store.write(work)


async def _lift(db: Writer, trust: Trust, by: str, now: int) -> None:
    await trusts.remove(db, trust.pk)
    await accounts.note(db, trust.blog_pk, by, f"trust {trust.kind.value} no more", trust.value, now)


async def _put_back(db: Writer, trust: Trust, by: str, now: int) -> None:
    comment = await comments.by_pk(db, trust.comment_pk or 0)
    if comment and comment.removed_at is None:
        state = CommentState(trust.comment_state)
        await comments.save(db, replace(comment, state=state, rule=trust.comment_rule, shown_at=None))
        await accounts.note(db, comment.blog_pk, by, "hold comment", str(comment.pk), now)
        db.touch(f"post:{comment.post_pk}")


async def _written(db: Reader, comment_pk: int) -> tuple[Comment, Actor]:
    comment = await comments.by_pk(db, comment_pk)
    actor = await actors.by_pk(db, comment.actor_pk) if comment else None
    if comment is None or actor is None:
        raise Missing(f"There is no comment {comment_pk}.", "fedblog comments list shows them.")
    if actor.kind is not ActorKind.REMOTE:
        raise Conflict("That is an answer of your own.")
    return comment, actor


async def _trust(db: Reader, pk: int) -> Trust:
    trust = await trusts.by_pk(db, pk)
    if trust is None:
        raise Missing("That trust was lifted already.")
    return trust
