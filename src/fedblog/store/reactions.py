"""Likes, boosts and emoji reactions to what is ours."""

from dataclasses import dataclass

from fedblog.domain.comment import Reaction, ReactionKind
from fedblog.store.door import Reader, Row, Writer
from fedblog.store.rows import build, subdomains_of

_SHOWN = """reaction r JOIN actor a ON a.pk = r.actor_pk AND a.suspended_at IS NULL AND a.gone_at IS NULL"""


@dataclass(frozen=True, slots=True)
class Counts:
    """How often something was liked and boosted. An emoji reaction is shown by itself and is no like."""

    likes: int
    boosts: int


@dataclass(frozen=True, slots=True)
class EmojiCount:
    """How many people reacted with one emoji. `file_name`: our copy of a custom one."""

    content: str
    people: int
    file_name: str | None


def _reaction(row: Row) -> Reaction:
    return build(Reaction, row, {"kind": ReactionKind})


async def add(db: Writer, reaction: Reaction) -> bool:
    """Record a reaction (its `pk` is not used). False when this actor had reacted so already."""
    touched = await db.run(
        """INSERT INTO reaction (blog_pk, post_pk, comment_pk, actor_pk, kind, content, object_id, activity_id,
               icon_url, created_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (blog_pk, object_id, actor_pk, kind, content) DO NOTHING""",
        reaction.blog_pk,
        reaction.post_pk,
        reaction.comment_pk,
        reaction.actor_pk,
        reaction.kind,
        reaction.content,
        reaction.object_id,
        reaction.activity_id,
        reaction.icon_url,
        reaction.created_at,
    )
    return touched > 0


async def by_activity(db: Reader, actor_pk: int, activity_id: str) -> Reaction | None:
    """The reaction of this actor that this activity made."""
    row = await db.one("SELECT * FROM reaction WHERE activity_id = ? AND actor_pk = ?", activity_id, actor_pk)
    return _reaction(row) if row else None


async def of_actor(db: Reader, actor_pk: int, object_id: str, kind: ReactionKind) -> list[Reaction]:
    """What this actor did of that kind to that object."""
    rows = await db.all(
        "SELECT * FROM reaction WHERE actor_pk = ? AND object_id = ? AND kind = ?", actor_pk, object_id, kind
    )
    return [_reaction(row) for row in rows]


async def remove(db: Writer, pk: int) -> None:
    """Take a reaction back."""
    await db.run("DELETE FROM reaction WHERE pk = ?", pk)


async def posts_of_actor(db: Reader, actor_pk: int) -> list[int]:
    """Keys of the posts that show a reaction of this actor."""
    rows = await db.all("SELECT DISTINCT post_pk FROM reaction WHERE actor_pk = ?", actor_pk)
    return [row["post_pk"] for row in rows]


async def remove_of_actor(db: Writer, actor_pk: int) -> None:
    """The actor is gone or blocked, and its reactions with it."""
    await db.run("DELETE FROM reaction WHERE actor_pk = ?", actor_pk)


async def counts(db: Reader, object_id: str) -> Counts:
    """Likes and boosts of one object."""
    row = await db.one(
        f"""SELECT COALESCE(SUM(CASE WHEN r.kind = 'like' THEN 1 ELSE 0 END), 0) AS likes,
                   COALESCE(SUM(CASE WHEN r.kind = 'boost' THEN 1 ELSE 0 END), 0) AS boosts
            FROM {_SHOWN} WHERE r.object_id = ?""",  # noqa: S608
        object_id,
    )
    return Counts(int(row["likes"]), int(row["boosts"])) if row else Counts(0, 0)


async def post_counts(db: Reader, blog_pk: int) -> dict[int, Counts]:
    """Likes and boosts of each post that has some, under the id that it has now (comments' own not counted in)."""
    rows = await db.all(
        f"""SELECT r.post_pk, SUM(CASE WHEN r.kind = 'like' THEN 1 ELSE 0 END) AS likes,
                   SUM(CASE WHEN r.kind = 'boost' THEN 1 ELSE 0 END) AS boosts
            FROM {_SHOWN} JOIN post p ON p.pk = r.post_pk AND p.object_id = r.object_id
            WHERE r.blog_pk = ? AND r.comment_pk IS NULL GROUP BY r.post_pk""",  # noqa: S608
        blog_pk,
    )
    return {row["post_pk"]: Counts(int(row["likes"]), int(row["boosts"])) for row in rows}


async def emoji_counts(db: Reader, object_id: str) -> list[EmojiCount]:
    """The emoji that people reacted with to one object, the most used first; at most 20."""
    rows = await db.all(
        f"""SELECT r.content, COUNT(*) AS people, MIN(e.file_name) AS file_name
            FROM {_SHOWN} LEFT JOIN emoji e ON e.icon_url = r.icon_url
            WHERE r.object_id = ? AND r.kind = 'emoji' GROUP BY r.content ORDER BY people DESC, r.content LIMIT 20""",  # noqa: S608
        object_id,
    )
    return [build(EmojiCount, row) for row in rows]


async def actors_of_host(db: Reader, host: str) -> list[int]:
    """Keys of the actors at a host, or one of its subdomains, who reacted to something."""
    rows = await db.all(
        """SELECT DISTINCT r.actor_pk FROM reaction r JOIN actor a ON a.pk = r.actor_pk
           WHERE a.kind = 'remote' AND (a.host = ? OR a.host LIKE ? ESCAPE '!')""",
        host,
        subdomains_of(host),
    )
    return [row["actor_pk"] for row in rows]
