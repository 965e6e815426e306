"""Write a post: a new one, or one that is there."""

from dataclasses import dataclass, replace
from typing import ClassVar

from starlette.responses import Response

from fedblog.domain.blog import CommentPolicy
from fedblog.domain.interaction import QuotePolicy, ReplyScope
from fedblog.domain.post import Post, PostState
from fedblog.errors import Conflict, Invalid, Refused
from fedblog.services import communities, media, publishing, sharing, writing
from fedblog.services.workshop import the_blog
from fedblog.services.writing import Draft
from fedblog.store import pins, posts, quotes
from fedblog.store.door import Reader
from fedblog.store.media import PostImage
from fedblog.web import addresses, frame
from fedblog.web.admin import around, composing, going
from fedblog.web.admin.around import Around
from fedblog.web.admin.gate import on
from fedblog.web.admin.submission import Submission
from fedblog.web.admin.visit import Visit
from fedblog.web.middleware.failures import status_and_words

NEW = "/admin/posts/new"
_LONGEST_SHARED = 5000
POLICIES = (
    (CommentPolicy.OPEN, "Open: every verified reply shows at once"),
    (CommentPolicy.CAUTIOUS, "Cautious: a stranger’s first reply waits when it holds links, files or outsiders"),
    (CommentPolicy.HOLD_ALL, "Hold all: every reply waits for you"),
    (CommentPolicy.CLOSED, "Closed: no comments"),
)

SCOPES = (
    (ReplyScope.EVERYONE, "Everyone"),
    (ReplyScope.FOLLOWERS, "Followers of the blog, and people it names"),
    (ReplyScope.MENTIONED, "Only people the post names"),
)
QUOTES = (
    (QuotePolicy.EVERYONE, "Everyone"),
    (QuotePolicy.FOLLOWERS, "Followers of the blog"),
    (QuotePolicy.HOLD_ALL, "Everyone, after you said yes"),
    (QuotePolicy.NOBODY, "Nobody"),
)


@dataclass(frozen=True, slots=True)
class ComposePage:
    """The form with what was typed. `post` is None until it was saved; `was_published` before it was taken back."""

    template: ClassVar[str] = "admin/compose.html"
    around: Around
    post: Post | None
    draft: Draft
    key: str
    action: str
    public_path: str
    blog_language: str
    blog_policy: str
    direction: str
    policies: tuple[tuple[CommentPolicy, str], ...] = POLICIES
    blog_scope: str = ""
    blog_quotes: str = ""
    scopes: tuple[tuple[ReplyScope, str], ...] = SCOPES
    quotes: tuple[tuple[QuotePolicy, str], ...] = QUOTES
    quoted_by: int = 0
    is_minor: bool = False
    is_unsaved: bool = False
    problem: str = ""
    is_pinned: bool = False
    is_shared: bool = False
    communities: tuple[str, ...] = ()

    @property
    def is_published(self) -> bool:
        """Whether readers see it now."""
        return self.post is not None and self.post.is_public

    @property
    def was_published(self) -> bool:
        """Whether it was published before and was taken back."""
        return self.post is not None and self.post.state is PostState.UNPUBLISHED


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form holds beside its draft, for showing it again."""

    draft: Draft
    key: str = ""
    is_minor: bool = False


async def begin(visit: Visit) -> Response:
    """An empty form, or one with the words that another server hands over."""
    return await _form(
        visit, None, Typed(Draft("", visit.asked("body")[:_LONGEST_SHARED]), writing.new_key(visit.shop))
    )


async def show(visit: Visit) -> Response:
    """The form of a post."""
    post = await writing.existing(visit.shop.store.reader, visit.pk())
    draft = await visit.shop.store.read(lambda db: writing.draft_of(db, post))
    return await _form(visit, post, Typed(draft))


async def save_new(visit: Visit, form: Submission) -> Response:
    """What a button of the empty form asks for. A form that was sent twice leads to the post it made."""
    typed = await _typed(visit, form)
    same = await posts.by_ulid(visit.shop.store.reader, typed.key) if typed.key else None
    if same is not None and same.state is not PostState.DELETED:
        return going.to(f"/admin/posts/{same.pk}", "draft" if not same.is_public else "published")
    return await _do(visit, None, typed, form)


async def save(visit: Visit, form: Submission) -> Response:
    """What a button of a post's form asks for."""
    post = await writing.existing(visit.shop.store.reader, visit.pk())
    return await _do(visit, post, await _typed(visit, form), form)


async def _typed(visit: Visit, form: Submission) -> Typed:
    draft = await composing.draft_of(visit.shop.store.reader, visit.account.blog_pk, form)
    return Typed(draft, composing.key_of(form), form.flag("minor"))


