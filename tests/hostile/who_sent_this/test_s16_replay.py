"""S16, a request that is sent again.

Known case: windows of 12 hours (Mastodon) and 3 hours (WordPress), in which a copy is as good as the original (RFC 9421 section 7).
Verdict: 202 and one effect within the window, 401 beyond it.
"""

from fedblog.store import inbox_events
from tests.fediverse.receiver import INBOX
from tests.hostile.who_sent_this.forging import both_forms, nothing_happened


async def test_one_request_a_thousand_times_has_one_effect(blog, ada):
    request = ada.request(INBOX, ada.activity("Follow", blog.actor_id))
    receipts = {(await blog.take(request)).status for _ in range(1000)}
    await blog.work()
    assert receipts == {202}
    assert len(await blog.sent("Accept")) == 1
    assert len(await inbox_events.listed(blog.db, 1)) == 1


@both_forms
async def test_a_request_that_was_kept_for_two_hours_is_stale(blog, ada, form):
    request = ada.request(INBOX, ada.activity("Follow", blog.actor_id), form=form)
    blog.box.clock.move(hours=2)
    receipt = await blog.take(request)
    assert (receipt.status, receipt.reason) == (401, "stale")
    await nothing_happened(blog)


@both_forms
async def test_a_like_that_is_replayed_after_its_undo_stays_undone(blog, ada, form):
    post = await blog.publish()
    like = ada.activity("Like", post.object_id)
    request = ada.request(INBOX, like, form=form)
    assert (await blog.take(request)).status == 202
    await blog.work()
    blog.box.clock.move(seconds=5)
    await blog.hear(ada, ada.activity("Undo", like), form=form)
    for _ in range(3):
        assert (await blog.take(request)).status == 202
        assert (await blog.post(ada, like, form=form)).status == 202
        await blog.work()
    assert await blog.reactions(post.object_id) == (0, 0)
