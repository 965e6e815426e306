"""Custom emoji of other servers: which of our files is the copy of which picture."""

from dataclasses import dataclass

from fedblog.store.door import Reader, Writer
from fedblog.store.rows import build


@dataclass(frozen=True, slots=True)
class EmojiCopy:
    """What became of a picture that we asked for last at `asked_at` (ms UTC). No `file_name`: it was not to be had."""

    icon_url: str
    file_name: str | None
    asked_at: int


async def by_url(db: Reader, icon_url: str) -> EmojiCopy | None:
    """What we know of the picture at that address."""
    row = await db.one("SELECT * FROM emoji WHERE icon_url = ?", icon_url)
    return build(EmojiCopy, row) if row else None


async def save(db: Writer, copy: EmojiCopy) -> None:
    """Remember a copy, or that there is none."""
    await db.run(
        """INSERT INTO emoji (icon_url, file_name, asked_at) VALUES (?, ?, ?)
           ON CONFLICT (icon_url) DO UPDATE SET file_name = excluded.file_name, asked_at = excluded.asked_at""",
        copy.icon_url,
        copy.file_name,
        copy.asked_at,
    )


async def forget_beyond(db: Writer, keep: int) -> None:
    """Keep only the `keep` that were asked for last (security.md D09)."""
    await db.run(
        """DELETE FROM emoji WHERE icon_url IN (
               SELECT icon_url FROM emoji ORDER BY asked_at DESC, icon_url LIMIT ? OFFSET ?)""",
        1 << 40,
        keep,
    )
