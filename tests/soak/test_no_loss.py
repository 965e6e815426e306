"""What was acknowledged is never lost, whenever the server is killed (design.md section 5)."""

import asyncio
import contextlib
import os
import random
import re
import time

import pytest

from fedblog.domain.post import Post
from fedblog.services import publishing
from fedblog.services.workshop import the_actor
from fedblog.services.writing import Draft
from tests.soak.conftest import IS_FULL
from tests.soak.ledger import Ledger, many_servers
from tests.soak.waiting import drained, until

pytestmark = pytest.mark.soak

INBOXES, REPLIES, KILLS, NEWCOMERS = (200, 50, 20, 500) if IS_FULL else (40, 20, 3, 80)
AT_ONCE = 64
LEASE_MS = 60_000


@pytest.mark.checklist(row=38)
async def test_nothing_is_lost_or_doubled_when_the_server_is_killed_again_and_again(served):
    seed = int(os.environ.get("FEDBLOG_SOAK_SEED", time.time_ns() % 1_000_000))
    dice = random.Random(seed)
    async with many_servers(INBOXES) as ledger:
        await served.start()
        await everybody_follows(served, ledger, range(INBOXES))
        posts = [await publish(served)]
        article = str(posts[0].object_id)
        ledger.pause = 0.05
        replying = []
        for turn in range(KILLS):
            replying += [
                asyncio.create_task(insist(served, ledger, number, ledger.reply(number, article)))
                for number in range(turn, REPLIES, KILLS)
            ]
            posts.append(await publish(served))
            await somewhere_within(ledger, dice)
            await served.kill()
            if served.shop.store.engine.kind == "postgres" and not IS_FULL:
                await let_leases_end(served)
            await served.start()
        replies = await asyncio.gather(*replying)
        await drained(served)

    for post in posts:
        [create] = await creates_of(served, post)
        reached = {place for place, _, activity_id in ledger.arrived if activity_id == create}
        assert len(reached) == INBOXES, f"seed {seed}: not every inbox was reached"
    rows = await served.shop.store.reader.all("SELECT number, state, object_id FROM comment ORDER BY number")
    assert [row["number"] for row in rows] == list(range(1, REPLIES + 1)), f"seed {seed}"
    assert {row["state"] for row in rows} == {"shown"}, f"seed {seed}"
    assert {row["object_id"] for row in rows} == set(replies), f"seed {seed}"
    anchors = re.findall(r'id="comment-(\d+)"', await served.page(posts[0].path))
    assert sorted(map(int, anchors)) == list(range(1, REPLIES + 1)), f"seed {seed}"


async def test_hundreds_of_new_servers_that_follow_at_once_are_all_served_and_each_gets_each_thing_once(served):
    async with many_servers(NEWCOMERS) as ledger:
        await served.start()
        await everybody_follows(served, ledger, range(NEWCOMERS))
        await drained(served)
        await publish(served)
        await drained(served)
    assert sorted(ledger.reached("Accept").values()) == [1] * NEWCOMERS
    assert sorted(ledger.reached("Create").values()) == [1] * NEWCOMERS
    followers = await served.shop.store.reader.value("SELECT COUNT(*) FROM follower WHERE state = 'accepted'")
    assert followers == NEWCOMERS


