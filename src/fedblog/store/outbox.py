"""What stands in the outbox: published posts, what was said elsewhere in public, what was boosted."""

from dataclasses import dataclass
from enum import StrEnum

from fedblog.store.door import Reader
from fedblog.store.rows import build


class EntryKind(StrEnum):
    """Of which table an entry is."""

    POST = "post"
    REMARK = "remark"
    BOOST = "boost"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: the key of its row, and when it went out."""

    kind: EntryKind
    pk: int
    at: int


async def count(db: Reader, blog_pk: int) -> int:
    """How many entries there are."""
    return int(
        await db.value(
            """SELECT (SELECT COUNT(*) FROM post WHERE blog_pk = ? AND state = 'published')
                    + (SELECT COUNT(*) FROM remark r JOIN own_object o ON o.object_id = r.object_id
                       WHERE r.blog_pk = ? AND r.audience <> 'direct' AND o.ended_at IS NULL)
                    + (SELECT COUNT(*) FROM gesture WHERE blog_pk = ? AND kind = 'boost')""",
            blog_pk,
            blog_pk,
            blog_pk,
        )
    )


async def page(db: Reader, blog_pk: int, *, limit: int, offset: int) -> list[Entry]:
    """Some of them, the newest first."""
    rows = await db.all(
        """SELECT kind, pk, at FROM (
               SELECT 'post' AS kind, pk, published_at AS at FROM post WHERE blog_pk = ? AND state = 'published'
               UNION ALL
               SELECT 'remark', r.pk, r.published_at FROM remark r JOIN own_object o ON o.object_id = r.object_id
               WHERE r.blog_pk = ? AND r.audience <> 'direct' AND o.ended_at IS NULL
               UNION ALL
               SELECT 'boost', pk, created_at FROM gesture WHERE blog_pk = ? AND kind = 'boost') AS entries
           ORDER BY at DESC, kind, pk DESC LIMIT ? OFFSET ?""",
        blog_pk,
        blog_pk,
        blog_pk,
        limit,
        offset,
    )
    return [build(Entry, row, {"kind": EntryKind}) for row in rows]
