"""Deliveries in a fediverse that is slow, picky, broken or gone."""

import asyncio

import pytest

from fedblog.ap.signatures import Message, claim, read_public_key
from fedblog.domain.actor import BlockKind
from fedblog.services import answering, delivering, publishing
from fedblog.services.workshop import the_blog
from fedblog.services.writing import Draft
from fedblog.store import accounts, blocks, comments, deliveries
from fedblog.world import WireResponse
from tests.fediverse import Peer
from tests.journeys.following import follow_all, followers_of

ACCEPTED = WireResponse(202, (), b"")
DRAFT = Draft("On slow reading", "Read slowly.")


def posts_to(box, host):
    return box.requests_to(host, "POST")


async def lines(blog):
    home = await the_blog(blog.shop.store.reader)
    return await deliveries.listed(blog.shop.store.reader, home.pk)


async def audit(blog):
    home = await the_blog(blog.shop.store.reader)
    return [
        (line.account_name, line.action, line.subject) for line in await accounts.audit(blog.shop.store.reader, home.pk)
    ]


async def work_through(blog, *, hours):
    """Let time pass in steps of five minutes, working at each."""
    for _ in range(int(hours * 12)):
        blog.box.clock.move(minutes=5)
        await blog.worker.deliver_due()


@pytest.mark.checklist(row=37)
async def test_a_thousand_followers_on_ten_servers_cost_ten_requests(blog, box):
    peers = [Peer(box, f"pond{n}.example") for n in range(10)]
    one_each = [peer.person("p0") for peer in peers]
    for peer, first in zip(peers, one_each, strict=True):
        for n in range(1, 100):
            peer.people[f"p{n}"] = type(first)(peer, f"p{n}", first.pair, first.key)
    await follow_all(blog, [person for peer in peers for person in peer.people.values()])
    await blog.publish()
    assert [len(posts_to(box, peer.host)) for peer in peers] == [1] * 10
    assert [len(peer.got("Create")) for peer in peers] == [1] * 10


async def test_a_follower_who_is_mentioned_and_answered_gets_each_activity_once(blog, ada, pond):
    await follow_all(blog, [ada])
    post = await blog.publish(markdown="For @ada@pond.example.")
    note = ada.note("<p>Thank you.</p>", in_reply_to=post.object_id)
    await ada.post(blog.inbox, ada.create(note))
    await blog.work()
    [comment] = await comments.listed(blog.shop.store.reader, post.blog_pk)
    await answering.answer(blog.shop, post.pk, comment.pk, "You are welcome.")
    await blog.work()
    assert [create["object"]["type"] for create in pond.got("Create")] == ["Article", "Note"]


async def test_a_server_that_never_answers_delays_nobody(blog, box):
    rest, everyone_else = asyncio.Event(), asyncio.Event()
    peers = [Peer(box, f"h{n}.example") for n in range(30)]
    await follow_all(blog, [peer.person("ada") for peer in peers])
    served = []

    async def silent(request):
        await rest.wait()
        return ACCEPTED

    async def quick(request):
        served.append(request.host)
        if len(served) == 29:
            everyone_else.set()
        return ACCEPTED

    box.servers |= {peer.host: quick for peer in peers} | {"h7.example": silent}
    await publishing.publish_new(blog.shop, DRAFT)
    delivering_ = asyncio.create_task(blog.worker.deliver_due())
    await everyone_else.wait()
    assert not delivering_.done()
    assert len(set(served)) == 29
    rest.set()
    assert await delivering_ == 30


