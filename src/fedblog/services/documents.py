"""Our documents from their rows: what the activities carry and what the federation routes serve."""

from collections.abc import Sequence
from typing import Any

from fedblog.ap.render.actor import PersonParts, application, person
from fedblog.ap.render.article import ArticleParts, article
from fedblog.ap.render.collections import Counts, collection_id
from fedblog.ap.render.note import NoteParts, note
from fedblog.ap.render.policy import interaction_policy, policies_of, policy_elsewhere
from fedblog.ap.render.wire import Picture, wire_url
from fedblog.ap.strict_json import compact
from fedblog.domain.actor import ActorKind
from fedblog.domain.blog import Blog
from fedblog.domain.comment import Comment
from fedblog.domain.elsewhere import Remark
from fedblog.domain.own_key import OwnKey, OwnKeyKind, for_assertions, in_use
from fedblog.domain.post import Addressee, Post
from fedblog.errors import Missing, Refused
from fedblog.ids import slug
from fedblog.services import communities
from fedblog.services.own_ids import featured_id
from fedblog.services.workshop import the_actor, the_blog
from fedblog.store import (
    actors,
    comments,
    conversations,
    media,
    own_interactions,
    own_keys,
    own_objects,
    posts,
    reactions,
)
from fedblog.store.door import Reader
from fedblog.text import markdown
from fedblog.text.wire import fit, wire

Document = dict[str, Any]
_CONTENT_LIMIT = 400_000  # bytes of JSON; it stands twice in a document, which must stay below 900 kB


def media_url(blog: Blog, name: str) -> str:
    """The address of a file of the blog."""
    return f"{blog.base_url}/media/{name}"


def post_url(blog: Blog, post: Post) -> str:
    """The page of a post that has one."""
    if post.path is None:
        raise Missing("This post has no page yet.")
    return wire_url(blog.base_url, post.path)


async def article_of(db: Reader, post: Post) -> Document:
    """The Article of a published post."""
    blog, actor = await the_blog(db), await the_actor(db)
    if post.object_id is None:
        raise Missing("This post is not published.")
    pictures = [
        Picture(media_url(blog, image.name), image.media_type, image.alt, image.width, image.height)
        for image in await media.images_of(db, post.pk)
    ]
    hero = pictures[0] if pictures else None
    people = await own_objects.addressees(db, post.object_id)
    return article(
        ArticleParts(
            post=post,
            blog=blog,
            actor=actor,
            content_html=_content(post.html, post_url(blog, post)),
            tags=await posts.tags_of(db, post.pk),
            mentions=people,
            communities=await _communities_of(db, post.object_id),
            images=tuple(p for p in pictures if p is hero or f'"{p.url}"' in post.html),
            hero=hero,
            counts=await counts_of(db, post.object_id, post.pk, None),
        )
    )


def _content(html: str, page_url: str) -> str:
    """The text as it is sent; one that would not go into an inbox is cut, and ends with a link to the page."""
    content, limit = wire(html, page_url=page_url), _CONTENT_LIMIT
    while len(compact(content)) > _CONTENT_LIMIT:
        content, limit = fit(html, limit, page_url=page_url), limit * 3 // 4
    return content


async def note_of(db: Reader, comment: Comment) -> Document:
    """The Note of an answer of the author."""
    blog, actor = await the_blog(db), await the_actor(db)
    post = await posts.by_pk(db, comment.post_pk)
    if post is None or post.object_id is None:
        raise Missing("The post of this answer is not published.")
    parent = await comments.by_pk(db, comment.parent_pk) if comment.parent_pk else None
    people = await own_objects.addressees(db, comment.object_id)
    answered = await actors.by_pk(db, parent.actor_pk) if parent else None
    named = (person.actor_id for person in people)
    first = next((person for person in people if answered and person.actor_id == answered.actor_id), None)
    return note(
        NoteParts(
            comment=comment,
            blog=blog,
            actor=actor,
            content_html=wire(render_answer(blog, _addressed(comment.markdown, first), people).html),
            url=f"{post_url(blog, post)}#comment-{comment.number}",
            in_reply_to=parent.object_id if parent else post.object_id,
            people=people,
            context=collection_id(post.object_id, "context"),
            counts=await counts_of(db, comment.object_id, comment.post_pk, comment.pk),
            policy=interaction_policy(policies_of(blog, post), actor.actor_id, actor.followers, named),
            approval_id=await _approval_id(db, comment.object_id),
            communities=await _communities_of(db, post.object_id),
        )
    )


