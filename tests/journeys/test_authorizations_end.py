"""Authorizations end with what they were given for, whatever ends it."""

import pytest

from fedblog.domain.blog import CommentPolicy
from fedblog.services import moderating
from fedblog.store import mentions
from tests.fediverse.peer import PUBLIC
from tests.journeys.test_interactions import asks_to_reply, first_comment

AP = "application/activity+json"
SPAM = '<p>May I? <a href="https://spam.example/1">Cheap</a></p>'


@pytest.fixture
async def allowed(blog, ada, pond):
    """A reply that asked and was allowed: its post, the note, and the id of its authorization."""
    post = await blog.publish(comment_policy=CommentPolicy.CAUTIOUS)
    note = ada.note("<p>May I?</p>", in_reply_to=post.object_id)
    await blog.hear(ada, asks_to_reply(ada, note, post.object_id))
    [accept] = pond.got("Accept")
    assert (await blog.get(accept["result"], AP)).status == 200
    return post, note, accept["result"]


async def test_an_allowed_reply_that_is_edited_into_spam_loses_its_authorization(blog, ada, pond, allowed):
    _, note, stamp = allowed
    edited = note | {"content": SPAM, "updated": "2026-11-18T11:06:41Z"}
    assert (await blog.hear(ada, ada.activity("Update", edited, to=[PUBLIC])))[0] == "held"
    assert (await blog.get(stamp, AP)).status == 410
    assert [reject["object"]["instrument"] for reject in pond.got("Reject")] == [note["id"]]

    await moderating.approve(blog.shop, (await first_comment(blog)).pk, by="ada")
    await blog.work()
    again = pond.got("Accept")[-1]["result"]
    assert again != stamp
    assert (await blog.get(again, AP)).status == 200


async def test_spam_that_asks_again_for_an_allowed_reply_loses_its_authorization(blog, ada, allowed):
    post, note, stamp = allowed
    edited = note | {"content": SPAM, "updated": "2026-11-18T11:06:41Z"}
    assert (await blog.hear(ada, asks_to_reply(ada, edited, post.object_id)))[0] == "held"
    assert (await blog.get(stamp, AP)).status == 410


async def test_an_allowed_reply_that_its_author_takes_from_the_public_loses_its_authorization(blog, ada, allowed):
    _, note, stamp = allowed
    private = note | {"to": [ada.id], "cc": [], "updated": "2026-11-18T11:06:41Z"}
    await blog.hear(ada, ada.activity("Update", private))
    assert (await blog.get(stamp, AP)).status == 410


async def test_an_allowed_reply_cannot_get_leave_below_a_closed_post_by_moving_there(blog, ada, pond, allowed):
    _, note, stamp = allowed
    closed = await blog.publish("A closed one", comment_policy=CommentPolicy.CLOSED)
    moved = note | {"inReplyTo": closed.object_id, "updated": "2026-11-18T11:06:41Z"}
    verdict, _ = await blog.hear(ada, asks_to_reply(ada, moved, closed.object_id))
    assert verdict == "refused"
    assert len(pond.got("Accept")) == 1
    assert (await blog.get(stamp, AP)).status == 200
    assert await blog.comments(closed) == []


async def test_a_like_that_asks_about_one_post_and_then_another_keeps_one_authorization(blog, ada, pond):
    first, second = await blog.publish("One"), await blog.publish("Two")
    like = ada.activity("Like", first.object_id)
    for post in (first, second):
        instrument = {"id": like["id"], "type": "Like", "attributedTo": ada.id, "object": post.object_id}
        await blog.hear(ada, ada.activity("LikeRequest", post.object_id, instrument=instrument))
    stamps = [accept["result"] for accept in pond.got("Accept")]
    assert [(await blog.get(stamp, AP)).status for stamp in stamps] == [410, 200]


async def test_a_like_that_is_taken_back_takes_its_authorization_along(blog, ada, pond):
    post = await blog.publish()
    like = ada.activity("Like", post.object_id)
    instrument = {"id": like["id"], "type": "Like", "attributedTo": ada.id, "object": post.object_id}
    await blog.hear(ada, ada.activity("LikeRequest", post.object_id, instrument=instrument))
    [accept] = pond.got("Accept")
    await blog.hear(ada, ada.activity("Undo", like["id"]))
    assert (await blog.get(accept["result"], AP)).status == 410


@pytest.mark.parametrize(
    ("policy", "answers"),
    [(CommentPolicy.OPEN, ["Accept"]), (CommentPolicy.HOLD_ALL, []), (CommentPolicy.CLOSED, ["Reject"])],
)
async def test_a_private_reply_is_allowed_no_more_than_a_public_one(blog, ada, pond, policy, answers):
    """Its author could open it to everybody afterwards, and show an authorization for a post that takes no replies."""
    post = await blog.publish(comment_policy=policy)
    note = ada.note("<p>Psst.</p>", in_reply_to=post.object_id, to=[await blog.actor_id()], cc=[])
    assert (await blog.hear(ada, asks_to_reply(ada, note, post.object_id)))[0] == "accepted"
    assert [kind for kind in ("Accept", "Reject") for _ in pond.got(kind)] == answers
    mention = await mentions.by_object_id(blog.shop.store.reader, 1, note["id"])
    assert mention.text == "Psst."


async def test_a_private_reply_that_is_opened_with_spam_loses_its_authorization(blog, ada, pond):
    post = await blog.publish(comment_policy=CommentPolicy.CAUTIOUS)
    note = ada.note("<p>Psst.</p>", in_reply_to=post.object_id, to=[await blog.actor_id()], cc=[])
    await blog.hear(ada, asks_to_reply(ada, note, post.object_id))
    [accept] = pond.got("Accept")
    opened = note | {"content": SPAM, "to": [PUBLIC], "updated": "2026-11-18T11:06:41Z"}
    assert (await blog.hear(ada, ada.activity("Update", opened, to=[PUBLIC])))[0] == "held"
    assert (await blog.get(accept["result"], AP)).status == 410
