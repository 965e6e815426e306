"""Writing: drafts, edits, and the preview that equals the published page."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from fedblog.domain.blog import Blog, CommentPolicy
from fedblog.domain.interaction import QuotePolicy, ReplyScope
from fedblog.domain.post import Addressee, Post, PostState, Tag
from fedblog.errors import Conflict, Gone, Invalid, Missing
from fedblog.ids import address_slug, ulid
from fedblog.ids import slug as slug_of
from fedblog.services import resolving
from fedblog.services.documents import media_url, tag_url
from fedblog.services.workshop import Workshop, the_blog
from fedblog.store import media, posts
from fedblog.store.door import Reader, Writer
from fedblog.store.media import PostImage
from fedblog.text import markdown
from fedblog.text.hashtags_and_handles import find_handles
from fedblog.text.language import is_language_tag

LONGEST_MARKDOWN = 1 << 20
_LONG_TEXT = 50_000
_LONGEST_TITLE, _LONGEST_LINE, _MOST_TAGS = 300, 1000, 30
_RESERVED = frozenset(
    {"admin", "ap", "authorize_interaction", "boost", "feed", "follow", "health", "inbox", "like", "media", "metrics"}
    | {"reply", "search", "static", "tags"}
)


@dataclass(frozen=True, slots=True)
class Draft:
    """What the author wrote. An empty `slug` is made from the title, an empty `language` is the blog's."""

    title: str
    markdown: str
    slug: str = ""
    summary: str = ""
    has_summary: bool = True
    tags: tuple[str, ...] = ()
    language: str = ""
    content_warning: str = ""
    comment_policy: CommentPolicy | None = None
    images: tuple[PostImage, ...] = ()
    reply_scope: ReplyScope | None = None
    quote_policy: QuotePolicy | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A draft as it will stand on the page, with everyone it names."""

    draft: Draft
    html: str
    excerpt: str
    tags: tuple[Tag, ...]
    people: tuple[Addressee, ...]


def new_key(shop: Workshop) -> str:
    """A key for a post that is yet to be written: a form that carries it may be sent twice and makes one post."""
    return ulid(shop.now(), shop.world.token(10))


async def create(shop: Workshop, draft: Draft, *, key: str = "") -> Post:
    """Save a new draft. Raises `Invalid` or `Conflict` with nothing stored; a post of that key is such a conflict."""
    written = await write_out(shop, draft, must_resolve=False)
    return await shop.store.write(lambda db: add(db, shop, written, key=key))


async def add(db: Writer, shop: Workshop, written: Written, *, key: str = "") -> Post:
    """Insert a draft as it was written out."""
    blog, now = await the_blog(db), shop.now()
    post = with_contents(_blank(blog.pk, key or new_key(shop), now), written, now)
    post = replace(post, slug=await free_slug(db, post, written.draft))
    post = replace(post, pk=await posts.create(db, post))
    await save_parts(db, post, written)
    return post


async def refuse_early(shop: Workshop, draft: Draft, post: Post | None, *, must_resolve: bool) -> None:
    """Raise what saving this draft would raise, before anything that belongs to it is stored. None: a new post."""
    _check(draft)
    db = shop.store.reader
    if draft.slug:
        await _typed_slug(db, (await the_blog(db)).pk, post.pk if post else None, slug_of(draft.slug))
    await _people(shop, find_handles(draft.markdown), must_resolve=must_resolve)


async def preview(shop: Workshop, post: Post | None, draft: Draft) -> tuple[Post, Written]:
    """What would stand on the page were the draft saved and published now. Nothing of it is stored.

    `post` is what the draft changes, None for a new one. A draft without a title gets one, and a handle that leads
    to nobody stays text, so that it can be seen.
    """
    now = shop.now()
    titled = draft if draft.title.strip() else replace(draft, title="Untitled")
    _check(titled)
    named = await asyncio.gather(*(_person_if_any(shop, handle) for handle in find_handles(titled.markdown)))
    written = await _written(shop, titled, tuple(person for person in named if person))
    blog = await the_blog(shop.store.reader)
    before = post or _blank(blog.pk, new_key(shop), now)
    after = with_contents(before, written, now)
    return replace(after, published_at=after.published_at if after.is_public else now), written


async def write_out(shop: Workshop, draft: Draft, *, must_resolve: bool) -> Written:
    """Check and render a draft.

    With `must_resolve` every `@name@host` in the text has to lead to somebody (`Invalid` names the one
    that does not); without it those we do not know yet stay text.
    """
    _check(draft)
    people = await _people(shop, find_handles(draft.markdown), must_resolve=must_resolve)
    return await _written(shop, draft, people)


async def _written(shop: Workshop, draft: Draft, people: tuple[Addressee, ...]) -> Written:
    blog = await the_blog(shop.store.reader)
    render = partial(
        markdown.render,
        draft.markdown,
        base_url=blog.base_url,
        mentions={f"@{p.handle.removeprefix('@')}": markdown.MentionLink(p.url) for p in people},
        tag_url=lambda name: tag_url(blog, name),
        media={image.file_name: _picture(blog, image) for image in draft.images},
        prefix="text-",
        language=draft.language or blog.language,
    )
    # A megabyte takes seconds, in which everybody else would wait.
    rendered = await asyncio.to_thread(render) if len(draft.markdown) > _LONG_TEXT else render()
    tags = _tags((*draft.tags, *rendered.hashtags))
    return Written(draft, rendered.html, rendered.excerpt, tags, people)


def _picture(blog: Blog, image: PostImage) -> markdown.Picture:
    return markdown.Picture(media_url(blog, image.name), image.width, image.height, image.alt, image.media_type)


async def _people(shop: Workshop, handles: Sequence[str], *, must_resolve: bool) -> tuple[Addressee, ...]:
    if must_resolve:
        return tuple(await asyncio.gather(*(resolving.addressee_of(shop, handle) for handle in handles)))
    found = [await resolving.known_addressee(shop.store.reader, handle) for handle in handles]
    return tuple(person for person in found if person)


async def _person_if_any(shop: Workshop, handle: str) -> Addressee | None:
    known = await resolving.known_addressee(shop.store.reader, handle)
    if known is None:
        with suppress(Invalid):
            return await resolving.addressee_of(shop, handle)
    return known


def _check(draft: Draft) -> None:
    if not draft.title.strip():
        raise Invalid("The post has no title.", "Give it one; it is what followers see first.")
    if len(draft.title) > _LONGEST_TITLE:
        raise Invalid(f"The title is longer than {_LONGEST_TITLE} characters.")
    if len(draft.markdown.encode()) > LONGEST_MARKDOWN:
        raise Invalid("The text is longer than 1 MiB.")
    for name, line in (("summary", draft.summary), ("content warning", draft.content_warning)):
        if len(line) > _LONGEST_LINE:
            raise Invalid(f"The {name} is longer than {_LONGEST_LINE} characters.")
    if draft.language and not is_language_tag(draft.language):
        raise Invalid(f"{draft.language!r} is no language tag.", "Write one such as en, de or pt-BR.")
    if draft.slug and not slug_of(draft.slug):
        raise Invalid("The slug holds no letter or digit.")


def _tags(names: Iterable[str]) -> tuple[Tag, ...]:
    tags: dict[str, Tag] = {}
    for name in names:
        clean = " ".join(name.strip().removeprefix("#").split())[:100]
        if slug_of(clean):
            tags.setdefault(slug_of(clean), Tag(slug_of(clean), clean))
    return tuple(tags.values())[:_MOST_TAGS]


def with_contents(post: Post, written: Written, now: int) -> Post:
    """The post with a new text in it; state, slug and times are the caller's."""
    draft = written.draft
    return replace(
        post,
        title=" ".join(draft.title.split()),
        markdown=draft.markdown,
        html=written.html,
        summary=" ".join(draft.summary.split()),
        summary_off_at=None if draft.has_summary else (post.summary_off_at or now),
        excerpt=written.excerpt,
        language=draft.language,
        content_warning=" ".join(draft.content_warning.split()),
        comment_policy=draft.comment_policy,
        reply_scope=draft.reply_scope,
        quote_policy=draft.quote_policy,
    )


