"""What the canary says: a Follow, a reply, an edit of it, its deletion."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from fedblog.ap.strict_json import compact
from fedblog.ap.vocabulary import AS, PUBLIC
from fedblog.services.canary.life import Singer

Document = Mapping[str, Any]


def follow(singer: Singer, blog_actor_id: str) -> Document:
    """It follows the blog."""
    return _activity(singer, "Follow", "follow", blog_actor_id)


def create(singer: Singer, in_reply_to: str, now: int) -> Document:
    """It answers a post, for everybody to read."""
    return _activity(singer, "Create", "create", _note(singer, in_reply_to, "A canary sings.", now))


def update(singer: Singer, in_reply_to: str, now: int) -> Document:
    """It changes its words."""
    note = _note(singer, in_reply_to, "A canary sings another song.", now) | {"updated": _time(now + 1000)}
    return _activity(singer, "Update", "update", note)


def delete(singer: Singer) -> Document:
    """It takes them back."""
    return _activity(singer, "Delete", "delete", {"id": singer.note_id, "type": "Tombstone"})


def body_of(document: Document) -> bytes:
    """The activity as it is sent."""
    return compact(document)


def _activity(singer: Singer, kind: str, name: str, object_: object) -> Document:
    return {
        "@context": AS,
        "id": f"{singer.actor_id}/{name}",
        "type": kind,
        "actor": singer.actor_id,
        "object": object_,
        "to": [PUBLIC],
        "cc": [],
    }


def _note(singer: Singer, in_reply_to: str, words: str, now: int) -> dict[str, Any]:
    return {
        "id": singer.note_id,
        "type": "Note",
        "attributedTo": singer.actor_id,
        "inReplyTo": in_reply_to,
        "content": f"<p>{words}</p>",
        "published": _time(now),
        "to": [PUBLIC],
        "cc": [],
    }


def _time(now: int) -> str:
    return datetime.fromtimestamp(now / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
