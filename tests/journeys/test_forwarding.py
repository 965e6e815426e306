"""Passing on what others say below our posts: row 34 of the federation checklist, ActivityPub section 7.1.2."""

import hashlib
import json

import pytest

from fedblog.domain.blog import CommentPolicy
from fedblog.services import forwarding, moderating
from fedblog.store import comments
from fedblog.world import Limits
from tests.fediverse import Peer
from tests.journeys.following import follow_all
from tests.journeys.test_proofs import prover_of

LDS = {
    "type": "RsaSignature2017",
    "creator": "https://pond.example/users/ada#main-key",
    "created": "2026-11-23T12:00:00Z",
    "signatureValue": "b2s=",
}
PROOF = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "proofValue": "zok"}


@pytest.fixture
def sea(box):
    return Peer(box, "sea.example")


@pytest.fixture
async def post(blog, ada, lake, sea):
    """A post with a follower on each of three servers; ada's own is one of them."""
    await follow_all(blog, [ada, lake.person("bob"), sea.person("eve")])
    return await blog.publish(comment_policy=CommentPolicy.OPEN)


def signed(activity, **proof):
    return activity | (proof or {"signature": LDS})


async def send_raw(blog, person, activity):
    """Deliver and process; returns the bytes as they went over the wire."""
    request = person.request(blog.inbox, activity)
    answer = await blog.box.exchange(request, blog.box.addresses[blog.host], Limits())
    assert answer.status == 202
    await blog.work()
    return request.body


def passed_on(peer, person):
    """What of that person arrived at a server, in order."""
    return [d for d in peer.delivered if d.activity["actor"] == person.id]


def sha256(body):
    return hashlib.sha256(body).hexdigest()


@pytest.mark.checklist(row=34)
@pytest.mark.parametrize("proof", [{"signature": LDS}, {"proof": PROOF}, {"proof": [PROOF]}])
async def test_row_34_a_reply_with_a_proof_reaches_our_followers_byte_for_byte(blog, ada, pond, lake, sea, post, proof):
    note = ada.note("<p>Größe  and   spaces.</p>", in_reply_to=post.object_id)
    body = await send_raw(blog, ada, signed(ada.create(note), **proof))
    for peer in (lake, sea):
        [copy] = passed_on(peer, ada)
        assert sha256(copy.request.body) == sha256(body)
        assert copy.path == "/inbox"
        [signature] = [value for name, value in copy.request.headers if name.lower() == "signature"]
        assert f'keyId="{await blog.actor_id()}#main-key"' in signature
    assert passed_on(pond, ada) == []


@pytest.mark.checklist(row=34)
async def test_row_34_edits_and_deletions_follow_what_was_passed_on(blog, box, ada, lake, post):
    note = ada.note("<p>One.</p>", in_reply_to=post.object_id)
    await send_raw(blog, ada, signed(ada.create(note)))
    box.clock.move(minutes=5)
    edited = note | {"content": "<p>Two.</p>", "updated": "2026-11-23T13:00:00Z"}
    await send_raw(blog, ada, signed(ada.activity("Update", edited, to=note["to"])))
    await send_raw(blog, ada, signed(ada.activity("Delete", {"id": note["id"], "type": "Tombstone"}, to=note["to"])))
    assert [d.activity["type"] for d in passed_on(lake, ada)] == ["Create", "Update", "Delete"]


@pytest.mark.parametrize(
    "extra",
    [
        {},
        {"signature": ""},
        {"signature": []},
        {"proof": "yes"},
        {"id": None, "signature": LDS},
        {"signature": LDS, "padding": "x" * forwarding.LARGEST},
    ],
)
async def test_what_nobody_could_check_is_not_passed_on(blog, ada, lake, post, extra):
    note = ada.note("<p>One.</p>", in_reply_to=post.object_id)
    await send_raw(blog, ada, ada.create(note) | extra)
    assert len(await blog.comments(post)) == 1
    assert passed_on(lake, ada) == []


async def test_what_readers_do_not_see_is_not_passed_on(blog, ada, lake, post):
    for extra in ({"to": [f"{ada.id}/followers"], "cc": []}, {"to": [await blog.actor_id()], "cc": []}):
        note = ada.note("<p>Hush.</p>", in_reply_to=post.object_id, **extra)
        await send_raw(blog, ada, signed(ada.create(note)))
    elsewhere = ada.note("<p>Hello blog.</p>", to=["https://www.w3.org/ns/activitystreams#Public"])
    await send_raw(blog, ada, signed(ada.create(elsewhere)))
    await send_raw(blog, ada, signed(ada.activity("Like", post.object_id)))
    assert passed_on(lake, ada) == []