async def save_parts(db: Writer, post: Post, written: Written) -> None:
    """Write what stands in rows of its own: tags and images."""
    await posts.set_tags(db, post.blog_pk, post.pk, written.tags)
    await media.set_images(db, post.blog_pk, post.pk, written.draft.images)


async def free_slug(db: Reader, post: Post, draft: Draft) -> str:
    """The slug that a post gets. A typed one that is in use is refused, a derived one gets `-2`."""
    if draft.slug:
        return await _typed_slug(db, post.blog_pk, post.pk, slug_of(draft.slug))
    base = address_slug(draft.title) or post.ulid[-8:].lower()
    candidate, number = base, 1
    while candidate in _RESERVED or await posts.slug_owner(db, post.blog_pk, candidate) not in {None, post.pk}:
        number += 1
        candidate = f"{base}-{number}"
    return candidate


async def _typed_slug(db: Reader, blog_pk: int, post_pk: int | None, typed: str) -> str:
    if typed in _RESERVED:
        raise Conflict(f"The slug {typed!r} is a word of the blog's own addresses.", "Choose another one.")
    if await posts.slug_owner(db, blog_pk, typed) not in {None, post_pk}:
        raise Conflict(f"Another post has the slug {typed!r}.", "Choose another one.")
    return typed


async def draft_of(db: Reader, post: Post) -> Draft:
    """The post as its author wrote it: for the form, and for changing only what is given."""
    return Draft(
        title=post.title,
        markdown=post.markdown,
        slug=post.slug,
        summary=post.summary,
        has_summary=post.summary_off_at is None,
        tags=tuple(tag.name for tag in await posts.tags_of(db, post.pk)),
        language=post.language,
        content_warning=post.content_warning,
        comment_policy=post.comment_policy,
        reply_scope=post.reply_scope,
        quote_policy=post.quote_policy,
        images=tuple(await media.images_of(db, post.pk)),
    )


async def existing(db: Reader, post_pk: int) -> Post:
    """The post of that key. Raises `Missing`, or `Gone` for a deleted one."""
    post = await posts.by_pk(db, post_pk)
    if post is None:
        raise Missing(f"There is no post {post_pk}.", "fedblog post list shows them.")
    if post.state is PostState.DELETED:
        raise Gone(f"Post {post_pk} was deleted.")
    return post


def _blank(blog_pk: int, ulid_: str, now: int) -> Post:
    return Post(
        pk=0,
        blog_pk=blog_pk,
        ulid=ulid_,
        state=PostState.DRAFT,
        object_id=None,
        path=None,
        title="",
        slug="",
        markdown="",
        html="",
        summary="",
        summary_off_at=None,
        excerpt="",
        language="",
        content_warning="",
        comment_policy=None,
        last_comment_number=0,
        created_at=now,
        published_at=None,
        edited_at=None,
        updated_at=None,
        update_due_at=None,
        update_sent_at=None,
        unpublished_at=None,
        deleted_at=None,
    )
