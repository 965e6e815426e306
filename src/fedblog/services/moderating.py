"""What the author does to comments and to those who write them. Each is one transaction, with a line in the audit."""

from dataclasses import replace

from fedblog.domain.actor import Actor, ActorKind, BlockKind
from fedblog.domain.blog import Blog
from fedblog.domain.comment import Comment, CommentState
from fedblog.domain.moderation import Rule
from fedblog.errors import Conflict, Invalid, Missing
from fedblog.services import forwarding, gate, reply_approvals, withdrawing
from fedblog.services.commenting import emptied, shown
from fedblog.services.workshop import Workshop, the_blog
from fedblog.store import (
    accounts,
    activities,
    actors,
    blocks,
    comments,
    followees,
    followers,
    interactions,
    mentions,
    posts,
    reactions,
)
from fedblog.store.door import Reader, Writer
from fedblog.urls import host_of, normal_host, read_url

_MUST_STAY_HIDDEN = frozenset({Rule.NOT_PUBLIC, Rule.NO_LONGER_PUBLIC, Rule.AUTHOR_HIDES})


async def approve(shop: Workshop, pk: int, *, by: str) -> Comment:
    """Show a held or hidden comment. Raises `Conflict` for one that was not written for everybody."""

    async def work(db: Writer) -> Comment:
        before = await _comment(db, pk)
        _refuse_unshowable(before)
        if before.state is CommentState.SHOWN:
            return before
        await reply_approvals.approved(db, shop, before)
        after = await _save(db, await shown(db, before, shop.now()), by, "approve comment", shop.now())
        await forwarding.release(db, after, shop.now())
        return after

    return await shop.store.write(work)


async def hide(shop: Workshop, pk: int, *, by: str) -> Comment:
    """Take a comment off the page. Its number stays its own; `approve` brings it back."""

    async def work(db: Writer) -> Comment:
        before = await _comment(db, pk)
        await _refuse_own(db, before)
        if before.removed_at is not None or before.state is CommentState.HIDDEN:
            return before
        await reply_approvals.refused(db, shop, before)
        after = replace(before, state=CommentState.HIDDEN, rule=Rule.BY_HAND)
        return await _save(db, after, by, "hide comment", shop.now())

    return await shop.store.write(work)


async def delete(shop: Workshop, pk: int, *, by: str) -> None:
    """Delete a comment for good: no word of it stays. An answer of the author's own is deleted everywhere."""

    async def work(db: Writer) -> None:
        before, now = await _comment(db, pk), shop.now()
        if before.removed_at is not None:
            return
        if await _is_own(db, before):
            await withdrawing.take_back(db, shop, before)
            await accounts.note(db, before.blog_pk, by, "delete answer", str(pk), now)
            return
        await reply_approvals.refused(db, shop, before)
        mention = await mentions.by_object_id(db, before.blog_pk, before.object_id)
        if mention:
            await mentions.remove(db, mention.pk)
        await _save(db, replace(emptied(before, now), rule=Rule.BY_HAND), by, "delete comment", now)

    await shop.store.write(work)


async def block_actor(shop: Workshop, actor_id: str, *, by: str, hides_all: bool = True) -> None:
    """Take nothing more from an actor, and send it nothing. `hides_all`: what it left here goes off the pages too."""
    url = read_url(actor_id)
    if url is None:
        raise Invalid("That is no address of an actor.")
    blocked_id = str(url)

    async def work(db: Writer) -> None:
        blog, now = await the_blog(db), shop.now()
        actor = await actors.by_id(db, blocked_id)
        if actor and actor.kind is not ActorKind.REMOTE:
            raise Conflict("The blog cannot block itself.")
        await blocks.add(db, blog.pk, BlockKind.ACTOR, blocked_id, now)
        if actor:
            await reply_approvals.shut_out(db, shop, actor.pk)
            await _shut_out(db, blog, actor, now, hides_all=hides_all)
        await accounts.note(db, blog.pk, by, "block actor", blocked_id, now)
        db.touch(gate.TOPIC)

    await shop.store.write(work)


async def block_host(shop: Workshop, host: str, *, by: str, hides_all: bool = True) -> None:
    """The same for a whole server and its subdomains."""
    name = normal_host(host.strip())

    async def work(db: Writer) -> None:
        blog, now = await the_blog(db), shop.now()
        own = host_of(blog.base_url) or ""
        if own == name or own.endswith(f".{name}"):
            raise Conflict("The blog cannot block its own server.")
        await blocks.add(db, blog.pk, BlockKind.HOST, name, now)
        await followees.remove_of_host(db, name)
        for follower in await followers.by_host(db, blog.pk, name):
            await followers.remove(db, follower.pk)
        for actor_pk in await interactions.actors_of_host(db, name):
            await reply_approvals.shut_out(db, shop, actor_pk)
        if hides_all:
            await _hide(db, await comments.by_host(db, name))
            for actor_pk in await reactions.actors_of_host(db, name):
                await _drop_reactions(db, actor_pk)
        await accounts.note(db, blog.pk, by, "block host", name, now)
        db.touch(gate.TOPIC)

    await shop.store.write(work)


