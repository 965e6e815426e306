"""A post as an Article."""

import html
from dataclasses import dataclass, field
from typing import Final

from fedblog.ap.addressing import outgoing
from fedblog.ap.render.collections import Counts, collection_id, counted
from fedblog.ap.render.fitting import fitting_name, fitting_summary
from fedblog.ap.render.policy import interaction_policy, policies_of
from fedblog.ap.render.wire import PICTURE_TYPES, Picture, hashtag_tags, image, mention_tags, wire_time, wire_url
from fedblog.ap.vocabulary import Document, in_context
from fedblog.domain.actor import Actor
from fedblog.domain.blog import Blog
from fedblog.domain.comment import Audience
from fedblog.domain.post import Addressee, Post, Tag
from fedblog.errors import Invalid

_MOST_ATTACHMENTS: Final = 4


@dataclass(frozen=True, slots=True)
class ArticleParts:
    """What an Article is made of. `content_html` is clean HTML with absolute links, short enough to be sent.

    `images` are those that the page shows: GoToSocial and Misskey show what is attached, and nothing else.
    `hero` is the one of them that stands for the whole. `communities` are those of the mentioned that are Groups.
    """

    post: Post
    blog: Blog
    actor: Actor
    content_html: str
    tags: tuple[Tag, ...] = ()
    mentions: tuple[Addressee, ...] = ()
    images: tuple[Picture, ...] = ()
    hero: Picture | None = None
    communities: tuple[str, ...] = ()
    counts: Counts = field(default_factory=Counts)


def article(parts: ArticleParts) -> Document:
    """The Article (protocol.md d.2). Raises `Invalid` for a post that was never published."""
    post, blog, actor = parts.post, parts.blog, parts.actor
    if post.object_id is None or post.path is None or post.published_at is None:
        raise Invalid("Only a published post has an Article.")
    url = wire_url(blog.base_url, post.path)
    name, content = fitting_name(post.title), parts.content_html
    summary = fitting_summary(_introduction(post), name, url)
    people = (person.actor_id for person in parts.mentions if person.actor_id not in parts.communities)
    addressed = outgoing(Audience.PUBLIC, actor.followers, people)
    body: Document = {
        "id": post.object_id,
        "type": "Article",
        "attributedTo": actor.actor_id,
        "name": name,
        "content": content,
        "contentMap": {post.language or blog.language: content},
        "url": url,
        "published": wire_time(post.published_at),
        "to": [*addressed.to, *parts.communities],
        "cc": list(addressed.cc),
        "sensitive": bool(post.content_warning),
        "tag": hashtag_tags(blog.base_url, parts.tags) + mention_tags(parts.mentions),
        "attachment": [image(picture) for picture in _showable(parts.images)[:_MOST_ATTACHMENTS]],
        "preview": _preview(actor.actor_id, name, summary, wire_time(post.published_at)),
        "interactionPolicy": _policy(parts),
        "context": collection_id(post.object_id, "context"),
        **counted(post.object_id, parts.counts),
    }
    if summary:
        body["summary"] = summary
    if post.updated_at is not None:
        body["updated"] = wire_time(max(post.updated_at, post.published_at))
    if len(parts.communities) == 1:
        # A second one would make Lemmy refuse the whole: `audience` is one id there, and must be the first community.
        body["audience"] = parts.communities[0]
    if parts.hero and _showable((parts.hero,)):
        body["image"] = image(parts.hero)
    return in_context(body)


def _introduction(post: Post) -> str:
    """A warning stands alone, so that no teaser tells what it warns of."""
    if post.content_warning:
        return post.content_warning
    return "" if post.summary_off_at is not None else post.teaser


def _showable(pictures: tuple[Picture, ...]) -> list[Picture]:
    return [picture for picture in pictures if picture.media_type in PICTURE_TYPES]


def _preview(actor_id: str, name: str, summary: str, published: str) -> Document:
    """A Note for servers that show no Articles (FEP-b2b8), without a link."""
    teaser = f"<p>{html.escape(summary)}</p>" if summary else ""
    content = f"<p><strong>{html.escape(name)}</strong></p>{teaser}"
    return {"type": "Note", "attributedTo": actor_id, "content": content, "published": published}


def _policy(parts: ArticleParts) -> Document:
    named = (person.actor_id for person in parts.mentions)
    policies = policies_of(parts.blog, parts.post)
    return interaction_policy(policies, parts.actor.actor_id, parts.actor.followers, named)
