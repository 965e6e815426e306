"""Mentions, private messages and reports: what reaches the author without being a comment."""

from dataclasses import dataclass

from fedblog.domain.comment import Audience, Mention, Report
from fedblog.store import actors
from fedblog.store.door import Reader, Row, Writer
from fedblog.store.rows import as_json, build, insert, text_list


@dataclass(frozen=True, slots=True)
class MentionLine:
    """A mention with its author, as the admin lists it. `remark_pk`: which remark of the author it answers."""

    pk: int
    object_id: str
    audience: Audience
    html: str
    text: str
    url: str
    published_at: int
    received_at: int
    read_at: int | None
    actor_id: str
    actor_name: str
    actor_handle: str
    actor_url: str
    avatar_name: str | None
    remark_pk: int | None


def _mention(row: Row) -> Mention:
    return build(Mention, row, {"audience": Audience})


async def by_object_id(db: Reader, blog_pk: int, object_id: str) -> Mention | None:
    """The mention with that wire id."""
    row = await db.one("SELECT * FROM mention WHERE blog_pk = ? AND object_id = ?", blog_pk, object_id)
    return _mention(row) if row else None


async def by_pk(db: Reader, pk: int) -> Mention | None:
    """The mention of that row."""
    row = await db.one("SELECT * FROM mention WHERE pk = ?", pk)
    return _mention(row) if row else None


async def save(db: Writer, mention: Mention) -> None:
    """Insert a mention (its `pk` is not used), or replace the text of the one with that wire id."""
    await db.run(
        """INSERT INTO mention (blog_pk, actor_pk, object_id, audience, html, text, url, published_at, received_at,
               removed_at, read_at, in_reply_to)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, ?)
           ON CONFLICT (blog_pk, object_id) DO UPDATE SET audience = excluded.audience, html = excluded.html,
               text = excluded.text, url = excluded.url""",
        mention.blog_pk,
        mention.actor_pk,
        mention.object_id,
        mention.audience,
        mention.html,
        mention.text,
        mention.url,
        mention.published_at,
        mention.received_at,
        mention.in_reply_to,
    )


async def remove(db: Writer, pk: int) -> None:
    """Its author took it back: nothing of it stays."""
    await db.run("DELETE FROM mention WHERE pk = ?", pk)


async def remove_of_actor(db: Writer, actor_pk: int) -> None:
    """The actor is gone, and its messages with it."""
    await db.run("DELETE FROM mention WHERE actor_pk = ?", actor_pk)


async def listed(db: Reader, blog_pk: int, *, limit: int | None = None, offset: int = 0) -> list[MentionLine]:
    """Mentions and private messages, newest first."""
    rows = await db.all(
        f"""SELECT m.pk, m.object_id, m.audience, m.html, m.text, m.url, m.published_at, m.received_at, m.read_at,
                  a.actor_id, a.name AS actor_name, {actors.ADDRESS} AS actor_handle, a.url AS actor_url, a.avatar_name,
                  r.pk AS remark_pk
           FROM mention m JOIN actor a ON a.pk = m.actor_pk LEFT JOIN remark r ON r.object_id = m.in_reply_to
           WHERE m.blog_pk = ?
           ORDER BY m.received_at DESC, m.pk DESC LIMIT ? OFFSET ?""",  # noqa: S608
        blog_pk,
        1 << 40 if limit is None else limit,
        offset,
    )
    return [build(MentionLine, row, {"audience": Audience}) for row in rows]


async def count_unread(db: Reader, blog_pk: int) -> int:
    """How many of them the author has not seen."""
    return int(await db.value("SELECT COUNT(*) FROM mention WHERE blog_pk = ? AND read_at IS NULL", blog_pk))


async def mark_read(db: Writer, blog_pk: int, now: int) -> None:
    """The author has seen the list."""
    await db.run("UPDATE mention SET read_at = ? WHERE blog_pk = ? AND read_at IS NULL", now, blog_pk)


async def add_report(db: Writer, report: Report, host: str) -> int:
    """Record a Flag (its `pk` is not used)."""
    return await insert(
        db,
        "report",
        blog_pk=report.blog_pk,
        actor_id=report.actor_id,
        host=host,
        content=report.content,
        object_ids=as_json(list(report.object_ids)),
        received_at=report.received_at,
        closed_at=None,
    )


async def count_reports_since(db: Reader, host: str, since: int) -> int:
    """How many reports a host sent since then (security.md M02)."""
    return int(await db.value("SELECT COUNT(*) FROM report WHERE host = ? AND received_at >= ?", host, since))


async def reports(db: Reader, blog_pk: int) -> list[Report]:
    """All reports, open ones first, then the newest."""
    rows = await db.all(
        """SELECT pk, blog_pk, actor_id, content, object_ids, received_at, closed_at FROM report WHERE blog_pk = ?
           ORDER BY CASE WHEN closed_at IS NULL THEN 0 ELSE 1 END, received_at DESC""",
        blog_pk,
    )
    return [build(Report, row, {"object_ids": text_list}) for row in rows]


async def close_report(db: Writer, pk: int, now: int) -> None:
    """The author has dealt with it."""
    await db.run("UPDATE report SET closed_at = ? WHERE pk = ?", now, pk)
