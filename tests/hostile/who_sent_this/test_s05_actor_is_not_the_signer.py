"""S05, an actor who is not the signer.

Known case: Fedify CVE-2025-54888 and Mastodon CVE-2024-37903 (the same host was taken for the same person).
Verdict: 202, for it may be forwarded, and no effect but what the origin itself shows; 403 in the name of the blog.
"""

import pytest

from tests.fediverse.receiver import INBOX
from tests.hostile.who_sent_this.forging import both_forms, nothing_happened


@both_forms
@pytest.mark.checklist(row=12)
async def test_an_actor_of_the_same_host_cannot_sign_for_another(blog, pond, ada, form):
    """Fedify CVE-2025-54888: equality, not the same host."""
    mallory = pond.person("mallory")
    post = await blog.publish()
    for activity in (
        ada.activity("Follow", blog.actor_id),
        ada.activity("Like", post.object_id),
        ada.activity("Announce", post.object_id),
    ):
        assert (await blog.post(mallory, activity, form=form)).status == 202
    await blog.work()
    assert [outcome.verdict.value for outcome in blog.verdicts] == ["ignored"] * 3
    assert await blog.reactions(post.object_id) == (0, 0)
    await nothing_happened(blog)


@both_forms
@pytest.mark.checklist(row=12)
async def test_a_create_that_somebody_else_signed_is_fetched_from_its_origin(blog, box, pond, ada, eve, form):
    post = await blog.publish()
    note = ada.note("<p>genuine</p>", in_reply_to=post.object_id)
    forged = ada.create(note)
    forged["object"]["content"] = "<p>forged</p>"
    await blog.post(eve, eve.activity("Like", "https://x.example/"))
    box.log.clear()
    receipt = await blog.take(eve.request(INBOX, forged, form=form))
    assert receipt.status == 202
    await blog.work()
    assert note["id"].removeprefix(pond.origin) in [r.target for r in box.requests_to("pond.example", "GET")]
    assert await blog.comments(post) == [(1, "genuine")]


@both_forms
@pytest.mark.checklist(row=12)
async def test_a_create_of_something_that_its_origin_does_not_have_leaves_nothing(blog, pond, ada, eve, form):
    post = await blog.publish()
    await blog.post(eve, eve.activity("Like", "https://x.example/"))
    note = ada.note("<p>forged</p>", in_reply_to=post.object_id)
    del pond.documents[note["id"].removeprefix(pond.origin)]
    await blog.take(eve.request(INBOX, ada.create(note), form=form))
    await blog.work()
    await nothing_happened(blog)


async def test_nobody_speaks_in_the_name_of_this_blog(blog, ada):
    ours = {"id": f"{blog.actor_id}/x", "type": "Follow", "actor": blog.actor_id, "object": blog.actor_id}
    await blog.post(ada, ada.activity("Like", "https://x.example/"))
    assert (await blog.post(ada, ours)).status == 403
