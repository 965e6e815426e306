"""The queue of deliveries on both engines: who gets what, when, and how often."""

import asyncio
from collections import Counter

import pytest

from fedblog.domain.backoff import DAY, HOUR
from fedblog.domain.delivery import DeliveryState, Lane
from fedblog.store import activities, deliveries, delivery_queue, hosts
from tests.engines import ON_POSTGRES, ON_SQLITE
from tests.store.queue_rows import LEASE, MINUTE, START, Queue


@pytest.fixture
async def queue(store):
    return await Queue(store).begin()


def inbox(host, name="ada"):
    return f"https://{host}.example/users/{name}/inbox"


async def test_what_is_claimed_is_not_claimed_again_until_its_lease_runs_out(queue):
    await queue.send([inbox("a")])
    [first] = await queue.claim(worker="one")
    assert first.delivery.attempts == 1
    assert await queue.claim(worker="two") == []
    queue.now += LEASE
    [again] = await queue.claim(worker="two")
    assert again.delivery.pk == first.delivery.pk
    assert again.delivery.attempts == 2


async def test_the_word_of_a_worker_whose_lease_passed_on_does_not_count(queue):
    await queue.send([inbox("a")])
    [slow] = await queue.claim(worker="slow")
    queue.now += LEASE
    [taken] = await queue.claim(worker="quick")
    await queue.settle(slow, 410, worker="slow")
    assert (await queue.state(taken))[0] is DeliveryState.WAITING
    await queue.settle(taken, 202, worker="quick")
    assert (await queue.state(taken))[0] is DeliveryState.DELIVERED


async def test_a_worker_that_claims_its_own_lost_delivery_again_does_not_settle_it_twice(queue):
    await queue.send([inbox("a")])
    [stuck] = await queue.claim()
    queue.now += LEASE
    [again] = await queue.claim()
    await queue.settle(stuck, 202)
    assert (await queue.state(again))[0] is DeliveryState.WAITING


async def test_accepts_go_before_posts_and_posts_before_forwards(queue):
    await queue.send([inbox("c")], lane=Lane.FORWARD)
    await queue.send([inbox("b")], lane=Lane.POST)
    await queue.send([inbox("a")], lane=Lane.ACCEPT)
    assert await queue.inboxes(2) == [inbox("a"), inbox("b")]
    assert await queue.inboxes() == [inbox("c")]


async def test_one_thing_after_the_other_reaches_each_inbox(queue):
    await queue.send([inbox("a"), inbox("b")], "Create", "o")
    await queue.send([inbox("a"), inbox("b")], "Update", "o")
    await queue.send([inbox("a")], "Create", "another")
    first = await queue.claim()
    assert sorted(c.delivery.object_id for c in first) == ["another", "o", "o"]
    to_a = next(c for c in first if c.delivery.inbox == inbox("a") and c.delivery.object_id == "o")
    await queue.settle(to_a, 202)
    assert await queue.inboxes() == [inbox("a")]


async def test_an_update_waits_while_its_create_is_tried_again(queue):
    await queue.send([inbox("a")], "Create", "o")
    await queue.send([inbox("a")], "Update", "o")
    [create] = await queue.claim()
    await queue.settle(create, 503)
    assert await queue.claim() == []
    queue.now += 2 * MINUTE
    [again] = await queue.claim()
    assert again.delivery.pk == create.delivery.pk


async def test_at_most_two_are_under_way_to_one_host_whoever_has_them(queue):
    await queue.send([inbox("a", name) for name in ("ada", "bob", "cyd")] + [inbox("b")])
    first = await queue.claim(worker="one")
    assert Counter(c.delivery.host for c in first) == {"a.example": 2, "b.example": 1}
    assert await queue.claim(worker="two") == []
    await queue.settle(next(c for c in first if c.delivery.host == "a.example"), worker="one")
    assert len(await queue.claim(worker="two")) == 1


async def test_a_host_with_thousands_of_inboxes_keeps_nobody_else_waiting(queue):
    await queue.send([inbox("big", f"p{n}") for n in range(3000)])
    queue.now += 1
    await queue.send([inbox(f"small{n}") for n in range(20)])
    got = await queue.inboxes(40) + await queue.inboxes(40)
    assert len([i for i in got if "big" in i]) == 2
    assert len([i for i in got if "small" in i]) == 20


