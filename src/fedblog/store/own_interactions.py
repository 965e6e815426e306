"""Notes of ours that answer somebody else's, and what the owner of that said."""

from fedblog.domain.interaction import AnswerState, OwnInteraction
from fedblog.store.door import Reader, Row, Writer
from fedblog.store.rows import build


def _own(row: Row) -> OwnInteraction:
    return build(OwnInteraction, row, {"state": AnswerState})


async def by_object_id(db: Reader, object_id: str) -> OwnInteraction | None:
    """What is known of our Note with that id."""
    row = await db.one("SELECT * FROM own_interaction WHERE object_id = ?", object_id)
    return _own(row) if row else None


async def by_request_id(db: Reader, request_id: str) -> OwnInteraction | None:
    """Our Note for which we asked by that activity."""
    row = await db.one("SELECT * FROM own_interaction WHERE request_id = ?", request_id)
    return _own(row) if row else None


async def save(db: Writer, own: OwnInteraction) -> None:
    """Keep what was said to our Note, or that we asked."""
    await db.run(
        """INSERT INTO own_interaction (object_id, blog_pk, target_id, owner_id, request_id, state, approval_id,
               sent_at, answered_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (object_id) DO UPDATE SET state = excluded.state, approval_id = excluded.approval_id,
               answered_at = excluded.answered_at""",
        own.object_id,
        own.blog_pk,
        own.target_id,
        own.owner_id,
        own.request_id,
        own.state,
        own.approval_id,
        own.sent_at,
        own.answered_at,
    )
