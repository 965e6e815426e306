"""Whom the author trusts: actors and hosts that count as known before a comment of theirs was shown."""

from dataclasses import dataclass

from fedblog.domain.actor import BlockKind
from fedblog.domain.comment import CommentState
from fedblog.store.door import Reader, Row, Writer
from fedblog.store.rows import build


@dataclass(frozen=True, slots=True)
class Trust:
    """An actor id or a host that is trusted. The comment that was accepted with it, and what it was before."""

    pk: int
    blog_pk: int
    kind: BlockKind
    value: str
    created_at: int
    comment_pk: int | None
    comment_state: str
    comment_rule: str


COVERING = "((kind = 'actor' AND value = ?) OR (kind = 'host' AND value = ?))"
"""Whether a row speaks of an actor id or of its host."""


def _trust(row: Row) -> Trust:
    return build(Trust, row, {"kind": BlockKind})


async def add(
    db: Writer,
    blog_pk: int,
    kind: BlockKind,
    value: str,
    now: int,
    *,
    comment_pk: int | None = None,
    state: CommentState | None = None,
    rule: str = "",
) -> Trust:
    """Trust an actor id or a host; once is enough, and the first time stays."""
    await db.run(
        """INSERT INTO trust (blog_pk, kind, value, created_at, comment_pk, comment_state, comment_rule)
           VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (blog_pk, kind, value) DO NOTHING""",
        blog_pk,
        kind,
        value,
        now,
        comment_pk,
        state or "",
        rule,
    )
    row = await db.one("SELECT * FROM trust WHERE blog_pk = ? AND kind = ? AND value = ?", blog_pk, kind, value)
    assert row is not None
    return _trust(row)


async def by_pk(db: Reader, pk: int) -> Trust | None:
    """The trust of that row."""
    row = await db.one("SELECT * FROM trust WHERE pk = ?", pk)
    return _trust(row) if row else None


async def of(db: Reader, blog_pk: int, kind: BlockKind, value: str) -> Trust | None:
    """The trust in an actor id or a host, if there is one."""
    row = await db.one("SELECT * FROM trust WHERE blog_pk = ? AND kind = ? AND value = ?", blog_pk, kind, value)
    return _trust(row) if row else None


async def covers(db: Reader, blog_pk: int, actor_id: str, host: str) -> bool:
    """Whether the actor, or everybody on its host, is trusted."""
    found = await db.value(
        f"SELECT 1 FROM trust WHERE blog_pk = ? AND {COVERING} LIMIT 1",  # noqa: S608 - our own words
        blog_pk,
        actor_id,
        host,
    )
    return found is not None


async def remove(db: Writer, pk: int) -> None:
    """Trust no more."""
    await db.run("DELETE FROM trust WHERE pk = ?", pk)


async def listed(db: Reader, blog_pk: int) -> list[Trust]:
    """Everybody who is trusted, the newest first."""
    rows = await db.all("SELECT * FROM trust WHERE blog_pk = ? ORDER BY created_at DESC, pk DESC", blog_pk)
    return [_trust(row) for row in rows]
