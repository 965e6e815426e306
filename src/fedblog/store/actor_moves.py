"""People who moved to another account, both accounts agreeing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fedblog.store.door import Reader, Writer


@dataclass(frozen=True, slots=True)
class NewHome:
    """Where somebody went."""

    actor_id: str
    handle: str
    url: str


async def save(db: Writer, actor_pk: int, target_pk: int, now: int) -> None:
    """The actor moved to the target. Whoever had moved to the actor is led on, and nobody to themselves."""
    await db.run(
        """INSERT INTO actor_move (actor_pk, target_pk, moved_at) VALUES (?, ?, ?)
           ON CONFLICT (actor_pk) DO UPDATE SET target_pk = excluded.target_pk, moved_at = excluded.moved_at""",
        actor_pk,
        target_pk,
        now,
    )
    await db.run("UPDATE actor_move SET target_pk = ? WHERE target_pk = ?", target_pk, actor_pk)
    await db.run("DELETE FROM actor_move WHERE actor_pk = ?", target_pk)


async def forget(db: Writer, actor_pk: int) -> None:
    """The actor is back, or says something else now."""
    await db.run("DELETE FROM actor_move WHERE actor_pk = ?", actor_pk)


async def target_of(db: Reader, actor_pk: int) -> int | None:
    """The actor that this one moved to."""
    found = await db.value("SELECT target_pk FROM actor_move WHERE actor_pk = ?", actor_pk)
    return None if found is None else int(found)


async def sources_of(db: Reader, target_pk: int) -> Sequence[int]:
    """The actors that moved to this one."""
    rows = await db.all("SELECT actor_pk FROM actor_move WHERE target_pk = ? ORDER BY actor_pk", target_pk)
    return [int(row["actor_pk"]) for row in rows]


async def of_commenters(db: Reader, post_pk: int) -> Mapping[int, NewHome]:
    """Where those who wrote below a post have gone, by the key of their old account."""
    rows = await db.all(
        """SELECT DISTINCT m.actor_pk, n.actor_id, n.handle, n.url
           FROM comment c JOIN actor_move m ON m.actor_pk = c.actor_pk JOIN actor n ON n.pk = m.target_pk
           WHERE c.post_pk = ? AND n.gone_at IS NULL AND n.suspended_at IS NULL""",
        post_pk,
    )
    return {int(row["actor_pk"]): NewHome(row["actor_id"], row["handle"], row["url"]) for row in rows}


async def of_followers(db: Reader, blog_pk: int) -> Mapping[str, NewHome]:
    """Where followers have gone who follow under their old account still, by its id."""
    rows = await db.all(
        """SELECT a.actor_id AS old_id, n.actor_id, n.handle, n.url
           FROM actor_move m JOIN follower f ON f.actor_pk = m.actor_pk JOIN actor a ON a.pk = m.actor_pk
           JOIN actor n ON n.pk = m.target_pk
           WHERE f.blog_pk = ?""",
        blog_pk,
    )
    return {row["old_id"]: NewHome(row["actor_id"], row["handle"], row["url"]) for row in rows}
