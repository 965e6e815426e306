"""What happens around handling: failures of our own, lost leases, events that are odd."""

import asyncio
from dataclasses import replace

from fedblog.domain.inbox_event import Verdict
from fedblog.services.outcomes import Later
from fedblog.store import followers, inbox_events


async def test_a_poisonous_event_is_parked_after_five_tries_and_stops_nobody(blog, box, ada, bob):
    await blog.post(ada, ada.activity("Follow", blog.actor_id))
    await blog.shop.store.write(lambda db: db.run("UPDATE inbox_event SET body = NULL"))
    await blog.shop.store.write(
        # A table that is missing stands for a mistake of ours that nobody foresaw.
        lambda db: db.run("ALTER TABLE tombstone RENAME TO lost_tombstone")
    )
    await blog.post(bob, bob.activity("Delete", f"{bob.id}/notes/1"))
    tries = 0
    while any(event.ended_at is None for event in await blog.ledger()):
        tries += len(await blog.work())
        box.clock.move(minutes=30)
    by_signer = {event.signer: event for event in await blog.ledger()}
    assert by_signer[bob.id].verdict is Verdict.FAILED
    assert by_signer[bob.id].reason.startswith("given up: failed here: ")
    assert by_signer[bob.id].attempts == 5
    assert by_signer[ada.id].verdict is Verdict.REFUSED
    await blog.shop.store.write(lambda db: db.run("ALTER TABLE lost_tombstone RENAME TO tombstone"))
    assert await blog.hear(ada, ada.activity("Follow", blog.actor_id)) == ("accepted", "follows the blog")


async def test_a_worker_that_lost_its_lease_changes_nothing(blog, box, ada):
    await blog.post(ada, ada.activity("Follow", blog.actor_id))
    [event] = await blog.claimed()
    box.clock.move(minutes=5)
    now = box.clock.now()
    await blog.shop.store.write(lambda db: inbox_events.claim(db, "other", now, now + 60_000, 5))
    outcome = await blog.process(blog.shop, event)
    assert outcome.verdict is Verdict.DUPLICATE
    assert await followers.listed(blog.db, 1) == []
    assert (await blog.last_line())[0] == "waiting"
    await blog.process(blog.shop, replace(event, leased_by="other"))
    assert len(await followers.listed(blog.db, 1)) == 1


async def test_an_event_that_is_processed_twice_has_one_effect(blog, ada):
    await blog.post(ada, ada.activity("Follow", blog.actor_id))
    [event] = await blog.claimed()
    await blog.process(blog.shop, event)
    await blog.process(blog.shop, event)
    assert len(await blog.sent("Accept")) == 1


async def test_an_event_whose_servers_dawdle_is_put_off_within_its_lease(blog, box, pond, ada):
    never = asyncio.Event()

    async def dawdle(request):
        await never.wait()

    box.add("slow.example", dawdle)
    post = await blog.publish()
    await blog.hear(ada, ada.activity("Like", post.object_id))
    note = ada.note("Hm.", in_reply_to="https://slow.example/notes/1")
    await blog.post(ada, ada.create(note))
    [event] = await blog.claimed()
    later = await blog.process(blog.shop, event, patience=0.05)
    assert isinstance(later, Later)
    assert later.reason == "a server that it needs does not answer"
    [line] = await inbox_events.listed(blog.db, 1, limit=1)
    assert (line.leased_by, line.ended_at) == (None, None)
