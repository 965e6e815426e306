"""What people of the model say: notes with their versions, and the activities in which they go out."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from fedblog.world import WireRequest
from tests.fediverse.peer import PUBLIC, Person


@dataclass(frozen=True)
class Version:
    """One wording of a note, for everybody or not."""

    text: str
    is_public: bool


@dataclass(eq=False)
class Note:
    """What somebody wrote below a post, directly or below another note. `is_gone`: its author has deleted it."""

    author: Person
    post: str
    parent: "Note | None"
    document: dict[str, Any]
    versions: list[Version] = field(default_factory=list)
    is_gone: bool = False

    @property
    def id(self) -> str:
        return str(self.document["id"])

    @property
    def path(self) -> str:
        return self.id.removeprefix(self.author.peer.origin)

    def reword(self, version: Version, now_ms: int) -> None:
        """From now on its own server shows this version."""
        followers = f"{self.author.id}/followers"
        self.versions.append(version)
        self.document |= {
            "content": f"<p>{version.text}</p>",
            "to": [PUBLIC] if version.is_public else [followers],
            "cc": [followers] if version.is_public else [],
        }
        if len(self.versions) > 1:
            self.document["updated"] = datetime.fromtimestamp(now_ms / 1000, UTC).isoformat()
        self.author.peer.documents[self.path] = dict(self.document)

    def erase(self) -> None:
        """Its own server shows it no more."""
        self.is_gone = True
        self.author.peer.documents.pop(self.path, None)


@dataclass(eq=False)
class Saying:
    """One activity. `subject` is what it is about: a note with the number of its version, or the id of a post.

    `request` is the request in which it was last delivered, signed at `signed_at` (ms UTC).
    """

    who: Person
    kind: str
    activity: dict[str, Any]
    subject: Any
    version: int = 0
    request: WireRequest | None = None
    signed_at: int = 0

    def sign(self, inbox: str, now_ms: int) -> None:
        """Make the request anew."""
        self.request, self.signed_at = self.who.request(inbox, self.activity), now_ms

    def is_stale(self, now_ms: int) -> bool:
        """Whether nobody would take the same bytes any more."""
        return now_ms - self.signed_at > 55 * 60_000

    @property
    def commutes(self) -> bool:
        """Whether it makes no difference what others said before or after it."""
        return not isinstance(self.subject, Note)
