"""Paths of this site as links carry them: percent-encoded, without the origin."""

from fedblog.ap.render.wire import wire_url
from fedblog.domain.post import Post, Tag


def post_path(post: Post) -> str:
    """The permalink of a post that has one."""
    return wire_url("", post.path or "/")


def tag_path(tag: Tag) -> str:
    """The page of a tag."""
    return wire_url("", f"/tags/{tag.slug}")


def media_path(name: str | None) -> str:
    """A file of ours; empty where there is none."""
    return f"/media/{name}" if name else ""


def reply_path(post: Post) -> str:
    """Where a reader goes on to answer a post; a comment's number may follow."""
    return f"/reply/{post.pk}"


def like_path(post: Post) -> str:
    """Where a reader goes on to like a post."""
    return f"/like/{post.pk}"


def boost_path(post: Post) -> str:
    """Where a reader goes on to boost a post."""
    return f"/boost/{post.pk}"


def page_path(first: str, number: int) -> str:
    """The page of that number in a list that begins at `first`."""
    if number == 1:
        return first
    return f"{first.rstrip('/')}/page/{number}"
