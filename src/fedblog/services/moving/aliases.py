"""The author's other accounts: our actor names them in `alsoKnownAs`, and looks now and then whether they name it."""

from collections.abc import Sequence
from dataclasses import replace

from fedblog.domain.backoff import DAY, SECOND
from fedblog.domain.moving import MOST_ALIASES, Alias
from fedblog.errors import Conflict, FedblogError, Missing
from fedblog.services import describing
from fedblog.services.moving.seen import Seen, look
from fedblog.services.moving.software import software_of
from fedblog.services.workshop import Workshop, the_actor, the_blog
from fedblog.store import accounts, actors, aliases
from fedblog.store.door import Reader, Writer

_LOOKED_AT_EVERY = DAY
_FRESH = 10 * SECOND


async def add(shop: Workshop, written: str, *, by: str) -> Alias:
    """Name another account of the author, by handle or address. One that is named already is looked at again.

    Raises `Invalid` where it cannot be looked at, and `Conflict` beyond twenty.
    """
    seen = await look(shop, written)
    software = await software_of(shop, seen.actor.actor_id)

    async def work(db: Writer) -> Alias:
        blog, now = await the_blog(db), shop.now()
        known = await aliases.listed(db, blog.pk)
        before = next((alias for alias in known if alias.actor_id == seen.actor.actor_id), None)
        if before is None and len(known) >= MOST_ALIASES:
            raise Conflict(
                f"There are {MOST_ALIASES} other accounts already, and servers read no more.", "Remove one first."
            )
        after = _after_look(before or _new(blog.pk, seen, now), seen, software, now)
        await aliases.save(db, after)
        if before is None:
            await _say(db, shop)
            await accounts.note(db, blog.pk, by, "add other account", after.actor_id, now)
        db.touch("frame")
        return after

    return await shop.store.write(work)


async def remove(shop: Workshop, written: str, *, by: str) -> Alias:
    """Name it no more. `written` is its handle or its id. Raises `Missing`."""

    async def work(db: Writer) -> Alias:
        blog, now = await the_blog(db), shop.now()
        alias = await _named(db, blog.pk, written.strip())
        await aliases.remove(db, blog.pk, alias.actor_id)
        await _say(db, shop)
        await accounts.note(db, blog.pk, by, "remove other account", alias.actor_id, now)
        db.touch("frame")
        return alias

    return await shop.store.write(work)


async def _named(db: Reader, blog_pk: int, written: str) -> Alias:
    handle = written.removeprefix("acct:").removeprefix("@").lower()
    for alias in await aliases.listed(db, blog_pk):
        if written in {alias.actor_id, alias.url} or alias.handle.lower() == handle:
            return alias
    raise Missing(f"{written} is not among the other accounts.", "fedblog alias list shows them.")


async def look_again(shop: Workshop, actor_id: str) -> Alias:
    """Look at one now, and keep what was seen. Raises `Missing`."""
    blog_pk = (await the_blog(shop.store.reader)).pk
    before = await aliases.by_id(shop.store.reader, blog_pk, actor_id)
    if before is None:
        raise Missing("That is not among the other accounts.")
    if shop.now() - before.looked_at < _FRESH and not before.trouble:
        return before
    after = await _seen_again(shop, before)

    async def work(db: Writer) -> Alias:
        known = await aliases.by_id(db, blog_pk, actor_id)
        if known is None:
            raise Missing("That is not among the other accounts any more.")
        await aliases.save(db, after)
        if (known.proven_at is None) != (after.proven_at is None):
            db.touch("frame")
        return replace(after, move_received_at=known.move_received_at)

    return await shop.store.write(work)


async def _seen_again(shop: Workshop, before: Alias) -> Alias:
    try:
        seen = await look(shop, before.actor_id)
    except FedblogError as error:
        return replace(before, trouble=str(error), looked_at=shop.now())
    software = await software_of(shop, before.actor_id)
    return _after_look(before, seen, software or before.software, shop.now())


async def look_at_due(shop: Workshop) -> None:
    """Look again at those that nobody has looked at for a day. For the housekeeping."""
    due = await _due(shop)
    for alias in due:
        await look_again(shop, alias.actor_id)


async def _due(shop: Workshop) -> Sequence[Alias]:
    db, before = shop.store.reader, shop.now() - _LOOKED_AT_EVERY
    blog = await the_blog(db)
    return [alias for alias in await aliases.listed(db, blog.pk) if alias.looked_at < before]


def _new(blog_pk: int, seen: Seen, now: int) -> Alias:
    actor = seen.actor
    return Alias(blog_pk, actor.actor_id, actor.address, actor.url, "", None, "", now, now, None, None)


def _after_look(alias: Alias, seen: Seen, software: str, now: int) -> Alias:
    is_proven = seen.names_us or seen.links_us
    return replace(
        alias,
        handle=seen.actor.address,
        url=seen.actor.url,
        software=software,
        moved_to=seen.actor.moved_to,
        trouble="",
        looked_at=now,
        proven_at=(alias.proven_at or now) if is_proven else None,
    )


async def _say(db: Writer, shop: Workshop) -> None:
    """Let our actor name exactly the accounts that are listed, and tell the followers soon."""
    blog, us, now = await the_blog(db), await the_actor(db), shop.now()
    ids = tuple(alias.actor_id for alias in await aliases.listed(db, blog.pk))
    await actors.save(db, replace(us, also_known_as=ids, fetched_at=now))
    await describing.tell_soon(db, blog, now)
