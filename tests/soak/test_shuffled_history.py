"""100,000 activities, each delivered three times and in any order, end as they do when each comes once and in order.

R03 of security.md: what was acknowledged has its effect once, whatever the network does to it. Here two blogs run as
real processes; one hears the history as it was, the other a shuffled one of three times the length in both forms of
signatures. `make test` has 3,000 deliveries, `make soak` 100,000 activities and 300,000 deliveries.
"""

import os
import random
import time

import pytest

from fedblog.domain.blog import CommentPolicy
from fedblog.services import publishing
from fedblog.services.workshop import the_actor
from fedblog.services.writing import Draft
from tests.soak.conftest import IS_FULL
from tests.soak.history import History, Town
from tests.soak.ledger import many_servers
from tests.soak.served import founded
from tests.soak.telling import tell_all
from tests.soak.waiting import drained

pytestmark = pytest.mark.soak

LENGTH, SERVERS, POSTS = (100_000, 240, 12) if IS_FULL else (1_000, 20, 2)
COMMENTS = """SELECT c.object_id, c.state, c.audience, c.text FROM comment c
    WHERE c.state <> 'removed' ORDER BY c.object_id"""
REACTIONS = """SELECT a.actor_id, r.kind, r.object_id FROM reaction r JOIN actor a ON a.pk = r.actor_pk
    ORDER BY a.actor_id, r.kind, r.object_id"""
FOLLOWERS = "SELECT a.actor_id FROM follower f JOIN actor a ON a.pk = f.actor_pk ORDER BY a.actor_id"
EVENTS = "SELECT activity_id FROM inbox_event WHERE type <> 'Follow' AND activity_id LIKE ? ORDER BY activity_id"


async def test_what_comes_three_times_and_in_any_order_ends_as_if_it_came_once_and_in_order(databases, tmp_path):
    seed = int(os.environ.get("FEDBLOG_SOAK_SEED", time.time_ns() % 1_000_000))
    length = LENGTH if IS_FULL or databases.engine == "sqlite" else LENGTH // 4
    clean, shuffled = [
        await the_state_after(await databases.migrated(), tmp_path / name, seed, length)
        for name in ("clean", "shuffled")
    ]
    for what, rows in clean.items():
        assert shuffled[what] == rows, f"seed {seed}: {what}"
    assert len(clean["comments"]) > length / 10
    assert len(clean["reactions"]) > length / 20


async def the_state_after(storage, folder, seed, length):
    """Found a blog, tell it the history, and return what became of it, with the addresses of the blog taken out."""
    folder.mkdir()
    async with founded(storage, folder) as served, many_servers(SERVERS, Town()) as town:
        us = (await the_actor(served.shop.store.reader)).actor_id
        posts = [await publish(served, number) for number in range(POSTS)]
        await served.start()
        history = History(town, SERVERS, length, us, [str(post.object_id) for post in posts], seed)
        told = [(said, False) for said in history.said]
        if folder.name == "shuffled":
            told += [(said, is_new_form) for said in history.said for is_new_form in (False, True)]
            random.Random(seed).shuffle(told)
        began = time.monotonic()
        await tell_all(told, served.origin.removeprefix("http://"))
        heard = time.monotonic() - began
        await drained(served, within=7200)
        print(
            f"{folder.name}: {len(told)} deliveries taken in {heard:.0f} s, worked off in {time.monotonic() - began:.0f} s"
        )
        own = {str(post.object_id): f"post {number}" for number, post in enumerate(posts)}
        return await the_state_of(served, town, own)


async def publish(served, number):
    draft = Draft(f"On slow reading {number}", "Read *slowly*.", comment_policy=CommentPolicy.OPEN)
    return await publishing.publish_new(served.shop, draft)


async def the_state_of(served, town, own):
    db, port = served.shop.store.reader, f":{town.port}/"

    async def rows(sql, *values):
        found = await db.all(sql, *values)
        return [tuple(_named(value, own, port) for value in dict(row).values()) for row in found]

    numbers = await db.all("SELECT post_pk, number FROM comment WHERE state = 'shown'")
    assert len({(row["post_pk"], row["number"]) for row in numbers} - {None}) == len(numbers)
    return {
        "comments": await rows(COMMENTS),
        "reactions": await rows(REACTIONS),
        "followers": await rows(FOLLOWERS),
        "events": await rows(EVENTS, "%/activities/%"),
    }


def _named(value, own, port):
    """Names that are the same on both blogs."""
    return own.get(value, value.replace(port, "/")) if isinstance(value, str) else value
