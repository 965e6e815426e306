"""M02, reports as a weapon.

Known case: Akkoma 3.18 and 3.20 (Flags of odd shape; reports that quote what the reporter may not see).
Verdict: 202; at most ten a day for each server are kept, as plain text, and nothing is hidden by any of them.
"""

import pytest

from fedblog.domain.blog import CommentPolicy
from fedblog.store import mentions
from tests.fediverse import Peer
from tests.lengths import examples


@pytest.mark.soak
async def test_reports_without_end_hide_nothing_and_fill_no_table(blog, box, ada):
    post = await blog.publish("On reports", "Words.", comment_policy=CommentPolicy.OPEN)
    note = ada.note("<p>Fine.</p>", in_reply_to=post.object_id)
    await ada.post(blog.inbox, ada.create(note))
    await blog.work()
    page, us = await blog.page(post), await blog.actor_id()
    people = [Peer(box, f"s{number}.example").person("x") for number in range(3)]
    for number in range(examples(25, 3_300)):
        for person in people:
            flag = person.activity("Flag", [us, post.object_id, note["id"]], content=f"<b>{number}</b>")
            assert (await person.post(blog.inbox, flag)).status in {202, 429}
        box.clock.move(seconds=2)
    await blog.work()
    reports = await mentions.reports(blog.shop.store.reader, 1)
    assert 10 * len(people) <= len(reports) <= 10 * len(people) * (1 + examples(25, 3_300) * 2 // 86_400 + 1)
    assert all("<" not in report.content for report in reports)
    assert await blog.page(post) == page


@pytest.mark.parametrize(
    "named", [[], None, {}, [{}], [None, 7], "not an address", ["https://x.example/1"] * 500, {"type": "Collection"}]
)
async def test_reports_of_odd_shape_change_nothing(blog, ada, named):
    post = await blog.publish("On reports", "Words.")
    page = await blog.page(post)
    for content in ("x", None, ["a", "b"], {"en": "x"}, "\u202ex" * 4000):
        answer = await ada.post(blog.inbox, ada.activity("Flag", named, content=content))
        assert answer.status in {202, 400}
    await blog.work()
    assert await blog.page(post) == page
