"""What happens when two things happen at once, or in an order that nobody expects."""

import asyncio
import dataclasses

import pytest

from fedblog.domain.inbox_event import Verdict
from fedblog.errors import Conflict, Missing
from fedblog.services import answering, following, moderating, publishing, signing_in, writing
from fedblog.services.workshop import the_actor
from fedblog.services.writing import Draft
from fedblog.store import comments, followers, inbox_events, posts
from fedblog.worker import Worker
from fedblog.worker.worker import BREATH
from tests.fediverse import Peer


def meanwhile(box, host, path, happens):
    """Once, while somebody waits for an answer from there: `happens`."""
    served, done = box.servers[host], []

    async def serve(request):
        if not done and request.target.startswith(path):
            done.append(request)
            await happens()
        return await served(request)

    box.servers[host] = serve
    return done


async def test_a_text_that_is_saved_while_it_is_being_published_is_not_lost(blog, box, ada):
    draft = await writing.create(blog.shop, Draft("On slow reading", f"Ask {ada.handle}. First text."))

    async def save():
        await publishing.edit(blog.shop, draft.pk, Draft("On slow reading", "Second text."))

    asked = meanwhile(box, "pond.example", "/.well-known/webfinger", save)
    with pytest.raises(Conflict):
        await publishing.publish(blog.shop, draft.pk)
    assert asked
    saved = await posts.by_pk(blog.shop.store.reader, draft.pk)
    assert saved.markdown == "Second text."
    assert not saved.is_public


async def test_who_is_blocked_while_a_reply_is_looked_at_is_not_shown(blog, box, ada):
    post = await blog.publish()
    note = ada.note("<p>Hello.</p>", in_reply_to=post.object_id)
    await ada.post(blog.inbox, ada.create(note))

    async def block():
        await moderating.block_actor(blog.shop, ada.id, by="author")

    asked = meanwhile(box, "pond.example", "/.well-known/webfinger", block)
    await blog.work()
    assert asked
    assert await blog.comments(post) == []
    [event] = await inbox_events.listed(blog.shop.store.reader, 1)
    assert event.verdict is Verdict.REFUSED


async def test_who_is_blocked_while_a_follow_is_looked_at_does_not_follow(blog, box, ada):
    await ada.post(blog.inbox, ada.activity("Follow", await blog.actor_id()))

    async def block():
        await moderating.block_host(blog.shop, "pond.example", by="author")

    asked = meanwhile(box, "pond.example", "/.well-known/webfinger", block)
    await blog.work()
    assert asked
    assert await followers.listed(blog.shop.store.reader, 1) == []


async def test_a_home_page_counts_the_likes_that_the_page_of_the_post_counts(blog, ada):
    post = await blog.publish()
    await ada.post(blog.inbox, ada.activity("Like", post.object_id))
    await blog.work()
    assert "1 like" in (await blog.get("/")).body.decode()
    await publishing.unpublish(blog.shop, post.pk)
    post = await publishing.publish(blog.shop, post.pk)
    assert ("1 like" in await blog.page(post)) == ("1 like" in (await blog.get("/")).body.decode())


async def test_a_draft_that_was_worked_on_is_not_marked_as_edited(blog):
    draft = await writing.create(blog.shop, Draft("On slow reading", "First text."))
    await publishing.edit(blog.shop, draft.pk, Draft("On slow reading", "Second text."))
    post = await publishing.publish(blog.shop, draft.pk)
    assert "edited" not in await blog.page(post)


async def test_a_profile_that_is_fetched_anew_changes_every_page_that_shows_it(blog, box, pond, ada):
    first, second = await blog.publish("One"), await blog.publish("Two")
    await ada.post(blog.inbox, ada.create(ada.note("<p>Hello.</p>", in_reply_to=first.object_id)))
    await blog.work()
    assert "Ada" in await blog.page(first)
    box.clock.move(days=8)
    pond.documents["/users/ada"] = ada.document() | {"name": "Countess"}
    await ada.post(blog.inbox, ada.create(ada.note("<p>Hello again.</p>", in_reply_to=second.object_id)))
    await blog.work()
    assert "Countess" in await blog.page(second)
    assert "Countess" in await blog.page(first)


