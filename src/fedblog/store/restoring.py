"""A restored database must not act on what was true when it was copied: nothing of it may leave by itself."""

from dataclasses import dataclass

from fedblog.store.door import Reader, Writer

REASON = "restored from a backup"


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database holds: posts that were not deleted, comments, accepted followers."""

    posts: int
    comments: int
    followers: int


async def contents(db: Reader) -> Contents:
    """Count what people look for after a restore."""
    return Contents(
        int(await db.value("SELECT COUNT(*) FROM post WHERE state <> 'deleted'")),
        int(await db.value("SELECT COUNT(*) FROM comment")),
        int(await db.value("SELECT COUNT(*) FROM follower WHERE state = 'accepted'")),
    )


async def come_to_rest(db: Writer, now: int) -> int:
    """Cancel every unfinished delivery and gathered Update, end sessions and set-up links, free all leases; a change
    of keys that was announced is off.

    Received activities that were acknowledged stay, to be worked on. Returns how many deliveries were cancelled.
    """
    await db.run("UPDATE post SET update_due_at = NULL WHERE update_due_at IS NOT NULL")
    await db.run("UPDATE blog SET update_due_at = NULL WHERE update_due_at IS NOT NULL")
    await db.run(
        """UPDATE own_key SET retired_at = ?, unlisted_at = ?, private_pem = ''
           WHERE takes_over_at IS NOT NULL AND retired_at IS NULL""",
        now,
        now,
    )
    await db.run("DELETE FROM session")
    await db.run("DELETE FROM setup_token")
    await db.run("DELETE FROM login_attempt")
    await db.run("DELETE FROM reply_draft")
    await db.run("UPDATE inbox_event SET leased_until = NULL, leased_by = NULL WHERE leased_until IS NOT NULL")
    return await db.run(
        """UPDATE delivery SET state = 'cancelled', ended_at = ?, last_error = ?, leased_until = NULL, leased_by = NULL
           WHERE ended_at IS NULL""",
        now,
        REASON,
    )


async def file_names(db: Reader) -> set[str]:
    """The names of all files that rows point to: the blog's own, and copies of faces."""
    rows = await db.all(
        "SELECT name FROM media UNION SELECT avatar_name AS name FROM actor WHERE avatar_name IS NOT NULL"
    )
    return {row["name"] for row in rows}
