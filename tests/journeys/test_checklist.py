"""Rows of the federation checklist (protocol.md h) as whole stories, where no other test tells them.

Tests of the other rows are where their subject is, and carry a mark with the row (`tests/shape/test_checklist.py`).
"""

import json
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fedblog.ap.signatures import CAVAGE, RFC9421, Message, sign
from fedblog.domain.blog import CommentPolicy
from fedblog.services import moderating, publishing
from fedblog.services.writing import Draft
from fedblog.store import comments, inbox_events
from fedblog.world import Limits, WireRequest
from tests.fediverse import Peer
from tests.fediverse.blog import blog_in
from tests.fediverse.peer import AP_TYPE, PUBLIC
from tests.lengths import examples


async def deliver(blog, request):
    return await blog.box.exchange(request, blog.box.addresses[blog.host], Limits())


@pytest.mark.parametrize("form", [CAVAGE, RFC9421])
@pytest.mark.checklist(row=3)
async def test_row_03_a_request_is_good_from_65_minutes_before_to_60_minutes_after(blog, ada, form):
    post = await blog.publish()
    received = blog.box.clock.at
    for minutes, status in ((-66, 401), (-64, 202), (59, 202), (61, 401)):
        blog.box.clock.at = received + minutes * 60_000
        request = ada.request(blog.inbox, ada.activity("Like", post.object_id), form=form)
        blog.box.clock.at = received
        assert (await deliver(blog, request)).status == status, minutes


def signed_for(ada, method, target, signed_target, body=b""):
    """A request whose signature is made for `signed_target`."""
    headers = (("Host", "blog.example"), ("Accept", AP_TYPE), ("Content-Type", AP_TYPE))
    message = Message(method, "https", "blog.example", signed_target, headers, body)
    signed = sign(message, ada.key, CAVAGE, ada.peer.box.clock.now())
    return WireRequest(method, "https", "blog.example", 443, target, (*headers, *signed), body)


@pytest.mark.checklist(row=4)
async def test_row_04_a_query_may_be_signed_or_left_out(blog, ada):
    """GoToSocial and Fedify sign it, old Mastodon does not. Public documents are for everybody, whatever is signed; where
    a signature decides, at the inbox, both are good, and one for another query is not."""
    path = "/.well-known/webfinger"
    target = f"{path}?resource=acct:blog@blog.example"
    unsigned = await blog.get(target)
    for signed_target in (target, path):
        served = await deliver(blog, signed_for(ada, "GET", target, signed_target))
        assert (served.status, served.body) == (200, unsigned.body), signed_target
    post = await blog.publish()
    for signed_target, status in (("/inbox?a=1", 202), ("/inbox", 202), ("/inbox?a=2", 401), ("/inbox/x", 401)):
        like = json.dumps(ada.activity("Like", post.object_id)).encode()
        taken = await deliver(blog, signed_for(ada, "POST", "/inbox?a=1", signed_target, like))
        assert taken.status == status, signed_target


@pytest.mark.checklist(row=11)
async def test_row_11_each_refusal_has_the_status_that_makes_its_sender_do_the_right_thing(blog, ada, pond, box):
    """Mastodon retries 401 and 5xx and drops for good on every other 4xx (protocol.md a.4)."""
    post = await blog.publish()
    like = ada.activity("Like", post.object_id)
    request = ada.request(blog.inbox, like)
    unsigned = tuple((name, value) for name, value in request.headers if name.lower() != "signature")
    changed = request.body.replace(b"Like", b"Lise")
    down = Peer(box, "down.example").person("bob")
    box.down.add("down.example")
    private = Peer(box, "inside.example").person("bob")
    box.addresses["inside.example"] = ("10.0.0.1",)
    mallory = pond.person("mallory")
    await moderating.block_actor(blog.shop, mallory.id, by="test")
    for status, answer in {
        "401 unsigned": await deliver(blog, replace(request, headers=unsigned)),
        "401 digest": await deliver(blog, replace(request, body=changed)),
        "401 private key host": await private.post(blog.inbox, private.activity("Like", post.object_id)),
        "403 blocked": await mallory.post(blog.inbox, mallory.activity("Like", post.object_id)),
        "503 key host down": await down.post(blog.inbox, down.activity("Like", post.object_id)),
        "202 taken": await ada.post(blog.inbox, like),
        "202 of somebody else": await ada.post(blog.inbox, like | {"actor": f"{pond.origin}/users/eve"}),
        "404 no such inbox": await ada.post(f"{blog.origin}/ap/actors/nobody/inbox", like),
    }.items():
        assert answer.status == int(status[:3]), status
        assert (answer.header("retry-after") is not None) == (answer.status == 503), status
    await blog.work()
    assert "1 like" in await blog.page(post)