async def test_a_profile_that_has_become_private_leaves_every_page(blog, box, pond, ada):
    first, second = await blog.publish("One"), await blog.publish("Two")
    await ada.post(blog.inbox, ada.create(ada.note("<p>Hello.</p>", in_reply_to=first.object_id)))
    await blog.work()
    assert await blog.comments(first)
    box.clock.move(days=8)
    pond.documents["/users/ada"] = ada.document() | {"suspended": True}
    await ada.post(blog.inbox, ada.create(ada.note("<p>Hello again.</p>", in_reply_to=second.object_id)))
    await blog.work()
    assert await blog.comments(first) == []


async def test_an_unfollow_waits_for_a_follow_that_has_to_be_tried_again(blog, box, pond, ada):
    follow = ada.activity("Follow", await blog.actor_id())
    await ada.post(blog.inbox, follow)
    await blog.shop.store.write(lambda db: db.run("DELETE FROM actor WHERE actor_id = ?", ada.id))
    box.down.add("pond.example")
    await blog.work()
    box.down.clear()
    assert (await ada.post(blog.inbox, ada.activity("Undo", follow))).status == 202
    await blog.work()
    for _ in range(10):
        box.clock.move(minutes=10)
        await blog.work()
    assert await followers.listed(blog.shop.store.reader, 1) == []


async def test_a_comment_with_a_date_in_the_future_can_still_be_made_private(blog, box, ada):
    post = await blog.publish()
    note = ada.note("<p>Hello.</p>", in_reply_to=post.object_id)
    await ada.post(blog.inbox, ada.create(note))
    wrong = note | {"content": "<p>Hello!</p>", "updated": "2099-01-01T00:00:00Z"}
    await ada.post(blog.inbox, ada.activity("Update", wrong, to=wrong["to"], cc=wrong["cc"]))
    await blog.work()
    assert "Hello!" in await blog.page(post)
    box.clock.move(minutes=5)
    narrowed = note | {"to": [f"{ada.id}/followers"], "cc": [], "updated": "2026-11-24T00:00:00Z"}
    await ada.post(blog.inbox, ada.activity("Update", narrowed, to=narrowed["to"], cc=[]))
    await blog.work()
    assert "Hello" not in await blog.page(post)


async def test_a_move_to_the_blog_itself_changes_nothing_of_it(blog, box, ada):
    await ada.post(blog.inbox, ada.activity("Follow", await blog.actor_id()))
    await blog.work()
    before = await the_actor(blog.shop.store.reader)
    box.clock.move(minutes=1)
    await ada.post(blog.inbox, ada.activity("Move", ada.id, target=before.actor_id))
    await blog.work()
    assert await the_actor(blog.shop.store.reader) == before


async def test_what_waits_for_something_slow_of_the_same_sender_is_not_asked_for_over_and_over(blog, box, ada):
    started, release, naps = asyncio.Event(), asyncio.Event(), []

    async def sleep(seconds):
        naps.append(seconds)
        await asyncio.sleep(0.01)

    async def process(shop, event):
        started.set()
        await release.wait()

    shop = dataclasses.replace(blog.shop, world=dataclasses.replace(blog.shop.world, sleep=sleep))
    for kind in ("Like", "Announce"):
        await ada.post(blog.inbox, ada.activity(kind, await blog.actor_id()))
    worker = Worker(shop, process)
    task = asyncio.create_task(worker.run_until_stopped())
    await started.wait()
    await asyncio.sleep(0.1)
    worker.stop()
    release.set()
    await task
    assert naps.count(BREATH) == 1  # after the first taking, the only one that brought something
    assert min(nap for nap in naps if nap != BREATH) >= 0.5


