"""What is written down of each try, when deliveries are sent again, and what is forgotten."""

import pytest

from fedblog.domain.backoff import DAY
from fedblog.store import activities, deliveries, receipts
from fedblog.store.receipts import DeliveryFilter
from tests.store.queue_rows import LEASE, MINUTE, Queue


@pytest.fixture
async def queue(store):
    return await Queue(store).begin()


def inbox(host):
    return f"https://{host}/users/ada/inbox"


async def tries(queue, claimed):
    found = await receipts.tries(queue.store.reader, claimed.delivery.pk)
    return [(one.tried_at - queue.now, one.status, one.error) for one in found]


async def test_failed_tries_are_written_down_and_the_one_that_succeeds_is_not(queue):
    await queue.send([inbox("a.example")])
    [first] = await queue.claim()
    await queue.settle(first, 503)
    queue.now += 5 * MINUTE
    [second] = await queue.claim()
    await queue.settle(second, None, error="no connection")
    queue.now += 30 * MINUTE
    [third] = await queue.claim()
    await queue.settle(third, 202)
    assert await tries(queue, third) == [
        (-35 * MINUTE, 503, "the server is not available (503)"),
        (-30 * MINUTE, None, "no connection"),
    ]


async def test_the_try_of_a_worker_whose_lease_passed_on_is_not_written_down(queue):
    await queue.send([inbox("a.example")])
    [slow] = await queue.claim(worker="slow")
    queue.now += LEASE + 1
    [taken] = await queue.claim(worker="quick")
    await queue.settle(slow, 503, worker="slow")
    await queue.settle(taken, 202, worker="quick")
    assert await tries(queue, taken) == []


async def test_what_had_arrived_stays_written_down_when_it_goes_again(queue):
    await queue.send([inbox("a.example")])
    [claimed] = await queue.claim()
    await queue.settle(claimed, 202)
    pk, arrived = claimed.delivery.pk, queue.now
    queue.now += 20 * DAY
    for _ in range(2):
        await queue.store.write(lambda db: receipts.send_again(db, [pk], queue.now, queue.now))
    line = await receipts.by_pk(queue.store.reader, pk)
    assert (line.state, line.attempts, line.created_at, line.last_status) == ("waiting", 1, queue.now, None)
    assert await tries(queue, claimed) == [(arrived - queue.now, 202, "")]


async def test_what_is_under_way_or_has_ended_since_is_left_alone(queue):
    await queue.send([inbox("a.example"), inbox("b.example")])
    flying, done = await queue.claim()
    await queue.settle(done, 202)
    asked_at = queue.now - 1
    pks = [flying.delivery.pk, done.delivery.pk]
    await queue.store.write(lambda db: receipts.send_again(db, pks, asked_at, queue.now))
    assert [(await queue.state(one))[0] for one in (flying, done)] == ["waiting", "delivered"]
    assert (await receipts.by_pk(queue.store.reader, flying.delivery.pk)).leased_until is not None


async def test_a_server_that_may_have_a_copy_is_told_of_its_deletion_while_the_copy_goes_again(queue):
    await queue.send([inbox("a.example")], object_id="https://blog.example/1")
    [claimed] = await queue.claim()
    await queue.settle(claimed, 202)
    queue.now += 1
    await queue.store.write(lambda db: receipts.send_again(db, [claimed.delivery.pk], queue.now, queue.now))
    holders = await activities.inboxes_that_may_have(queue.store.reader, "https://blog.example/1")
    assert holders == [(inbox("a.example"), "a.example")]


async def test_lists_go_on_below_a_key_whatever_is_asked(queue):
    for number in range(6):
        await queue.send([inbox("a.example"), inbox("b.example")], object_id=f"https://blog.example/{number}")
    for claimed in await queue.claim():
        await queue.settle(claimed, 410 if claimed.delivery.host == "b.example" else 202)
    for wanted in (DeliveryFilter(), DeliveryFilter(host="a.example"), DeliveryFilter(state="waiting"),
                   DeliveryFilter(state="gave_up"), DeliveryFilter(state="delivered"),
                   DeliveryFilter(host="b.example", state="gave_up")):  # fmt: skip
        whole = await receipts.listed(queue.store.reader, 1, wanted)
        assert whole
        parts, below = [], receipts.FROM_THE_NEWEST
        while part := await receipts.listed(queue.store.reader, 1, wanted, before=below, limit=2):
            parts, below = [*parts, *part], part[-1].pk
        assert parts == whole == sorted(whole, key=lambda line: -line.pk), wanted
        numbers = await receipts.counts(queue.store.reader, 1, DeliveryFilter(wanted.post_pk, wanted.host))
        assert numbers.get(wanted.state, sum(numbers.values())) == len(whole), wanted


async def test_tries_are_forgotten_with_age_and_with_their_delivery(queue):
    await queue.send([inbox("a.example")], kind="Accept")
    [claimed] = await queue.claim()
    await queue.settle(claimed, 410)
    await queue.store.write(lambda db: receipts.forget_tries(db, queue.now))
    assert len(await tries(queue, claimed)) == 1
    assert await queue.store.write(lambda db: deliveries.forget_ended(db, queue.now + 40 * DAY)) == 1
    assert await tries(queue, claimed) == []
