"""The author looks back: what went out and to whom, what came in and why it was judged so; and acts on it."""

import html
import json

import pytest

from fedblog.domain.actor import BlockKind
from fedblog.domain.blog import CommentPolicy
from fedblog.domain.inbox_event import Verdict
from fedblog.errors import Conflict, Missing
from fedblog.services import moderating, publishing, reprocessing, resending, trusting
from fedblog.services.resending import Scope
from fedblog.services.workshop import the_blog
from fedblog.services.writing import Draft
from fedblog.store import accounts, comments, followers, found_events, hosts, inbox_events, ledger, receipts
from fedblog.store.found_events import FoundLine
from fedblog.store.ledger import LedgerFilter
from fedblog.store.receipts import DeliveryFilter
from fedblog.world import WireResponse
from tests.fediverse import Peer
from tests.journeys.at_the_desk import author_of
from tests.journeys.following import follow_all
from tests.journeys.test_proofs import prover_of

BY = "author"


@pytest.fixture
async def author(blog):
    return await author_of(blog)


async def lines(blog, **wanted):
    return await receipts.listed(blog.shop.store.reader, 1, DeliveryFilter(**wanted))


async def set_policy(blog, policy):
    await blog.shop.store.write(lambda db: _save_policy(db, policy))


async def _save_policy(db, policy):
    await db.run("UPDATE blog SET comment_policy = ?", policy)
    db.touch("settings")


async def say(blog, person, post, words="<p>Well said.</p>", **extra):
    note = person.note(words, in_reply_to=post.object_id, **extra)
    await person.post(blog.inbox, person.create(note))
    await blog.work()
    return await comments.by_object_id(blog.shop.store.reader, 1, note["id"])


async def state_of(blog, comment):
    found = await comments.by_pk(blog.shop.store.reader, comment.pk)
    return found.state.value


async def last_event(blog):
    [event] = await inbox_events.listed(blog.shop.store.reader, 1, limit=1)
    return event


# Receipts


async def test_a_delivery_shows_each_try_and_when_the_next_one_is(blog, box, ada, pond, author):
    await follow_all(blog, [ada])
    pond.answers = [503, 500]
    await blog.publish()
    box.clock.move(minutes=3)
    await blog.work()
    [line] = await lines(blog)
    await author.get(f"/admin/deliveries/{line.pk}")
    assert "the server is not available (503)" in author.words
    assert "the server answered with status 500" in author.words
    assert "Next try" in author.words
    box.clock.move(minutes=30)
    await blog.work()
    await author.get(f"/admin/deliveries/{line.pk}")
    assert "taken, with status 202" in author.words
    assert "&#34;type&#34;: &#34;Create&#34;" in author.last.text


async def test_deliveries_are_found_by_post_server_and_state_together(blog, box, author):
    peers = [Peer(box, f"pond{n}.example") for n in range(3)]
    await follow_all(blog, [peer.person("ada") for peer in peers])
    peers[2].answers = [410]
    one, two = await blog.publish("One"), await blog.publish("Two")
    assert {line.host for line in await lines(blog, post_pk=one.pk)} == {peer.host for peer in peers}
    assert [line.post_pk for line in await lines(blog, host="pond0.example")] == [two.pk, one.pk]
    assert [(line.host, line.post_pk) for line in await lines(blog, state="gave_up")] == [("pond2.example", one.pk)]
    assert [line.pk for line in await lines(blog, post_pk=one.pk, host="pond0.example", state="waiting")] == []
    await author.get("/admin/deliveries?state=gave_up")
    assert "Given up (1)" in author.words
    assert "Create to pond2.example : One given up the inbox is gone (410)" in author.words
    assert "pond0.example" not in author.words
    await author.get(f"/admin/deliveries?post={two.pk}&host=pond1.example")
    assert "All (1)" in author.words


async def test_a_long_list_goes_on_by_key_and_shows_each_delivery_once(blog, box, author):
    await follow_all(blog, [Peer(box, f"h{n}.example", has_shared_inbox=False).person("ada") for n in range(60)])
    await blog.publish()
    seen, path = [], "/admin/deliveries"
    while path:
        text = (await author.get(path)).text
        seen += [part.split('"')[0] for part in text.split('href="/admin/deliveries/')[1:]]
        older = text.partition('rel="next" href="')[2].partition('"')[0]
        path = older.replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 60


