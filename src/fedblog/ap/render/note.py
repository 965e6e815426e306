"""An answer of the author as a Note, and what is left of an object that was taken away."""

from dataclasses import dataclass
from typing import Protocol

from fedblog.ap.addressing import outgoing
from fedblog.ap.render.collections import Counts, counted
from fedblog.ap.render.wire import mention_tags, wire_time
from fedblog.ap.vocabulary import Document, in_context
from fedblog.domain.actor import Actor
from fedblog.domain.blog import Blog
from fedblog.domain.comment import Audience
from fedblog.domain.post import Addressee


class Said(Protocol):
    """What the author said: an answer below a post of ours, or a remark elsewhere."""

    @property
    def object_id(self) -> str: ...
    @property
    def audience(self) -> Audience: ...
    @property
    def summary(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def published_at(self) -> int: ...
    @property
    def updated_at(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class NoteParts:
    """What a Note is made of: the author's answer, `in_reply_to` the id of what it answers, `url` its
    place on our page, `content_html` clean HTML with absolute links, `people` whom it answers and
    names. `context` is the conversation that it belongs to (FEP-7888), "" for none here. `counts` is None while its
    collections are not served. `policy` is its interaction policy; `approval_id` the authorization of the one whom it
    answers; `communities` the Groups where it appears."""

    comment: Said
    blog: Blog
    actor: Actor
    content_html: str
    url: str
    in_reply_to: str
    people: tuple[Addressee, ...] = ()
    context: str = ""
    counts: Counts | None = None
    policy: Document | None = None
    approval_id: str | None = None
    communities: tuple[str, ...] = ()


def note(parts: NoteParts) -> Document:
    """The Note, addressed to everybody, the followers, and the people in it (protocol.md d.3)."""
    comment, actor = parts.comment, parts.actor
    people = (*(person.actor_id for person in parts.people), *parts.communities)
    addressed = outgoing(comment.audience, actor.followers, people)
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
    if len(parts.communities) == 1:
        body["audience"] = parts.communities[0]
    if parts.context:
        body["context"] = parts.context
    if comment.updated_at is not None:
        body["updated"] = wire_time(max(comment.updated_at, comment.published_at))
    if parts.policy is not None:
        body["interactionPolicy"] = parts.policy
    if parts.approval_id is not None:
        # GoToSocial reads the new name, before 0.21 the old one.
        body |= {"approvedBy": parts.approval_id, "replyAuthorization": parts.approval_id}
    if parts.counts is not None:
        body |= counted(comment.object_id, parts.counts)
    return in_context(body)


def tombstone(object_id: str, former_type: str, deleted_at: int) -> Document:
    """What answers, with 410, under the id of something that was taken away: no title, no text."""
    return in_context(
        {"id": object_id, "type": "Tombstone", "formerType": former_type, "deleted": wire_time(deleted_at)}
    )
