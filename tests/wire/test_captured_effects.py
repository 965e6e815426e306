"""Every activity that a real server sent has the effect that its capture names, from the request to the page."""

import json
from collections.abc import Awaitable, Callable

import pytest

from fedblog.domain.comment import Audience, CommentState
from fedblog.services import moderating
from fedblog.services.answering import answer
from fedblog.store import actors, comments, followers, mentions, reactions
from fedblog.world import WireRequest, WireResponse
from tests.engines import *  # noqa: F403 - fixtures
from tests.fediverse import Box
from tests.fediverse.receiver import receiver_in
from tests.wire import captured

US = "https://blog.test/users/blog"
ESSAYS = ("https://blog.test/posts/1", "https://blog.test/posts/2")
OUR_COMMENT = "https://blog.test/comments/1"
HOSTS = ("gts.test", "fedify.test", "meadow.test", "snac.test", "inkwell.test")
AP_TYPE = "application/activity+json"


class Old:
    """The servers of the captures, as far as they showed actors and keys."""

    def __init__(self, box):
        self.documents = {}
        for host in HOSTS:
            box.add(host, self.serve)

    async def serve(self, request: WireRequest) -> WireResponse:
        document = self.documents.get(f"https://{request.host}{request.target}")
        if document is None:
            return WireResponse(404, (), b"")
        return WireResponse(200, (("content-type", AP_TYPE),), json.dumps(document).encode())

    def show(self, capture):
        """Serve the actor as it was when the request was made, and its key where that has its own address."""
        key = capture.key
        self.documents[key["owner"]] = capture.actor
        if "#" not in key["id"]:
            entry = {"id": key["id"], "owner": key["owner"], "publicKeyPem": key["pem"]}
            self.documents[key["id"]] = {"id": key["owner"], "type": "Person", "publicKey": entry}


@pytest.fixture
async def blog(databases):
    """The blog that the captures were sent to, with its two essays."""
    box = Box()
    async with receiver_in(box, await databases.migrated(), "blog.test") as made:
        run = made.shop.store.write
        await run(
            lambda db: db.run("UPDATE actor SET actor_id = ?, url = 'https://blog.test/' WHERE kind = 'blog'", US)
        )
        for number, essay in enumerate(ESSAYS, 1):
            await adopted(made, essay, f"/essay-{number}/", number)
        made.old = Old(box)
        yield made


async def adopted(blog, object_id, path, number):
    """Publish a post under the id and address that it had."""
    post = await blog.publish(f"Essay {number}")
    old_id, values = post.object_id, (object_id, path, post.pk)

    async def work(db):
        await db.run("UPDATE post SET object_id = ?, path = ? WHERE pk = ?", *values)
        await db.run("UPDATE own_object SET object_id = ? WHERE object_id = ?", object_id, old_id)
        await db.run("UPDATE post_path SET path = ? WHERE post_pk = ?", path, post.pk)

    await blog.shop.store.write(work)


async def hear(blog, capture):
    """Let one capture arrive at its time, and process it; the status, and its line in the ledger."""
    blog.box.clock.at = capture.received_at
    blog.old.show(capture)
    receipt = await blog.inbox.receive(capture.message)
    await blog.work()
    return receipt.status, await blog.last_line()


async def answered(blog, reply):
    """The blog answers a reply, under the id that the next captures know."""
    comment = await comments.by_object_id(blog.db, 1, reply)
    made = await answer(blog.shop, comment.post_pk, comment.pk, "Thank you.")

    async def work(db):
        await db.run("UPDATE comment SET object_id = ? WHERE pk = ?", OUR_COMMENT, made.pk)
        await db.run("UPDATE own_object SET object_id = ? WHERE object_id = ?", OUR_COMMENT, made.object_id)

    await blog.shop.store.write(work)


def object_id(capture):
    found = json.loads(capture.body)["object"]
    return found["id"] if isinstance(found, dict) else found


def actor_id(capture):
    return json.loads(capture.body)["actor"]


async def row(blog, capture):
    return await comments.by_object_id(blog.db, 1, object_id(capture))


async def approved(blog, capture):
    """The comment, let in by hand if it was held."""
    comment = await row(blog, capture)
    assert comment is not None
    if comment.state is CommentState.HELD:
        await moderating.approve(blog.shop, comment.pk, by="author")
    return await row(blog, capture)


async def is_follower(blog, capture):
    actor = await actors.by_id(blog.db, actor_id(capture))
    return actor is not None and await followers.by_actor(blog.db, 1, actor.pk) is not None


async def follows(blog, capture):
    assert await is_follower(blog, capture)
    assert len([a for a in await blog.sent("Accept") if a["object"]["id"] == json.loads(capture.body)["id"]]) >= 1


async def follows_no_more(blog, capture):
    assert not await is_follower(blog, capture)


async def is_comment(blog, capture):
    comment = await approved(blog, capture)
    said = json.loads(capture.body)["object"]
    assert comment.is_visible
    assert comment.number is not None
    assert "<script" not in comment.html
    assert comment.text or said.get("attachment")
    assert comment.summary == (said.get("summary") or "")


async def is_unlisted_comment(blog, capture):
    comment = await row(blog, capture)
    assert comment.audience is Audience.UNLISTED
    hides = (await actors.by_pk(blog.db, comment.actor_pk)).hides_unlisted_at is not None
    assert await comments.is_public(blog.db, comment.pk) is not hides


async def is_private(blog, capture):
    comment = await row(blog, capture)
    assert not comment.audience.may_be_shown
    assert not await comments.is_public(blog.db, comment.pk)
    assert await mentions.by_object_id(blog.db, 1, object_id(capture)) is not None