async def test_a_post_is_sent_again_with_the_same_bytes_after_saying_to_how_many(blog, box, author):
    peers = [Peer(box, f"pond{n}.example") for n in range(3)]
    await follow_all(blog, [peer.person("ada") for peer in peers])
    post = await blog.publish()
    before = [peer.delivered[0].request.body for peer in peers]
    await author.get(f"/admin/posts/{post.pk}/deliveries")
    await author.get(f"/admin/deliveries/resend?post={post.pk}")
    assert "This sends 3 activities to 3 servers : 3 Create." in author.words
    form = author.form("/admin/deliveries/resend")
    box.clock.move(seconds=1)
    await author.follow(await author.submit(form))
    assert "On its way again" in author.words
    await blog.work()
    assert [[d.request.body for d in peer.delivered] for peer in peers] == [[body] * 2 for body in before]

    # The same form once more, as a tired finger sends it
    await author.follow(await author.submit(form))
    assert "nothing left to send again" in author.words
    await blog.work()
    assert [len(peer.delivered) for peer in peers] == [2, 2, 2]
    [line] = await lines(blog, host="pond0.example")
    await author.get(f"/admin/deliveries/{line.pk}")
    assert author.words.count("taken, with status 202") == 2


async def test_what_is_sent_again_has_seven_days_of_tries_before_it(blog, box, ada, pond):
    await follow_all(blog, [ada])
    await blog.publish()
    [line] = await lines(blog)
    box.clock.move(days=20)
    pond.answers = [503]
    await resending.resend(blog.shop, Scope(blog.shop.now(), delivery_pk=line.pk), by=BY)
    await blog.work()
    [line] = await lines(blog)
    assert (line.state, line.last_status) == ("waiting", 503)
    box.clock.move(days=1)
    await blog.work()
    assert [len(pond.delivered), (await lines(blog))[0].state] == [2, "delivered"]


async def test_nothing_goes_again_to_the_blocked_nor_to_those_who_left(blog, box, author):
    peers = [Peer(box, f"pond{n}.example", has_shared_inbox=False) for n in range(3)]
    people = [peer.person("ada") for peer in peers]
    await follow_all(blog, people)
    post = await blog.publish()
    await moderating.block_host(blog.shop, "pond0.example", by=BY)
    await people[1].post(blog.inbox, people[1].activity("Undo", people[1].activity("Follow", await blog.actor_id())))
    await blog.work()
    await author.get(f"/admin/deliveries/resend?post={post.pk}")
    assert "This sends 1 activity to 1 server" in author.words
    box.clock.move(seconds=1)
    await author.submit(author.form("/admin/deliveries/resend"))
    await blog.work()
    assert [len(peer.got("Create")) for peer in peers] == [1, 1, 2]


async def test_what_was_taken_back_is_not_sent_again(blog, box, ada, pond):
    await follow_all(blog, [ada])
    post = await blog.publish()
    await publishing.unpublish(blog.shop, post.pk)
    await blog.work()
    sent = await resending.resend(blog.shop, Scope(blog.shop.now(), host="pond.example"), by=BY)
    assert dict(sent.kinds) == {"Delete": 1}
    await blog.work()
    assert [d.activity["type"] for d in pond.delivered] == ["Create", "Delete", "Delete"]


async def test_a_delete_still_reaches_a_server_while_its_copy_is_sent_again(blog, box, ada, pond):
    await follow_all(blog, [ada])
    post = await blog.publish()
    await resending.resend(blog.shop, Scope(blog.shop.now(), post_pk=post.pk), by=BY)
    await publishing.unpublish(blog.shop, post.pk)
    await blog.work()
    assert [d.activity["type"] for d in pond.delivered] == ["Create", "Delete"]


async def test_what_a_restore_or_a_lifted_block_had_stopped_can_be_sent_again(blog, box):
    peers = [Peer(box, f"pond{n}.example") for n in range(3)]
    await follow_all(blog, [peer.person("ada") for peer in peers])
    post = await publishing.publish_new(blog.shop, Draft("Stopped", "On the way."))
    for peer, why in zip(
        peers, ("restored from a backup", "blocked", "nobody there may have it any more"), strict=True
    ):
        stopped = (why, blog.shop.now() - 1, peer.host)
        await blog.shop.store.write(
            lambda db, stopped=stopped: db.run(
                "UPDATE delivery SET state = 'cancelled', last_error = ?, ended_at = ? WHERE host = ?", *stopped
            )
        )
    await resending.resend(blog.shop, Scope(blog.shop.now(), post_pk=post.pk), by=BY)
    await blog.work()
    assert [len(peer.got("Create")) for peer in peers] == [1, 1, 0]