@pytest.mark.checklist(row=8)
async def test_a_server_that_wants_the_other_signature_gets_it_at_once_and_from_then_on(blog, box, pond, ada):
    forms = []

    async def picky(request):
        is_9421 = any(name.lower() == "signature-input" for name, _ in request.headers)
        forms.append("rfc9421" if is_9421 else "cavage")
        return await pond.serve(request) if is_9421 else WireResponse(401, (), b"")

    await follow_all(blog, [ada])
    box.servers["pond.example"] = picky
    await blog.publish("One")
    assert forms == ["cavage", "rfc9421"]
    await blog.publish("Two")
    assert forms == ["cavage", "rfc9421", "rfc9421"]
    assert [c["object"]["name"] for c in pond.got("Create")] == ["One", "Two"]

    # After a month without news it is asked anew
    box.clock.move(days=31)
    await blog.publish("Three")
    assert forms[3:] == ["cavage", "rfc9421"]


@pytest.mark.parametrize("status", [400, 403])
async def test_a_server_that_took_something_before_is_not_asked_twice(blog, box, pond, ada, status):
    await follow_all(blog, [ada])
    pond.answers = [status, status]
    await blog.publish("One")
    assert len(posts_to(box, "pond.example")) == 2
    await blog.publish("Two")
    pond.answers = [status]
    await blog.publish("Three")
    assert len(posts_to(box, "pond.example")) == 4


async def test_a_server_that_refuses_one_activity_still_gets_the_next(blog, pond, ada):
    await follow_all(blog, [ada])
    await blog.publish("One")
    pond.answers = [403]
    await blog.publish("Two")
    await blog.publish("Three")
    assert [c["object"]["name"] for c in pond.got("Create")] == ["One", "Three"]
    assert [line.state for line in await lines(blog)] == ["delivered", "gave_up", "delivered"]
    assert await followers_of(blog) == [ada.id]


@pytest.mark.checklist(row=38)
async def test_a_server_that_comes_back_after_six_days_gets_the_post_once(blog, box, pond, ada):
    await follow_all(blog, [ada])
    box.down.add("pond.example")
    await blog.publish()
    await work_through(blog, hours=6 * 24)
    box.down.clear()
    await work_through(blog, hours=24)
    assert len(pond.got("Create")) == 1
    assert [line.state for line in await lines(blog)] == ["delivered"]


@pytest.mark.checklist(row=38)
async def test_a_week_of_silence_costs_few_tries_and_the_author_reads_why(blog, box, ada):
    await follow_all(blog, [ada])
    box.down.add("pond.example")
    post = await blog.publish()
    await work_through(blog, hours=8 * 24)
    assert 12 <= len(posts_to(box, "pond.example")) <= 20
    summary = await deliveries.summary_of_post(blog.shop.store.reader, post.pk)
    assert (summary.tally.hosts, summary.tally.delivered, summary.tally.gave_up) == (1, 0, 1)
    [trouble] = summary.gave_up
    assert (trouble.host, trouble.reason) == ("pond.example", "connection refused")


async def test_the_author_sees_who_is_tried_again_and_can_try_now(blog, box, pond, ada):
    reef = Peer(box, "reef.example")
    await follow_all(blog, [ada, reef.person("bob")])
    pond.answers = [503]
    post = await blog.publish()
    summary = await deliveries.summary_of_post(blog.shop.store.reader, post.pk)
    assert (summary.tally.hosts, summary.tally.delivered, summary.tally.waiting) == (2, 1, 1)
    [trouble] = summary.retrying
    assert trouble.host == "pond.example"
    assert trouble.due_at == box.clock.now() + 60_000
    assert trouble.reason == "the server is not available (503)"
    assert (await deliveries.tallies(blog.shop.store.reader, post.blog_pk))[post.pk] == summary.tally

    assert await delivering.retry(blog.shop, post_pk=post.pk) == 1
    await blog.work()
    assert len(pond.got("Create")) == 1
    assert (await deliveries.summary_of_post(blog.shop.store.reader, post.pk)).tally.delivered == 2


@pytest.mark.checklist(row=38)
async def test_retry_after_is_obeyed_for_everything_that_goes_there(blog, box, pond, ada):
    await follow_all(blog, [ada])
    pond.answers = [WireResponse(429, (("retry-after", "7200"),), b"")]
    await blog.publish("One")
    await blog.publish("Two")
    box.clock.move(seconds=7199)
    await blog.work()
    assert len(posts_to(box, "pond.example")) == 1
    box.clock.move(seconds=1)
    await blog.work()
    assert {c["object"]["name"] for c in pond.got("Create")} == {"One", "Two"}


