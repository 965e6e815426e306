"""The author's answers below a post: Notes in the thread, delivered to the person, the thread and the followers."""

from dataclasses import replace

from fedblog.ap.render import activities as documents_of
from fedblog.ap.vocabulary import Document
from fedblog.domain.actor import ActorKind
from fedblog.domain.backoff import MINUTE
from fedblog.domain.blog import Blog
from fedblog.domain.comment import Audience, Comment, CommentState
from fedblog.domain.post import Addressee, Post
from fedblog.errors import Conflict, Invalid, Missing
from fedblog.services import own_ids, publishing, resolving
from fedblog.services.documents import note_of, render_answer
from fedblog.services.sending import Outgoing, Recipients, send
from fedblog.services.workshop import Workshop, the_actor, the_blog
from fedblog.store import actors, comments, own_objects, posts
from fedblog.store.door import Reader, Writer
from fedblog.text.hashtags_and_handles import find_handles
from fedblog.text.markdown import Rendered

LONGEST_ANSWER = 20_000


async def answer(shop: Workshop, post_pk: int, parent_pk: int | None, source: str) -> Comment:
    """Answer a comment, or the post itself (`parent_pk` None), in Markdown.

    Raises `Invalid` for an empty or endless text and for a handle that leads nowhere, `Conflict` where
    the comment cannot be answered in public.
    """
    _check(source)
    reader = shop.store.reader
    await _refuse_unshown(reader, parent_pk)
    person = await _person_answered(reader, parent_pk)
    people = await _people(shop, source, person)
    rendered = render_answer(await the_blog(reader), source, people)
    return await shop.store.write(lambda db: _answer(db, shop, post_pk, parent_pk, source, rendered, people))


def _check(source: str) -> None:
    if not source.strip():
        raise Invalid("The answer is empty.", "Write something first.")
    if len(source) > LONGEST_ANSWER:
        raise Invalid(f"The answer is longer than {LONGEST_ANSWER} characters.")


async def _refuse_unshown(db: Reader, parent_pk: int | None) -> None:
    parent = await comments.by_pk(db, parent_pk) if parent_pk is not None else None
    if parent_pk is not None and (parent is None or not parent.is_visible):
        raise Conflict("Only a comment that is shown can be answered.", "Approve it first.")


async def _person_answered(db: Reader, parent_pk: int | None) -> Addressee | None:
    parent = await comments.by_pk(db, parent_pk) if parent_pk is not None else None
    actor = await actors.by_pk(db, parent.actor_pk) if parent else None
    if actor is None or actor.kind is not ActorKind.REMOTE or actor.gone_at is not None:
        return None
    return Addressee(actor.address, actor.actor_id, actor.url, actor.delivery_inbox)


async def _people(shop: Workshop, source: str, person: Addressee | None) -> tuple[Addressee, ...]:
    """Whom the answer names: the person answered first, even where the text does not say the name."""
    named = [await resolving.addressee_of(shop, handle) for handle in find_handles(source)]
    everyone = [person, *named] if person else named
    return tuple({p.actor_id: p for p in everyone}.values())


async def _answer(
    db: Writer,
    shop: Workshop,
    post_pk: int,
    parent_pk: int | None,
    source: str,
    rendered: Rendered,
    people: tuple[Addressee, ...],
) -> Comment:
    blog, post = await the_blog(db), await _public_post(db, post_pk)
    await _refuse_unshown(db, parent_pk)  # it may have been taken back while people were looked up
    if (same := await _said_just_now(db, blog, post_pk, parent_pk, source, shop.now())) is not None:
        return same
    blank = _blank(blog, post.pk, parent_pk, own_ids.note_id(blog, shop.world), shop.now())
    comment = replace(
        blank,
        markdown=source,
        html=rendered.html,
        text=rendered.text,
        number=await posts.take_comment_number(db, post.pk),
    )
    comment = replace(comment, pk=await comments.create(db, comment))
    await own_objects.begin(
        db,
        comment.object_id,
        blog_pk=blog.pk,
        kind="Note",
        post_pk=post.pk,
        comment_pk=comment.pk,
        now=shop.now(),
    )
    await own_objects.set_addressees(db, blog.pk, comment.object_id, people)
    document = documents_of.create(own_ids.activity_id(blog, shop.world), await note_of(db, comment))
    await _send(db, shop, blog, comment, document, await _audience(db, post, people))
    db.touch(f"post:{post.pk}")
    return comment