async def test_sending_again_what_is_not_there_says_so(blog):
    with pytest.raises(Missing):
        await resending.preview(blog.shop, Scope(blog.shop.now(), delivery_pk=77))
    with pytest.raises(Missing):
        await resending.preview(blog.shop, Scope(blog.shop.now(), post_pk=77))


# Verdicts


async def test_the_ledger_is_searched_by_verdict_server_person_type_and_id(blog, box, ada, pond, author):
    bob = Peer(box, "lake.example").person("bob")
    post = await blog.publish()
    await say(blog, ada, post)
    held = await say(blog, bob, post, '<p>Buy <a href="https://a.example">this</a></p>')
    await bob.post(blog.inbox, bob.activity("Like", post.object_id))
    await blog.work()

    async def types(**wanted):
        found = await ledger.listed(blog.shop.store.reader, 1, LedgerFilter(**wanted))
        return [(line.type, line.host) for line in found]

    assert await types(verdict="held") == [("Create", "lake.example")]
    assert await types(host="lake.example") == [("Like", "lake.example"), ("Create", "lake.example")]
    assert await types(signer=ada.id) == [("Create", "pond.example")]
    assert await types(type="Like") == [("Like", "lake.example")]
    assert await types(address=held.object_id) == [("Create", "lake.example")]
    assert await types(address=post.object_id, type="Create") == []
    await author.get("/admin/inbox?verdict=held&host=lake.example")
    assert "Create https://lake.example/users/bob held" in author.words
    assert "pond.example/users/ada" not in author.words.replace("https://pond.example/users/ada Id", "")
    await author.get("/admin/inbox?type=Nothing")
    assert "Nothing like that has arrived." in author.words


@pytest.mark.parametrize("form", ["cavage", "rfc9421"])
async def test_an_event_shows_what_came_what_was_proven_and_which_rule_decided(blog, ada, author, form):
    ada.peer.form = form
    post = await blog.publish()
    comment = await say(blog, ada, post, '<p>Look <a href="https://a.example">here</a><script>alert(1)</script></p>')
    event = await last_event(blog)
    await author.get(f"/admin/inbox/{event.pk}")
    assert "the first comment of an unknown author holds a link first-comment-with-link" in author.words
    assert f"Signed in the form {'draft-cavage' if form == 'cavage' else 'RFC 9421'}." in author.words
    assert (
        "The signature fits the key that is kept of its owner. https://pond.example/users/ada#main-key" in author.words
    )
    assert "The key belongs to who signed it" in author.words
    assert f'href="/admin/comments/{comment.pk}"' in author.last.text
    assert "<script>alert" not in author.last.text
    assert "&lt;script&gt;alert(1)" in author.last.text


async def test_an_event_that_was_passed_on_shows_its_authors_proof(blog, box, ada, author):
    relay = Peer(box, "relay.example").person("relay")
    await relay.post(blog.inbox, relay.activity("Follow", await blog.actor_id()))
    await blog.work()
    post = await blog.publish()
    await relay.post(blog.inbox, prover_of(ada).create("<p>Proven.</p>", post))
    await blog.work()
    await author.get(f"/admin/inbox/{(await last_event(blog)).pk}")
    assert "Passed on: somebody else signed it than who says it" in author.words
    assert "Its actor's proof is in it, and fits: it would count from anybody." in html.unescape(author.words)


async def test_the_last_word_of_an_account_says_how_it_was_proven(blog, ada, author):
    await ada.post(blog.inbox, ada.activity("Follow", await blog.actor_id()))
    await blog.work()
    await ada.post(blog.inbox, ada.activity("Delete", ada.id))
    await blog.work()
    await author.get(f"/admin/inbox/{(await last_event(blog)).pk}")
    assert "The account is gone: its last known key fitted" in author.words


async def test_what_was_found_and_not_sent_says_so(blog, author):
    line = FoundLine(1, "https://a.example/1", "https://a.example/u", "a.example", "f", Verdict.ACCEPTED, "shown", 5)
    await blog.shop.store.write(lambda db: found_events.note(db, line))
    await author.get(f"/admin/inbox/{(await last_event(blog)).pk}")
    assert "Nobody sent it" in author.words
    assert "Process again" not in author.words


async def test_an_event_whose_request_is_not_kept_any_more_says_so(blog, ada, author):
    await ada.post(blog.inbox, ada.activity("Follow", await blog.actor_id()))
    await blog.work()
    await blog.shop.store.write(lambda db: db.run("UPDATE inbox_event SET body = NULL, headers = ''"))
    await author.get(f"/admin/inbox/{(await last_event(blog)).pk}")
    assert "What came is not kept any more" in author.words
    assert "Process again" not in author.words


