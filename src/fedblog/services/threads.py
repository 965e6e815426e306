"""Where in a thread something belongs: from any address of ours, or of a comment, to the post and the comment."""

from dataclasses import dataclass
from urllib.parse import unquote

from fedblog.domain.blog import Blog
from fedblog.domain.comment import Comment
from fedblog.domain.post import PostHead
from fedblog.store import actors, comments, own_objects, posts
from fedblog.store.door import Reader
from fedblog.urls import Url, read_url

_FRAGMENT = "#comment-"


@dataclass(frozen=True, slots=True)
class Place:
    """A post, or a comment below it. `object_id` is the wire id of what stands there."""

    post: PostHead
    comment: Comment | None
    object_id: str

    @property
    def comment_pk(self) -> int | None:
        """The key of the comment, if it is one."""
        return self.comment.pk if self.comment else None


async def place_of(db: Reader, blog: Blog, address: str | None) -> Place | None:
    """What stands at an address: an id or the page of a post or comment of ours, or of a comment by others.

    Posts that are not public (any more) are found too; the caller asks `place.post.is_public`.
    """
    url = read_url(address)
    if url is None:
        return None
    if url.origin == blog.base_url:
        return await _own_place(db, blog, url)
    comment = await comments.by_id_or_url(db, blog.pk, str(url))
    return await _at_comment(db, comment)


async def own_place(db: Reader, blog: Blog, address: str | None) -> Place | None:
    """What of ours, for everybody, stands at an address: a post, or an answer of the author's."""
    place = await place_of(db, blog, address)
    if place is None or not place.post.is_public:
        return None
    comment = place.comment
    return place if comment is None or (comment.actor_pk == blog.actor_pk and comment.is_visible) else None


async def _own_place(db: Reader, blog: Blog, url: Url) -> Place | None:
    spot = await own_objects.spot(db, str(url))
    if spot is None:
        return await _at_page(db, blog, url)
    if spot.comment_pk is not None:
        return await _at_comment(db, await comments.by_pk(db, spot.comment_pk))
    # An id that was taken off the wire stays dead, even where its post has come back under another.
    return Place(spot.post, None, str(url)) if spot.post and not spot.is_ended else None


async def _at_page(db: Reader, blog: Blog, url: Url) -> Place | None:
    post = await posts.head_by_path(db, blog.pk, url.path) or await posts.head_by_path(db, blog.pk, unquote(url.path))
    if post is None or post.object_id is None:
        return None
    number = url.fragment.removeprefix(_FRAGMENT)
    if number != url.fragment and number.isdecimal() and number.isascii() and len(number) < 10:
        comment = await comments.by_number(db, post.pk, int(number))
        if comment:
            return Place(post, comment, comment.object_id)
    return Place(post, None, post.object_id)


async def _at_comment(db: Reader, comment: Comment | None) -> Place | None:
    post = await posts.head(db, comment.post_pk) if comment else None
    return Place(post, comment, comment.object_id) if post and comment else None


async def people_in(db: Reader, blog: Blog, place: Place) -> frozenset[str]:
    """Everybody who is part of a thread, under all addresses that a mention may name them by.

    The blog, those who are named in what is answered, and those who visibly wrote below the post.
    """
    us = await actors.by_pk(db, blog.actor_pk)
    ours = {us.actor_id, us.url} if us else set()
    named = [*await own_objects.addressees(db, place.object_id)]
    if place.post.object_id and place.post.object_id != place.object_id:
        named += await own_objects.addressees(db, place.post.object_id)
    writers = await comments.writers(db, place.post.pk, place.comment_pk)
    people = {blog.base_url, f"{blog.base_url}/", *ours, *writers}
    return frozenset(people.union(*((person.actor_id, person.url) for person in named)))
