"""Much of everything: what is repeated has one effect, what is too much waits, and no table grows without end.

Known cases: the mention wave of February 2024, Ghost 1313 (thousands of retries of one message), Fedify's breaker
state that was kept for ever (CVE-2026-69132) (security.md D09, D10, S16, M02). Replays of one request, thirty
comments in ten minutes and ten reports a day are in `test_identity` and `tests/unit/services`.
"""

import itertools
import json
import random
import re

import pytest

from fedblog.domain.blog import CommentPolicy
from fedblog.store import activities, comments, followers, inbox_events
from fedblog.store import reactions as stored_reactions
from fedblog.store.inbox_events import LEDGER_LIMIT
from fedblog.web.thread import DEEPEST
from fedblog.world import WireRequest
from tests.fediverse import Peer
from tests.hostile.asking import AP, BROWSER, send
from tests.hostile.signing import deliver
from tests.lengths import examples


@pytest.fixture
async def post(blog):
    return await blog.publish("On locusts", "Words.", comment_policy=CommentPolicy.OPEN)


async def rows(blog, table):
    return await blog.shop.store.reader.value(f"SELECT COUNT(*) FROM {table}")


@pytest.mark.soak
async def test_everything_said_three_times_in_any_order_has_the_effect_of_once(blog, box, post):
    """R03: freshly signed copies, shuffled, of a story of many people."""
    dice = random.Random(3)
    peers = [Peer(box, f"s{number}.example") for number in range(3)]
    people = [peer.person(f"p{number}") for peer in peers for number in range(2)]
    rounds = examples(2, 40)
    story = []
    for person, _ in itertools.product(people, range(rounds)):
        note = person.note("<p>Once.</p>", in_reply_to=post.object_id)
        story += [(person, person.create(note)), (person, person.activity("Like", post.object_id))]
        story += [(person, person.activity("Announce", post.object_id))]
    told = story * 3
    dice.shuffle(told)
    for person, activity in told:
        box.clock.move(seconds=20)
        answer = await person.post(blog.inbox, activity)
        assert answer.status == 202
    await blog.work()
    db = blog.shop.store.reader
    counts = await stored_reactions.counts(db, post.object_id)
    assert (counts.likes, counts.boosts) == (len(people), len(people))
    assert await comments.public_count(db, post.pk) == len(people) * rounds
    assert await rows(blog, "inbox_event") == len(story)
    assert await rows(blog, "actor") == len(people) + 2


async def test_twenty_follows_of_one_are_one_follower(blog, ada, post):
    us = await blog.actor_id()
    for _ in range(20):
        assert (await ada.post(blog.inbox, ada.activity("Follow", us))).status == 202
    await blog.work()
    db = blog.shop.store.reader
    assert await followers.count(db, 1) == 1
    assert len(ada.peer.got("Accept")) == 20
    create_id = await activities.create_id_of(db, post.object_id)
    assert create_id.startswith(blog.origin)


async def test_a_flood_of_one_host_is_told_to_wait_and_holds_up_no_other(blog, ada, box, post):
    lake = Peer(box, "lake.example").person("bob")
    statuses = []
    for number in range(230):
        like = ada.activity("Like", post.object_id) | {"id": f"{ada.id}/likes/{number}"}
        answer = await ada.post(blog.inbox, like)
        statuses.append(answer.status)
        assert (answer.status == 429) == (answer.header("retry-after") is not None)
    assert statuses.count(202) == 200
    assert statuses[-30:] == [429] * 30
    assert (await lake.post(blog.inbox, lake.activity("Like", post.object_id))).status == 202
    box.clock.move(seconds=2)
    assert (await ada.post(blog.inbox, ada.activity("Like", post.object_id))).status == 202
    await blog.work()
    assert "2 likes" in await blog.page(post)
    for address, accept in itertools.product(("/", post.path, post.object_id), (AP, BROWSER)):
        assert (await send(blog, "GET", address, [("accept", accept)])).status in {200, 303}


