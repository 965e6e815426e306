"""What senders do beside the book, delivered live in both forms; for each the effect that a reader sees.

Each of these was seen in the captures, in a sender's source or in its issue tracker.
"""

import pytest

from fedblog.ap.signatures import FORMS
from fedblog.store import inbox_events, mentions
from tests.fediverse import Peer
from tests.fediverse.blog import blog_in
from tests.fediverse.peer import PUBLIC


@pytest.fixture
async def blog(box, databases):
    async with blog_in(box, await databases.migrated()) as made:
        yield made


@pytest.fixture(params=FORMS)
def ada(box, request):
    """A person whose server signs in one of the two forms."""
    return Peer(box, "pond.example", request.param).person("ada")


async def says(blog, person, activity):
    """Deliver and process it; returns verdict and reason."""
    blog.box.clock.move(seconds=1)
    assert (await person.post(blog.inbox, activity)).status == 202
    await blog.work()
    latest = (await inbox_events.listed(blog.shop.store.reader, 1))[0]
    return latest.verdict.value, latest.reason


async def test_two_edits_with_one_activity_id_and_one_updated_are_both_taken_in_their_order(blog, ada):
    """GoToSocial and Pleroma name an Update after the second in which it was made."""
    post = await blog.publish()
    note = ada.note("<p>First.</p>", in_reply_to=post.object_id)
    await says(blog, ada, ada.create(note))
    update = ada.activity("Update", note) | {"id": f"{note['id']}#updates/1795000000"}
    for words in ("Second.", "Third."):
        edited = note | {"content": f"<p>{words}</p>", "updated": "2026-11-18T11:07:00Z"}
        assert await says(blog, ada, update | {"object": edited}) == ("accepted", "edited")
        assert words in await blog.page(post)
    page = await blog.page(post)
    assert "Second." not in page
    assert "<span>edited</span>" in page
    assert await blog.comments(post) == ["comment-1"]


async def test_an_undo_that_carries_only_an_id_takes_back_what_came_under_that_id(blog, ada):
    post = await blog.publish()
    like, boost = ada.activity("Like", post.object_id), ada.activity("Announce", post.object_id, to=[PUBLIC])
    follow = ada.activity("Follow", await blog.actor_id())
    for activity in (like, boost, follow):
        await says(blog, ada, activity)
    page = await blog.page(post)
    assert ("1 like" in page, "1 boost" in page) == (True, True)
    for activity in (like, boost, follow):
        assert (await says(blog, ada, ada.activity("Undo", activity["id"])))[0] == "accepted"
    page = await blog.page(post)
    assert ("1 like" in page, "1 boost" in page) == (False, False)
    await blog.publish("Later", "Not for those who left.")
    assert len(ada.peer.got("Create")) == 0


async def test_a_delete_that_carries_the_whole_note_deletes_it(blog, ada):
    """WordPress: neither an id nor a Tombstone, but the Note itself."""
    post = await blog.publish()
    note = ada.note("<p>Soon gone.</p>", in_reply_to=post.object_id)
    await says(blog, ada, ada.create(note))
    assert "Soon gone." in await blog.page(post)
    assert (await says(blog, ada, ada.activity("Delete", note)))[0] == "accepted"
    assert "Soon gone." not in await blog.page(post)


async def test_a_mention_that_names_the_site_means_the_blog(blog, ada):
    """WordPress: `href` and `cc` hold the site's address in place of the actor's id."""
    site = f"{blog.origin}/"
    named = {"tag": [{"type": "Mention", "href": site, "name": "@blog@blog.example"}], "cc": [site]}
    aside = ada.note("<p>Have you seen it?</p>", **named)
    assert (await says(blog, ada, ada.create(aside)))[0] == "accepted"
    [mention] = await mentions.listed(blog.shop.store.reader, 1)
    assert mention.object_id == aside["id"]
    post = await blog.publish()
    reply = ada.note("<p>Nobody else is named.</p>", in_reply_to=post.object_id, **named)
    assert await says(blog, ada, ada.create(reply)) == ("accepted", "shown as a comment")


async def test_ids_of_150_odd_characters_are_kept_whole(blog, ada):
    """Uuids behind uuids, as Bridgy Fed, Mitra and Hubzilla make them."""
    post = await blog.publish()
    long = f"{ada.id}/{'0123456789abcdef' * 8}"
    note = ada.note("<p>A long name.</p>", in_reply_to=post.object_id) | {"id": long}
    assert 150 < len(long) < 180
    assert (await says(blog, ada, ada.create(note) | {"id": f"{long}#create"}))[0] == "accepted"
    assert "A long name." in await blog.page(post)
    replies = await blog.document(f"{post.object_id}/replies/page/1")
    assert replies["items"] == [long]
    like = ada.activity("Like", post.object_id) | {"id": f"{long}#like"}
    await says(blog, ada, like)
    await says(blog, ada, ada.activity("Undo", like["id"]) | {"id": f"{long}#undo"})
    assert "1 like" not in await blog.page(post)
    assert (await says(blog, ada, ada.activity("Delete", long)))[0] == "accepted"
    assert "A long name." not in await blog.page(post)


@pytest.mark.parametrize("named", ["id", "page", "object", "list"])
async def test_a_reply_whose_only_link_to_us_is_in_reply_to_is_a_comment(blog, ada, named):
    """Nobody of us in `to`, `cc` or `tag`; and the post may be named by its page, as people paste it."""
    post = await blog.publish()
    there = {
        "id": post.object_id,
        "page": f"{blog.origin}{post.path}",
        "object": {"type": "Article", "id": post.object_id},
        "list": [post.object_id],
    }[named]
    note = ada.note("<p>Only this.</p>", in_reply_to=there, to=PUBLIC, cc=[])
    assert await says(blog, ada, ada.create(note)) == ("accepted", "shown as a comment")
    assert "Only this." in await blog.page(post)


async def test_a_poll_shows_its_choices_and_no_votes_and_a_vote_is_no_comment(blog, ada):
    post = await blog.publish()
    choices = [{"type": "Note", "name": name, "replies": {"totalItems": 7}} for name in ("Pencil", "Pen")]
    poll = ada.note("<p>Which one?</p>", in_reply_to=post.object_id, type="Question", oneOf=choices)
    assert (await says(blog, ada, ada.create(poll)))[0] == "accepted"
    page = await blog.page(post)
    assert "<ul><li>Pencil</li><li>Pen</li></ul>" in page
    assert ">7<" not in page
    vote = ada.note("", in_reply_to=poll["id"], name="Pen")
    del vote["content"]
    assert (await says(blog, ada, ada.create(vote)))[0] == "ignored"
    assert (await says(blog, ada, ada.create(vote | {"inReplyTo": post.object_id})))[0] == "ignored"
    counted = [choice | {"replies": {"totalItems": 8}} for choice in choices]
    await says(blog, ada, ada.activity("Update", poll | {"oneOf": counted}))
    assert await blog.page(post) == page
