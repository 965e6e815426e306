"""The worker as a whole: how it starts, stops, and keeps going when something breaks."""

import asyncio
import dataclasses

import pytest

from fedblog.domain.backoff import DAY
from fedblog.domain.inbox_event import Verdict
from fedblog.services import delivering, publishing
from fedblog.services.writing import Draft
from fedblog.store import inbox_events
from fedblog.store.inbox_events import Settlement
from fedblog.worker import Worker
from fedblog.worker.worker import BREATH
from tests.engines import ON_SQLITE
from tests.fediverse import Peer
from tests.journeys.following import follow_all

LEASED = "SELECT COUNT(*) FROM delivery WHERE leased_until IS NOT NULL"


def first_post(box, peer):
    """An event that is set when the peer has answered its first POST."""
    happened = asyncio.Event()

    async def serve(request):
        answer = await peer.serve(request)
        if request.method == "POST":
            happened.set()
        return answer

    box.servers[peer.host] = serve
    return happened


@pytest.fixture
async def shop(blog):
    """The workshop over a clock that stands still but for a breath, for a worker that runs by itself."""

    async def never(seconds):
        if seconds > BREATH:
            await asyncio.get_running_loop().create_future()

    return dataclasses.replace(blog.shop, world=dataclasses.replace(blog.shop.world, sleep=never))


@pytest.fixture
async def running(shop):
    worker = Worker(shop)
    task = asyncio.create_task(worker.run_until_stopped())
    yield worker
    worker.stop()
    await task


def settling(event, now):
    """The write that ends an event without effect."""
    verdict = Settlement(event.pk, event.leased_by, Verdict.IGNORED, "", now)
    return lambda db: inbox_events.settle(db, [verdict])


async def test_what_the_author_publishes_leaves_without_anybody_asking(blog, running, box, pond, ada):
    arrived = first_post(box, pond)
    await follow_all(blog, [ada])
    await publishing.publish_new(blog.shop, Draft("On slow reading", "Read slowly."))
    await arrived.wait()
    assert pond.got("Create")


async def test_what_arrives_is_processed_and_answered_without_anybody_asking(blog, running, box, pond, ada):
    answered = first_post(box, pond)
    await ada.post(blog.inbox, ada.activity("Follow", await blog.actor_id()))
    await answered.wait()
    assert pond.got("Accept")


async def test_a_worker_that_is_stopped_ends_what_is_under_way(blog, shop, box, pond, ada):
    await follow_all(blog, [ada])
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def slow(request):
        arrived.set()
        await go_on.wait()
        return await pond.serve(request)

    box.servers["pond.example"] = slow
    await publishing.publish_new(blog.shop, Draft("One", "Text."))
    worker = Worker(shop)
    task = asyncio.create_task(worker.run_until_stopped())
    await arrived.wait()
    worker.stop()
    await publishing.publish_new(blog.shop, Draft("Two", "Text."))
    go_on.set()
    await task
    assert [c["object"]["name"] for c in pond.got("Create")] == ["One"]
    assert await blog.shop.store.reader.value(LEASED) == 0


async def test_a_worker_that_cannot_wait_longer_returns_its_leases(blog, box, pond, ada):
    await follow_all(blog, [ada])
    arrived = asyncio.Event()

    async def silent(request):
        arrived.set()
        await asyncio.get_running_loop().create_future()

    box.servers["pond.example"] = silent
    await publishing.publish_new(blog.shop, Draft("One", "Text."))
    patience = asyncio.Event()

    async def sleep(seconds):
        await patience.wait()

    world = dataclasses.replace(blog.shop.world, sleep=sleep)
    worker = Worker(dataclasses.replace(blog.shop, world=world))
    task = asyncio.create_task(worker.run_until_stopped())
    await arrived.wait()
    worker.stop()
    patience.set()
    await task
    assert await blog.shop.store.reader.value(LEASED) == 0
    box.servers["pond.example"] = pond.serve
    await blog.work()
    assert len(pond.got("Create")) == 1