async def _communities_of(db: Reader, object_id: str) -> tuple[str, ...]:
    """The communities in which a post of ours appears, and with it what is answered below it."""
    named = await own_objects.addressees(db, object_id)
    return tuple(group.actor_id for group in await communities.among(db, named))


async def _approval_id(db: Reader, object_id: str) -> str | None:
    """The authorization of whom a Note of ours answers, if there is one."""
    own = await own_interactions.by_object_id(db, object_id)
    return own.approval_id if own else None


async def remark_note(db: Reader, remark: Remark) -> Document:
    """The Note of an answer of the author to something elsewhere. Its page stands at its id."""
    blog, actor = await the_blog(db), await the_actor(db)
    people = await own_objects.addressees(db, remark.object_id)
    answered = await actors.by_pk(db, remark.actor_pk)
    community = await actors.by_pk(db, remark.community_pk) if remark.community_pk is not None else None
    first = next((person for person in people if answered and person.actor_id == answered.actor_id), None)
    return note(
        NoteParts(
            comment=remark,
            blog=blog,
            actor=actor,
            content_html=wire(render_answer(blog, _addressed(remark.markdown, first), people).html),
            url=remark.object_id,
            in_reply_to=remark.in_reply_to,
            people=people,
            policy=policy_elsewhere(actor.actor_id),
            approval_id=await _approval_id(db, remark.object_id),
            communities=(community.actor_id,) if community else (),
        )
    )


def _addressed(source: str, person: Addressee | None) -> str:
    """The answer as it is sent: it begins with whom it answers, as people expect on their own servers.

    On our page the thread says that, so the stored HTML goes without.
    """
    name = f"@{person.handle.removeprefix('@')}" if person else ""
    return source if name in source else f"{name} {source}"


def render_answer(blog: Blog, source: str, people: Sequence[Addressee]) -> markdown.Rendered:
    """An answer of the author, which names these people, from its Markdown."""
    return markdown.render(
        source,
        base_url=blog.base_url,
        mentions={f"@{person.handle.removeprefix('@')}": markdown.MentionLink(person.url) for person in people},
        tag_url=lambda name: tag_url(blog, name),
        media={},
        language=blog.language,
    )


def description_html(blog: Blog) -> str:
    """The blog's description, which its author writes in Markdown, as clean HTML."""
    if not blog.description.strip():
        return ""  # and what reads Markdown is not loaded for nothing: 3 MiB and a tenth of the start
    return markdown.render(
        blog.description,
        base_url=blog.base_url,
        mentions={},
        tag_url=lambda name: tag_url(blog, name),
        media={},
        language=blog.language,
    ).html


def tag_url(blog: Blog, name: str) -> str:
    """The page of a tag."""
    return wire_url(blog.base_url, f"/tags/{slug(name)}")


async def counts_of(db: Reader, object_id: str, post_pk: int, comment_pk: int | None) -> Counts:
    """Likes, boosts and shown direct replies of an object of ours."""
    counted = await reactions.counts(db, object_id)
    replies = await conversations.count_children(db, post_pk, comment_pk)
    return Counts(counted.likes, counted.boosts, replies)


async def person_of(db: Reader) -> Document:
    """The blog's actor document."""
    blog, actor = await the_blog(db), await the_actor(db)
    keys = await own_keys.of_actor(db, actor.pk)
    return person(
        PersonParts(
            actor=actor,
            blog=blog,
            key=_signing(keys),
            assertion_keys=for_assertions(keys),
            following=f"{actor.actor_id}/following",
            featured=featured_id(actor),
            summary_html=wire(description_html(blog)),
            avatar=await _picture(db, blog, blog.avatar_pk),
            header=await _picture(db, blog, blog.header_pk),
        )
    )


async def application_of(db: Reader) -> Document:
    """The instance actor's document."""
    actor = await actors.own(db, ActorKind.INSTANCE)
    if actor is None:
        raise Missing("There is no blog here yet.")
    keys = await own_keys.of_actor(db, actor.pk)
    return application(actor, _signing(keys), actor.handle, for_assertions(keys))


def _signing(keys: Sequence[OwnKey]) -> OwnKey:
    key = in_use(keys, OwnKeyKind.RSA)
    if key is None:
        raise Refused("A key of this blog is missing from its database.", "Restore a backup: fedblog restore")
    return key


async def _picture(db: Reader, blog: Blog, media_pk: int | None) -> Picture | None:
    row = await media.by_pk(db, media_pk) if media_pk else None
    return Picture(media_url(blog, row.name), row.media_type, row.alt, row.width, row.height) if row else None
