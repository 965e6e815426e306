"""The rehearsal: the blog's own past is judged again by the program and the rules of today, on a copy."""

import os
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from fedblog.ap.signatures import Message, claim
from fedblog.app import open_workshop
from fedblog.domain.actor import BlockKind
from fedblog.domain.blog import CommentPolicy
from fedblog.domain.inbox_event import Verdict
from fedblog.services import answering, following, moderating, publishing, reprocessing, trusting
from fedblog.services.rehearsal import playing
from fedblog.services.rehearsal.rehearsing import Wish, rehearse
from fedblog.store import comments, followers, found_events, inbox_events
from fedblog.store.found_events import FoundLine
from tests.fediverse import Peer
from tests.journeys.following import follow_all
from tests.journeys.histories import Week
from tests.journeys.test_proofs import prover_of
from tests.lengths import examples

BY = "author"
LINK = '<p>Look <a href="https://a.example">here</a></p>'


def open_copy(config, world):
    return open_workshop(config, world=world)


async def rehearsed(blog, days=7, **wish):
    since = blog.shop.now() - days * 86_400_000
    return await rehearse(blog.shop, Wish(since, **wish), open_copy)


def told(lines):
    return sorted((line.head.type, line.head.actor.rsplit("/", 1)[1], line.then, line.now) for line in lines)


async def hear(blog, person, activity):
    blog.box.clock.move(seconds=20)
    answer = await person.post(blog.inbox, activity)
    assert answer.status == 202
    await blog.work()
    return activity


async def say(blog, person, target, words="<p>Well said.</p>", **extra):
    note = person.note(words, in_reply_to=target, **extra)
    await hear(blog, person, person.create(note))
    return note


async def row(blog, note):
    blog.box.clock.move(seconds=20)
    return await comments.by_object_id(blog.shop.store.reader, 1, note["id"])


async def set_policy(blog, policy):
    async def work(db):
        await db.run("UPDATE blog SET comment_policy = ?", policy)
        db.touch("settings")

    await blog.shop.store.write(work)


async def everything(blog):
    """Every row of every table of the blog, but for the counters of the copy's maker."""
    store = blog.shop.store
    tables = ("comment", "reaction", "follower", "mention", "inbox_event", "delivery", "activity", "audit", "tombstone")
    return {
        table: [tuple(row) for row in await store.reader.all(f"SELECT * FROM {table} ORDER BY 1")] for table in tables
    }