@ON_SQLITE
async def test_a_server_that_restarts_on_its_file_goes_on_at_once_with_what_a_killed_one_had(
    blog, shop, box, pond, ada
):
    arrived = first_post(box, pond)
    await follow_all(blog, [ada])
    await publishing.publish_new(blog.shop, Draft("One", "Text."))
    assert len(await delivering.Courier(blog.shop, "killed").collect(10, 10)) == 1
    worker = Worker(shop)
    task = asyncio.create_task(worker.run_until_stopped())
    await arrived.wait()
    worker.stop()
    await task


async def test_two_things_said_by_one_person_are_processed_in_order_and_one_after_the_other(blog, pond, ada):
    bob = pond.person("bob")
    under_way, most, order = set(), 0, []

    async def process(shop, event):
        nonlocal most
        assert event.signer not in under_way
        under_way.add(event.signer)
        most = max(most, len(under_way))
        await asyncio.sleep(0)
        order.append((event.signer, event.type))
        await shop.store.write(settling(event, shop.now()))
        under_way.discard(event.signer)

    for kind in ("Follow", "Like", "Announce"):
        for person in (ada, bob):
            assert (await person.post(blog.inbox, person.activity(kind, await blog.actor_id()))).status == 202
    assert await Worker(blog.shop, process).process_due() == 6
    for person in (ada, bob):
        assert [kind for signer, kind in order if signer == person.id] == ["Follow", "Like", "Announce"]
    assert most == 2


async def test_an_event_that_breaks_its_handler_stops_no_other(blog, pond, ada):
    bob = pond.person("bob")
    done = []

    async def process(shop, event):
        if event.signer == ada.id:
            raise ValueError("broken")
        await shop.store.write(settling(event, shop.now()))
        done.append(event.signer)

    for person in (ada, bob):
        await person.post(blog.inbox, person.activity("Like", await blog.actor_id()))
    await Worker(blog.shop, process).process_due()
    assert done == [bob.id]


async def test_a_mistake_of_ours_puts_a_delivery_off_and_stops_no_other(blog, box, pond, ada):
    reef = Peer(box, "reef.example")
    await follow_all(blog, [ada, reef.person("bob")])

    async def broken(request):
        raise ZeroDivisionError

    box.servers["reef.example"] = broken
    await blog.publish()
    assert len(pond.got("Create")) == 1
    box.servers["reef.example"] = reef.serve
    box.clock.move(minutes=2)
    await blog.work()
    assert len(reef.got("Create")) == 1


async def test_gathered_updates_leave_when_they_are_due(blog, box, pond, ada):
    await follow_all(blog, [ada])
    post = await blog.publish()
    await publishing.edit(blog.shop, post.pk, Draft(post.title, "Read more slowly."))
    await blog.work()
    assert len(pond.got("Update")) == 1
    await publishing.edit(blog.shop, post.pk, Draft(post.title, "Read still more slowly."))
    await blog.work()
    assert len(pond.got("Update")) == 1
    box.clock.move(minutes=2)
    await blog.work()
    assert [u["object"]["content"].strip() for u in pond.got("Update")][-1] == "<p>Read still more slowly.</p>"


async def test_raw_bodies_are_kept_for_thirty_days(blog, box, ada):
    await ada.post(blog.inbox, ada.activity("Like", "https://blog.example/nothing"))
    await blog.work()
    bodies = "SELECT COUNT(*) FROM inbox_event WHERE body IS NOT NULL"
    box.clock.at += 30 * DAY - 60_000
    await blog.worker.keep_house()
    assert await blog.shop.store.reader.value(bodies) == 1
    box.clock.at += 120_000
    await blog.work()
    assert await blog.shop.store.reader.value(bodies) == 0
    assert await blog.shop.store.reader.value("SELECT COUNT(*) FROM inbox_event") == 1
