"""Between the compose form and a draft: what was typed goes in, and comes out again as it was."""

import re
from collections.abc import Sequence

from fedblog.domain.blog import CommentPolicy
from fedblog.domain.interaction import QuotePolicy, ReplyScope
from fedblog.domain.post import Media, Post
from fedblog.ids import address_slug
from fedblog.ids import slug as slug_of
from fedblog.services.writing import Draft
from fedblog.store import media
from fedblog.store.door import Reader
from fedblog.store.media import PostImage
from fedblog.web.forms import Form

_MOST_IMAGES = 50
_ULID = re.compile("[0-7][0-9A-HJKMNP-TV-Z]{25}")


async def draft_of(db: Reader, blog_pk: int, form: Form) -> Draft:
    """The draft that a form holds."""
    policy, scope, quotes = form.line("comment_policy"), form.line("reply_scope"), form.line("quote_policy")
    return Draft(
        title=form.line("title"),
        markdown=form.text("body"),
        slug=form.line("slug"),
        summary=form.line("summary"),
        has_summary=not form.flag("no_summary"),
        tags=tuple(tag for tag in (part.strip() for part in form.line("tags").split(",")) if tag),
        language=form.line("language"),
        content_warning=form.line("content_warning"),
        comment_policy=CommentPolicy(policy) if policy in set(CommentPolicy) else None,
        images=await _images(db, blog_pk, form),
        reply_scope=ReplyScope(scope) if scope in set(ReplyScope) else None,
        quote_policy=QuotePolicy(quotes) if quotes in set(QuotePolicy) else None,
    )


def key_of(form: Form) -> str:
    """The key that a new post's form was given, so that a form sent twice makes one post; "" for none."""
    key = form.line("key")
    return key if _ULID.fullmatch(key) else ""


async def _images(db: Reader, blog_pk: int, form: Form) -> tuple[PostImage, ...]:
    """The images that the form lists, each once; what is no file of this blog is left out."""
    found: dict[int, PostImage] = {}
    rows = zip(form.lines("image"), form.lines("image_name"), form.lines("image_alt"), strict=False)
    for pk, name, alt in list(rows)[:_MOST_IMAGES]:
        row = await media.by_pk(db, int(pk)) if pk.isascii() and pk.isdecimal() and len(pk) < 16 else None
        if row and row.blog_pk == blog_pk:
            found.setdefault(row.pk, image_of(row, name, alt, tuple(found.values())))
    return tuple(found.values())


def image_of(row: Media, name: str, alt: str, others: Sequence[PostImage]) -> PostImage:
    """A file as an image of a post, under a name that no other image of it has."""
    file_name = free_name(name, row.name.rpartition(".")[2], [other.file_name for other in others])
    return PostImage(row.pk, row.name, row.media_type, row.width, row.height, file_name, alt[:1500])


def free_name(wanted: str, extension: str, taken: Sequence[str]) -> str:
    """The name that Markdown calls a picture: letters, digits and dashes, and the extension of what we made of it."""
    base = slug_of(wanted.rpartition(".")[0] or wanted) or "image"
    name, number = f"{base}.{extension}", 1
    while name in taken:
        number += 1
        name = f"{base}-{number}.{extension}"
    return name


def first(images: Sequence[PostImage], place: int) -> tuple[PostImage, ...]:
    """The images with the one at `place` as the first: the hero."""
    if not 0 <= place < len(images):
        return tuple(images)
    return (images[place], *images[:place], *images[place + 1 :])


def without(images: Sequence[PostImage], place: int) -> tuple[PostImage, ...]:
    """The images without the one at `place`."""
    return tuple(image for at, image in enumerate(images) if at != place)


def slug_to_save(post: Post, typed: str) -> str:
    """The slug for an edit: a draft whose slug was made from its title follows the title."""
    was_derived = post.path is None and re.fullmatch(rf"{re.escape(address_slug(post.title))}(?:-\d+)?", post.slug)
    return "" if was_derived and typed == post.slug else typed