async def a_lively_week(blog, box, pond):
    """Everything that the fediverse does to a blog, and what its author does about it."""
    lake, sea = Peer(box, "lake.example"), Peer(box, "sea.example")
    ada, eve, bob, mia = pond.person("ada"), pond.person("eve"), lake.person("bob"), sea.person("mia")
    us = await blog.actor_id()
    await follow_all(blog, [mia])
    post, other = await blog.publish(), await blog.publish("Soon gone")
    follow = await hear(blog, ada, ada.activity("Follow", us))
    await hear(blog, bob, bob.activity("Follow", us))
    await hear(blog, ada, ada.activity("Undo", follow))
    await hear(blog, ada, ada.activity("Follow", us))
    first = await say(blog, ada, post.object_id)
    answered = await say(blog, bob, first["id"], "<p>I agree.</p>")
    held = await say(blog, eve, post.object_id, LINK)
    await moderating.approve(blog.shop, (await row(blog, held)).pk, by=BY)
    await say(blog, eve, post.object_id, LINK)
    ours = await answering.answer(blog.shop, post.pk, (await row(blog, answered)).pk, "Thank you both.")
    await blog.work()
    await say(blog, bob, ours.object_id, "<p>Gladly.</p>")
    spam = await say(blog, mia, post.object_id, LINK)
    await trusting.accept_and_trust(blog.shop, (await row(blog, spam)).pk, BlockKind.ACTOR, by=BY)
    await say(blog, mia, post.object_id, LINK)
    bad = await say(blog, bob, post.object_id, "<p>Nonsense.</p>")
    await moderating.hide(blog.shop, (await row(blog, bad)).pk, by=BY)
    worse = await say(blog, bob, post.object_id, "<p>More nonsense.</p>")
    await moderating.delete(blog.shop, (await row(blog, worse)).pk, by=BY)
    await hear(blog, bob, bob.activity("Update", {**worse, "content": "<p>Still here?</p>", "updated": later(blog)}))
    await hear(
        blog, ada, ada.activity("Update", {**first, "content": "<p>Very well said.</p>", "updated": later(blog)})
    )
    await hear(
        blog, ada, ada.activity("Update", {**first, "content": "<p>Very well said.</p>", "updated": later(blog)})
    )
    like = await hear(blog, eve, eve.activity("Like", post.object_id))
    await hear(blog, eve, eve.activity("Like", post.object_id))
    await hear(blog, eve, eve.activity("Undo", like))
    await hear(blog, ada, ada.activity("Announce", post.object_id))
    await hear(blog, eve, eve.activity("Delete", held["id"]))
    await say(blog, eve, None, "<p>Hello blog</p>", to=[us], cc=[])
    await hear(blog, eve, eve.activity("Flag", [us], content="I do not like it."))
    await say(blog, ada, other.object_id)
    await publishing.unpublish(blog.shop, other.pk)
    await say(blog, bob, other.object_id, "<p>Too late.</p>")
    await hear(blog, ada, ada.activity("Listen", "https://music.example/1"))
    await hear(blog, ada, ada.activity("Update", ada.document() | {"name": "Ada L."}))
    [follower] = [f for f in await followers.listed(blog.shop.store.reader, 1) if f.actor_id == bob.id]
    blog.box.clock.move(seconds=20)
    await following.remove(blog.shop, follower.pk, by=BY)
    await hear(blog, bob, bob.activity("Undo", bob.activity("Follow", us)))
    await hear(blog, eve, eve.activity("Delete", eve.id))
    [event] = [e for e in await inbox_events.listed(blog.shop.store.reader, 1) if e.object_id == first["id"]][-1:]
    blog.box.clock.move(seconds=20)
    await reprocessing.process_again(blog.shop, event.pk, by=BY)
    blog.box.clock.move(seconds=20)
    await blog.work()
    blog.box.clock.move(hours=1)
    return post


