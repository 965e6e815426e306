"""Whom the blog follows."""

from dataclasses import dataclass

from fedblog.domain.elsewhere import Followee, FolloweeState
from fedblog.store import actors
from fedblog.store.door import Reader, Row, Writer
from fedblog.store.rows import build, insert, subdomains_of


@dataclass(frozen=True, slots=True)
class FolloweeLine:
    """Somebody whom the blog follows, as the author sees it in a list. `moved_to` is where they have gone."""

    pk: int
    actor_id: str
    handle: str
    name: str
    url: str
    avatar_name: str | None
    state: FolloweeState
    asked_at: int
    answered_at: int | None
    moved_to: str | None


def _followee(row: Row) -> Followee:
    return build(Followee, row, {"state": FolloweeState})


async def by_actor(db: Reader, blog_pk: int, actor_pk: int) -> Followee | None:
    """What stands between the blog and this actor."""
    row = await db.one("SELECT * FROM followee WHERE actor_pk = ? AND blog_pk = ?", actor_pk, blog_pk)
    return _followee(row) if row else None


async def by_pk(db: Reader, pk: int) -> Followee | None:
    """The followee of that row."""
    row = await db.one("SELECT * FROM followee WHERE pk = ?", pk)
    return _followee(row) if row else None


async def is_followed(db: Reader, blog_pk: int, actor_id: str) -> bool:
    """Whether the blog follows that actor, or waits for its answer."""
    found = await db.value(
        """SELECT f.pk FROM actor a JOIN followee f ON f.actor_pk = a.pk AND f.blog_pk = ?
           WHERE a.actor_id = ? AND f.state <> 'rejected'""",
        blog_pk,
        actor_id,
    )
    return found is not None


async def create(db: Writer, followee: Followee) -> int:
    """Store that the blog has asked (`pk` is not used); returns its key."""
    return await insert(
        db,
        "followee",
        blog_pk=followee.blog_pk,
        actor_pk=followee.actor_pk,
        state=followee.state,
        follow_id=followee.follow_id,
        asked_at=followee.asked_at,
        answered_at=followee.answered_at,
    )


async def answer(db: Writer, pk: int, state: FolloweeState, now: int) -> None:
    """Keep what was answered."""
    await db.run("UPDATE followee SET state = ?, answered_at = ? WHERE pk = ?", state, now, pk)


async def remove(db: Writer, pk: int) -> None:
    """The blog follows no more."""
    await db.run("DELETE FROM followee WHERE pk = ?", pk)


async def remove_of_actor(db: Writer, actor_pk: int) -> None:
    """There is nobody left to follow."""
    await db.run("DELETE FROM followee WHERE actor_pk = ?", actor_pk)


async def remove_of_host(db: Writer, host: str) -> None:
    """Nor on that host and its subdomains."""
    await db.run(
        """DELETE FROM followee WHERE EXISTS (SELECT 1 FROM actor a WHERE a.pk = followee.actor_pk
               AND (a.host = ? OR a.host LIKE ? ESCAPE '!'))""",
        host,
        subdomains_of(host),
    )


async def count(db: Reader, blog_pk: int) -> int:
    """How many have accepted."""
    return int(await db.value("SELECT COUNT(*) FROM followee WHERE blog_pk = ? AND state = 'accepted'", blog_pk))


async def listed(db: Reader, blog_pk: int, *, limit: int | None = None, offset: int = 0) -> list[FolloweeLine]:
    """Whom the blog follows, the newest first."""
    rows = await db.all(
        f"""SELECT f.pk, a.actor_id, {actors.ADDRESS} AS handle, a.name, a.url, a.avatar_name, f.state, f.asked_at,
                  f.answered_at, a.moved_to
           FROM followee f JOIN actor a ON a.pk = f.actor_pk WHERE f.blog_pk = ?
           ORDER BY f.asked_at DESC, f.pk DESC LIMIT ? OFFSET ?""",  # noqa: S608 - our own words
        blog_pk,
        1 << 40 if limit is None else limit,
        offset,
    )
    return [build(FolloweeLine, row, {"state": FolloweeState}) for row in rows]
