"""What the author has switched on."""

from enum import StrEnum

from fedblog.store.door import Reader, Writer


class Switch(StrEnum):
    """What can be switched on; all of it is off at first."""

    WRITING_HERE = "writing-here"


async def is_on(db: Reader, blog_pk: int, switch: Switch) -> bool:
    """Whether it is on."""
    found = await db.value("SELECT on_at FROM blog_switch WHERE blog_pk = ? AND name = ?", blog_pk, str(switch))
    return found is not None


async def turn(db: Writer, blog_pk: int, switch: Switch, now: int, *, on: bool) -> None:
    """Switch it on or off."""
    await db.run("DELETE FROM blog_switch WHERE blog_pk = ? AND name = ?", blog_pk, str(switch))
    if on:
        await db.run("INSERT INTO blog_switch (blog_pk, name, on_at) VALUES (?, ?, ?)", blog_pk, str(switch), now)
    db.touch("frame", "settings")
