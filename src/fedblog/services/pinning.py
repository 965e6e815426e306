"""Pinned posts: what stands first on the blog's profile elsewhere. Followers' servers hear of each change."""

from fedblog.ap.render import gestures as gestures_of
from fedblog.domain.blog import Blog
from fedblog.domain.post import Post
from fedblog.errors import Conflict, Missing
from fedblog.services import own_ids
from fedblog.services.own_ids import featured_id
from fedblog.services.sending import Outgoing, Recipients, send
from fedblog.services.workshop import Workshop, the_actor, the_blog
from fedblog.store import accounts, pins, posts
from fedblog.store.door import Reader, Writer

MOST = 5  # as many as Mastodon lets its own people pin


async def pin(shop: Workshop, post_pk: int, *, by: str) -> None:
    """Pin a published post behind those that are pinned; one that is pinned stays where it is.

    Raises `Conflict` where there are five, and for a post that is not published.
    """

    async def work(db: Writer) -> None:
        blog, post = await the_blog(db), await _public(db, post_pk)
        if await pins.is_pinned(db, post.pk):
            return
        if len(await pins.listed(db, blog.pk)) >= MOST:
            raise Conflict(f"{MOST} posts are pinned already.", "Unpin one of them first.")
        await pins.add(db, blog.pk, post.pk, shop.now())
        await _tell(db, shop, blog, post, is_added=True)
        await accounts.note(db, blog.pk, by, "pin post", post.title, shop.now())

    await shop.store.write(work)


async def unpin(shop: Workshop, post_pk: int, *, by: str) -> None:
    """Take the pin out. Raises `Missing` where there is no such post, or no pin in it."""

    async def work(db: Writer) -> None:
        blog, post = await the_blog(db), await _existing(db, post_pk)
        if not await drop(db, shop, blog, post):
            raise Missing("That post is not pinned.")
        await accounts.note(db, blog.pk, by, "unpin post", post.title, shop.now())

    await shop.store.write(work)


async def drop(db: Writer, shop: Workshop, blog: Blog, post: Post) -> bool:
    """Take the pin out of a post that has one, before it goes away. False where it had none."""
    if not await pins.remove(db, post.pk):
        return False
    await _tell(db, shop, blog, post, is_added=False)
    return True


async def _existing(db: Reader, post_pk: int) -> Post:
    post = await posts.by_pk(db, post_pk)
    if post is None:
        raise Missing(f"There is no post {post_pk}.", "fedblog post list shows them.")
    return post


async def _public(db: Reader, post_pk: int) -> Post:
    post = await _existing(db, post_pk)
    if not post.is_public:
        raise Conflict("Only a published post can be pinned.")
    return post


async def _tell(db: Writer, shop: Workshop, blog: Blog, post: Post, *, is_added: bool) -> None:
    us = await the_actor(db)
    render = gestures_of.add_to if is_added else gestures_of.remove_from
    activity_id, object_id = own_ids.activity_id(blog, shop.world), post.object_id or ""
    document = render(activity_id, us.actor_id, object_id, featured_id(us), us.followers)
    outgoing = Outgoing(document, object_id, blog.actor_pk, post_pk=post.pk)
    await send(db, blog.pk, outgoing, Recipients(followers=True), shop.now())
    db.touch("frame", f"post:{post.pk}")
