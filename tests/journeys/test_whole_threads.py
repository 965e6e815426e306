"""What other servers see of a whole thread: rows 35 of the federation checklist (protocol.md h), FEP-f228, FEP-7888."""

import json

import pytest

from fedblog.domain.blog import CommentPolicy
from fedblog.services import answering, moderating
from fedblog.store import comments, inbox_events
from tests.fediverse import Peer
from tests.fediverse.peer import PUBLIC

AP = "application/activity+json"


@pytest.fixture
async def post(blog):
    return await blog.publish(comment_policy=CommentPolicy.OPEN)


async def reply(blog, person, parent, text="<p>Yes.</p>", **extra):
    note = person.note(text, in_reply_to=parent, **extra)
    await person.post(blog.inbox, person.create(note))
    await blog.work()
    return note


async def walk(blog, collection):
    """Every item of a collection of ours, by its pages; no page twice, all on one host."""
    here, seen, items = (await blog.document(collection))["first"], [], []
    while here:
        assert here.startswith(f"{blog.origin}/")
        assert here not in seen
        seen.append(here)
        page = await blog.document(here)
        found = page.get("items", page.get("orderedItems"))
        assert len(found) <= 40
        items += found
        here = page.get("next")
    return items


@pytest.mark.checklist(row=35)
async def test_row_35_a_crawl_from_the_article_reaches_every_comment(blog, box, ada, post):
    """Forty replies, answers to them, answers of the author and answers to those: all by ids, on our own host."""
    said = []
    for number in range(42):
        box.clock.move(minutes=1)
        said.append(await reply(blog, ada, post.object_id, f"<p>{number}</p>"))
    nested = await reply(blog, ada, said[0]["id"])
    row = await comments.by_object_id(blog.shop.store.reader, 1, nested["id"])
    box.clock.move(minutes=1)
    answer = await answering.answer(blog.shop, post.pk, row.pk, "Thank you.")
    box.clock.move(minutes=1)
    last = await reply(blog, ada, answer.object_id)
    everything = [note["id"] for note in (*said, nested)] + [answer.object_id, last["id"]]

    article = await blog.document(post.object_id)
    context = await blog.document(article["context"])
    assert context["type"] == "OrderedCollection"
    assert context["attributedTo"] == article["attributedTo"]
    assert context["totalItems"] == len(everything) + 1
    assert await walk(blog, article["context"]) == [post.object_id, *everything]
    assert await walk(blog, article["replies"]["id"]) == [note["id"] for note in said]
    note = await blog.document(answer.object_id)
    assert note["context"] == article["context"]
    assert await walk(blog, note["replies"]["id"]) == [last["id"]]


@pytest.mark.checklist(row=35)
async def test_row_35_only_what_readers_see_stands_in_the_conversation(blog, ada, post):
    public = await reply(blog, ada, post.object_id)
    quiet = await reply(blog, ada, public["id"], to=[f"{ada.id}/followers"], cc=[PUBLIC])
    private = await reply(blog, ada, public["id"], to=[f"{ada.id}/followers"], cc=[])
    below = await reply(blog, ada, private["id"])
    hidden = await reply(blog, ada, post.object_id)
    row = await comments.by_object_id(blog.shop.store.reader, 1, hidden["id"])
    article = await blog.document(post.object_id)
    before = await blog.get(article["context"], AP)
    await moderating.hide(blog.shop, row.pk, by="test")
    shown = [post.object_id, public["id"], quiet["id"], below["id"]]
    assert sorted(await walk(blog, article["context"])) == sorted(shown)
    after = await blog.get(article["context"], AP, if_none_match=before.header("etag"))
    assert (after.status, json.loads(after.body)["totalItems"]) == (200, 4)
    again = await blog.get(article["context"], AP, if_none_match=after.header("etag"))
    assert again.status == 304


async def test_a_conversation_is_told_in_the_order_in_which_it_was_written(blog, box, ada, post):
    """A reply that came late stands where it was said, not where it arrived."""
    early = ada.note("<p>First.</p>", in_reply_to=post.object_id)
    box.clock.move(hours=1)
    late = await reply(blog, ada, post.object_id)
    await ada.post(blog.inbox, ada.create(early))
    await blog.work()
    assert await walk(blog, f"{post.object_id}/context") == [post.object_id, early["id"], late["id"]]


async def test_pages_that_are_not_there_are_missing(blog, post):
    for page in ("0", "2", "999999"):
        assert (await blog.get(f"{post.object_id}/context/page/{page}", AP)).status == 404
    assert await walk(blog, f"{post.object_id}/context") == [post.object_id]


@pytest.mark.checklist(row=27)
async def test_row_27_what_is_found_on_the_way_up_is_judged_and_told_one_by_one(blog, box, ada, post):
    """An answer to something unknown: the parents are taken in, the uppermost first, each with a line of its own."""
    bob = Peer(box, "lake.example").person("bob")
    top = bob.note("<p>Top.</p>", in_reply_to=post.object_id)
    private = bob.note("<p>Hush.</p>", in_reply_to=top["id"], to=[f"{bob.id}/followers"], cc=[])
    linked = bob.note('<p><a href="https://shop.example/">Buy</a></p>', in_reply_to=private["id"])
    await blog.shop.store.write(lambda db: db.run("UPDATE post SET comment_policy = 'cautious' WHERE pk = ?", post.pk))
    await reply(blog, ada, linked["id"], "<p>Answer.</p>")
    db = blog.shop.store.reader
    assert [line.text for line in await comments.thread(db, post.pk)] == ["Top.", "Buy", "Answer."]
    lines = [line for line in await inbox_events.listed(db, 1) if line.type == "Found"]
    assert [(line.object_id, line.verdict.value) for line in reversed(lines)] == [
        (top["id"], "accepted"),
        (linked["id"], "accepted"),
    ]
    assert {line.reason for line in lines} == {"shown as a comment (found on the way up from an answer to it)"}
    assert await comments.by_object_id(db, 1, private["id"]) is None