@pytest.mark.checklist(row=19)
async def test_row_19_whoever_verifies_us_gets_actor_and_key_unsigned_and_consistent(blog):
    """GoToSocial fetches the key's owner before it believes anything; a signature asked there would be a deadlock."""
    for address in (await blog.actor_id(), f"{blog.origin}/ap/instance"):
        document = await blog.document(address)
        key = document["publicKey"]
        assert document["id"] == address
        assert key["owner"] == address
        assert key["id"].partition("#")[0] == address
        assert key["publicKeyPem"].startswith("-----BEGIN PUBLIC KEY-----")
        assert document["inbox"].startswith(blog.origin)


TEXTS = ["Two.", "Two.\n\n> Three, *four*.", "![x](https://pond.example/x.png)", "Five #six", "A <b>raw</b> word.", "-"]
EDITS = st.lists(
    st.tuples(st.sampled_from(TEXTS), st.sampled_from(["", "A summary."]), st.integers(0, 5000), st.booleans()),
    min_size=1,
    max_size=6,
)


@pytest.mark.soak
@settings(max_examples=examples(8, 150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=EDITS)
@pytest.mark.checklist(row=20)
async def test_row_20_an_article_stays_consistent_over_its_edits(blog, edits):
    """GoToSocial refuses an article that was updated before it was published, or whose date changed."""
    post = await blog.publish("First", "One.", summary="A summary.", language="de")
    seen = [await blog.document(post.object_id)]
    for text, summary, milliseconds, is_minor in edits:
        blog.box.clock.at += milliseconds
        await publishing.edit(
            blog.shop, post.pk, Draft("First", text, summary=summary, language="de"), is_minor=is_minor
        )
        seen.append(await blog.document(post.object_id))
    for article in seen:
        assert article.get("summary") != ""  # what holds no words has none
        assert article["contentMap"] == {"de": article["content"]}
        assert article["published"] == seen[0]["published"]
        assert article["id"] == post.object_id
    times = [datetime.fromisoformat(article.get("updated", article["published"])) for article in seen]
    assert all(time >= times[0] for time in times)
    for (_, summary, *_), article in zip(edits, seen[1:], strict=True):
        assert article.get("summary") == summary or not summary
    for (*_, is_minor), (earlier, later) in zip(edits, pairwise(times), strict=True):
        assert later >= earlier if is_minor else later > earlier


@pytest.mark.checklist(row=22)
async def test_row_22_a_deleted_post_is_a_tombstone_and_comes_back_under_a_new_id(blog, ada, pond):
    await ada.post(blog.inbox, ada.activity("Follow", await blog.actor_id()))
    await blog.work()
    post = await blog.publish()
    await publishing.unpublish(blog.shop, post.pk)
    await blog.work()
    answer = await blog.get(post.object_id, "application/activity+json")
    tombstone = json.loads(answer.body)
    assert (answer.status, tombstone["type"], tombstone["formerType"]) == (410, "Tombstone", "Article")
    [delete] = pond.got("Delete")
    assert delete["object"] in (post.object_id, {"id": post.object_id, "type": "Tombstone"})
    assert delete["to"] == [PUBLIC]
    again = await publishing.publish(blog.shop, post.pk)
    await blog.work()
    first, second = pond.got("Create")
    assert (first["object"]["id"], second["object"]["id"]) == (post.object_id, again.object_id)
    assert again.object_id != post.object_id
    assert (await blog.get(post.object_id, "application/activity+json")).status == 410
    assert (await blog.document(again.object_id))["url"] == first["object"]["url"]


@pytest.mark.checklist(row=23)
async def test_row_23_create_embeds_the_whole_and_an_update_is_newer(blog, ada, pond):
    await ada.post(blog.inbox, ada.activity("Follow", await blog.actor_id()))
    await blog.work()
    post = await blog.publish("First", "One.")
    await publishing.edit(blog.shop, post.pk, Draft("First", "Two."))  # within the same second
    blog.box.clock.move(seconds=10)
    await blog.work()
    [create], [update] = pond.got("Create"), pond.got("Update")
    assert create["object"]["content"] == "<p>One.</p>"
    assert update["object"]["content"] == "<p>Two.</p>"
    assert update["object"]["updated"] > create["object"].get("updated", create["object"]["published"])
    assert (update["id"], update["object"]["id"]) != (create["id"], None)
    assert (update["to"], update["cc"]) == (update["object"]["to"], update["object"]["cc"])


@pytest.fixture
def town(box):
    """A community on Lemmy's pattern: a Group that announces what its members do."""
    peer = Peer(box, "town.example")
    group = peer.person("square")
    peer.documents["/users/square"]["type"] = "Group"
    return group


@pytest.mark.checklist(row=32)
class TestRow32:
    """Announce(Create) from a Group: unwrapped, and believed in nothing but the address."""

    async def test_a_reply_that_a_group_passes_on_is_taken_from_its_origin(self, blog, ada, town):
        post = await blog.publish(comment_policy=CommentPolicy.OPEN)
        note = ada.note("<p>True.</p>", in_reply_to=post.object_id)
        forged = ada.create(note | {"content": "<p>Forged.</p>"})
        await town.post(blog.inbox, town.activity("Announce", forged, to=[PUBLIC]))
        await blog.work()
        page = await blog.page(post)
        assert "True." in page
        assert "Forged." not in page
        assert ada.handle in page
        assert "1 boost" not in page

    async def test_a_reply_that_its_origin_does_not_have_leaves_nothing(self, blog, ada, town):
        post = await blog.publish(comment_policy=CommentPolicy.OPEN)
        note = ada.note("<p>Forged.</p>", in_reply_to=post.object_id)
        del ada.peer.documents[note["id"].removeprefix(ada.peer.origin)]
        await town.post(blog.inbox, town.activity("Announce", ada.create(note), to=[PUBLIC]))
        await blog.work()
        assert await comments.listed(blog.shop.store.reader, 1) == []

    async def test_a_private_reply_that_a_group_passes_on_stays_private(self, blog, ada, town):
        post = await blog.publish(comment_policy=CommentPolicy.OPEN)
        note = ada.note("<p>Psst.</p>", in_reply_to=post.object_id, to=[town.id], cc=[])
        public = ada.create(note) | {"to": [PUBLIC]}
        await town.post(blog.inbox, town.activity("Announce", public, to=[PUBLIC]))
        await blog.work()
        assert "Psst." not in await blog.page(post)

    async def test_a_like_counts_as_its_origin_shows_it_and_a_delete_only_when_it_is_true(self, blog, ada, town):
        post = await blog.publish(comment_policy=CommentPolicy.OPEN)
        note, like = ada.note("<p>True.</p>", in_reply_to=post.object_id), ada.activity("Like", post.object_id)
        await ada.post(blog.inbox, ada.create(note))
        await town.post(blog.inbox, town.activity("Announce", like, to=[PUBLIC]))
        await town.post(blog.inbox, town.activity("Announce", ada.activity("Delete", note["id"]), to=[PUBLIC]))
        await blog.work()
        page = await blog.page(post)
        assert "1 like" not in page
        assert "True." in page
        ada.peer.documents[like["id"].removeprefix(ada.peer.origin)] = like
        del ada.peer.documents[note["id"].removeprefix(ada.peer.origin)]
        blog.box.clock.move(minutes=1)
        await town.post(blog.inbox, town.activity("Announce", like, to=[PUBLIC]))
        await town.post(blog.inbox, town.activity("Announce", ada.activity("Delete", note["id"]), to=[PUBLIC]))
        await blog.work()
        page = await blog.page(post)
        assert "1 like" in page
        assert "True." not in page

    async def test_neither_a_person_nor_a_group_without_a_reason_makes_us_fetch(self, blog, ada, pond, town):
        post = await blog.publish(comment_policy=CommentPolicy.OPEN)
        eve = pond.person("eve")
        note = ada.note("<p>True.</p>", in_reply_to=post.object_id)
        stray = ada.note("<p>Stray.</p>", in_reply_to="https://elsewhere.example/1")
        await eve.post(blog.inbox, eve.activity("Announce", ada.create(note), to=[PUBLIC]))
        await town.post(blog.inbox, town.activity("Announce", ada.create(stray), to=[PUBLIC]))
        await blog.work()
        asked = [request.target for request in blog.box.requests_to("pond.example", "GET")]
        assert note["id"].removeprefix(pond.origin) not in asked
        assert stray["id"].removeprefix(pond.origin) not in asked
        verdicts = {event.verdict for event in await inbox_events.listed(blog.shop.store.reader, 1)}
        assert verdicts == {"ignored"}


@pytest.mark.parametrize(
    ("host", "handle_domain", "creator", "credited"),
    [
        ("blog.example", "", "@blog@blog.example", "blog.example"),
        ("blog.example", "example.org", "@blog@example.org", "blog.example"),
        ("blog.example:8443", "", "@blog@blog.example:8443", "blog.example"),
    ],
)
@pytest.mark.checklist(row=45)
async def test_row_45_a_link_to_a_post_is_credited_to_the_blog(box, databases, host, handle_domain, creator, credited):
    """Mastodon credits the card when the page names the account and the account names the page's host.

    It looks the account up by the handle's domain, and compares the page's host without a port.
    """
    async with blog_in(box, await databases.migrated(), host, handle_domain=handle_domain) as blog:
        post = await blog.publish()
        assert f'<meta name="fediverse:creator" content="{creator}">' in await blog.page(post)
        found = await blog.get(f"/.well-known/webfinger?resource=acct:{creator.removeprefix('@')}")
        [actor_id] = [link["href"] for link in json.loads(found.body)["links"] if link["rel"] == "self"]
        actor = await blog.document(actor_id)
    assert (actor["id"], actor["attributionDomains"]) == (actor_id, [credited])
