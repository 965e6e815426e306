"""M04, comments on posts that are closed.

Known case: WordPress, where comments on old posts are what spam looks for.
Verdict: 202, so that nobody tries again, and a line in the ledger; nothing is shown, and no reader is invited.
"""

from fedblog.ap.signatures import FORMS
from fedblog.domain.blog import CommentPolicy
from fedblog.store import inbox_events


async def test_a_reply_to_a_closed_post_is_taken_and_not_shown(blog, ada):
    post = await blog.publish("Closed", "Words.", comment_policy=CommentPolicy.CLOSED)
    page = await blog.page(post)
    for form in FORMS:
        note = ada.note("<p>Late.</p>", in_reply_to=post.object_id)
        assert (await ada.post(blog.inbox, ada.create(note), form=form)).status == 202
    await blog.work()
    assert await blog.page(post) == page
    assert "Late." not in page
    article = await blog.document(post.object_id)
    assert article["replies"]["totalItems"] == 0
    reasons = {event.reason for event in await inbox_events.listed(blog.shop.store.reader, 1)}
    assert {reason.partition(":")[0] for reason in reasons} == {"closed"}
    blog.box.clock.move(days=1)
    assert await blog.worker.process_due() == 0


async def test_an_edit_opens_no_closed_post(blog, ada):
    post = await blog.publish("Closed", "Words.", comment_policy=CommentPolicy.CLOSED)
    note = ada.note("<p>Late.</p>", in_reply_to=post.object_id)
    for activity in (ada.create(note), ada.activity("Update", note | {"content": "<p>Later.</p>"})):
        assert (await ada.post(blog.inbox, activity)).status == 202
        await blog.work()
    assert await blog.comments(post) == []