@pytest.mark.soak
async def test_the_ledger_of_the_unproven_is_bounded(blog, ada):
    """Invented hosts without end that never prove anything: 10,000 lines at most, and no actor, key or event."""
    store, near = blog.shop.store, LEDGER_LIMIT - 20
    day = blog.shop.now() // 86_400_000
    invented = [(day, f"h{number}.invented.example", "unsigned", 1, 0) for number in range(near)]
    await store.write(
        lambda db: db.many("INSERT INTO unproven (day, host, reason, count, last_at) VALUES (?, ?, ?, ?, ?)", invented)
    )
    known = await rows(blog, "actor"), await rows(blog, "remote_key"), await rows(blog, "host")
    for number in range(examples(60, 20_000)):
        actor = f"https://x{number}.invented.example/users/a"
        body = json.dumps({"id": f"{actor}/1", "type": "Follow", "actor": actor, "object": "https://blog.example/"})
        headers = (("host", blog.host), ("content-type", AP))
        request = WireRequest("POST", "https", blog.host, 443, "/inbox", headers, body.encode())
        assert (await blog.box.exchange(request, blog.box.addresses[blog.host], None)).status == 401
    assert await rows(blog, "unproven") == LEDGER_LIMIT
    assert (await rows(blog, "actor"), await rows(blog, "remote_key"), await rows(blog, "host")) == known
    assert await rows(blog, "inbox_event") == 0
    assert blog.box.requests_to("x1.invented.example") == []


@pytest.mark.soak
async def test_hosts_that_invent_actors_without_end_leave_nothing_behind(blog, box):
    """Deletes of unknown accounts, the daily rain of the fediverse: no question, no row but one count a host."""
    peer = Peer(box, "rain.example")
    for number in range(examples(50, 5_000)):
        person = peer.person("same")
        actor = f"https://rain.example/users/gone{number}"
        body = {"id": f"{actor}#delete", "type": "Delete", "actor": actor, "object": actor, "to": []}
        assert (await deliver(person, blog.inbox, json.dumps(body).encode())).status == 202
    assert box.requests_to("rain.example") == []
    assert await rows(blog, "actor") == 2
    assert await rows(blog, "unproven") == 1
    assert await rows(blog, "inbox_event") == 0


@pytest.mark.soak
async def test_a_wave_of_mentions_shows_nothing_and_is_one_number_for_the_author(blog, box, post):
    """Small servers, new people, a link and a picture in every note: all held or private, none on a page."""
    us = await blog.actor_id()
    for number in range(examples(15, 500)):
        spammer = Peer(box, f"small{number}.example").person("x")
        tag = [{"type": "Mention", "href": us, "name": "@blog@blog.example"}]
        picture = [{"type": "Document", "mediaType": "image/png", "url": f"https://small{number}.example/p.png"}]
        note = spammer.note("<p>Join <a href='https://wave.example/'>us</a></p>", tag=tag, attachment=picture)
        await spammer.post(blog.inbox, spammer.create(note))
    await blog.work()
    for address in ("/", post.path, "/feed.atom", "/feed.json", f"{post.object_id}/replies/page/1"):
        answer = await send(blog, "GET", address, [("accept", BROWSER)])
        assert b"wave.example" not in answer.body, address
    assert await comments.public_count(blog.shop.store.reader, post.pk) == 0
    events = await inbox_events.listed(blog.shop.store.reader, 1)
    assert {event.verdict for event in events} == {"accepted"}


@pytest.mark.soak
async def test_a_long_thread_is_shown_whole(blog, ada, box, post):
    """Depth is the sender's choice: a chain of replies is one page, nested no deeper than it may be."""
    parent, people = post.object_id, [ada, Peer(box, "lake.example").person("bob")]
    for number in range(examples(60, 600)):
        person = people[number % 2]
        note = person.note(f"<p>{number}</p>", in_reply_to=parent)
        await person.post(blog.inbox, person.create(note))
        box.clock.move(minutes=1)
        await blog.work()
        parent = note["id"]
    assert len(await blog.comments(post)) == examples(60, 600)
    marks = re.findall(r'<ol class="answers">|</ol>', (await blog.page(post)).partition('<ol class="thread">')[2])
    depths = list(itertools.accumulate(1 if mark.startswith("<ol") else -1 for mark in marks))
    assert max(depths) == DEEPEST
    assert depths[-1] == -1
