"""Files of the blog and where posts use them."""

from collections.abc import Sequence
from dataclasses import dataclass

from fedblog.domain.post import Media
from fedblog.store.door import Reader, Writer
from fedblog.store.rows import build, insert


@dataclass(frozen=True, slots=True)
class PostImage:
    """An image as a post uses it: `file_name` is what its Markdown calls it."""

    media_pk: int
    name: str
    media_type: str
    width: int
    height: int
    file_name: str
    alt: str


async def by_pk(db: Reader, pk: int) -> Media | None:
    """The file of that row."""
    row = await db.one("SELECT * FROM media WHERE pk = ?", pk)
    return build(Media, row) if row else None


async def by_name(db: Reader, blog_pk: int, name: str) -> Media | None:
    """The file of that name."""
    row = await db.one("SELECT * FROM media WHERE blog_pk = ? AND name = ?", blog_pk, name)
    return build(Media, row) if row else None


async def add(db: Writer, media: Media) -> int:
    """Record a file (its `pk` is not used); the same content again returns the row it has."""
    existing = await by_name(db, media.blog_pk, media.name)
    if existing:
        return existing.pk
    return await insert(
        db,
        "media",
        blog_pk=media.blog_pk,
        name=media.name,
        media_type=media.media_type,
        width=media.width,
        height=media.height,
        size=media.size,
        alt=media.alt,
        created_at=media.created_at,
    )


async def set_images(db: Writer, blog_pk: int, post_pk: int, images: Sequence[PostImage]) -> None:
    """Replace the images of a post; the first is its hero."""
    await db.run("DELETE FROM post_media WHERE post_pk = ?", post_pk)
    await db.many(
        "INSERT INTO post_media (blog_pk, post_pk, media_pk, file_name, alt, position) VALUES (?, ?, ?, ?, ?, ?)",
        [(blog_pk, post_pk, i.media_pk, i.file_name, i.alt, place) for place, i in enumerate(images)],
    )


async def images_of(db: Reader, post_pk: int) -> list[PostImage]:
    """The images of a post, the hero first."""
    rows = await db.all(
        """SELECT u.media_pk, m.name, m.media_type, m.width, m.height, u.file_name, u.alt
           FROM post_media u JOIN media m ON m.pk = u.media_pk WHERE u.post_pk = ? ORDER BY u.position""",
        post_pk,
    )
    return [build(PostImage, row) for row in rows]


async def names_in_rows(db: Reader) -> set[str]:
    """Every file that a row names: uploads, faces, emoji."""
    rows = await db.all(
        """SELECT name FROM media
           UNION SELECT avatar_name FROM actor WHERE avatar_name IS NOT NULL
           UNION SELECT file_name FROM emoji WHERE file_name IS NOT NULL"""
    )
    return {row["name"] for row in rows}


async def is_in_texts(db: Reader, name: str) -> bool:
    """Whether a comment, message, reaction or person's name shows the file. Reads whole tables: for a few names."""
    found = await db.value(
        """SELECT 1 FROM comment WHERE html LIKE ?
           UNION ALL SELECT 1 FROM mention WHERE html LIKE ?
           UNION ALL SELECT 1 FROM reaction WHERE icon_url LIKE ?
           UNION ALL SELECT 1 FROM actor WHERE emojis LIKE ?
           LIMIT 1""",
        *([f"%{name}%"] * 4),
    )
    return found is not None
