"""Letting followers in and out by hand."""

from fedblog.domain.actor import Actor
from fedblog.domain.follower import Follower, FollowState
from fedblog.errors import Missing
from fedblog.services.handling.follows import answer, follow_of
from fedblog.services.handling.moves import take_over
from fedblog.services.workshop import Workshop, the_actor, the_blog
from fedblog.store import accounts, activities, actors, followers
from fedblog.store.door import Reader, Writer


async def approve(shop: Workshop, pk: int, *, by: str) -> None:
    """Let a waiting follower in; its server gets the Accept. One who is in already gets another."""

    async def work(db: Writer) -> None:
        follower, actor = await _follower(db, pk)
        blog, us, now = await the_blog(db), await the_actor(db), shop.now()
        if follower.state is FollowState.PENDING:
            await followers.accept(db, pk, now)
            await take_over(db, blog, actor, now)
        await answer(db, shop, blog, us, actor, follow_of(follower))
        await accounts.note(db, blog.pk, by, "approve follower", actor.actor_id, now)

    await shop.store.write(work)


async def let_all_in(db: Writer, shop: Workshop, *, by: str) -> None:
    """Followers are let in by hand no more: whoever waits gets the Accept. In the caller's transaction."""
    blog, us, now = await the_blog(db), await the_actor(db), shop.now()
    for follower in await followers.pending(db, blog.pk):
        actor = await actors.by_pk(db, follower.actor_pk)
        if actor is not None:
            await followers.accept(db, follower.pk, now)
            await take_over(db, blog, actor, now)
            await answer(db, shop, blog, us, actor, follow_of(follower))
            await accounts.note(db, blog.pk, by, "approve follower", actor.actor_id, now)


async def remove(shop: Workshop, pk: int, *, by: str) -> None:
    """Send a follower away, waiting or not; its server gets a Reject. It may ask again."""

    async def work(db: Writer) -> None:
        follower, actor = await _follower(db, pk)
        blog, us, now = await the_blog(db), await the_actor(db), shop.now()
        await followers.remove(db, pk)
        await activities.cancel_waiting(db, actor.actor_id, now)
        await answer(db, shop, blog, us, actor, follow_of(follower), is_accepted=False)
        await accounts.note(db, blog.pk, by, "remove follower", actor.actor_id, now)

    await shop.store.write(work)


reject = remove


async def _follower(db: Reader, pk: int) -> tuple[Follower, Actor]:
    follower = await followers.by_pk(db, pk)
    actor = await actors.by_pk(db, follower.actor_pk) if follower else None
    if follower is None or actor is None:
        raise Missing(f"There is no follower {pk}.", "fedblog followers list shows them.")
    return follower, actor