async def test_a_server_that_is_told_to_stop_under_load_ends_within_ten_seconds_and_loses_nothing(served):
    async with many_servers(INBOXES) as ledger:
        await served.start()
        await everybody_follows(served, ledger, range(INBOXES))
        first = await publish(served)
        await drained(served)
        ledger.pause = 0.3
        arrivals = Arrivals(ledger)
        await publish(served)
        replying = [
            asyncio.create_task(insist(served, ledger, n, ledger.reply(n, str(first.object_id))))
            for n in range(REPLIES)
        ]
        await arrivals.reach(INBOXES // 2)
        began = time.monotonic()
        await served.stop()
        assert time.monotonic() - began < 10
        waiting = await served.shop.store.reader.value(
            "SELECT COUNT(*) FROM delivery WHERE ended_at IS NULL AND leased_until IS NOT NULL"
        )
        assert waiting == 0, "it gives its leases back"
        await served.start()
        said = set(await asyncio.gather(*replying))
        await drained(served)
    rows = await served.shop.store.reader.all("SELECT object_id FROM comment WHERE state = 'shown'")
    assert sorted(row["object_id"] for row in rows) == sorted(said)
    assert sorted(ledger.reached("Create").values()) == [2] * INBOXES, "two posts, each delivered exactly once"


async def test_what_a_killed_server_had_taken_is_free_when_it_starts_again_or_after_a_minute(served):
    async with many_servers(INBOXES) as ledger:
        await served.start()
        await everybody_follows(served, ledger, range(INBOXES))
        await drained(served)
        ledger.is_holding = True
        arrivals = Arrivals(ledger)
        await publish(served)
        await arrivals.reach(INBOXES)
        now = served.shop.now()
        await served.kill()
        leases = "SELECT leased_until FROM delivery WHERE leased_until IS NOT NULL"
        ends = [row["leased_until"] for row in await served.shop.store.reader.all(leases)]
        assert len(ends) == INBOXES
        assert max(ends) <= now + LEASE_MS
        ledger.is_holding = False
        if served.shop.store.engine.kind == "postgres":
            await let_leases_end(served)
        await served.start()
        await arrivals.reach(2 * INBOXES)
        await drained(served)
    assert sorted(ledger.reached("Create").values()) == [2] * INBOXES


class Arrivals:
    """Waits for a number of deliveries."""

    def __init__(self, ledger: Ledger) -> None:
        self._count = 0
        self._news = asyncio.Event()
        ledger.on_arrival = self._one_more

    def _one_more(self) -> None:
        self._count += 1
        self._news.set()

    async def reach(self, count: int) -> None:
        async with asyncio.timeout(50):  # less than a lease
            while self._count < count:
                self._news.clear()
                await self._news.wait()


async def somewhere_within(ledger: Ledger, dice: random.Random) -> None:
    """Until a random number of a post's deliveries has arrived, and a random moment longer.

    What a dead server has leased on PostgreSQL may keep them waiting: then it is killed again all the same.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(3):
            await Arrivals(ledger).reach(dice.randrange(INBOXES))
    await asyncio.sleep(dice.random() * 2 * ledger.pause)


async def let_leases_end(served) -> None:
    """A minute passes for what the dead server had leased."""

    async def work(db) -> None:
        for table in ("delivery", "inbox_event"):
            await db.run(f"UPDATE {table} SET leased_until = leased_until - {LEASE_MS} WHERE leased_until IS NOT NULL")
        db.touch("work:delivery", "work:inbox")

    await served.shop.store.write(work)


async def everybody_follows(served, ledger: Ledger, numbers: range) -> None:
    """All of them follow, some dozens at once; each must be taken at the first try."""
    actor, gate = await the_actor(served.shop.store.reader), asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> int:
        async with gate:
            follow = ledger.follow(number, actor.actor_id)
            return await ledger.send(served.client, number, served.origin, follow)

    assert set(await asyncio.gather(*(one(number) for number in numbers))) == {202}
    await until(served, "SELECT COUNT(*) FROM follower WHERE state = 'accepted'", len(numbers))


async def insist(served, ledger: Ledger, number: int, activity) -> str:
    """Send until it is acknowledged, as servers do. Returns the id of what was said."""
    while await ledger.send(served.client, number, served.origin, activity) != 202:
        await asyncio.sleep(0.1)
    return activity["object"]["id"]


async def publish(served) -> Post:
    """Publish from another process than the server, as the command does."""
    return await publishing.publish_new(served.shop, Draft("On slow reading", "Read *slowly*, and twice."))


async def creates_of(served, post: Post) -> list[str]:
    rows = await served.shop.store.reader.all(
        "SELECT activity_id FROM activity WHERE post_pk = ? AND kind = 'Create'", post.pk
    )
    return [row["activity_id"] for row in rows]