async def test_ailing_hosts_hold_no_more_places_than_they_are_given(queue):
    await queue.send([inbox(f"ill{n}") for n in range(6)])
    for claimed in await queue.claim():
        await queue.settle(claimed, None, error="no answer")
    queue.now += 2 * MINUTE
    await queue.send([inbox("well")])
    first = await queue.inboxes(suspects=4)
    assert len([i for i in first if "ill" in i]) == 4
    assert inbox("well") in first
    assert await queue.inboxes(suspects=0) == []


async def test_a_post_waits_for_the_accept_to_the_same_server(queue):
    shared = "https://pond.example/inbox"
    await queue.follower("https://pond.example/users/ada", shared, has_accept=False)
    await queue.send([shared])
    await queue.send(
        ["https://pond.example/users/ada/inbox"], "Accept", "https://pond.example/users/ada", lane=Lane.ACCEPT
    )
    [accept] = await queue.claim()
    assert accept.delivery.lane is Lane.ACCEPT
    await queue.settle(accept, 202, accepted="https://pond.example/users/ada")
    assert await queue.inboxes() == [shared]


async def test_a_post_waits_ten_minutes_for_an_accept_that_does_not_arrive(queue):
    shared = "https://pond.example/inbox"
    await queue.follower("https://pond.example/users/ada", shared, has_accept=False)
    await queue.send([shared])
    queue.now += 10 * MINUTE - 1
    assert await queue.claim() == []
    queue.now += 1
    assert await queue.inboxes() == [shared]


async def test_a_new_follower_keeps_no_post_from_those_who_had_their_accept(queue):
    shared = "https://pond.example/inbox"
    await queue.follower("https://pond.example/users/ada", shared)
    await queue.follower("https://pond.example/users/bob", shared, has_accept=False)
    await queue.send([shared])
    assert await queue.inboxes() == [shared]


async def test_after_five_failures_a_host_is_left_alone_for_half_an_hour(queue):
    await queue.send([inbox("dead", f"p{n}") for n in range(8)])
    for _ in range(4):
        [*two] = await queue.claim()
        for claimed in two:
            await queue.settle(claimed, None, error="no connection")
    host = await hosts.by_name(queue.store.reader, "dead.example")
    assert host.open_until == queue.now + 30 * MINUTE
    assert await queue.claim() == []
    assert await delivery_queue.next_due(queue.store.reader, queue.now) == queue.now + 30 * MINUTE

    # Then one is let through, and its success opens the way for all
    queue.now += 30 * MINUTE
    [probe] = await queue.claim()
    assert await queue.claim() == []
    await queue.settle(probe, 202)
    assert len(await queue.claim()) == 2