async def test_a_held_reply_is_passed_on_when_the_author_lets_it_through(blog, ada, lake, post):
    await blog.shop.store.write(lambda db: db.run("UPDATE post SET comment_policy = 'hold_all' WHERE pk = ?", post.pk))
    note = ada.note("<p>One.</p>", in_reply_to=post.object_id)
    body = await send_raw(blog, ada, signed(ada.create(note)))
    assert passed_on(lake, ada) == []
    row = await comments.by_object_id(blog.shop.store.reader, 1, note["id"])
    await moderating.approve(blog.shop, row.pk, by="test")
    await blog.work()
    [copy] = passed_on(lake, ada)
    assert copy.request.body == body
    await moderating.hide(blog.shop, row.pk, by="test")
    await moderating.approve(blog.shop, row.pk, by="test")
    await blog.work()
    assert len(passed_on(lake, ada)) == 1


async def test_a_held_reply_that_its_author_deletes_never_leaves(blog, ada, lake, post):
    await blog.shop.store.write(lambda db: db.run("UPDATE post SET comment_policy = 'hold_all' WHERE pk = ?", post.pk))
    note = ada.note("<p>One.</p>", in_reply_to=post.object_id)
    await send_raw(blog, ada, signed(ada.create(note)))
    await send_raw(blog, ada, signed(ada.activity("Delete", note["id"])))
    assert passed_on(lake, ada) == []


async def test_what_is_hidden_while_a_server_is_down_never_arrives_there(blog, box, ada, lake, sea, post):
    box.down.add("lake.example")
    note = ada.note("<p>One.</p>", in_reply_to=post.object_id)
    await send_raw(blog, ada, signed(ada.create(note)))
    assert len(passed_on(sea, ada)) == 1
    row = await comments.by_object_id(blog.shop.store.reader, 1, note["id"])
    await moderating.hide(blog.shop, row.pk, by="test")
    box.down.clear()
    box.clock.move(hours=1)
    await blog.work()
    assert passed_on(lake, ada) == []


async def test_a_server_that_stays_down_is_tried_eight_times(blog, box, ada, post):
    box.down.add("lake.example")
    before = len(box.requests_to("lake.example", "POST"))
    note = ada.note("<p>One.</p>", in_reply_to=post.object_id)
    body = await send_raw(blog, ada, signed(ada.create(note)))
    for _ in range(80):
        box.clock.move(hours=2)
        await blog.work()
    tries = box.requests_to("lake.example", "POST")[before:]
    assert [request.body for request in tries] == [body] * 8


async def test_nothing_goes_round_in_circles(blog, box, ada, pond, lake, post):
    """The same bytes again, from their author or from whoever got them, go nowhere."""
    note = ada.note("<p>One.</p>", in_reply_to=post.object_id)
    create = signed(ada.create(note))
    await send_raw(blog, lake.people["bob"], lake.people["bob"].activity("Like", post.object_id))
    await send_raw(blog, ada, create)
    for person in (ada, lake.people["bob"]):
        box.clock.move(minutes=2)
        await send_raw(blog, person, create)
    assert len(passed_on(lake, ada)) == 1


async def test_what_somebody_else_brings_is_taken_from_its_own_server_and_not_passed_on(blog, ada, lake, sea, post):
    note = ada.note("<p>One.</p>", in_reply_to=post.object_id)
    bob = lake.people["bob"]
    await send_raw(blog, bob, bob.activity("Like", post.object_id))
    await send_raw(blog, bob, signed(ada.create(note)))
    assert len(await blog.comments(post)) == 1
    assert passed_on(sea, ada) == []


async def test_nothing_goes_to_the_blocked(blog, ada, lake, sea, post):
    await moderating.block_host(blog.shop, "lake.example", by="test")
    note = ada.note("<p>One.</p>", in_reply_to=post.object_id)
    await send_raw(blog, ada, signed(ada.create(note)))
    assert (len(passed_on(lake, ada)), len(passed_on(sea, ada))) == (0, 1)