async def test_a_clock_that_was_ahead_holds_no_update_back(blog, box, pond, ada):
    box.clock.move(days=2)
    post = await blog.publish()
    await publishing.edit(blog.shop, post.pk, Draft(post.title, "Read more slowly."))
    await blog.work()
    box.clock.move(days=-2)
    saved = await publishing.edit(blog.shop, post.pk, Draft(post.title, "Read still more slowly."))
    assert saved.update_due_at <= box.clock.now() + publishing.QUIET


async def test_two_undos_without_an_id_both_count(blog, ada):
    post = await blog.publish()

    async def say(activity):
        assert (await ada.post(blog.inbox, activity)).status == 202
        blog.box.clock.move(seconds=2)
        await blog.work()

    bare = {"type": "Like", "actor": ada.id, "object": post.object_id}
    undo = {"@context": "https://www.w3.org/ns/activitystreams", "type": "Undo", "actor": ada.id, "object": bare}
    for _ in range(2):
        await say(ada.activity("Like", post.object_id))
        assert "1 like" in await blog.page(post)
        await say(undo)
        assert "1 like" not in await blog.page(post)


async def test_after_a_quiet_month_followers_get_the_new_post_and_no_old_letter(blog, box, pond, ada):
    await ada.post(blog.inbox, ada.activity("Follow", await blog.actor_id()))
    await blog.work()
    assert len(pond.got("Accept")) == 1
    box.clock.move(days=31)
    await blog.worker.keep_house()
    await blog.publish()
    assert (len(pond.got("Create")), len(pond.got("Accept"))) == (1, 1)


async def test_who_removes_a_follower_that_has_left_removes_nobody_else(blog, pond, ada):
    await ada.post(blog.inbox, ada.activity("Follow", await blog.actor_id()))
    await blog.work()
    [seen] = await followers.listed(blog.shop.store.reader, 1)
    await ada.post(blog.inbox, ada.activity("Undo", ada.activity("Follow", await blog.actor_id())))
    bob = pond.person("bob")
    await blog.work()
    await bob.post(blog.inbox, bob.activity("Follow", await blog.actor_id()))
    await blog.work()
    with pytest.raises(Missing):
        await following.remove(blog.shop, seen.pk, by="author")
    assert [line.actor_id for line in await followers.listed(blog.shop.store.reader, 1)] == [bob.id]


async def test_an_answer_is_not_sent_below_a_comment_that_is_deleted_meanwhile(blog, box, pond, ada):
    lake = Peer(box, "lake.example")
    bob, post = lake.person("bob"), await blog.publish()
    note = ada.note("<p>Hello.</p>", in_reply_to=post.object_id)
    await ada.post(blog.inbox, ada.create(note))
    await blog.work()
    comment = await comments.by_object_id(blog.shop.store.reader, 1, note["id"])

    async def take_back():
        await ada.post(blog.inbox, ada.activity("Delete", note["id"]))
        await blog.work()

    asked = meanwhile(box, "lake.example", "/.well-known/webfinger", take_back)
    with pytest.raises(Conflict):
        await answering.answer(blog.shop, post.pk, comment.pk, f"Ask {bob.handle}.")
    assert asked
    assert pond.got("Create") == []


async def test_an_answer_can_be_changed_after_what_it_answers_was_deleted(blog, pond, ada):
    post = await blog.publish()
    note = ada.note("<p>Hello.</p>", in_reply_to=post.object_id)
    await ada.post(blog.inbox, ada.create(note))
    await blog.work()
    comment = await comments.by_object_id(blog.shop.store.reader, 1, note["id"])
    mine = await answering.answer(blog.shop, post.pk, comment.pk, "Wellcome.")
    await ada.post(blog.inbox, ada.activity("Delete", note["id"]))
    await blog.work()
    await answering.edit(blog.shop, mine.pk, "Welcome.")
    assert "Welcome." in await blog.page(post)


async def test_nobody_deletes_an_answer_of_the_author_while_its_post_is_away(blog, pond, ada):
    post = await blog.publish()
    mine = await answering.answer(blog.shop, post.pk, None, "Welcome.")
    await publishing.unpublish(blog.shop, post.pk)
    eve = pond.person("eve")
    await eve.post(blog.inbox, ada.activity("Delete", mine.object_id))
    await blog.work()
    post = await publishing.publish(blog.shop, post.pk)
    assert "Welcome." in await blog.page(post)


