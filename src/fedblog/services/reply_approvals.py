"""What the author of the blog decides about comments, told to those who wrote them and to other servers.

Only what answers something of ours is ours to allow; a reply to somebody else's comment is not.
"""

from fedblog.ap.render.policy import policies_of
from fedblog.domain.comment import Comment, CommentState
from fedblog.domain.interaction import Interaction, InteractionKind, InteractionState
from fedblog.services import authorizing
from fedblog.services.workshop import Workshop, the_blog
from fedblog.store import comments, interactions, posts
from fedblog.store.door import Reader, Writer

_WAITED = frozenset({CommentState.HELD, CommentState.REFUSED})


async def of_comment(db: Reader, comment: Comment) -> Interaction | None:
    """What is kept of the comment as something that was asked for or waited; None for most."""
    return await interactions.by_object_id(db, comment.blog_pk, InteractionKind.REPLY, comment.object_id)


async def prove(db: Writer, shop: Workshop, comment: Comment) -> None:
    """Tell other servers of a comment that was shown at once, which they would not believe by themselves."""
    wish = await _wish(db, comment, shop.now())
    if wish is not None and await of_comment(db, comment) is None:
        await authorizing.approve(db, shop, wish, tells_followers=True)


async def approved(db: Writer, shop: Workshop, before: Comment) -> None:
    """The author shows a comment. It gets its authorization if it was asked for, or had waited."""
    known = await of_comment(db, before)
    if known is not None:
        await authorizing.approve(db, shop, known, tells_followers=await _is_awaited(db, known))
    elif before.state in _WAITED and (wish := await _wish(db, before, shop.now())) is not None:
        await authorizing.approve(db, shop, wish, tells_followers=await _is_awaited(db, wish))


async def refused(
    db: Writer, shop: Workshop, before: Comment, *, state: InteractionState = InteractionState.DENIED
) -> None:
    """The author hides or deletes a comment. Its authorization goes; what had waited for an answer gets a Reject."""
    known = await of_comment(db, before)
    if known is not None and known.is_approved:
        await authorizing.revoke(db, shop, known, state=state)
    elif known is not None and known.state is InteractionState.ASKED:
        await authorizing.reject(db, shop, known, state=InteractionState.DENIED)
    elif known is None and before.state is CommentState.HELD:
        wish = await _wish(db, before, shop.now())
        if wish is not None:
            await authorizing.reject(db, shop, wish, state=InteractionState.DENIED)


async def withheld(db: Writer, shop: Workshop, comment: Comment) -> None:
    """Its author edited it, and it is not on the page any more: it waits, or was taken from the public."""
    known = await of_comment(db, comment)
    if known is None or not known.is_approved:
        return
    if comment.state is CommentState.HELD:
        await authorizing.revoke(db, shop, known, state=InteractionState.ASKED)
    else:
        await authorizing.end(db, known, shop.now())


async def taken_back(db: Writer, comment: Comment, now: int) -> None:
    """Its author deleted it."""
    known = await of_comment(db, comment)
    if known is not None:
        await authorizing.end(db, known, now)


async def shut_out(db: Writer, shop: Workshop, actor_pk: int) -> None:
    """Whoever is blocked loses every authorization, and what waits is not answered any more."""
    for interaction in await interactions.living_of_actor(db, actor_pk):
        await authorizing.revoke(db, shop, interaction, state=InteractionState.ENDED)
        db.touch(f"post:{interaction.post_pk}")


async def brought_back(db: Writer, shop: Workshop, comment: Comment) -> None:
    """A block was lifted, and the comment is shown again: it gets another authorization where it had one."""
    known = await of_comment(db, comment)
    if known is not None and known.state is InteractionState.ENDED:
        await authorizing.approve(db, shop, known, tells_followers=await _is_awaited(db, known))


async def _wish(db: Reader, comment: Comment, now: int) -> Interaction | None:
    """The comment as something that nobody asked for. None where it answers somebody else, or is not for all."""
    target_id = await _target(db, comment)
    if target_id is None or not comment.audience.may_be_shown:
        return None
    return Interaction(
        pk=0,
        blog_pk=comment.blog_pk,
        kind=InteractionKind.REPLY,
        actor_pk=comment.actor_pk,
        post_pk=comment.post_pk,
        object_id=comment.object_id,
        target_id=target_id,
        request="",
        state=InteractionState.ASKED,
        approval_id=None,
        asked_at=now,
        decided_at=None,
    )


async def _target(db: Reader, comment: Comment) -> str | None:
    if comment.parent_pk is None:
        post = await posts.head(db, comment.post_pk)
        return post.object_id if post and post.is_public else None
    parent, blog = await comments.by_pk(db, comment.parent_pk), await the_blog(db)
    return parent.object_id if parent and parent.actor_pk == blog.actor_pk else None


async def _is_awaited(db: Reader, interaction: Interaction) -> bool:
    """Whether other servers wait for our word, and who asked will not show them our authorization by itself."""
    post = await posts.head(db, interaction.post_pk)
    return not interaction.request and post is not None and policies_of(await the_blog(db), post).asks_before_replies