async def has_attachment(blog, capture):
    await is_comment(blog, capture)
    [attachment] = (await row(blog, capture)).attachments
    assert attachment.name
    assert "<img" not in (await row(blog, capture)).html


async def hangs_below_our_comment(blog, capture):
    await is_comment(blog, capture)
    ours = await comments.by_object_id(blog.db, 1, OUR_COMMENT)
    assert (await row(blog, capture)).parent_pk == ours.pk


async def hangs_below_a_comment(blog, capture):
    await is_comment(blog, capture)
    assert (await row(blog, capture)).parent_pk is not None


async def is_edited(blog, capture):
    comment = await row(blog, capture)
    assert comment.edited_at is not None
    assert comment.is_visible


async def is_removed(blog, capture):
    comment = await row(blog, capture)
    assert comment.state is CommentState.REMOVED
    assert comment.text == ""


async def counts(blog, capture, kind):
    actor = await actors.by_id(blog.db, actor_id(capture))
    return len(await reactions.of_actor(blog.db, actor.pk, ESSAYS[0], kind)) if actor else 0


async def is_liked(blog, capture):
    assert await counts(blog, capture, "like") == 1


async def is_not_liked(blog, capture):
    assert await counts(blog, capture, "like") == 0


async def is_boosted(blog, capture):
    assert await counts(blog, capture, "boost") == 1


async def is_not_boosted(blog, capture):
    assert await counts(blog, capture, "boost") == 0


async def is_reported(blog, capture):
    reports = await mentions.reports(blog.db, 1)
    assert [report.actor_id for report in reports] == [actor_id(capture)]
    assert reports[0].content


async def profile_is_fresh(blog, capture):
    said = json.loads(capture.body)["object"]
    actor = await actors.by_id(blog.db, actor_id(capture))
    assert actor.name == (said if isinstance(said, dict) else capture.actor)["name"]


async def leaves_nothing(blog, capture):
    assert await row(blog, capture) is None
    assert await mentions.by_object_id(blog.db, 1, object_id(capture)) is None


async def is_mention(blog, capture):
    assert await row(blog, capture) is None
    assert await mentions.by_object_id(blog.db, 1, object_id(capture)) is not None


async def account_is_gone(blog, capture):
    actor = await actors.by_id(blog.db, actor_id(capture))
    assert actor is None or actor.gone_at is not None
    assert not await is_follower(blog, capture)


async def has_verdict(blog, capture):
    assert (await blog.last_line())[0] in {"accepted", "ignored"}


EFFECTS: dict[str, Callable[..., Awaitable[None]]] = {
    "follow": follows,
    "double-knock-follow-first-rfc9421": follows,
    "double-knock-follow-then-cavage": follows,
    "accept-of-our-follow": has_verdict,
    "reply-public": is_comment,
    "double-knock-reply": is_comment,
    "reply-unlisted": is_unlisted_comment,
    "reply-followers-only": is_private,
    "reply-direct": is_private,
    "reply-hashtag": is_comment,
    "reply-hashtag-emoji-language": is_comment,
    "reply-cw-hashtag-emoji": is_comment,
    "reply-emoji": is_comment,
    "reply-cw": is_comment,
    "reply-cw-source": is_comment,
    "reply-formatting": is_comment,
    "reply-markdown": is_comment,
    "reply-image": has_attachment,
    "reply-to-reply": hangs_below_our_comment,
    "reply-third-person": hangs_below_a_comment,
    "update-reply": is_edited,
    "delete-reply": is_removed,
    "like": is_liked,
    "cavage-like": is_liked,
    "undo-like": is_not_liked,
    "announce": is_boosted,
    "undo-announce": is_not_boosted,
    "emoji-react": has_verdict,
    "unrelated-post": leaves_nothing,
    "poll-mention": is_mention,
    "flag": is_reported,
    "update-profile": profile_is_fresh,
    "update-blog-profile": has_verdict,
    "cavage-update-profile": profile_is_fresh,
    "block": follows_no_more,
    "block-undo-follow": follows_no_more,
    "undo-block": follows_no_more,
    "undo-follow": follows_no_more,
    "delete-account": account_is_gone,
    "cavage-delete-account": account_is_gone,
    "create-note-default-type": leaves_nothing,
    "create-article": leaves_nothing,
    "create-article-mentioning-the-blog": is_mention,
    "create-reply-to-essay": is_comment,
    "create-comment-reply": is_mention,
    "update-comment-reply": has_verdict,
    "delete-comment-reply": leaves_nothing,
    "update-reply-to-essay": is_edited,
    "delete-reply-to-essay": is_removed,
    "create-and-announce": has_verdict,
}


def posts_of(peer):
    """The signed deliveries of a peer, in order of sending."""
    found = [captured.read(name) for name in captured.names(peer)]
    return [c for c in found if c.message.method == "POST" and c.form != "none"]


@pytest.mark.parametrize("peer", captured.PEERS)
async def test_everything_that_a_real_server_sent_has_its_effect(blog, peer):
    for capture in posts_of(peer):
        status, line = await hear(blog, capture)
        what = capture.document["what"]
        try:
            assert status == 202
            await EFFECTS[what](blog, capture)
        except AssertionError as error:
            raise AssertionError(f"{capture.name} ({what}): {status} {line}") from error
        if what == "reply-public":
            await answered(blog, object_id(capture))


def test_every_capture_has_an_effect_to_look_for():
    seen = {capture.document["what"] for peer in captured.PEERS for capture in posts_of(peer)}
    assert seen == set(EFFECTS)
