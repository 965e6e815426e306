"""S20, Delete, Undo and Update by a third party.

Known case: Hollo 0.8.5 (Delete by address), the WordPress plugin 4.0.0 (Delete without signature, Update that finds the
comment by its id and overwrites it).
Verdict: 202 and nothing changes, also while the origin answers 500 or, once, 404; only who wrote it may.
"""

import pytest

from fedblog.store import followers, mentions
from fedblog.world import WireResponse
from tests.hostile.who_sent_this.forging import both_forms


@pytest.fixture
async def story(blog, ada):
    """Ada follows, has commented and likes."""
    post = await blog.publish()
    note = ada.note("<p>genuine</p>", in_reply_to=post.object_id)
    like, follow = ada.activity("Like", post.object_id), ada.activity("Follow", blog.actor_id)
    for activity in (follow, ada.create(note), like):
        assert (await blog.hear(ada, activity))[0] == "accepted"
    return post, note, like, follow


async def assert_all_is_there(blog, post, ada):
    assert await blog.comments(post) == [(1, "genuine")]
    assert await blog.reactions(post.object_id) == (1, 0)
    assert [line.actor_id for line in await followers.listed(blog.db, 1)] == [ada.id]


def spoofed(eve, ada, story):
    """What Eve says in her own name of what is Ada's."""
    _, note, like, follow = story
    changed = note | {"content": "<p>forged</p>", "updated": "2030-01-01T00:00:00Z"}
    return {
        "delete": eve.activity("Delete", note["id"]),
        "delete of a tombstone": eve.activity("Delete", {"id": note["id"], "type": "Tombstone"}),
        "delete of the whole": eve.activity("Delete", note),
        "delete of the account": eve.activity("Delete", ada.id),
        "update": eve.activity("Update", changed),
        "update as hers": eve.activity("Update", changed | {"attributedTo": eve.id}),
        "update of the profile": eve.activity("Update", ada.document() | {"name": "forged"}),
        "undo of the like": eve.activity("Undo", like),
        "undo of the like by id": eve.activity("Undo", like["id"]),
        "undo of the follow": eve.activity("Undo", follow),
        "undo in her name": eve.activity("Undo", like | {"actor": eve.id}),
    }


@both_forms
@pytest.mark.parametrize("origin_says", [200, 500, 503])
async def test_a_third_party_changes_nothing(blog, ada, eve, pond, story, form, origin_says):
    for name in list(pond.documents):
        if origin_says != 200 and "/notes/" in name:
            pond.documents[name] = WireResponse(origin_says, (), b"")
    for name, activity in spoofed(eve, ada, story).items():
        assert (await blog.post(eve, activity, form=form)).status == 202, name
        await blog.work()
        await assert_all_is_there(blog, story[0], ada)


@both_forms
async def test_a_neighbour_on_the_same_host_changes_nothing_either(blog, ada, pond, story, form):
    mallory = pond.person("mallory")
    for name, activity in spoofed(mallory, ada, story).items():
        assert (await blog.post(mallory, activity, form=form)).status == 202, name
        await blog.work()
        await assert_all_is_there(blog, story[0], ada)


async def test_an_account_whose_server_says_404_once_is_not_deleted(blog, ada, pond, story):
    """A missing page is no farewell: only 410 is."""
    pond.documents["/users/ada"] = WireResponse(404, (), b"")
    stranger = pond.person("mallory")
    delete = ada.activity("Delete", ada.id)
    await blog.take(stranger.request("https://blog.example/inbox", delete))
    await blog.work()
    await assert_all_is_there(blog, story[0], ada)


@pytest.mark.parametrize(("status", "stays"), [(404, True), (410, False)])
async def test_a_private_message_that_its_server_does_not_show_us_is_not_deleted_for_a_stranger(
    blog, ada, eve, pond, status, stays
):
    """Servers say 404 to all but the addressees: whoever got a copy could have it deleted here."""
    note = ada.note("<p>Between us.</p>", to=[blog.actor_id], cc=[eve.id])
    assert (await blog.hear(ada, ada.create(note)))[0] == "accepted"
    pond.documents[note["id"].removeprefix(pond.origin)] = WireResponse(status, (), b"")
    await blog.hear(eve, eve.activity("Follow", blog.actor_id))
    assert (
        await blog.take(eve.request("https://blog.example/inbox", ada.activity("Delete", note["id"])))
    ).status == 202
    await blog.work()
    mention = await mentions.by_object_id(blog.db, 1, note["id"])
    assert (mention is not None and mention.text == "Between us.") is stays


async def test_what_its_own_author_takes_back_goes(blog, ada, story):
    post, note, like, follow = story
    for activity in (ada.activity("Delete", note["id"]), ada.activity("Undo", like), ada.activity("Undo", follow)):
        assert (await blog.hear(ada, activity))[0] == "accepted"
    assert (await blog.comments(post), await blog.reactions(post.object_id)) == ([], (0, 0))
    assert await followers.listed(blog.db, 1) == []
