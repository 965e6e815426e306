"""Taking the author's answers off the wire: a Tombstone here, a Delete to whoever may have one."""

from fedblog.ap.addressing import outgoing
from fedblog.ap.render import activities as documents_of
from fedblog.domain.comment import Audience, Comment
from fedblog.services import commenting, own_ids
from fedblog.services.sending import Outgoing, Recipients, send
from fedblog.services.workshop import Workshop, the_actor, the_blog
from fedblog.store import activities, comments, own_objects
from fedblog.store.door import Writer


async def take_back(db: Writer, shop: Workshop, answer: Comment) -> None:
    """Take one back: nothing of its text stays, its place and number do."""
    blog, actor, now = await the_blog(db), await the_actor(db), shop.now()
    await own_objects.end(db, answer.object_id, now)
    await activities.cancel_waiting(db, answer.object_id, now)
    addressed = outgoing(Audience.PUBLIC, actor.followers)
    document = documents_of.delete(own_ids.activity_id(blog, shop.world), actor.actor_id, answer.object_id, addressed)
    outgoing_ = Outgoing(document, answer.object_id, blog.actor_pk, post_pk=answer.post_pk)
    await send(db, blog.pk, outgoing_, Recipients(holders_of=answer.object_id), now)
    await commenting.take_back(db, answer, now)


async def take_back_below(db: Writer, shop: Workshop, post_pk: int) -> None:
    """Take back every answer below a post: it is deleted for good, and nothing below it stays to be read."""
    actor = await the_actor(db)
    for answer in await comments.written_below(db, post_pk, actor.pk):
        await take_back(db, shop, answer)
