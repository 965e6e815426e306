"""Publishing: what readers and followers get, and how it is changed and taken back.

The author is answered at once: each verb is one transaction that stores the post, the activity and its
deliveries; the worker sends them. An edit's Update is gathered: the first leaves at once, later saves of
the next two minutes leave in one more.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from fedblog.ap.addressing import outgoing
from fedblog.ap.render import activities as documents_of
from fedblog.ap.vocabulary import Document
from fedblog.domain.blog import Blog
from fedblog.domain.comment import Audience
from fedblog.domain.post import Addressee, Post, PostState
from fedblog.errors import Conflict
from fedblog.services import communities, gate, own_ids, pinning, withdrawing, writing
from fedblog.services.documents import article_of
from fedblog.services.searching import planning
from fedblog.services.sending import Outgoing, Recipients, send
from fedblog.services.workshop import Workshop, the_actor, the_blog
from fedblog.services.writing import Draft, Written
from fedblog.store import activities, actors, gestures, own_objects, posts
from fedblog.store.door import Reader, Writer

QUIET = 120_000  # ms between two Updates of one post


async def publish(shop: Workshop, post_pk: int) -> Post:
    """Publish a draft, or an unpublished post again (under a new object id, at the same address).

    Everyone named in the text is resolved first; the first name that leads nowhere refuses the whole.
    Raises `Conflict` for a post that is published, or that was changed while those people were looked up.
    """
    draft = await shop.store.read(lambda db: _draft(db, post_pk))
    written = await writing.write_out(shop, draft, must_resolve=True)

    async def work(db: Writer) -> Post:
        if await _draft(db, post_pk) != draft:
            raise Conflict("This post was changed while it was being published.", "Look at it, and publish it again.")
        return await _publish(db, shop, post_pk, written)

    return await shop.store.write(work)


async def _draft(db: Reader, post_pk: int) -> Draft:
    return await writing.draft_of(db, await writing.existing(db, post_pk))


async def publish_new(shop: Workshop, draft: Draft) -> Post:
    """Save and publish in one transaction; when it cannot be published, nothing is stored."""
    written = await writing.write_out(shop, draft, must_resolve=True)

    async def work(db: Writer) -> Post:
        post = await writing.add(db, shop, written)
        return await _publish(db, shop, post.pk, written)

    return await shop.store.write(work)


async def _publish(db: Writer, shop: Workshop, post_pk: int, written: Written) -> Post:
    now = shop.now()
    blog, post = await the_blog(db), await writing.existing(db, post_pk)
    if post.is_public:
        raise Conflict("This post is published already.")
    post = replace(
        writing.with_contents(post, written, now),
        state=PostState.PUBLISHED,
        object_id=own_ids.article_id(blog, shop.world),
        path=post.path or await _free_path(db, blog, post, now),
        published_at=now,
        edited_at=None,
        updated_at=None,
        update_due_at=None,
        update_sent_at=None,
        unpublished_at=None,
    )
    await posts.save(db, post)
    await writing.save_parts(db, post, written)
    await _begin_on_the_wire(db, post, written, now)
    await _send_create(db, shop, blog, post)
    await planning.plan_first(db, post)
    db.touch("frame", f"post:{post.pk}")
    return post


async def _begin_on_the_wire(db: Writer, post: Post, written: Written, now: int) -> None:
    object_id = _object_id(post)
    await posts.add_path(db, post.blog_pk, post.path or "", post.pk, now)
    await own_objects.begin(
        db, object_id, blog_pk=post.blog_pk, kind="Article", post_pk=post.pk, comment_pk=None, now=now
    )
    await own_objects.set_addressees(db, post.blog_pk, object_id, written.people)


async def _send_create(db: Writer, shop: Workshop, blog: Blog, post: Post) -> None:
    document = documents_of.create(own_ids.activity_id(blog, shop.world), await article_of(db, post))
    named = await inboxes_of(db, blog.pk, await own_objects.addressees(db, _object_id(post)))
    await _send(db, shop, blog, post, document, Recipients(followers=True, inboxes=named))


async def edit(shop: Workshop, post_pk: int, draft: Draft, *, is_minor: bool = False) -> Post:
    """Save a new text. A published post changes on its page at once; its Update follows, unless it is minor."""
    before = await writing.existing(shop.store.reader, post_pk)
    written = await writing.write_out(shop, draft, must_resolve=before.is_public)
    return await shop.store.write(lambda db: _edit(db, shop, post_pk, written, is_minor=is_minor))


async def _edit(db: Writer, shop: Workshop, post_pk: int, written: Written, *, is_minor: bool) -> Post:
    now = shop.now()
    before = await writing.existing(db, post_pk)
    slug = await writing.free_slug(db, before, written.draft) if _renames(before, written.draft) else before.slug
    post = replace(writing.with_contents(before, written, now), slug=slug, edited_at=now)
    if post.path and slug != before.slug:
        post = replace(post, path=await _path_with_slug(db, post, slug))
        await posts.add_path(db, post.blog_pk, post.path or "", post.pk, now)
    if post.is_public:
        await own_objects.set_addressees(db, post.blog_pk, _object_id(post), written.people)
        if not is_minor:
            post = _with_due_update(post, now)
            db.touch("work:schedule")
        db.touch("frame", f"post:{post.pk}")
    await posts.save(db, post)
    await writing.save_parts(db, post, written)
    return post


def _renames(post: Post, draft: Draft) -> bool:
    """A published post keeps its address unless the author types another; a draft follows its title."""
    return bool(draft.slug) and draft.slug != post.slug if post.path else draft.slug != post.slug


def _with_due_update(post: Post, now: int) -> Post:
    last = max(post.updated_at or 0, post.published_at or 0)
    quiet_until = min((post.update_sent_at or 0) + QUIET, now + QUIET)  # should the clock have gone back
    return replace(post, updated_at=max(now, last + 1000), update_due_at=max(now, quiet_until))


async def send_due_updates(shop: Workshop) -> int | None:
    """Send the gathered Updates that are due. Returns when the next one is, or None."""
    for post in await posts.with_due_update(shop.store.reader, shop.now()):
        await shop.store.write(lambda db, pk=post.pk: _send_update(db, shop, pk))  # type: ignore[misc]
    return await posts.next_update(shop.store.reader)


async def _send_update(db: Writer, shop: Workshop, post_pk: int) -> None:
    now = shop.now()
    post = await posts.by_pk(db, post_pk)
    if post is None or post.update_due_at is None or post.update_due_at > now:
        return
    await posts.save(db, replace(post, update_due_at=None, update_sent_at=now))
    if post.is_public:
        blog = await the_blog(db)
        document = documents_of.update(own_ids.activity_id(blog, shop.world), await article_of(db, post))
        await _send(db, shop, blog, post, document, await _everyone(db, post))


async def unpublish(shop: Workshop, post_pk: int) -> Post:
    """Take a published post back: 410 here, a Delete to whoever may have it. The text stays for the author."""

    async def work(db: Writer) -> Post:
        post = await writing.existing(db, post_pk)
        if not post.is_public:
            raise Conflict("This post is not published.")
        now = shop.now()
        await _send_delete(db, shop, post)
        taken = replace(post, state=PostState.UNPUBLISHED, unpublished_at=now, update_due_at=None)
        await posts.save(db, taken)
        return taken

    return await shop.store.write(work)


async def delete(shop: Workshop, post_pk: int) -> None:
    """Delete a post for good, text and tags included, and the author's answers below it; whoever may have any
    of that gets a Delete."""

    async def work(db: Writer) -> None:
        post = await writing.existing(db, post_pk)
        if post.is_public:
            await _send_delete(db, shop, post)
        emptied = replace(
            post,
            state=PostState.DELETED,
            deleted_at=shop.now(),
            update_due_at=None,
            title="",
            slug="",
            markdown="",
            html="",
            summary="",
            excerpt="",
            content_warning="",
        )
        await posts.save(db, emptied)
        await posts.set_tags(db, post.blog_pk, post.pk, ())
        await withdrawing.take_back_below(db, shop, post.pk)

    await shop.store.write(work)


async def _send_delete(db: Writer, shop: Workshop, post: Post) -> None:
    blog, actor, object_id = await the_blog(db), await the_actor(db), _object_id(post)
    now = shop.now()
    everyone = await _everyone(db, post)
    await own_objects.end(db, object_id, now)
    await activities.cancel_waiting(db, object_id, now)
    await pinning.drop(db, shop, blog, post)
    await gestures.remove_of_object(db, object_id)
    addressed = outgoing(Audience.PUBLIC, actor.followers)
    document = documents_of.delete(own_ids.activity_id(blog, shop.world), actor.actor_id, object_id, addressed)
    await _send(db, shop, blog, post, document, replace(everyone, followers=False, holders_of=object_id))
    db.touch("frame", f"post:{post.pk}", "outbox")


async def _everyone(db: Reader, post: Post) -> Recipients:
    """Who gets an Update or a Delete: followers, the named, and all who took part below the post."""
    named = await inboxes_of(db, post.blog_pk, await own_objects.addressees(db, _object_id(post)))
    return Recipients(followers=True, inboxes=(*named, *await participants(db, post)))


async def inboxes_of(db: Reader, blog_pk: int, people: Iterable[Addressee]) -> tuple[str, ...]:
    """Where the named get it: not those whom the blog has blocked, though others share their inbox."""
    open_gate = await gate.read(db, blog_pk)
    return tuple(person.inbox for person in people if open_gate.may_act(person.actor_id))


async def participants(db: Reader, post: Post) -> list[str]:
    """The inboxes (shared where there is one) of everyone who visibly took part below a post and is not blocked, and
    of the communities where the post appears: these pass on what is said to their members."""
    open_gate = await gate.read(db, post.blog_pk)
    people = await actors.taking_part(db, post.pk)
    groups = await communities.among(db, await own_objects.addressees(db, post.object_id or ""))
    return [actor.delivery_inbox for actor in (*people, *groups) if open_gate.may_act(actor.actor_id)]


async def _send(db: Writer, shop: Workshop, blog: Blog, post: Post, document: Document, recipients: Recipients) -> None:
    outgoing_ = Outgoing(document, _object_id(post), blog.actor_pk, post_pk=post.pk)
    await send(db, blog.pk, outgoing_, recipients, shop.now())


def _object_id(post: Post) -> str:
    if post.object_id is None:
        raise Conflict("This post was never published.")
    return post.object_id


async def _free_path(db: Reader, blog: Blog, post: Post, now: int) -> str:
    day = datetime.fromtimestamp(now / 1000, UTC).astimezone(ZoneInfo(blog.time_zone))
    return await _unused(db, post, f"/{day:%Y}/{day:%m}", post.slug)


async def _path_with_slug(db: Reader, post: Post, slug: str) -> str:
    return await _unused(db, post, (post.path or "").rpartition("/")[0], slug)


async def _unused(db: Reader, post: Post, folder: str, slug: str) -> str:
    """The path, or one with a number behind it where another post's old address stands there."""
    path, number = f"{folder}/{slug}", 1
    while await posts.path_owner(db, post.blog_pk, path) not in {None, post.pk}:
        number += 1
        path = f"{folder}/{slug}-{number}"
    return path