@pytest.mark.checklist(row=39)
async def test_every_try_sends_the_same_bytes_under_a_fresh_signature(blog, box, pond, ada):
    await follow_all(blog, [ada])
    pond.answers = [WireResponse(503, (("retry-after", "7200"),), b"")]
    await blog.publish()
    first_at = box.clock.now()
    box.clock.move(hours=2)
    await blog.work()
    first, second = posts_to(box, "pond.example")
    assert first.body == second.body
    key = read_public_key((await blog.document(await blog.actor_id()))["publicKey"]["publicKeyPem"])
    for request, at in ((first, first_at), (second, box.clock.now())):
        message = Message("POST", "https", request.host, request.target, request.headers, request.body)
        assert claim(message, at, needs_body=True).is_made_by(key)
    dates = [dict(request.headers)["Date"] for request in (first, second)]
    assert dates[0] != dates[1]


@pytest.mark.checklist(row=38)
async def test_a_worker_that_dies_after_sending_is_followed_by_one_that_sends_the_same_again(blog, box, pond, ada):
    await follow_all(blog, [ada])
    await publishing.publish_new(blog.shop, DRAFT)
    doomed = delivering.Courier(blog.shop, "doomed")
    [parcel] = await doomed.collect(10, 10)
    assert (await delivering.attempt(blog.shop, parcel)).is_success

    assert await blog.worker.deliver_due() == 0
    box.clock.move(seconds=60)
    assert await blog.worker.deliver_due() == 1
    first, second = pond.delivered
    assert first.activity["id"] == second.activity["id"]
    assert first.request.body == second.request.body
    assert await blog.worker.deliver_due() == 0


@pytest.mark.checklist(row=23)
async def test_a_deleted_post_does_not_arrive_at_a_server_that_was_down(blog, box, pond, ada):
    await follow_all(blog, [ada])
    box.down.add("pond.example")
    post = await blog.publish()
    await publishing.delete(blog.shop, post.pk)
    await blog.work()
    box.down.clear()
    await work_through(blog, hours=1)
    assert [d.activity["type"] for d in pond.delivered] == ["Delete"]


async def test_a_post_deleted_while_it_was_on_its_way_is_not_tried_again(blog, box, pond, ada):
    await follow_all(blog, [ada])
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def slow(request):
        arrived.set()
        await go_on.wait()
        return WireResponse(503, (), b"")

    box.servers["pond.example"] = slow
    post = await publishing.publish_new(blog.shop, DRAFT)
    sending = asyncio.create_task(blog.worker.deliver_due())
    await arrived.wait()
    await publishing.delete(blog.shop, post.pk)
    go_on.set()
    await sending
    box.servers["pond.example"] = pond.serve
    await work_through(blog, hours=1)
    assert [d.activity["type"] for d in pond.delivered] == ["Delete"]


async def test_nothing_at_all_goes_to_a_server_that_was_left_alone_all_the_time(blog, box, pond, ada):
    await follow_all(blog, [ada])
    box.down.add("pond.example")
    for title in ("One", "Two", "Three", "Four", "Five"):
        await blog.publish(title)
    tried = len(posts_to(box, "pond.example"))
    post = await blog.publish("Six")
    await publishing.delete(blog.shop, post.pk)
    await blog.work()
    assert len(posts_to(box, "pond.example")) == tried == 5
    box.down.clear()
    await work_through(blog, hours=2)
    assert sorted(c["object"]["name"] for c in pond.got("Create")) == ["Five", "Four", "One", "Three", "Two"]
    assert pond.got("Delete") == []


