"""What a reader answers, and whether that may be answered now."""

from dataclasses import dataclass

from fedblog.domain.blog import Blog, CommentPolicy
from fedblog.errors import Conflict, Missing
from fedblog.services.workshop import the_blog
from fedblog.services.writing_here.offering import is_offered
from fedblog.store import comments, posts
from fedblog.store.door import Reader


@dataclass(frozen=True, slots=True)
class Answered:
    """A post (`number` None) or a comment below it, and whom a reply has to name so that it finds its way."""

    post_pk: int
    number: int | None
    title: str
    object_id: str
    people: tuple[str, ...]

    @property
    def words(self) -> str:
        """It in words."""
        return f"“{self.title}”" if self.number is None else f"comment {self.number}"

    def text_of(self, reply: str) -> str:
        """The reply as it is posted: GoToSocial sends it only to those whom it names."""
        missing = [handle for handle in self.people if handle.lower() not in reply.lower()]
        return " ".join([*missing, reply])


async def answered(db: Reader, post_pk: int, number: int | None) -> Answered:
    """What is answered. Raises `Missing` and `Conflict` with a sentence for the reader."""
    if not await is_offered(db):
        raise Missing("There is nothing at this address.")
    blog, post = await the_blog(db), await posts.by_pk(db, post_pk)
    if post is None or not post.is_public:
        raise Missing("There is no post to answer here.")
    if (post.comment_policy or blog.comment_policy) is CommentPolicy.CLOSED:
        raise Conflict("Comments on this post are closed.")
    if number is None:
        return Answered(post.pk, None, post.title, post.object_id or "", (blog.full_handle,))
    return await _comment(db, blog, post.pk, post.title, number)


async def _comment(db: Reader, blog: Blog, post_pk: int, title: str, number: int) -> Answered:
    for line in await comments.thread(db, post_pk):
        if line.number == number:
            writer = blog.full_handle if line.is_by_author else f"@{line.actor_handle}"
            people = tuple(dict.fromkeys((writer, blog.full_handle)))
            return Answered(post_pk, number, title, line.object_id, people)
    raise Missing("There is no such comment to answer.")