async def test_a_held_comment_is_accepted_and_its_author_trusted_from_then_on(blog, ada, author):
    post = await blog.publish()
    link = '<p>Look <a href="https://a.example">here</a></p>'
    comment = await say(blog, ada, post, link)
    await author.get("/admin/comments?show=held")
    await author.get(f"/admin/comments/{comment.pk}/trust")
    assert "Accept and trust @ada@pond.example" in author.words
    await author.follow(await author.submit(author.form(f"/admin/comments/{comment.pk}/trust")))
    assert await state_of(blog, comment) == "shown"
    assert await state_of(blog, await say(blog, ada, post, link)) == "shown"
    [undo] = [form for form in author.forms if form.action.endswith("/undo")]
    await author.follow(await author.submit(undo))
    assert "Undone" in author.words
    assert await state_of(blog, comment) == "held"


async def test_a_trusted_server_is_trusted_in_everybody_and_in_no_other(blog, box, ada, pond):
    post = await blog.publish()
    link = '<p>Look <a href="https://a.example">here</a></p>'
    comment = await say(blog, ada, post, link)
    trust = await trusting.accept_and_trust(blog.shop, comment.pk, BlockKind.HOST, by=BY)
    again = await trusting.accept_and_trust(blog.shop, comment.pk, BlockKind.HOST, by=BY)
    assert again.pk == trust.pk
    assert await state_of(blog, await say(blog, pond.person("eve"), post, link)) == "shown"
    stranger = Peer(box, "sub.pond.example").person("mallory")
    assert await state_of(blog, await say(blog, stranger, post, link)) == "held"
    await trusting.lift(blog.shop, trust.pk, by=BY)
    assert await state_of(blog, comment) == "shown"
    assert await state_of(blog, await say(blog, pond.person("zoe"), post, link)) == "held"


async def test_trust_does_not_open_what_is_closed_to_all(blog, ada):
    post = await blog.publish()
    await set_policy(blog, CommentPolicy.HOLD_ALL)
    comment = await say(blog, ada, post)
    await trusting.accept_and_trust(blog.shop, comment.pk, BlockKind.ACTOR, by=BY)
    assert await state_of(blog, await say(blog, ada, post)) == "held"


async def test_a_refused_reply_can_be_accepted_and_a_private_one_cannot(blog, ada):
    post = await blog.publish()
    await set_policy(blog, CommentPolicy.CLOSED)
    refused = await say(blog, ada, post)
    assert await state_of(blog, refused) == "refused"
    await trusting.accept_and_trust(blog.shop, refused.pk, BlockKind.ACTOR, by=BY)
    assert await state_of(blog, refused) == "shown"
    private = await say(blog, ada, post, to=[await blog.actor_id()], cc=[])
    with pytest.raises(Conflict):
        await trusting.accept_and_trust(blog.shop, private.pk, BlockKind.ACTOR, by=BY)


async def test_an_event_is_processed_again_and_its_old_verdict_stays_visible(blog, ada, author):
    post = await blog.publish()
    await ada.post(blog.inbox, ada.activity("Like", "https://blog.example/ap/articles/not-yet"))
    await blog.work()
    event = await last_event(blog)
    assert event.verdict.value == "ignored"
    like = json.dumps(json.loads(event.body) | {"object": post.object_id}).encode()
    await blog.shop.store.write(lambda db: db.run("UPDATE inbox_event SET body = ? WHERE pk = ?", like, event.pk))
    page = f"/admin/inbox/{event.pk}"
    await author.get(page)
    form = author.form(f"{page}/again")
    await author.follow(await author.submit(form))
    await author.follow(await author.submit(form))
    assert "waits for the worker already" in author.words
    await blog.work()
    await author.get(page)
    assert "likes the post" in author.words or "liked" in author.words or "accepted" in author.words
    assert "Earlier verdicts ignored it is about nothing that is known here" in author.words
    assert author.words.count("processed again by author") == 1


async def test_processing_again_does_nothing_twice(blog, ada, pond):
    post = await blog.publish()
    await say(blog, ada, post)
    event = await last_event(blog)
    assert await reprocessing.process_again(blog.shop, event.pk, by=BY)
    await blog.work()
    assert (await last_event(blog)).verdict.value == "duplicate"
    assert len(await blog.comments(post)) == 1


