"""Authorizations under their ids, living and withdrawn."""

from fedblog.domain.interaction import Approval
from fedblog.store.door import Reader, Writer
from fedblog.store.rows import build


async def by_id(db: Reader, approval_id: str) -> Approval | None:
    """The authorization of that wire id, withdrawn or not."""
    row = await db.one("SELECT * FROM approval WHERE approval_id = ?", approval_id)
    return build(Approval, row) if row else None


async def give(db: Writer, approval: Approval) -> None:
    """Put a new authorization on the wire."""
    await db.run(
        "INSERT INTO approval (approval_id, blog_pk, interaction_pk, given_at, ended_at) VALUES (?, ?, ?, ?, NULL)",
        approval.approval_id,
        approval.blog_pk,
        approval.interaction_pk,
        approval.given_at,
    )


async def end_others(db: Writer, interaction_pk: int, approval_id: str, now: int) -> None:
    """Of all that were given for one interaction only that one may stay on the wire; none where it is ""."""
    await db.run(
        "UPDATE approval SET ended_at = ? WHERE interaction_pk = ? AND approval_id <> ? AND ended_at IS NULL",
        now,
        interaction_pk,
        approval_id,
    )
