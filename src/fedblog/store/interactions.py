"""Interactions that others asked for, or that waited for the author without a request."""

from collections.abc import Collection

from fedblog.domain.interaction import Interaction, InteractionKind, InteractionState
from fedblog.store.door import Reader, Row, Writer
from fedblog.store.rows import build, subdomains_of


def _interaction(row: Row) -> Interaction:
    return build(Interaction, row, {"kind": InteractionKind, "state": InteractionState})


async def by_object_id(db: Reader, blog_pk: int, kind: InteractionKind, object_id: str) -> Interaction | None:
    """The interaction that is this remote object."""
    row = await db.one(
        "SELECT * FROM interaction WHERE blog_pk = ? AND object_id = ? AND kind = ?", blog_pk, object_id, kind
    )
    return _interaction(row) if row else None


async def by_pk(db: Reader, pk: int) -> Interaction | None:
    """The interaction of that row."""
    row = await db.one("SELECT * FROM interaction WHERE pk = ?", pk)
    return _interaction(row) if row else None


async def save(db: Writer, interaction: Interaction) -> int:
    """Insert an interaction (its `pk` is not used), or bring the one of that object up to it; returns its key."""
    return int(
        await db.value(
            """INSERT INTO interaction (blog_pk, kind, actor_pk, post_pk, object_id, target_id, request, state,
                   approval_id, asked_at, decided_at)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
               ON CONFLICT (blog_pk, object_id, kind) DO UPDATE SET post_pk = excluded.post_pk,
                   target_id = excluded.target_id, request = excluded.request, state = excluded.state,
                   approval_id = excluded.approval_id, asked_at = excluded.asked_at, decided_at = excluded.decided_at
               RETURNING pk""",
            interaction.blog_pk,
            interaction.kind,
            interaction.actor_pk,
            interaction.post_pk,
            interaction.object_id,
            interaction.target_id,
            interaction.request,
            interaction.state,
            interaction.approval_id,
            interaction.asked_at,
            interaction.decided_at,
        )
    )


async def living_of_actor(db: Reader, actor_pk: int) -> list[Interaction]:
    """What this actor asked for that waits or was approved."""
    rows = await db.all(
        "SELECT * FROM interaction WHERE actor_pk = ? AND state IN ('asked', 'approved') ORDER BY pk", actor_pk
    )
    return [_interaction(row) for row in rows]


async def count_since(db: Reader, actor_pk: int, kind: InteractionKind, since: int) -> int:
    """How many interactions of a kind an actor began since then."""
    return int(
        await db.value(
            "SELECT COUNT(*) FROM interaction WHERE actor_pk = ? AND kind = ? AND asked_at >= ?", actor_pk, kind, since
        )
    )


async def count_waiting(db: Reader, blog_pk: int, kind: InteractionKind) -> int:
    """How many of a kind wait for the author."""
    return int(
        await db.value(
            "SELECT COUNT(*) FROM interaction WHERE blog_pk = ? AND kind = ? AND state = 'asked'", blog_pk, kind
        )
    )


async def replies_of(db: Reader, blog_pk: int, object_ids: Collection[str]) -> dict[str, Interaction]:
    """The interactions that these comments are, by object id; most comments are none."""
    found = [await by_object_id(db, blog_pk, InteractionKind.REPLY, object_id) for object_id in object_ids]
    return {interaction.object_id: interaction for interaction in found if interaction}


async def forget_rejected(db: Writer, before: int, limit: int = 1000) -> int:
    """Drop what a rule rejected before then, and what never had an authorization: it may ask anew."""
    return await db.run(
        """DELETE FROM interaction WHERE pk IN (
               SELECT i.pk FROM interaction i WHERE i.state = 'rejected' AND i.decided_at < ?
                 AND NOT EXISTS (SELECT 1 FROM approval a WHERE a.interaction_pk = i.pk)
               ORDER BY i.decided_at LIMIT ?)""",
        before,
        limit,
    )


async def actors_of_host(db: Reader, host: str) -> list[int]:
    """Keys of the actors of a host, or of one of its subdomains, who asked for something."""
    rows = await db.all(
        """SELECT a.pk FROM actor a WHERE a.kind = 'remote' AND (a.host = ? OR a.host LIKE ? ESCAPE '!')
             AND EXISTS (SELECT 1 FROM interaction i WHERE i.actor_pk = a.pk) ORDER BY a.pk""",
        host,
        subdomains_of(host),
    )
    return [row["pk"] for row in rows]
