"""Move: somebody goes on under another account (protocol.md d.3)."""

from fedblog.domain.actor import Actor, ActorKind
from fedblog.domain.blog import Blog
from fedblog.domain.follower import FollowState
from fedblog.services.handling.received import Received
from fedblog.services.outcomes import Apply, Outcome, accepted, ignored, refused, without_effect
from fedblog.services.resolving import refresh
from fedblog.services.workshop import Workshop
from fedblog.store import actor_moves, actors, aliases, comments, followers, former_followers
from fedblog.store.door import Reader, Writer
from fedblog.urls import is_same_id


async def move(shop: Workshop, received: Received) -> Apply:
    """Believe a Move if the new account names the old one (`alsoKnownAs`).

    What was left here then leads to the new account. A follower stays one under the old account until the new one
    follows too: only its own server may ask for that.
    """
    activity = received.activity
    if not is_same_id(activity.object_id, activity.actor_id) or activity.target_id is None:
        return without_effect(refused("an account can only move itself, and must say where to"))
    if is_same_id(activity.target_id, activity.actor_id):
        return without_effect(refused("an account cannot move to itself"))
    old = await actors.by_id(shop.store.reader, activity.actor_id)
    if old is None:
        return without_effect(ignored("nothing is known of this actor"))
    if not received.gate.may_act(activity.target_id):
        return without_effect(refused("the new account or its server is blocked"))
    new = await refresh(shop, activity.target_id, with_handle=True)
    if not any(is_same_id(alias, old.actor_id) for alias in new.also_known_as):
        return without_effect(refused("the new account does not name the old one"))
    if new.moved_to is not None or new.suspended_at is not None:
        return without_effect(refused("the new account has itself moved on, or is suspended"))

    async def apply(db: Writer) -> Outcome:
        return await _believe(db, received, old, new)

    return apply


async def _believe(db: Writer, received: Received, old: Actor, new: Actor) -> Outcome:
    blog, now = received.blog, received.now
    is_ours = new.kind is not ActorKind.REMOTE and await aliases.note_move(db, blog.pk, old.actor_id, new.actor_id, now)
    await actors.note_moved(db, old.pk, new.actor_id)
    await actor_moves.save(db, old.pk, new.pk, now)
    left_here = await comments.posts_of_actor(db, old.pk)
    db.touch("frame", *(f"post:{post_pk}" for post_pk in left_here))
    words = [
        "another account of the author moved here" if is_ours else "",
        await _follow_of(db, blog, old, new, now),
        "what it left here leads to the new account" if left_here else "",
    ]
    told = "; ".join(word for word in words if word)
    return accepted(f"moved; {told}") if told else ignored("moved, and left nothing here")


async def _follow_of(db: Writer, blog: Blog, old: Actor, new: Actor, now: int) -> str:
    """What becomes of the follow of the old account, in words; "" where there is none."""
    follower = await followers.by_actor(db, blog.pk, old.pk)
    if follower is None:
        return ""
    if await followers.by_actor(db, blog.pk, new.pk) is None:
        return "follows under the old account until the new one asks"
    await former_followers.let_go(db, follower.pk, f"follows as {new.full_handle} now", now)
    return "follows under the new account"


async def was_let_in(db: Reader, blog: Blog, new: Actor) -> bool:
    """Whether somebody who moved to this account follows, and waits for nobody's yes."""
    for old_pk in await actor_moves.sources_of(db, new.pk):
        follower = await followers.by_actor(db, blog.pk, old_pk)
        if follower is not None and follower.state is FollowState.ACCEPTED:
            return True
    return False


async def take_over(db: Writer, blog: Blog, new: Actor, now: int) -> None:
    """An account follows: the follows of those that moved to it have ended with that."""
    for old_pk in await actor_moves.sources_of(db, new.pk):
        follower = await followers.by_actor(db, blog.pk, old_pk)
        if follower is not None:
            await former_followers.let_go(db, follower.pk, f"follows as {new.full_handle} now", now)
