"""Posts in lists, with what people made of them."""

from collections.abc import Sequence

from fedblog.domain.blog import Blog
from fedblog.domain.post import Post, Tag
from fedblog.store import comments, posts, reactions
from fedblog.store.door import Reader
from fedblog.store.reactions import Counts
from fedblog.web import addresses, dates, frame
from fedblog.web.views import Card, Link


async def of(db: Reader, blog: Blog, listed: Sequence[Post]) -> tuple[Card, ...]:
    """The cards of these posts, in the same order."""
    answered = await comments.public_counts(db, blog.pk)
    reacted = await reactions.post_counts(db, blog.pk)
    return tuple(
        [
            _card(blog, post, await posts.tags_of(db, post.pk), answered.get(post.pk, 0), reacted.get(post.pk))
            for post in listed
        ]
    )


def topics(listed: Sequence[Post]) -> list[str]:
    """What a page with cards of these posts depends on."""
    return [frame.TOPIC, *(frame.post_topic(post.pk) for post in listed)]


def tag_links(tags: Sequence[Tag]) -> tuple[Link, ...]:
    """Links to the pages of tags."""
    return tuple(Link(addresses.tag_path(tag), tag.name) for tag in tags)


def _card(blog: Blog, post: Post, tags: Sequence[Tag], comment_count: int, counts: Counts | None) -> Card:
    language = post.language or blog.language
    return Card(
        path=addresses.post_path(post),
        title=post.title,
        language=language,
        direction=frame.direction(language),
        published=dates.when(post.published_at or post.created_at, blog.time_zone),
        teaser=post.teaser,
        content_warning=post.content_warning,
        tags=tag_links(tags),
        comments=comment_count,
        likes=counts.likes if counts else 0,
        boosts=counts.boosts if counts else 0,
    )
