"""What the author waits for when a post goes to 30,000 inboxes, on both engines.

    python -m benchmarks.enqueue [--rounds 5] [--inboxes 30000]

Every follower is on a server of its own, so nothing can be gathered. Measured are the one statement that fills the
queue, and the whole of `publish`, which is what the author waits for: no server is asked before it returns.
"""

import argparse
import asyncio
import dataclasses
import statistics
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.filling import follow, person
from benchmarks.harness import Goal, blog_folder, founded, report
from fedblog.app import open_workshop
from fedblog.config import Config, StorageConfig
from fedblog.domain.delivery import Activity, Lane
from fedblog.services import publishing
from fedblog.services.workshop import Workshop, the_blog
from fedblog.services.writing import Draft
from fedblog.store import activities
from fedblog.store.door import Writer
from tests.postgres_cluster import programs, running_cluster

GOALS = {"SQLite": 0.2, "PostgreSQL": 0.5}


async def measure(config: Config, rounds: int, inboxes: int) -> tuple[list[float], list[float]]:
    """Seconds of the statement alone, and of a whole `publish`."""
    await founded(config)
    async with open_workshop(config) as shop:
        await fill(shop, inboxes)
        alone = [await enqueue(shop, inboxes, number) for number in range(rounds)]
        whole = [await publish(shop) for _ in range(rounds)]
    return alone, whole


async def fill(shop: Workshop, count: int) -> None:
    """That many followers, each on another server."""
    blog, now = await the_blog(shop.store.reader), shop.now()

    async def work(db: Writer) -> None:
        for number in range(count):
            await follow(db, blog.pk, person(f"h{number}.example", now), now)

    await shop.store.write(work)


async def enqueue(shop: Workshop, inboxes: int, number: int) -> float:
    """The transaction that stores one activity and its deliveries."""
    blog, now = await the_blog(shop.store.reader), shop.now()
    object_id = f"{blog.base_url}/ap/articles/{number}"
    activity = Activity(
        0, blog.pk, f"{object_id}/create", "Create", object_id, blog.actor_pk, None, b"x" * 3000, 1, now
    )

    async def work(db: Writer) -> None:
        pk = await activities.create(db, activity)
        filled = await activities.deliver_to_followers(
            db, blog_pk=blog.pk, activity_pk=pk, object_id=object_id, lane=Lane.POST, now=now
        )
        assert filled == inboxes

    started = time.perf_counter()
    await shop.store.write(work)
    return time.perf_counter() - started


async def publish(shop: Workshop) -> float:
    """What the author waits for."""
    started = time.perf_counter()
    await publishing.publish_new(shop, Draft("On slow reading", "Read *slowly*, and twice."))
    return time.perf_counter() - started


def goals_of(engine: str, config: Config, arguments: argparse.Namespace) -> list[Goal]:
    alone, whole = asyncio.run(measure(config, arguments.rounds, arguments.inboxes))
    print(f"  {engine}: a whole publish takes {statistics.median(whole):.2f} s ({min(whole):.2f} to {max(whole):.2f})")
    what = f"fill the queue for {arguments.inboxes} inboxes, {engine}"
    return [Goal(what, alone, GOALS[engine], " s", is_ceiling=True)]


def main(given: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.enqueue")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--inboxes", type=int, default=30_000)
    arguments = parser.parse_args(given)
    with ExitStack() as opened:
        config = opened.enter_context(blog_folder())
        goals = goals_of("SQLite", config, arguments)
        binaries = programs()
        if binaries is None:
            print("  PostgreSQL is not installed here: apt-get install postgresql")
            return report(*goals)
        cluster = opened.enter_context(running_cluster(binaries))
        folder = Path(opened.enter_context(TemporaryDirectory()))
        storage = StorageConfig(cluster.url(asyncio.run(cluster.new_database())), folder)
        goals += goals_of("PostgreSQL", dataclasses.replace(config, storage=storage), arguments)
        return report(*goals)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
