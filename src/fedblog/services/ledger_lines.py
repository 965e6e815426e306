"""Lines in the inbox's ledger for replies that nobody sent us, so that the author sees where each comment came from."""

import hashlib

from fedblog.ap.parse.object import RemoteObject
from fedblog.domain.inbox_event import Verdict
from fedblog.services.outcomes import Outcome
from fedblog.store import found_events
from fedblog.store.door import Writer
from fedblog.store.found_events import FoundLine
from fedblog.urls import host_of

_WORTH_A_LINE = frozenset({Verdict.ACCEPTED, Verdict.HELD, Verdict.REFUSED})


async def note_found(db: Writer, blog_pk: int, written: RemoteObject, outcome: Outcome, why: str, now: int) -> None:
    """A line for what was found, unless it changed nothing. `why` says how we came upon it."""
    if outcome.verdict not in _WORTH_A_LINE or written.object_id is None or written.attributed_to is None:
        return
    state = f"{written.object_id}\n{written.updated_at}\n{outcome.reason}\n{written.content}"
    line = FoundLine(
        blog_pk=blog_pk,
        object_id=written.object_id,
        author_id=written.attributed_to,
        host=host_of(written.attributed_to) or "",
        fingerprint=hashlib.sha256(state.encode()).hexdigest(),
        verdict=outcome.verdict,
        reason=f"{outcome.reason} ({why})",
        found_at=now,
    )
    await found_events.note(db, line)