async def test_the_ids_of_others_are_neither_served_nor_taken_as_ours(blog, ada, post):
    """Whatever id a passed-on activity bears, our own addresses and our own activities stay what they are."""
    note = ada.note("<p>One.</p>", in_reply_to=post.object_id)
    create = signed(ada.create(note))
    await send_raw(blog, ada, create)
    path = create["id"].removeprefix("https://pond.example")
    for address in (create["id"], path, f"/ap/activities/{create['id']}", "/ap/activities/urn:fedblog:forwarded"):
        answer = await blog.get(address.removeprefix("https://pond.example"), "application/activity+json")
        assert answer.status == 404
    outbox = await blog.document(f"{await blog.actor_id()}/outbox/page/1")
    assert [item["object"]["id"] for item in outbox["orderedItems"]] == [post.object_id]


async def test_two_edits_that_share_one_id_are_both_passed_on(blog, box, ada, lake, post):
    """GoToSocial gives edits within one second one id and one `updated`."""
    note = ada.note("<p>One.</p>", in_reply_to=post.object_id)
    await send_raw(blog, ada, signed(ada.create(note)))
    update = ada.activity("Update", None, to=note["to"])
    for content in ("<p>Two.</p>", "<p>Three.</p>"):
        edited = note | {"content": content, "updated": "2026-11-23T13:00:00Z"}
        await send_raw(blog, ada, signed(update | {"object": edited}))
    contents = [json.loads(d.request.body)["object"]["content"] for d in passed_on(lake, ada)]
    assert contents == ["<p>One.</p>", "<p>Two.</p>", "<p>Three.</p>"]


async def test_what_somebody_else_brings_with_its_authors_proof_goes_on(blog, ada, pond, lake, sea, post):
    """Not back to where it is from, nor to who brought it; and from whoever else brings it, not again."""
    bob, eve = lake.people["bob"], sea.people["eve"]
    for person in (bob, eve):
        await send_raw(blog, person, person.activity("Like", post.object_id))
    ocean = Peer(blog.box, "ocean.example")
    await follow_all(blog, [ocean.person("olga")])
    create = prover_of(ada).create("<p>Proven.</p>", post)
    body = await send_raw(blog, bob, create)
    await send_raw(blog, eve, create)
    assert len(await blog.comments(post)) == 1
    [copy] = passed_on(ocean, ada)
    assert copy.request.body == body
    assert [len(passed_on(peer, ada)) for peer in (pond, lake, sea)] == [0, 0, 1]


async def test_a_proof_that_is_none_is_not_passed_on_for_somebody_else(blog, ada, lake, sea, post):
    bob = lake.people["bob"]
    await send_raw(blog, bob, bob.activity("Like", post.object_id))
    create = prover_of(ada).create("<p>Proven.</p>", post)
    create["object"]["content"] = "<p>Changed.</p>"
    await send_raw(blog, bob, create)
    assert await blog.comments(post) == []
    assert passed_on(sea, ada) == []


async def test_what_waits_of_somebody_who_was_blocked_since_goes_nowhere(blog, ada, lake, sea):
    """Whoever is blocked may keep what stands on the page, but not our voice."""
    await follow_all(blog, [ada, lake.person("bob"), sea.person("eve")])
    post = await blog.publish(comment_policy=CommentPolicy.OPEN)
    lake.answers = [503] * 5
    await send_raw(blog, ada, signed(ada.create(ada.note("<p>Rude.</p>", in_reply_to=post.object_id))))
    assert len(passed_on(sea, ada)) == 1
    await moderating.block_actor(blog.shop, ada.id, by="ada", hides_all=False)
    lake.answers = []
    blog.box.clock.move(hours=3)
    await blog.work()
    assert passed_on(lake, ada) == []
    assert "Rude." in await blog.page(post)


async def test_words_that_were_never_judged_here_are_not_passed_on(blog, ada, pond, lake, post):
    """What says that somebody else wrote it is looked up; it is the harmless original that stands on the page."""
    note = ada.note("<p>Harmless.</p>", in_reply_to=post.object_id)
    create = ada.create(note | {"content": "<p>Buy this.</p>", "attributedTo": pond.person("bob").id})
    await send_raw(blog, ada, signed(create))
    assert "Harmless." in await blog.page(post)
    assert passed_on(lake, ada) == []
