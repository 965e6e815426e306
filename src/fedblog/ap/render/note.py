"""An answer of the author as a Note, and what is left of an object that was taken away."""

from dataclasses import dataclass

from fedblog.ap.addressing import outgoing
from fedblog.ap.render.collections import Counts, counted
from fedblog.ap.render.wire import mention_tags, wire_time
from fedblog.ap.vocabulary import Document, in_context
from fedblog.domain.actor import Actor
from fedblog.domain.blog import Blog
from fedblog.domain.comment import Comment
from fedblog.domain.post import Addressee


@dataclass(frozen=True, slots=True)
class NoteParts:
    """What a Note is made of: the author's answer, `in_reply_to` the id of what it answers, `url` its
    place on our page, `content_html` clean HTML with absolute links, `people` whom it answers and
    names. `counts` is None while its collections are not served."""

    comment: Comment
    blog: Blog
    actor: Actor
    content_html: str
    url: str
    in_reply_to: str
    people: tuple[Addressee, ...] = ()
    counts: Counts | None = None


def note(parts: NoteParts) -> Document:
    """The Note, addressed to everybody, the followers, and the people in it (protocol.md d.3)."""
    comment, actor = parts.comment, parts.actor
    addressed = outgoing(comment.audience, actor.followers, (person.actor_id for person in parts.people))
    body: Document = {
        "id": comment.object_id,
        "type": "Note",
        "attributedTo": actor.actor_id,
        "inReplyTo": parts.in_reply_to,
        "content": parts.content_html,
        "contentMap": {comment.language or parts.blog.language: parts.content_html},
        "url": parts.url,
        "published": wire_time(comment.published_at),
        "to": list(addressed.to),
        "cc": list(addressed.cc),
        "sensitive": bool(comment.summary),
        "tag": mention_tags(parts.people),
    }
    if comment.summary:
        body["summary"] = comment.summary
    if comment.updated_at is not None:
        body["updated"] = wire_time(max(comment.updated_at, comment.published_at))
    if parts.counts is not None:
        body |= counted(comment.object_id, parts.counts)
    return in_context(body)


def tombstone(object_id: str, former_type: str, deleted_at: int) -> Document:
    """What answers, with 410, under the id of something that was taken away: no title, no text."""
    return in_context(
        {"id": object_id, "type": "Tombstone", "formerType": former_type, "deleted": wire_time(deleted_at)}
    )
