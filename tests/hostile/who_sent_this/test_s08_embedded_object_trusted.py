"""S08, a foreign object that is embedded.

Known case: PeerTube CVE-2026-73090, Hollo 0.8.5 (Update and Announce), Misskey CVE-2024-52591 and CVE-2025-25306.
Verdict: 202 and no effect; what another server is said to say is asked of that server.
"""

import pytest

from tests.hostile.who_sent_this.forging import both_forms, nothing_happened


@both_forms
@pytest.mark.parametrize("kind", ["Create", "Update"])
@pytest.mark.checklist(row=13)
async def test_an_object_on_a_foreign_host(blog, ada, eve, kind, form):
    """PeerTube CVE-2026-73090: the embedded copy of another server's object is not believed."""
    post = await blog.publish()
    note = ada.note("<p>genuine</p>", in_reply_to=post.object_id)
    await blog.hear(ada, ada.create(note))
    for author in (ada.id, eve.id):
        forged = note | {"content": "<p>forged</p>", "attributedTo": author, "updated": "2030-01-01T00:00:00Z"}
        assert (await blog.post(eve, eve.activity(kind, forged), form=form)).status == 202
        await blog.work()
    assert await blog.comments(post) == [(1, "genuine")]


@both_forms
@pytest.mark.checklist(row=13)
async def test_an_object_of_somebody_else_on_the_own_host(blog, pond, ada, form):
    mallory = pond.person("mallory")
    post = await blog.publish()
    note = mallory.note("<p>forged</p>", in_reply_to=post.object_id, attributedTo=ada.id)
    del pond.documents[note["id"].removeprefix(pond.origin)]
    await blog.post(mallory, mallory.create(note), form=form)
    await blog.work()
    await nothing_happened(blog)


async def test_a_parent_whose_author_is_on_another_server_is_no_comment_of_hers(blog, dump, ada, eve):
    post = await blog.publish()
    parent = eve.note("<p>forged</p>", in_reply_to=post.object_id, attributedTo=ada.id)
    await blog.hear(eve, eve.create(eve.note("<p>x</p>", in_reply_to=parent["id"])))
    assert await blog.comment(parent) is None