async def unblock(shop: Workshop, block_pk: int, *, by: str) -> None:
    """Lift a block, and show again what it had hidden. Followers and reactions come back only by themselves."""

    async def work(db: Writer) -> None:
        blog, now = await the_blog(db), shop.now()
        block = await blocks.by_pk(db, block_pk)
        if block is None:
            raise Missing("There is no such block.")
        await blocks.remove(db, block_pk)
        still = await gate.read(db, blog.pk)
        for comment in await _blocked_comments(db, block.kind, block.value):
            actor = await actors.by_pk(db, comment.actor_pk)
            if actor and still.may_act(actor.actor_id):
                await _bring_back(db, shop, comment, now)
        await accounts.note(db, blog.pk, by, f"unblock {block.kind.value}", block.value, now)
        db.touch(gate.TOPIC)

    await shop.store.write(work)


async def _comment(db: Reader, pk: int) -> Comment:
    comment = await comments.by_pk(db, pk)
    if comment is None:
        raise Missing(f"There is no comment {pk}.", "fedblog comments list shows them.")
    return comment


async def _save(db: Writer, comment: Comment, by: str, action: str, now: int) -> Comment:
    await comments.save(db, comment)
    await accounts.note(db, comment.blog_pk, by, action, str(comment.pk), now)
    db.touch(f"post:{comment.post_pk}")
    return comment


def _refuse_unshowable(comment: Comment) -> None:
    if comment.removed_at is not None:
        raise Conflict("That comment was deleted; nothing of it is left to show.")
    if not comment.audience.may_be_shown or comment.rule in _MUST_STAY_HIDDEN:
        raise Conflict("That comment was not written for everybody, so it cannot be shown.")


async def _refuse_own(db: Reader, comment: Comment) -> None:
    if await _is_own(db, comment):
        raise Conflict("An answer of your own cannot be hidden here only.", "Delete it; that reaches everybody.")


async def _is_own(db: Reader, comment: Comment) -> bool:
    actor = await actors.by_pk(db, comment.actor_pk)
    return actor is not None and actor.kind is not ActorKind.REMOTE


async def _shut_out(db: Writer, blog: Blog, actor: Actor, now: int, *, hides_all: bool) -> None:
    follower = await followers.by_actor(db, blog.pk, actor.pk)
    await followees.remove_of_actor(db, actor.pk)
    if follower:
        await followers.remove(db, follower.pk)
        if not await followers.of_inbox(db, blog.pk, follower.delivery_inbox, 1):
            await activities.cancel_to_inbox(db, follower.host, follower.delivery_inbox, now)
    await activities.cancel_waiting(db, actor.actor_id, now)
    if hides_all:
        await _hide(db, await comments.by_actor(db, actor.pk))
        await _drop_reactions(db, actor.pk)


async def _hide(db: Writer, written: list[Comment]) -> None:
    for comment in written:
        if comment.state in {CommentState.SHOWN, CommentState.HELD}:
            await comments.save(db, replace(comment, state=CommentState.HIDDEN, rule=Rule.BLOCKED))
            db.touch(f"post:{comment.post_pk}")


async def _drop_reactions(db: Writer, actor_pk: int) -> None:
    db.touch(*(f"post:{pk}" for pk in await reactions.posts_of_actor(db, actor_pk)))
    await reactions.remove_of_actor(db, actor_pk)


async def _blocked_comments(db: Reader, kind: BlockKind, value: str) -> list[Comment]:
    if kind is BlockKind.HOST:
        written = await comments.by_host(db, value)
    else:
        actor = await actors.by_id(db, value)
        written = await comments.by_actor(db, actor.pk) if actor else []
    return [comment for comment in written if comment.rule == Rule.BLOCKED]


async def _bring_back(db: Writer, shop: Workshop, comment: Comment, now: int) -> None:
    """What had been shown is shown again; what had waited waits again."""
    post = await posts.by_pk(db, comment.post_pk)
    if post is None:
        return
    was_shown = comment.shown_at is not None and comment.audience.may_be_shown
    after = (
        await shown(db, comment, now) if was_shown else replace(comment, state=CommentState.HELD, rule=Rule.HOLD_ALL)
    )
    await comments.save(db, after)
    if after.state is CommentState.SHOWN:
        await reply_approvals.brought_back(db, shop, after)
    db.touch(f"post:{comment.post_pk}")