async def test_a_password_that_is_changed_while_it_is_checked_opens_nothing(blog):
    hashing = Slot(1)
    shop = dataclasses.replace(blog.shop, slots=dataclasses.replace(blog.shop.slots, hashing=hashing))
    await signing_in.create_account(shop, "ada", "correct horse")
    async with hashing:
        hashing.wanted.clear()
        logging_in = asyncio.create_task(signing_in.log_in(shop, "ada", "correct horse", "192.0.2.1"))
        await hashing.wanted.wait()
        await signing_in.set_password(blog.shop, "ada", "battery staple")
    assert await logging_in is None


class Slot(asyncio.Semaphore):
    """Tells when somebody wants it."""

    def __init__(self, value):
        super().__init__(value)
        self.wanted = asyncio.Event()

    async def acquire(self):
        self.wanted.set()
        return await super().acquire()


async def test_who_is_blocked_gets_no_edit_of_what_they_took_part_in(blog, pond, ada):
    post = await blog.publish()
    await ada.post(blog.inbox, ada.create(ada.note("<p>Hello.</p>", in_reply_to=post.object_id)))
    await blog.work()
    await moderating.block_actor(blog.shop, ada.id, by="author", hides_all=False)
    await publishing.edit(blog.shop, post.pk, Draft(post.title, "Read more slowly."))
    await blog.work()
    assert pond.got("Update") == []


async def test_a_server_that_keeps_us_waiting_holds_nobody_else_up(blog):
    released, arrived = asyncio.Event(), asyncio.Event()

    async def process(shop, event):
        if event.signer.startswith("https://slow.example/"):
            await released.wait()
        else:
            arrived.set()
        settlement = inbox_events.Settlement(event.pk, event.leased_by, Verdict.IGNORED, "", shop.now())
        await shop.store.write(lambda db: inbox_events.settle(db, [settlement]))

    signers = [f"https://slow.example/users/{number}" for number in range(100)]
    await blog.shop.store.write(lambda db: inbox_events.record(db, [arrival(signer) for signer in signers]))
    await blog.shop.store.write(lambda db: inbox_events.record(db, [arrival("https://pond.example/users/ada")]))
    working = asyncio.create_task(Worker(blog.shop, process).process_due())
    try:
        await asyncio.wait_for(arrived.wait(), 10)
    finally:
        released.set()
    assert await working == 101


def arrival(signer):
    """A Like as it was recorded."""
    like = f"{signer}/likes/1"
    return inbox_events.Arrival(1, signer, like, "Like", signer, "", like, b"{}", "[]", like, 1)


async def test_a_comment_that_the_author_hid_does_not_come_back_by_changing_its_audience(blog, ada):
    post = await blog.publish()
    note = ada.note("<p>Hello.</p>", in_reply_to=post.object_id)
    await ada.post(blog.inbox, ada.create(note))
    await blog.work()
    comment = await comments.by_object_id(blog.shop.store.reader, 1, note["id"])
    await moderating.hide(blog.shop, comment.pk, by="author")
    for to in ([f"{ada.id}/followers"], note["to"]):
        changed = note | {"to": to, "cc": []}
        await ada.post(blog.inbox, ada.activity("Update", changed, to=to))
        await blog.work()
    assert await blog.comments(post) == []


async def test_a_comment_that_the_author_deleted_makes_nobody_known(blog, ada):
    post = await blog.publish()
    note = ada.note("<p>Hello.</p>", in_reply_to=post.object_id)
    await ada.post(blog.inbox, ada.create(note))
    await blog.work()
    comment = await comments.by_object_id(blog.shop.store.reader, 1, note["id"])
    await moderating.delete(blog.shop, comment.pk, by="author")
    link = ada.note('<p><a href="https://spam.example/">Buy</a></p>', in_reply_to=post.object_id)
    await ada.post(blog.inbox, ada.create(link))
    await blog.work()
    assert await blog.comments(post) == []
