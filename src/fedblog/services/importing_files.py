"""A Markdown file becomes a draft: its front matter, its title, and the pictures that lie beside it."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fedblog.errors import Invalid
from fedblog.services import media
from fedblog.services.workshop import Workshop, the_blog
from fedblog.services.writing import Draft
from fedblog.store.media import PostImage
from fedblog.text import front_matter
from fedblog.text.front_matter import FrontMatter
from fedblog.text.markdown import find_images

_MOST_PICTURES = 100


@dataclass(frozen=True, slots=True)
class Imported:
    """A draft with a file's text in it. `notes` tell the author what was not understood."""

    draft: Draft
    notes: tuple[str, ...]


def read(data: bytes, draft: Draft, *, title: str | None = None) -> Imported:
    """The draft with a file's text; what the file does not say stays as it is in `draft`.

    The title is `title` (an option of the command), else that of the front matter, else a first `# ` heading.
    A heading that is the title leaves the text. Raises `Invalid` for what is no UTF-8 or no front matter.
    """
    matter, body = front_matter.read(front_matter.decode_markdown(data))
    chosen, body = _titled(body, title or matter.title)
    said = _said(matter) | ({"title": chosen} if chosen else {})
    notes = tuple(f"The front matter says {name!r}, which means nothing here." for name in matter.unknown)
    return Imported(replace(draft, markdown=body, **said), notes)


def _titled(body: str, title: str | None) -> tuple[str | None, str]:
    heading, rest = front_matter.title_from_heading(body)
    if heading and (title is None or " ".join(title.split()) == heading):
        return heading, rest
    return title, body


def _said(matter: FrontMatter) -> dict[str, Any]:
    values = {
        "slug": matter.slug,
        "summary": matter.summary,
        "tags": matter.tags,
        "language": matter.language,
        "content_warning": matter.content_warning,
        "comment_policy": matter.comments,
        "reply_scope": matter.replies,
        "quote_policy": matter.quotes,
    }
    return {name: value for name, value in values.items() if value is not None}


async def with_pictures(shop: Workshop, draft: Draft, folder: Path | None, *, old_text: str = "") -> Draft:
    """The draft with the pictures that its text names taken in from `folder` (None: there is no folder).

    Pictures of the draft that only `old_text` names are dropped; those that no text names (chosen in the admin)
    stay. Every file is read and decoded before the first one is stored. Raises `Invalid`, which names the file.
    """
    named = {name: alt for name, alt in find_images(draft.markdown).items() if _is_beside(name)}
    if len(named) > _MOST_PICTURES:
        raise Invalid(f"The text names more than {_MOST_PICTURES} pictures.")
    there = {image.file_name: image for image in draft.images}
    pictures = {
        name: await _decoded(shop, name, _file(folder, name))
        for name in named
        if name not in there or (folder and _is_there(folder / name))
    }
    blog = await the_blog(shop.store.reader)
    taken = {
        name: await _keep(shop, blog.pk, name, pictures[name], alt)
        if name in pictures
        else replace(there[name], alt=alt or there[name].alt)
        for name, alt in named.items()
    }
    former = find_images(old_text)
    others = [image for name, image in there.items() if name not in taken and name not in former]
    return replace(draft, images=(*taken.values(), *others))


def _is_beside(name: str) -> bool:
    """Whether a text means a file beside it, and no web address, root-relative address or data."""
    return "://" not in name and not name.startswith(("/", "data:", "mailto:", "#"))


def _file(folder: Path | None, name: str) -> Path:
    """The file of that name. Raises `Invalid` unless it lies inside of the folder, links followed."""
    if folder is None:
        raise Invalid(
            f"The text names the picture {name!r}, but a text from standard input has no folder to find it in.",
            "Publish it from its file.",
        )
    path = _resolved(folder / name)
    if path and not path.is_relative_to(folder.resolve()):
        raise Invalid(f"The picture {name!r} lies outside of the folder of the text.", "Put it beside the text.")
    if path is None or not path.is_file():
        raise Invalid(f"There is no picture {name!r} beside the text.", "Put it there, or correct its name.")
    return path


def _is_there(path: Path) -> bool:
    found = _resolved(path)
    return found is not None and found.exists()


def _resolved(path: Path) -> Path | None:
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError):  # too long, a zero byte, a ring of links
        return None


async def _decoded(shop: Workshop, name: str, path: Path) -> media.Picture:
    try:
        with path.open("rb") as file:
            data = file.read(media.LARGEST_UPLOAD + 1)
    except OSError as error:
        raise Invalid(f"The picture {name!r} cannot be read: {error.strerror}.") from error
    try:
        return await media.reencode(shop, data, media.PICTURE)
    except Invalid as error:
        raise Invalid(f"{name!r}: {error.why}", error.todo) from error


async def _keep(shop: Workshop, blog_pk: int, name: str, picture: media.Picture, alt: str) -> PostImage:
    row = await media.keep(shop, blog_pk, picture, alt=alt)
    return PostImage(row.pk, row.name, row.media_type, row.width, row.height, name, alt)
