"""Canaries: actors of our own that live for minutes and prove that the way in and out is open.

A canary leaves no row where people look. What it did stands in its own row, and everything that carrying its messages
left behind (ledger lines, its key, its actor, our answer to it) is found by its id and dropped in `clear`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fedblog.store.door import Duplicate, Reader, Row, Writer
from fedblog.store.rows import as_json, build


@dataclass(frozen=True, slots=True)
class Canary:
    """One canary. Only its public key is here: whoever began it holds the other half in memory.

    `sung`: what arrived from it, in order; `verdicts`: type, verdict and reason of each. `answered_at`: when our own
    Accept came back to it, its signature proven. Times in ms UTC.
    """

    actor_id: str
    blog_pk: int
    public_pem: str
    follow_id: str
    born_at: int
    expires_at: int
    sung: tuple[Mapping[str, Any], ...] = ()
    verdicts: tuple[tuple[str, str, str], ...] = ()
    answered_at: int | None = None


def _canary(row: Row) -> Canary:
    return build(Canary, row, {"sung": _sung, "verdicts": _verdicts})


def _sung(text: str) -> tuple[Mapping[str, Any], ...]:
    return tuple(json.loads(text))


def _verdicts(text: str) -> tuple[tuple[str, str, str], ...]:
    return tuple((kind, verdict, reason) for kind, verdict, reason in json.loads(text))


async def by_id(db: Reader, actor_id: str) -> Canary | None:
    """The canary of exactly that id, alive or not."""
    row = await db.one("SELECT * FROM canary WHERE actor_id = ?", actor_id)
    return _canary(row) if row else None


async def listed(db: Reader) -> list[Canary]:
    """All of them: one that lives for each blog at most, and those that died just now."""
    return [_canary(row) for row in await db.all("SELECT * FROM canary ORDER BY born_at, actor_id")]


async def begin(db: Writer, canary: Canary) -> None:
    """Store a new one. Raises `Duplicate` while the blog has another that lives."""
    other = await db.value(
        "SELECT actor_id FROM canary WHERE blog_pk = ? AND expires_at > ? LIMIT 1", canary.blog_pk, canary.born_at
    )
    if other is not None:
        raise Duplicate
    await db.run(
        """INSERT INTO canary (actor_id, blog_pk, public_pem, follow_id, born_at, expires_at, sung, verdicts,
               answered_at)
           VALUES (?, ?, ?, ?, ?, ?, '[]', '[]', NULL)""",
        canary.actor_id,
        canary.blog_pk,
        canary.public_pem,
        canary.follow_id,
        canary.born_at,
        canary.expires_at,
    )


async def hear(
    db: Writer, canary: Canary, document: Mapping[str, Any], verdict: tuple[str, str, str], now: int
) -> bool:
    """Note what arrived from it and what became of that. False when it died meanwhile."""
    sung: Sequence[Mapping[str, Any]] = [*canary.sung, document]
    return (
        await db.run(
            "UPDATE canary SET sung = ?, verdicts = ? WHERE actor_id = ? AND expires_at > ?",
            as_json(sung),
            as_json([*canary.verdicts, verdict]),
            canary.actor_id,
            now,
        )
        > 0
    )


async def note_answer(db: Writer, actor_id: str, now: int) -> None:
    """Our Accept reached it."""
    await db.run(
        "UPDATE canary SET answered_at = ? WHERE actor_id = ? AND answered_at IS NULL AND expires_at > ?",
        now,
        actor_id,
        now,
    )


async def trouble_of_answer(db: Reader, actor_id: str) -> str:
    """What the last try to send it our Accept came to; "" while there was none, or it went well."""
    found = await db.value(
        """SELECT d.last_error FROM activity a JOIN delivery d ON d.activity_pk = a.pk
           WHERE a.object_id = ? ORDER BY d.pk DESC LIMIT 1""",
        actor_id,
    )
    return "" if found is None else str(found)


async def trouble_of_event(db: Reader, actor_id: str) -> str:
    """Why what arrived last from it has no effect yet, though a worker tried; "" where none has."""
    found = await db.value(
        "SELECT reason FROM inbox_event WHERE signer = ? AND ended_at IS NULL ORDER BY pk DESC LIMIT 1", actor_id
    )
    return "" if found is None else str(found)


async def end(db: Writer, actor_id: str, now: int) -> None:
    """It dies now. No statement can make its life longer."""
    await db.run("UPDATE canary SET expires_at = ? WHERE actor_id = ? AND expires_at > ?", now, actor_id, now)


async def clear(db: Writer, actor_id: str, own_host: str) -> bool:
    """Drop everything that a dead one left elsewhere. False while a worker still holds a part of it."""
    await _drop_events(db, actor_id)
    await _drop_answers(db, actor_id)
    await db.run("DELETE FROM remote_key WHERE owner = ?", actor_id)
    await db.run("DELETE FROM missing_inbox WHERE inbox = ?", f"{actor_id}/inbox")
    await db.run(
        """DELETE FROM host WHERE name = ? AND NOT EXISTS (SELECT 1 FROM follower f WHERE f.host = host.name)
           AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.host = host.name AND d.ended_at IS NULL)""",
        own_host,
    )
    if await _is_held(db, actor_id):
        return False
    await db.run("DELETE FROM actor WHERE actor_id = ? AND kind = 'remote'", actor_id)
    return True


async def _drop_events(db: Writer, actor_id: str) -> None:
    await db.run(
        """DELETE FROM earlier_verdict WHERE event_pk IN (
               SELECT pk FROM inbox_event WHERE signer = ? AND leased_until IS NULL)""",
        actor_id,
    )
    await db.run("DELETE FROM inbox_event WHERE signer = ? AND leased_until IS NULL", actor_id)


async def _drop_answers(db: Writer, actor_id: str) -> None:
    await db.run(
        """DELETE FROM delivery_try WHERE delivery_pk IN (
               SELECT d.pk FROM activity a JOIN delivery d ON d.activity_pk = a.pk
               WHERE a.object_id = ? AND d.leased_until IS NULL)""",
        actor_id,
    )
    await db.run(
        """DELETE FROM delivery WHERE leased_until IS NULL
           AND activity_pk IN (SELECT pk FROM activity WHERE object_id = ?)""",
        actor_id,
    )
    await db.run(
        """DELETE FROM activity WHERE object_id = ?
           AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.activity_pk = activity.pk)""",
        actor_id,
    )


async def _is_held(db: Reader, actor_id: str) -> bool:
    event = await db.value("SELECT 1 FROM inbox_event WHERE signer = ? LIMIT 1", actor_id)
    sending = await db.value("SELECT 1 FROM activity WHERE object_id = ? LIMIT 1", actor_id)
    return event is not None or sending is not None


async def forget(db: Writer, actor_id: str) -> None:
    """Nothing of it can arrive any more: its own row goes too."""
    await db.run("DELETE FROM canary WHERE actor_id = ?", actor_id)
