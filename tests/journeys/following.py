"""Followers by the hundred, put into the store as if they had followed long ago."""

from fedblog.domain.follower import Follower, FollowState
from fedblog.services.remote_actors import read_remote_actor
from fedblog.services.workshop import the_blog
from fedblog.store import actors, followers


async def follow_all(blog, people):
    """Every one of them follows the blog and has had the Accept."""
    now = blog.shop.now()
    home = await the_blog(blog.shop.store.reader)

    async def work(db):
        for person in people:
            actor = read_remote_actor(person.document(), now)
            pk = await actors.save(db, actor)
            inbox = actor.shared_inbox or actor.inbox
            await followers.save(
                db,
                Follower(
                    0,
                    home.pk,
                    pk,
                    FollowState.ACCEPTED,
                    f"{actor.actor_id}#follow",
                    "{}",
                    inbox,
                    actor.host,
                    now,
                    now,
                    now,
                ),
            )

    await blog.shop.store.write(work)


async def followers_of(blog):
    """The actor ids of all followers."""
    home = await the_blog(blog.shop.store.reader)
    return sorted(line.actor_id for line in await followers.listed(blog.shop.store.reader, home.pk))
