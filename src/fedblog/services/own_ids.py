"""Ids that we put on the wire: opaque, permanent, under `/ap/`, made once and then kept in rows."""

from fedblog.domain.actor import Actor
from fedblog.domain.blog import Blog
from fedblog.ids import ulid
from fedblog.world import World


def article_id(blog: Blog, world: World) -> str:
    """A new id for a post that is published."""
    return _new(blog, world, "articles")


def note_id(blog: Blog, world: World) -> str:
    """A new id for an answer of the author."""
    return _new(blog, world, "notes")


def activity_id(blog: Blog, world: World) -> str:
    """A new id for an activity; a ULID, since two of one second must differ."""
    return _new(blog, world, "activities")


def authorization_id(blog: Blog, world: World) -> str:
    """A new id for what allows somebody a reply, a quote, a like or a boost."""
    return _new(blog, world, "authorizations")


def featured_id(us: Actor) -> str:
    """The collection of pinned posts of an actor of ours."""
    return f"{us.actor_id}/featured"


def _new(blog: Blog, world: World, family: str) -> str:
    return f"{blog.base_url}/ap/{family}/{ulid(world.now(), world.token(10))}"