@pytest.mark.checklist(row=38)
async def test_a_follower_whose_inbox_is_gone_is_removed_and_the_audit_says_so(blog, box):
    lone = Peer(box, "lone.example", has_shared_inbox=False)
    ada, bob = lone.person("ada"), lone.person("bob")
    await follow_all(blog, [ada, bob])
    lone.answers = [410]
    await blog.publish()
    [left] = await followers_of(blog)
    [gone] = {ada.id, bob.id} - {left}
    assert await audit(blog) == [("fedblog", "removed a follower: their inbox is gone", gone)]


async def test_a_shared_inbox_that_is_gone_takes_only_those_along_who_are_gone_too(blog, pond, ada):
    bob = pond.person("bob")
    pond.documents["/users/bob"] = WireResponse(410, (), b"")
    await follow_all(blog, [ada, bob])
    pond.answers = [410]
    await blog.publish()
    assert await followers_of(blog) == [ada.id]


@pytest.mark.checklist(row=38)
async def test_an_inbox_that_is_missing_for_three_days_is_gone(blog, box):
    lone = Peer(box, "lone.example", has_shared_inbox=False)
    ada = lone.person("ada")
    await follow_all(blog, [ada])
    lone.answers = [404] * 50
    await blog.publish()
    await work_through(blog, hours=2 * 24)
    assert await followers_of(blog) == [ada.id]
    await work_through(blog, hours=3 * 24)
    assert await followers_of(blog) == []


async def test_an_inbox_that_was_missing_for_a_moment_is_not(blog, box):
    lone = Peer(box, "lone.example", has_shared_inbox=False)
    ada = lone.person("ada")
    await follow_all(blog, [ada])
    lone.answers = [404, 404]
    await blog.publish()
    await work_through(blog, hours=4 * 24)
    lone.answers = [404]
    await blog.publish("Another")
    assert await followers_of(blog) == [ada.id]
    assert await blog.shop.store.reader.value("SELECT count FROM missing_inbox") == 1


async def test_followers_on_a_server_that_was_silent_for_ninety_days_are_let_go(blog, box, pond, ada):
    await follow_all(blog, [ada])
    box.down.add("pond.example")
    for _ in range(4):
        await blog.publish()
        await work_through(blog, hours=24)
        assert await followers_of(blog) == [ada.id]
        box.clock.move(days=28)
    await blog.publish()
    assert await followers_of(blog) == []
    assert await audit(blog) == [("fedblog", "removed a follower: their server has not answered for 90 days", ada.id)]


async def test_nothing_goes_to_a_blocked_server(blog, box, pond, ada):
    await follow_all(blog, [ada])
    home = await the_blog(blog.shop.store.reader)

    async def block(db):
        await blocks.add(db, home.pk, BlockKind.HOST, "pond.example", blog.shop.now())
        db.touch("blocks")

    await blog.shop.store.write(block)
    await blog.publish()
    assert posts_to(box, "pond.example") == []
    assert [(line.state, line.last_error) for line in await lines(blog)] == [("cancelled", "blocked")]


async def test_nothing_goes_to_the_inbox_of_a_blocked_person(blog, box):
    lone = Peer(box, "lone.example", has_shared_inbox=False)
    ada, bob = lone.person("ada"), lone.person("bob")
    await follow_all(blog, [ada, bob])
    home = await the_blog(blog.shop.store.reader)

    async def block(db):
        await blocks.add(db, home.pk, BlockKind.ACTOR, ada.id, blog.shop.now())
        db.touch("blocks")

    await blog.shop.store.write(block)
    await blog.publish()
    assert [d.path for d in lone.delivered] == ["/users/bob/inbox"]


@pytest.mark.checklist(row=24)
async def test_the_accept_comes_before_the_first_post_even_when_it_has_to_be_sent_twice(blog, box, pond, ada):
    await ada.post(blog.inbox, ada.activity("Follow", await blog.actor_id()))
    await blog.worker.process_due()
    pond.answers = [503]
    await blog.publish()
    assert pond.delivered == []
    box.clock.move(minutes=2)
    await blog.work()
    assert [d.activity["type"] for d in pond.delivered] == ["Accept", "Create"]