async def _said_just_now(
    db: Reader, blog: Blog, post_pk: int, parent_pk: int | None, source: str, now: int
) -> Comment | None:
    """The same words in the same place within a minute: a form that was sent twice."""
    for said in await comments.written_below(db, post_pk, blog.actor_pk):
        if (said.parent_pk, said.markdown) == (parent_pk, source) and now - said.published_at < MINUTE:
            return said
    return None


async def _public_post(db: Reader, post_pk: int) -> Post:
    post = await posts.by_pk(db, post_pk)
    if post is None or not post.is_public:
        raise Missing("The post of this comment is not published.")
    return post


async def _audience(db: Reader, post: Post, people: tuple[Addressee, ...]) -> Recipients:
    named = await publishing.inboxes_of(db, post.blog_pk, people)
    return Recipients(followers=True, inboxes=(*named, *await publishing.participants(db, post)))


async def edit(shop: Workshop, comment_pk: int, source: str) -> Comment:
    """Change an answer of ours; whoever has it gets an Update. One that was rejected changes on our page only."""
    _check(source)
    before = await own_answer(shop.store.reader, comment_pk)
    person = await _person_answered(shop.store.reader, before.parent_pk)
    people = await _people(shop, source, person)
    rendered = render_answer(await the_blog(shop.store.reader), source, people)

    async def work(db: Writer) -> Comment:
        blog, comment = await the_blog(db), await own_answer(db, comment_pk)
        now = shop.now()
        updated = max(now, (comment.updated_at or comment.published_at) + 1000)
        comment = replace(
            comment, markdown=source, html=rendered.html, text=rendered.text, updated_at=updated, edited_at=now
        )
        await comments.save(db, comment)
        await own_objects.set_addressees(db, blog.pk, comment.object_id, people)
        post = await _public_post(db, comment.post_pk)
        if await _is_on_the_wire(db, comment):
            document = documents_of.update(own_ids.activity_id(blog, shop.world), await note_of(db, comment))
            await _send(db, shop, blog, comment, document, await _audience(db, post, people))
        db.touch(f"post:{comment.post_pk}")
        return comment

    return await shop.store.write(work)


async def _is_on_the_wire(db: Reader, comment: Comment) -> bool:
    row = await own_objects.by_id(db, comment.object_id)
    return row is not None and row.ended_at is None


async def own_answer(db: Reader, comment_pk: int) -> Comment:
    """An answer of ours that still stands. Raises `Missing`."""
    comment, actor = await comments.by_pk(db, comment_pk), await the_actor(db)
    if comment is None or comment.actor_pk != actor.pk or comment.removed_at is not None:
        raise Missing("That is no answer of this blog.")
    return comment


async def _send(
    db: Writer, shop: Workshop, blog: Blog, comment: Comment, document: Document, recipients: Recipients
) -> None:
    outgoing_ = Outgoing(document, comment.object_id, blog.actor_pk, post_pk=comment.post_pk)
    await send(db, blog.pk, outgoing_, recipients, shop.now())


def _blank(blog: Blog, post_pk: int, parent_pk: int | None, object_id: str, now: int) -> Comment:
    return Comment(
        pk=0,
        blog_pk=blog.pk,
        post_pk=post_pk,
        parent_pk=parent_pk,
        number=None,
        object_id=object_id,
        actor_pk=blog.actor_pk,
        state=CommentState.SHOWN,
        audience=Audience.PUBLIC,
        rule="",
        html="",
        text="",
        markdown="",
        summary="",
        language=blog.language,
        url="",
        attachments=(),
        published_at=now,
        updated_at=None,
        edited_at=None,
        received_at=now,
        shown_at=now,
        removed_at=None,
        read_at=now,
    )
