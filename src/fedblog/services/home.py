"""The blog as every activity that comes or goes meets it: its settings, its actor, and whom it has blocked."""

from dataclasses import dataclass

from fedblog.domain.actor import Actor
from fedblog.domain.blog import Blog
from fedblog.services import gate
from fedblog.services.gate import Gate
from fedblog.services.kept import Kept
from fedblog.services.workshop import the_actor, the_blog
from fedblog.store.door import Reader, Store

# "settings" is touched wherever the rows of the blog and its actor are written.
_TOPICS = ("settings", gate.TOPIC)


@dataclass(frozen=True, slots=True)
class Home:
    """The blog and its actor `us`, as of one moment."""

    blog: Blog
    us: Actor
    gate: Gate


async def read(db: Reader) -> Home:
    """The home as it stands. Raises `Refused` before `init`."""
    blog = await the_blog(db)
    return Home(blog, await the_actor(db), await gate.read(db, blog.pk))


def kept(store: Store) -> Kept[Home]:
    """The home in memory. Of the blog's row it may miss what no activity asks for: the address of the author's
    feed, and when the next Update of the actor goes out."""
    return Kept(store, _TOPICS, read)
