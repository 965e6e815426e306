"""The main job, end to end: write a post, reach followers, receive replies as comments."""

import json

from fedblog.services import answering, publishing
from fedblog.store import comments


async def test_a_post_reaches_a_follower_and_her_reply_becomes_a_comment(blog, ada, pond):
    # Given somebody who follows the blog
    follow = ada.activity("Follow", await blog.actor_id())
    assert (await ada.post(blog.inbox, follow)).status == 202
    await blog.work()
    [accept] = pond.got("Accept")
    assert accept["object"]["id"] == follow["id"]

    # When the author publishes
    post = await blog.publish("On slow reading", "Read *slowly*, and twice.\n\n#reading")

    # Then her server gets the whole Article
    [create] = pond.got("Create")
    article = create["object"]
    assert article["type"] == "Article"
    assert article["name"] == "On slow reading"
    assert "<em>slowly</em>" in article["content"]
    assert await blog.document(article["id"]) == {"@context": create["@context"], **article}

    # When she replies
    note = ada.note("<p>I read it <strong>twice</strong>.</p>", in_reply_to=article["id"])
    assert (await ada.post(blog.inbox, ada.create(note))).status == 202
    await blog.work()

    # Then it is comment 1 below the post, with her handle
    page = await blog.page(post)
    assert 'id="comment-1"' in page
    assert "I read it <strong>twice</strong>." in page
    assert "@ada@pond.example" in page
    assert (await blog.document(article["id"]))["replies"]["totalItems"] == 1

    # When the author answers
    [first] = await comments.listed(blog.shop.store.reader, post.blog_pk)
    await answering.answer(blog.shop, post.pk, first.pk, "Thank you, and *again* soon.")
    await blog.work()

    # Then she gets a Note in the thread that mentions her, and the page shows it
    answer = pond.got("Create")[-1]["object"]
    assert answer["inReplyTo"] == note["id"]
    assert {tag["href"] for tag in answer["tag"]} == {ada.id}
    assert ">@<span>ada</span></a> Thank you" in answer["content"]
    assert "ada" not in (await comments.thread(blog.shop.store.reader, post.pk))[1].html
    assert await blog.comments(post) == ["comment-1", "comment-2"]

    # When she likes and boosts
    await ada.post(blog.inbox, ada.activity("Like", article["id"]))
    await ada.post(blog.inbox, ada.activity("Announce", article["id"]))
    await blog.work()
    page = await blog.page(post)
    assert "1 like" in page
    assert "1 boost" in page

    # When she edits and then deletes her reply
    edited = note | {"content": "<p>I read it three times.</p>", "updated": "2030-01-01T00:00:00Z"}
    await ada.post(blog.inbox, ada.activity("Update", edited, to=note["to"], cc=note["cc"]))
    await blog.work()
    assert "I read it three times." in await blog.page(post)
    await ada.post(blog.inbox, ada.activity("Delete", {"id": note["id"], "type": "Tombstone"}))
    await blog.work()

    # Then its text is gone, and its number stays for the answer below it
    page = await blog.page(post)
    assert "three times" not in page
    assert await blog.comments(post) == ["comment-1", "comment-2"]


async def test_a_deleted_post_takes_the_author_s_answers_with_it(blog, ada, pond):
    await ada.post(blog.inbox, ada.activity("Follow", await blog.actor_id()))
    post = await blog.publish("On slow reading")
    await ada.post(blog.inbox, ada.create(ada.note("<p>Twice.</p>", in_reply_to=post.object_id)))
    await blog.work()
    [first] = await comments.listed(blog.shop.store.reader, post.blog_pk)
    answer = await answering.answer(blog.shop, post.pk, first.pk, "Thank you.")
    await blog.work()

    await publishing.delete(blog.shop, post.pk)
    await blog.work()

    gone = {delete["object"]["id"] for delete in pond.got("Delete")}
    assert gone == {post.object_id, answer.object_id}
    response = await blog.get(answer.object_id, "application/activity+json")
    assert response.status == 410
    assert b"Thank you" not in response.body
    assert json.loads(response.body)["type"] == "Tombstone"
