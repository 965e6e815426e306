"""The blog's own moves to other accounts, and how other servers took them."""

from collections.abc import Sequence
from dataclasses import dataclass

from fedblog.domain.moving import OwnMove
from fedblog.store.door import Reader, Writer
from fedblog.store.rows import build, insert


@dataclass(frozen=True, slots=True)
class HostReport:
    """One server: its followers when the blog moved and now, and how many deliveries of the Move stand how."""

    host: str
    followers_then: int
    followers_now: int
    delivered: int
    waiting: int
    gave_up: int
    reason: str
    last_status: int | None
    due_at: int | None

    @property
    def state(self) -> str:
        """`delivered`, `waiting`, `gave_up`; `cancelled` where it was taken back before it left."""
        if self.waiting:
            return "waiting"
        if self.delivered:
            return "delivered"
        return "gave_up" if self.gave_up else "cancelled"


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a Move would reach: accepted followers, their servers, and the inboxes of these."""

    followers: int
    hosts: int
    inboxes: int
    silent_hosts: int


async def latest(db: Reader, blog_pk: int) -> OwnMove | None:
    """The blog's last move, taken back or not."""
    row = await db.one("SELECT * FROM own_move WHERE blog_pk = ? ORDER BY moved_at DESC, pk DESC LIMIT 1", blog_pk)
    return build(OwnMove, row) if row else None


async def begin(db: Writer, move: OwnMove) -> int:
    """Write a move down (its `pk` is not used), with the followers of each server; returns its key."""
    pk = await insert(
        db,
        "own_move",
        blog_pk=move.blog_pk,
        target_id=move.target_id,
        target_handle=move.target_handle,
        target_url=move.target_url,
        activity_pk=move.activity_pk,
        followers=move.followers,
        moved_at=move.moved_at,
        undone_at=None,
    )
    await db.run(
        """INSERT INTO own_move_host (own_move_pk, blog_pk, host, followers)
           SELECT CAST(? AS BIGINT), f.blog_pk, f.host, COUNT(*) FROM follower f
           WHERE f.blog_pk = ? AND f.state = 'accepted' GROUP BY f.blog_pk, f.host""",
        pk,
        move.blog_pk,
    )
    return pk


async def undo(db: Writer, pk: int, now: int) -> None:
    """The blog is back."""
    await db.run("UPDATE own_move SET undone_at = ? WHERE pk = ? AND undone_at IS NULL", now, pk)


async def reach(db: Reader, blog_pk: int, silent_before: int) -> Reach:
    """Whom a Move would reach now. Silent are hosts that have failed since before `silent_before`."""
    row = await db.one(
        """SELECT COUNT(*) AS followers, COUNT(DISTINCT f.host) AS hosts, COUNT(DISTINCT f.delivery_inbox) AS inboxes,
                  COUNT(DISTINCT h.name) AS silent_hosts
           FROM follower f LEFT JOIN host h ON h.name = f.host AND h.failing_since < ?
           WHERE f.blog_pk = ? AND f.state = 'accepted'""",
        silent_before,
        blog_pk,
    )
    assert row is not None, "an aggregate has one row"
    return build(Reach, row, {"followers": int, "hosts": int, "inboxes": int, "silent_hosts": int})


async def report(db: Reader, move: OwnMove) -> Sequence[HostReport]:
    """How each server took it: first those that did not, then those with the most followers."""
    rows = await db.all(
        """SELECT m.host, m.followers AS followers_then,
                  (SELECT COUNT(*) FROM follower f
                   WHERE f.host = m.host AND f.blog_pk = m.blog_pk AND f.state = 'accepted') AS followers_now,
                  COALESCE(SUM(CASE WHEN d.state = 'delivered' THEN 1 ELSE 0 END), 0) AS delivered,
                  COALESCE(SUM(CASE WHEN d.state = 'waiting' THEN 1 ELSE 0 END), 0) AS waiting,
                  COALESCE(SUM(CASE WHEN d.state = 'gave_up' THEN 1 ELSE 0 END), 0) AS gave_up,
                  COALESCE(MAX(d.last_error), '') AS reason, MAX(d.last_status) AS last_status,
                  MIN(CASE WHEN d.state = 'waiting' THEN d.due_at END) AS due_at
           FROM own_move_host m LEFT JOIN delivery d ON d.activity_pk = ? AND d.host = m.host
           WHERE m.own_move_pk = ? GROUP BY m.blog_pk, m.host, m.followers
           ORDER BY delivered, m.followers DESC, m.host""",
        move.activity_pk,
        move.pk,
    )
    whole = {"followers_then": int, "followers_now": int, "delivered": int, "waiting": int, "gave_up": int}
    return [build(HostReport, row, whole) for row in rows]
