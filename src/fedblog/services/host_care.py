"""What the author can do about a host that was left alone: forget what we hold against it, and try at once."""

from dataclasses import replace

from fedblog.errors import Missing
from fedblog.services.workshop import Workshop, the_blog
from fedblog.store import accounts, deliveries, hosts
from fedblog.store.door import Writer


async def forget_failures(shop: Workshop, name: str, *, by: str) -> int:
    """Forget a host's failures, its breaker and the pause that it asked for, and send what waits. Returns how many.

    When it last took something, and which signature it takes, stays known. Raises `Missing` for an unknown host.
    """

    async def work(db: Writer) -> int:
        host, blog, now = await hosts.by_name(db, name), await the_blog(db), shop.now()
        if host is None:
            raise Missing("Nothing is held against that server.")
        rested = replace(
            host, failures=0, failing_since=None, failed_at=None, open_until=None, open_for=0, retry_after=None
        )
        if rested != host:
            await hosts.save(db, rested)
            await accounts.note(db, blog.pk, by, "forget failures of host", name, now)
        return await deliveries.retry_now(db, now, host=name)

    return await shop.store.write(work)