async def _do(visit: Visit, post: Post | None, typed: Typed, form: Submission) -> Response:
    """Images change in the form only; saving and publishing change the post. Whatever fails, nothing typed is lost."""
    verb, _, place = form.line("do").partition("-")
    try:
        if verb in _IMAGE_VERBS:
            images = await _images(visit, typed.draft, form, verb, place)
            return await _form(visit, post, replace(typed, draft=replace(typed.draft, images=images)), is_unsaved=True)
        if post is None:
            return await _create(visit, typed, is_publishing=verb == "publish")
        return await _change(visit, post, typed, is_publishing=verb == "publish")
    except Refused as error:
        return await _form(visit, post, typed, error=error)


_IMAGE_VERBS = frozenset({"upload", "first", "remove"})


async def _images(visit: Visit, draft: Draft, form: Submission, verb: str, place: str) -> tuple[PostImage, ...]:
    at = int(place) if place.isascii() and place.isdecimal() and len(place) < 4 else -1
    if verb == "first":
        return composing.first(draft.images, at)
    if verb == "remove":
        return composing.without(draft.images, at)
    upload = form.files.get("file")
    if upload is None:
        raise Invalid("No image was chosen.", "Choose a file of at most 4 MB first.")
    alt = form.line("alt")
    row = await media.take_in(visit.shop, visit.account.blog_pk, upload.data, alt=alt)
    others = [image for image in draft.images if image.media_pk != row.pk]
    return (*others, composing.image_of(row, upload.file_name, alt, others))


async def _create(visit: Visit, typed: Typed, *, is_publishing: bool) -> Response:
    if not is_publishing:
        await communities.meet(visit.shop, typed.draft.markdown)
    try:
        post = await writing.create(visit.shop, typed.draft, key=typed.key)
    except Conflict:
        same = await posts.by_ulid(visit.shop.store.reader, typed.key) if typed.key else None
        if same is None:
            raise
        return going.to(f"/admin/posts/{same.pk}", "draft")
    if not is_publishing:
        return going.to(f"/admin/posts/{post.pk}", "draft")
    return await _publish(visit, post, typed)


async def _change(visit: Visit, post: Post, typed: Typed, *, is_publishing: bool) -> Response:
    draft = replace(typed.draft, slug=composing.slug_to_save(post, typed.draft.slug))
    if not is_publishing and not post.is_public:
        await communities.meet(visit.shop, draft.markdown)
    saved = await publishing.edit(visit.shop, post.pk, draft, is_minor=typed.is_minor)
    if saved.is_public:
        await visit.note("edit post", saved.title)
        return going.to(f"/admin/posts/{post.pk}", "minor" if typed.is_minor else "edited")
    if not is_publishing:
        return going.to(f"/admin/posts/{post.pk}", "saved" if saved.path else "draft")
    return await _publish(visit, saved, typed)


async def _publish(visit: Visit, post: Post, typed: Typed) -> Response:
    """Publish what was just saved; when that is refused, the draft is there and the form goes on with it."""
    try:
        published = await publishing.publish(visit.shop, post.pk)
    except Refused as error:
        told = type(error)(f"It is saved as a draft, but not published. {error.why}", error.todo)
        return await _form(visit, post, replace(typed, key=""), error=told)
    await visit.note("publish post", published.title)
    return going.to(f"/admin/posts/{post.pk}", "again" if post.object_id else "published")


async def _form(
    visit: Visit, post: Post | None, typed: Typed, *, is_unsaved: bool = False, error: Refused | None = None
) -> Response:
    status, problem = status_and_words(error) if error else (200, "")
    view = await visit.shop.store.read(lambda db: _view(db, visit, post, typed))
    return visit.web.private(replace(view, is_unsaved=is_unsaved or bool(error), problem=problem), status=status)


async def _view(db: Reader, visit: Visit, post: Post | None, typed: Typed) -> ComposePage:
    blog = await the_blog(db)
    is_shared = post is not None and post.is_public and await sharing.shared_as(db, blog, post) is not None
    return ComposePage(
        around=await around.of(db, visit, "/admin/"),
        post=post,
        draft=typed.draft,
        key=typed.key,
        action=f"/admin/posts/{post.pk}" if post else NEW,
        public_path=addresses.post_path(post) if post and post.is_public else "",
        blog_language=blog.language,
        blog_policy=blog.comment_policy.value.replace("_", " "),
        direction=frame.direction(typed.draft.language or blog.language),
        blog_scope=dict(SCOPES)[blog.reply_scope].lower(),
        blog_quotes=dict(QUOTES)[blog.quote_policy].lower(),
        quoted_by=await quotes.count_of_post(db, post.pk) if post else 0,
        is_minor=typed.is_minor,
        is_pinned=post is not None and await pins.is_pinned(db, post.pk),
        is_shared=is_shared,
        communities=tuple(actor.full_handle for actor in await communities.named_in(db, typed.draft.markdown)),
    )


routes = [
    on(NEW, get=begin, post=save_new, takes_files=True),
    on("/admin/posts/{pk:int}", get=show, post=save, takes_files=True),
]