async def test_each_failed_probe_doubles_the_pause_up_to_a_day(queue):
    await queue.send([inbox("dead", f"p{n}") for n in range(20)])
    pauses = []
    for _ in range(14):
        [claimed, *_] = await queue.claim(1)
        await queue.settle(claimed, None, error="no connection")
        host = await hosts.by_name(queue.store.reader, "dead.example")
        if host.open_until:
            pauses.append((host.open_until - queue.now) // MINUTE)
            queue.now = host.open_until
    assert pauses == [30, 60, 120, 240, 480, 960, 1440, 1440, 1440, 1440]


async def test_a_new_post_for_a_host_that_is_left_alone_waits_with_the_others(queue):
    await queue.follower("https://dead.example/users/p0")
    await queue.send([inbox("dead", f"p{n}") for n in range(5)])
    for _ in range(3):
        for claimed in await queue.claim():
            await queue.settle(claimed, None, error="no connection")
    activity_pk = await queue.send([], object_id="late")
    await queue.store.write(
        lambda db: activities.deliver_to_followers(
            db, blog_pk=1, activity_pk=activity_pk, object_id="late", lane=Lane.POST, now=queue.now
        )
    )
    await queue.send([inbox("dead", "addressed")])
    assert await queue.claim() == []
    queue.now += 30 * MINUTE
    assert len(await queue.claim()) == 1


async def test_a_host_that_speaks_to_us_is_tried_at_once(queue):
    await queue.send([inbox("back", f"p{n}") for n in range(5)])
    for _ in range(3):
        for claimed in await queue.claim():
            await queue.settle(claimed, None, error="no connection")
    queue.now += MINUTE
    await queue.store.write(lambda db: hosts.heard(db, ["back.example"], queue.now), alone=False)
    [probe] = await queue.claim()
    await queue.settle(probe, 202)
    assert len(await queue.claim()) == 2


async def test_being_heard_of_costs_nothing_for_a_host_that_nothing_was_sent_to(queue):
    await queue.store.write(lambda db: hosts.heard(db, ["stranger.example"], queue.now), alone=False)
    assert await hosts.by_name(queue.store.reader, "stranger.example") is None


async def test_retry_after_holds_the_whole_host(queue):
    await queue.send([inbox("busy", f"p{n}") for n in range(3)])
    first, second = await queue.claim()
    await queue.settle(first, 429, retry_after=queue.now + HOUR)
    await queue.settle(second, 202)
    assert await queue.claim() == []
    queue.now += HOUR
    assert len(await queue.claim()) == 2


async def test_the_last_try_at_seven_days_goes_past_the_breaker(queue):
    await queue.send([inbox("dead", f"p{n}") for n in range(6)])
    while True:
        claimed = await queue.claim()
        for one in claimed:
            await queue.settle(one, None, error="no connection")
        if queue.now == START + 7 * DAY and not claimed:
            break
        if not claimed:
            queue.now = await delivery_queue.next_due(queue.store.reader, queue.now)
    rows = await queue.store.reader.all("SELECT state, last_error, ended_at FROM delivery")
    assert {tuple(row) for row in rows} == {("gave_up", "no connection", START + 7 * DAY)}


async def test_what_is_taken_back_is_not_sent_unless_it_is_on_its_way(queue):
    await queue.send([inbox("tried"), inbox("flying"), inbox("untried")], "Create", "o")
    tried, flying = await queue.claim(2)
    await queue.settle(tried, 503)

    count = await queue.store.write(lambda db: activities.cancel_waiting(db, "o", queue.now))

    assert count == 2
    states = {line.inbox: line.state for line in await deliveries.listed(queue.store.reader, 1)}
    assert states == {inbox("tried"): "cancelled", inbox("flying"): "waiting", inbox("untried"): "cancelled"}
    holders = await activities.inboxes_that_may_have(queue.store.reader, "o")
    assert sorted(i for i, _ in holders) == [inbox("flying"), inbox("tried")]
    await queue.settle(flying, 202)
    assert await queue.claim() == []


async def test_a_worker_that_stops_gives_its_leases_back(queue):
    await queue.send([inbox("a"), inbox("b")])
    await queue.claim(1, worker="stops")
    await queue.claim(1, worker="goes-on")
    await queue.store.write(lambda db: delivery_queue.release(db, "stops"), alone=False)
    assert len(await queue.claim()) == 1


async def test_a_fresh_server_takes_over_every_lease(queue):
    await queue.send([inbox("a"), inbox("b")])
    assert len(await queue.claim(worker="killed")) == 2
    await queue.store.write(delivery_queue.release_all, alone=False)
    assert len(await queue.claim()) == 2


async def test_the_next_time_is_known(queue):
    reader = queue.store.reader
    assert await delivery_queue.next_due(reader, queue.now) is None
    await queue.send([inbox("a")])
    assert await delivery_queue.is_any_due(reader, queue.now)
    [claimed] = await queue.claim()
    assert await delivery_queue.next_due(reader, queue.now) == queue.now + LEASE
    assert not await delivery_queue.is_any_due(reader, queue.now)
    await queue.settle(claimed, 503)
    assert await delivery_queue.next_due(reader, queue.now) == queue.now + MINUTE


@ON_POSTGRES
async def test_four_workers_claim_each_of_5000_deliveries_once(queue):
    await queue.send([inbox(f"h{n}") for n in range(5000)])

    async def work(worker):
        mine = []
        while claimed := await queue.claim(100, worker=worker):
            mine += [c.delivery.pk for c in claimed]
        return mine

    claims = Counter(pk for pks in await asyncio.gather(*map(work, "abcd")) for pk in pks)
    assert len(claims) == 5000
    assert set(claims.values()) == {1}


@ON_POSTGRES
async def test_workers_that_claim_at_the_same_moment_respect_the_limit_of_a_host(queue):
    await queue.send([inbox("one", f"p{n}") for n in range(100)])
    got = await asyncio.gather(*(queue.claim(50, worker=str(n)) for n in range(6)))
    assert sum(map(len, got)) == 2


@ON_SQLITE
async def test_no_claim_walks_through_the_table(queue):
    """Hot statements find their rows by index (performance.md 6)."""
    marks = delivery_queue._CLAIM.count("?")
    sql = delivery_queue._CLAIM.replace("{claim_lock}", "")
    plan = [row["detail"] for row in await queue.store.reader.all(f"EXPLAIN QUERY PLAN {sql}", *[1] * marks)]
    of_tables = [
        line
        for line in plan
        if line.startswith(("SCAN", "SEARCH")) and line.split()[1] in {"d", "f", "older", "delivery"}
    ]
    assert any("delivery_due (lane=? AND due_at<?)" in line for line in of_tables)
    assert any("delivery_order (object_id=? AND inbox=? AND pk<?)" in line for line in of_tables)
    assert any("follower_by_inbox (delivery_inbox=? AND blog_pk=?" in line for line in of_tables)
    assert [line for line in of_tables if not line.startswith("SEARCH")] == []


@ON_POSTGRES
async def test_a_claim_on_a_table_without_statistics_touches_few_pages(queue):
    """Right after 30,000 rows were filled in, PostgreSQL knows nothing of them and must still look up by key."""
    await queue.send([inbox(f"h{n}") for n in range(5000)])
    values = (START, 1, START, 32, START - 600_000, 232, START + LEASE, "w", 32, 100)

    async def explain(db):
        return [row[0] for row in await db.all(f"EXPLAIN (ANALYZE, BUFFERS) {delivery_queue._CLAIM}", *values)]

    plan = await queue.store.write(explain, alone=False)
    assert "Seq Scan on delivery" not in "\n".join(plan)
    removed = [int(line.split(":")[1]) for line in plan if "Rows Removed by Join Filter" in line]
    assert sum(removed) < 5000


async def test_a_list_names_what_was_sent_where_and_how_it_went(queue):
    await queue.send([inbox("a")])
    [claimed] = await queue.claim()
    await queue.settle(claimed, 403)
    [line] = await deliveries.listed(queue.store.reader, 1)
    assert (line.kind, line.inbox, line.host, line.state) == ("Create", inbox("a"), "a.example", "gave_up")
    assert (line.attempts, line.last_status, line.last_error) == (1, 403, "the server refuses this (403)")
    assert await deliveries.listed(queue.store.reader, 1, post_pk=7) == []


async def test_what_was_given_up_can_be_tried_again(queue):
    await queue.send([inbox("a"), inbox("b")])
    for claimed in await queue.claim():
        await queue.settle(claimed, 403)
    assert await queue.store.write(lambda db: deliveries.retry_now(db, queue.now, host="a.example")) == 1
    assert await queue.inboxes() == [inbox("a")]


async def test_old_deliveries_that_no_post_needs_are_forgotten_with_their_private_activity(queue):
    await queue.send([inbox("a")], "Accept", lane=Lane.ACCEPT)
    await queue.send([inbox("b")], "Update")
    done, _ = await queue.claim()
    await queue.settle(done, 202)
    await queue.store.write(lambda db: db.run("UPDATE activity SET is_public = 0 WHERE kind = 'Accept'"))
    assert await queue.store.write(lambda db: deliveries.forget_ended(db, queue.now + 1)) == 1
    assert [line.kind for line in await deliveries.listed(queue.store.reader, 1)] == ["Update"]
    assert await queue.store.reader.value("SELECT COUNT(*) FROM activity") == 1


async def test_a_hundred_invented_hosts_do_not_stay_for_ever(queue):
    await queue.send([inbox(f"h{n}") for n in range(30)])
    for claimed in await queue.claim():
        await queue.settle(claimed, 202)
    await queue.follower("https://h1.example/users/ada")
    gone = await queue.store.write(lambda db: hosts.forget_old(db, 0, 10))
    assert gone == 20
    assert await hosts.by_name(queue.store.reader, "h1.example") is not None
    gone = await queue.store.write(lambda db: hosts.forget_old(db, queue.now + 1, 10))
    assert await queue.store.reader.value("SELECT COUNT(*) FROM host") == 1
