"""Lines of the inbox's ledger for what nobody sent: found on its own server, while a thread was looked through."""

from dataclasses import dataclass

from fedblog.domain.inbox_event import InboxEvent, Verdict
from fedblog.store.door import Writer

FOUND = "Found"
"""The type of such a line; no activity is called so."""


@dataclass(frozen=True, slots=True)
class FoundLine:
    """What was found, by whom it is, and what became of it. `fingerprint` tells two states of one object apart."""

    blog_pk: int
    object_id: str
    author_id: str
    host: str
    fingerprint: str
    verdict: Verdict
    reason: str
    found_at: int


def is_found(event: InboxEvent) -> bool:
    """Whether a line is one of these. What was sent is of any type that its sender likes, but was worked on."""
    return event.type == FOUND and event.attempts == 0 and event.body is None


async def note(db: Writer, line: FoundLine) -> None:
    """Write the line; the same thing found again adds none."""
    await db.run(
        """INSERT INTO inbox_event (blog_pk, signer, activity_id, type, actor, object_id, body_sha256, headers,
               received_at, due_at, attempts, verdict, reason, ended_at, host)
           VALUES (?, ?, '', ?, ?, ?, ?, '', ?, ?, 0, ?, ?, ?, ?)
           ON CONFLICT (signer, activity_id, body_sha256) DO NOTHING""",
        line.blog_pk,
        line.author_id,
        FOUND,
        line.author_id,
        line.object_id,
        line.fingerprint,
        line.found_at,
        line.found_at,
        line.verdict.value,
        line.reason,
        line.found_at,
        line.host,
    )