async def test_what_its_sender_took_back_since_is_not_processed_again(blog, ada):
    post = await blog.publish()
    follow, like = ada.activity("Follow", await blog.actor_id()), ada.activity("Like", post.object_id)
    for activity in (follow, ada.activity("Undo", follow), like, ada.activity("Undo", like["id"])):
        await ada.post(blog.inbox, activity)
        await blog.work()
    for event in await inbox_events.listed(blog.shop.store.reader, 1):
        if event.type in {"Follow", "Like"}:
            with pytest.raises(Conflict):
                await reprocessing.process_again(blog.shop, event.pk, by=BY)
    assert await followers.listed(blog.shop.store.reader, 1) == []


async def test_an_event_without_its_text_is_not_processed_again(blog, ada):
    await ada.post(blog.inbox, ada.activity("Follow", await blog.actor_id()))
    await blog.work()
    await blog.shop.store.write(lambda db: db.run("UPDATE inbox_event SET body = NULL"))
    with pytest.raises(Conflict):
        await reprocessing.process_again(blog.shop, (await last_event(blog)).pk, by=BY)
    with pytest.raises(Missing):
        await reprocessing.process_again(blog.shop, 99, by=BY)


# Servers


async def test_a_servers_page_tells_how_it_fares_and_forgets_its_failures(blog, box, ada, pond, author):
    await follow_all(blog, [ada])
    post = await blog.publish("One")
    await say(blog, ada, post)
    box.down.add("pond.example")
    for name in ("Two", "Three", "Four", "Five", "Six"):
        await blog.publish(name)
    await author.get("/admin/hosts")
    assert "pond.example left alone after 5 failures in a row" in author.words
    assert "5 waiting" in author.words
    await author.get("/admin/hosts/pond.example")
    for words in ("Followers 1 accepted", "Comments 1 shown", "Deliveries 6: 1 delivered, 5 waiting",
                  "Received in 30 days 1 accepted", "Signature it takes draft-cavage"):  # fmt: skip
        assert words in author.words
    box.down.clear()
    await author.follow(await author.submit(author.form("/admin/hosts/pond.example/forget")))
    await blog.work()
    assert len(pond.got("Create")) == 6
    assert (await hosts.by_name(blog.shop.store.reader, "pond.example")).failures == 0
    await author.get("/admin/hosts")
    assert "All servers are in order." in author.words


async def test_a_server_that_asked_for_a_pause_and_one_that_gave_up_need_a_look(blog, box, author):
    pause, gone = Peer(box, "pause.example"), Peer(box, "gone.example", has_shared_inbox=False)
    await follow_all(blog, [pause.person("ada"), gone.person("bob")])
    pause.answers = [WireResponse(429, (("retry-after", "3600"),), b"")]
    gone.answers = [410]
    await blog.publish()
    await author.get("/admin/hosts")
    assert "pause.example asked us to wait" in author.words
    assert "gone.example answers, but something was given up there" in author.words


async def test_a_server_is_blocked_and_unblocked_from_its_page(blog, ada, author):
    await follow_all(blog, [ada])
    await author.get("/admin/hosts/pond.example")
    await author.get("/admin/blocks/new?host=pond.example")
    await author.submit(author.form("/admin/blocks/new"), what="host")
    await author.get("/admin/hosts/pond.example")
    assert "blocked" in author.words
    [lift] = [form for form in author.forms if form.action.endswith("/lift")]
    await author.submit(lift)
    await author.get("/admin/hosts/pond.example")
    assert "Lift the block" not in author.words


@pytest.mark.parametrize("name", ["nobody.example", "%2e%2e", "a%20b", "%3Cscript%3E", "1.2", "x" * 300])
async def test_a_server_of_which_nothing_is_known_is_not_there(blog, author, name):
    assert (await author.get(f"/admin/hosts/{name}")).status == 404
    assert "<script>" not in author.last.text.replace('<script src="', "")


async def test_what_the_author_did_stands_in_the_history(blog, box, ada):
    await follow_all(blog, [ada])
    post = await blog.publish()
    comment = await say(blog, ada, post)
    await trusting.accept_and_trust(blog.shop, comment.pk, BlockKind.ACTOR, by=BY)
    await reprocessing.process_again(blog.shop, (await last_event(blog)).pk, by=BY)
    await resending.resend(blog.shop, Scope(blog.shop.now(), post_pk=post.pk), by=BY)
    home = await the_blog(blog.shop.store.reader)
    deeds = [line.action for line in await accounts.audit(blog.shop.store.reader, home.pk)]
    assert deeds[:3] == ["send 1 again", "process again", "trust actor"]
