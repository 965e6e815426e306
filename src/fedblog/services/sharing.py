"""Sharing an own post again: an Announce brings an old one before the followers."""

from fedblog.domain.blog import Blog
from fedblog.domain.elsewhere import Gesture, GestureKind
from fedblog.domain.post import Post
from fedblog.errors import Conflict, Missing
from fedblog.services import gestures, own_ids
from fedblog.services.workshop import Workshop, the_actor, the_blog
from fedblog.store import accounts, activities, posts
from fedblog.store import gestures as rows
from fedblog.store.door import Reader, Writer

PAUSE_MS = 24 * 3600 * 1000
"""Between two times that a post comes before the followers: whoever shares more often loses them."""


async def share(shop: Workshop, post_pk: int, *, by: str) -> Gesture:
    """Boost a post of ours. An earlier boost of it is taken back first, since servers count only one.

    Raises `Conflict` for a post that is not published, or that followers got within the last day.
    """

    async def work(db: Writer) -> Gesture:
        blog, us, post, now = await the_blog(db), await the_actor(db), await _public(db, post_pk), shop.now()
        object_id = post.object_id or ""
        if now - await _last_seen_at(db, post) < PAUSE_MS:
            raise Conflict("Followers got this post within the last day.", "Share it again tomorrow or later.")
        before = await rows.of_object(db, blog.pk, object_id, GestureKind.BOOST)
        if before is not None:
            await gestures.undo(db, shop, blog, before)
        gesture = Gesture(
            pk=0,
            blog_pk=blog.pk,
            kind=GestureKind.BOOST,
            object_id=object_id,
            actor_pk=us.pk,
            post_pk=post.pk,
            activity_id=own_ids.activity_id(blog, shop.world),
            url="",
            words=post.title,
            created_at=now,
        )
        made = await gestures.perform(db, shop, blog, gesture, None)
        await accounts.note(db, blog.pk, by, "share post again", post.title, now)
        return made

    return await shop.store.write(work)


async def unshare(shop: Workshop, post_pk: int, *, by: str) -> None:
    """Take the boost of a post of ours back. Raises `Missing` where there is no such post, or no boost of it."""

    async def work(db: Writer) -> None:
        blog, post = await the_blog(db), await _existing(db, post_pk)
        shared = await shared_as(db, blog, post)
        if shared is None:
            raise Missing("That post is not shared.")
        await gestures.undo(db, shop, blog, shared)
        await accounts.note(db, blog.pk, by, "take share back", post.title, shop.now())

    await shop.store.write(work)


async def shared_as(db: Reader, blog: Blog, post: Post) -> Gesture | None:
    """The boost by which a post of ours is shared now."""
    return await rows.of_object(db, blog.pk, post.object_id or "", GestureKind.BOOST)


async def _last_seen_at(db: Reader, post: Post) -> int:
    """When followers last got the post: by its Create, or by a boost, also one that was taken back."""
    boosted_at = await activities.latest_of(db, post.object_id or "", "Announce")
    return max(boosted_at or 0, post.published_at or 0)


async def _existing(db: Reader, post_pk: int) -> Post:
    post = await posts.by_pk(db, post_pk)
    if post is None:
        raise Missing(f"There is no post {post_pk}.", "fedblog post list shows them.")
    return post


async def _public(db: Reader, post_pk: int) -> Post:
    post = await _existing(db, post_pk)
    if not post.is_public:
        raise Conflict("Only a published post can be shared.")
    return post
