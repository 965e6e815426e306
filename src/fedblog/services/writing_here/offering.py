"""Whether readers may write their replies here: the author decides."""

from fedblog.services.workshop import Workshop, the_blog
from fedblog.store import accounts, switches
from fedblog.store.door import Reader, Writer
from fedblog.store.switches import Switch


async def is_offered(db: Reader) -> bool:
    """Whether it is switched on."""
    return await switches.is_on(db, (await the_blog(db)).pk, Switch.WRITING_HERE)


async def offer(shop: Workshop, *, on: bool, by: str) -> None:
    """Switch it on or off. What is on its way when it is switched off is not posted any more."""

    async def work(db: Writer) -> None:
        blog, now = await the_blog(db), shop.now()
        if await is_offered(db) == on:
            return
        await switches.turn(db, blog.pk, Switch.WRITING_HERE, now, on=on)
        await accounts.note(db, blog.pk, by, f"replies written here: {'on' if on else 'off'}", "", now)

    await shop.store.write(work)