def later(blog):
    return datetime.fromtimestamp(blog.shop.now() / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


async def test_an_unchanged_program_with_unchanged_rules_changes_nothing(blog, box, pond):
    await a_lively_week(blog, box, pond)
    done = await rehearsed(blog)
    assert (told(done.changes), [(line.head.type, line.unsure) for line in done.unsure]) == ([], [])
    assert done.judged == len(await inbox_events.listed(blog.shop.store.reader, 1)) + 1  # one of them had two verdicts


@pytest.mark.parametrize("seed", range(examples(3, 100)))
async def test_weeks_by_the_dice_come_out_as_they_did(blog, box, seed):
    """Only what was decided after looking at another server cannot be told."""
    week = Week(blog, box, seed)
    await week.live(examples(30, 80))
    done = await rehearsed(blog)
    doubts = [line for line in done.unsure if not line.unsure.startswith("would have to fetch")]
    assert ([*done.changes, *doubts], done.judged > 5) == ([], True), week.log


async def test_a_rehearsal_touches_nothing_and_reaches_nobody(blog, box, pond):
    await a_lively_week(blog, box, pond)
    before, asked = await everything(blog), len(box.log)
    folder = blog.shop.config.storage.data_directory
    files = {path.name for path in folder.iterdir()}
    await rehearsed(blog, policy=CommentPolicy.HOLD_ALL, blocks=("pond.example",))
    assert await everything(blog) == before
    assert len(box.log) == asked
    assert {path.name for path in folder.iterdir()} == files


async def test_a_stricter_policy_shows_what_it_would_have_held(blog, box, ada):
    post = await blog.publish()
    await set_policy(blog, CommentPolicy.OPEN)
    await say(blog, ada, post.object_id)
    await hear(blog, ada, ada.activity("Like", post.object_id))
    tried = await rehearsed(blog, policy=CommentPolicy.HOLD_ALL)
    await set_policy(blog, CommentPolicy.HOLD_ALL)
    real = await rehearsed(blog)
    for done in (tried, real):
        assert told(done.changes) == [("Create", "ada", "accepted", "held")]
        assert done.changes[0].now_reason == "hold-all: every comment waits for the author's yes"
        assert done.judged == 2


async def test_a_block_shows_everything_that_it_would_have_kept_out(blog, box, pond, ada):
    bob = Peer(box, "lake.example").person("bob")
    post = await blog.publish()
    await say(blog, ada, post.object_id)
    await say(blog, bob, post.object_id)
    await hear(blog, bob, bob.activity("Like", post.object_id))
    barred = [("Create", "bob", "accepted", "refused"), ("Like", "bob", "accepted", "refused")]
    assert told((await rehearsed(blog, blocks=("lake.example",))).changes) == barred
    assert told((await rehearsed(blog, blocks=(bob.id,))).changes) == barred
    await moderating.block_host(blog.shop, "lake.example", by=BY)
    assert told((await rehearsed(blog)).changes) == barred


async def test_what_another_program_judged_otherwise_shows(blog, box, ada):
    post = await blog.publish()
    like = await hear(blog, ada, ada.activity("Like", post.object_id))
    await say(blog, ada, post.object_id)

    async def as_if_an_older_program_had_no_use_for_likes(db):
        await db.run("DELETE FROM reaction")
        await db.run(
            "UPDATE inbox_event SET verdict = 'ignored', reason = 'no use for it' WHERE activity_id = ?", like["id"]
        )

    await blog.shop.store.write(as_if_an_older_program_had_no_use_for_likes)
    [change] = (await rehearsed(blog)).changes
    assert (change.head.type, change.then, change.then_reason, change.now) == (
        "Like", "ignored", "no use for it", "accepted",
    )  # fmt: skip


async def test_who_was_known_by_an_approved_comment_is_known_in_the_rehearsal_too(blog, box, ada):
    post = await blog.publish()
    held = await say(blog, ada, post.object_id, LINK)
    box.clock.move(days=3)
    await moderating.approve(blog.shop, (await row(blog, held)).pk, by=BY)
    await say(blog, ada, post.object_id, LINK)
    assert (await rehearsed(blog, days=1)).changes == []
    assert (await rehearsed(blog, days=10)).changes == []


def only_if_signed_now(peer):
    """The server of a peer that shows nothing without a fresh signature."""

    async def serve(request):
        if request.target.startswith("/users/"):
            message = Message("GET", "https", peer.host, request.target, request.headers)
            claim(message, peer.box.clock.now(), needs_body=False)
        return await peer.serve(request)

    return serve


async def test_what_has_to_be_fetched_is_named_and_fetched_only_when_allowed(blog, box, pond, ada):
    bob = Peer(box, "lake.example").person("bob")
    await hear(blog, bob, bob.activity("Follow", await blog.actor_id()))
    post = await blog.publish()
    note = ada.note("<p>Well said.</p>", in_reply_to=post.object_id)
    await hear(blog, bob, ada.create(note))  # bob's server passes on what ada said
    assert len(await blog.comments(post)) == 1
    done = await rehearsed(blog)
    assert done.changes == []
    [line] = done.unsure
    assert line.unsure == f"would have to fetch {note['id']}"
    box.clock.move(days=2)
    box.servers["pond.example"] = only_if_signed_now(pond)
    fetched = await rehearsed(blog, may_fetch=True)
    assert (fetched.changes, fetched.unsure) == ([], [])


async def test_what_was_passed_on_with_a_proof_needs_no_fetching(blog, box, ada):
    bob = Peer(box, "lake.example").person("bob")
    await hear(blog, bob, bob.activity("Follow", await blog.actor_id()))
    post, author = await blog.publish(), prover_of(ada)
    await hear(blog, bob, author.create("<p>Proven.</p>", post))
    assert len(await blog.comments(post)) == 1
    done = await rehearsed(blog)
    assert (done.changes, done.unsure, done.judged) == ([], [], 2)
    assert told((await rehearsed(blog, policy=CommentPolicy.HOLD_ALL)).changes) == [
        ("Create", "ada", "accepted", "held")
    ]


async def test_what_nobody_sent_and_what_a_check_sent_are_no_part_of_it(blog, ada):
    post = await blog.publish()
    await say(blog, ada, post.object_id)

    async def found_and_checked(db):
        line = FoundLine(1, "https://a.example/1", "https://a.example/u", "a.example", "f", Verdict.ACCEPTED, "x", 5)
        await found_events.note(db, replace(line, found_at=blog.shop.now()))
        await db.run(
            """INSERT INTO inbox_event (blog_pk, signer, activity_id, type, actor, object_id, body_sha256, body, headers,
                   received_at, due_at, attempts, verdict, reason, ended_at)
               VALUES (1, ?, 'c', 'Follow', ?, '', 'c', ?, '', ?, 0, 0, 'accepted', '', ?)""",
            f"{blog.origin}/canary", f"{blog.origin}/canary", b"{}", blog.shop.now(), blog.shop.now(),
        )  # fmt: skip

    await blog.shop.store.write(found_and_checked)
    done = await rehearsed(blog)
    assert (done.judged, done.changes, done.unsure, done.gone) == (1, [], [], 0)


async def test_an_answer_to_what_cannot_be_told_is_still_judged(blog, box, pond, ada):
    bob = Peer(box, "lake.example").person("bob")
    await hear(blog, bob, bob.activity("Follow", await blog.actor_id()))
    post = await blog.publish()
    note = ada.note("<p>Well said.</p>", in_reply_to=post.object_id)
    await hear(blog, bob, ada.create(note))
    await say(blog, bob, note["id"], "<p>I agree.</p>")
    assert told((await rehearsed(blog)).unsure) == [("Create", "ada", "accepted", "waiting")]
    held = await rehearsed(blog, policy=CommentPolicy.HOLD_ALL)
    assert told(held.changes) == [("Create", "bob", "accepted", "held")]


async def test_what_speaks_of_days_that_are_not_kept_is_not_guessed(blog, box, ada):
    post = await blog.publish()
    like = await hear(blog, ada, ada.activity("Like", post.object_id))
    await blog.shop.store.write(lambda db: db.run("UPDATE inbox_event SET body = NULL"))
    box.clock.move(days=20)
    await hear(blog, ada, ada.activity("Undo", like))
    done = await rehearsed(blog)
    assert done.changes == []
    assert [line.unsure for line in done.unsure] == ["speaks of something from before what is kept"]
    assert (await rehearsed(blog, days=30)).gone == 1


async def test_only_what_came_since_is_told_though_more_is_played(blog, box, ada):
    post = await blog.publish()
    await set_policy(blog, CommentPolicy.OPEN)
    await say(blog, ada, post.object_id)
    box.clock.move(days=5)
    await say(blog, ada, post.object_id, "<p>And again.</p>")
    done = await rehearsed(blog, days=2, policy=CommentPolicy.HOLD_ALL)
    assert (done.judged, len(done.changes)) == (1, 1)
    assert (await rehearsed(blog, days=6, policy=CommentPolicy.HOLD_ALL)).judged == 2


def test_every_type_that_rests_on_before_is_known():
    assert {"Undo", "Delete", "Update", "Move"} <= playing._REST_ON_BEFORE


async def test_a_copy_of_a_rehearsal_that_was_killed_does_not_lie_about_for_ever(blog, tmp_path):
    place = blog.shop.config.storage.data_directory
    left, fresh, foreign = (place / f".fedblog-rehearsal-{name}" for name in ("left", "fresh", "foreign"))
    now = blog.shop.now() / 1000
    for folder, at in ((left, now - 2 * 86_400), (fresh, now)):
        folder.mkdir(mode=0o700)
        (folder / "copy.db").write_bytes(b"every secret of the blog")
        os.utime(folder, (at, at))
    foreign.symlink_to(tmp_path, target_is_directory=True)
    await rehearsed(blog)
    assert sorted(path.name for path in place.glob(".fedblog-rehearsal-*")) == [foreign.name, fresh.name]
    assert tmp_path.is_dir()
