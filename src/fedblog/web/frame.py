"""What stands around every page, read from the blog's row."""

from markupsafe import Markup, escape

from fedblog.domain.actor import Actor
from fedblog.domain.blog import Blog, ProfileField
from fedblog.services.documents import description_html
from fedblog.services.workshop import the_actor
from fedblog.store import media, own_moves, posts
from fedblog.store.door import Reader
from fedblog.text.html_reader import read
from fedblog.text.language import is_rtl
from fedblog.text.tree import plain
from fedblog.urls import read_url
from fedblog.web import dates
from fedblog.web.statics import Statics
from fedblog.web.views import Field, Frame, Link, Picture

TOPIC = "frame"


def post_topic(pk: int) -> str:
    """The topic that is touched when anything that a post's page shows changes."""
    return f"post:{pk}"


async def of(db: Reader, blog: Blog, statics: Statics) -> Frame:
    """The frame of the blog's pages."""
    actor = await the_actor(db)
    avatar = await _picture(db, blog.avatar_pk)
    described = description_html(blog)
    times = await posts.public_times(db, blog.pk)
    return Frame(
        origin=blog.base_url,
        language=blog.language,
        direction=direction(blog.language),
        title=blog.title,
        description=plain(read(described)),
        description_html=Markup(described),  # noqa: S704 - rendered and cleaned from the author's Markdown
        handle=blog.full_handle,
        actor_url=actor.url,
        actor_id=actor.actor_id,
        avatar=avatar,
        header=await _picture(db, blog.header_pk),
        fields=tuple(_field(field) for field in blog.fields),
        years=tuple(dict.fromkeys(dates.local(time, blog.time_zone).year for time in times)),
        stylesheet=statics.paths["blog.css"],
        icon=avatar.url if avatar else statics.paths["mark.svg"],
        moved=await _moved(db, blog, actor),
    )


async def _moved(db: Reader, blog: Blog, actor: Actor) -> Link | None:
    if actor.moved_to is None:
        return None
    move = await own_moves.latest(db, blog.pk)
    return Link(move.target_url, move.full_handle) if move else Link(actor.moved_to, actor.moved_to)


def direction(language: str) -> str:
    """`rtl` or `ltr`."""
    return "rtl" if is_rtl(language) else "ltr"


def _field(field: ProfileField) -> Field:
    """A web address becomes the link that Mastodon verifies (decisions.md)."""
    if read_url(field.value) is None:
        return Field(field.name, escape(field.value))
    return Field(field.name, Markup('<a href="{0}" rel="me">{0}</a>').format(field.value))


async def _picture(db: Reader, pk: int | None) -> Picture | None:
    row = await media.by_pk(db, pk) if pk is not None else None
    return Picture(f"/media/{row.name}", row.width, row.height, row.alt) if row else None
