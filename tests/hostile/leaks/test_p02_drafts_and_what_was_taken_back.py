"""P02, drafts, and posts that were taken back.

Known case: the WordPress plugin's bug 30 (posts with a password federated), WordPress 6.9.10 (comments of unpublished
posts) and 7.0.5 (the title of a private parent).
Verdict: 404, or 410 with a bare Tombstone; no word, address, picture or comment of it anywhere, nor in what was sent.
"""

import io
import json
from dataclasses import replace

from PIL import Image

from fedblog.domain.blog import CommentPolicy
from fedblog.services import moderating, publishing, writing
from fedblog.services.media import take_in
from fedblog.services.writing import Draft
from fedblog.store import comments, posts
from fedblog.store.media import PostImage
from tests.hostile.asking import AP, BROWSER
from tests.hostile.leaks.searching import everything_public, new_mark, where


async def marked_draft(blog, mark):
    """A draft with the mark in everything that it says, and with a picture."""
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8), f"#{abs(hash(mark)) % 0xFFFFFF:06x}").save(drawn, "PNG")
    media = await take_in(blog.shop, 1, drawn.getvalue(), alt=mark)
    image = PostImage(media.pk, media.name, media.media_type, media.width, media.height, f"{mark}.png", mark)
    return media.name, Draft(
        title=f"Title {mark}",
        markdown=f"# {mark}\n\n{mark} #{mark} ![{mark}]({mark}.png) [x](https://{mark}.example/)",
        slug=f"slug-{mark}",
        summary=f"summary {mark}",
        tags=(mark,),
        content_warning=f"cw {mark}",
        images=(image,),
    )


async def test_drafts_and_what_was_taken_back_stand_nowhere(blog, ada, pond):
    await ada.post(blog.inbox, ada.activity("Follow", await blog.actor_id()))
    other = await blog.publish("Something else", "Words.")
    secrets = {}
    mark = new_mark()
    name, draft = await marked_draft(blog, mark)
    await writing.create(blog.shop, draft)
    secrets["draft"] = (mark, name)
    for ending in ("unpublished", "deleted", "edited"):
        mark = new_mark()
        name, draft = await marked_draft(blog, mark)
        post = await publishing.publish_new(blog.shop, draft)
        await blog.work()
        await everything_public(blog, other)  # so that every cache has seen it
        if ending == "edited":
            await publishing.edit(blog.shop, post.pk, Draft("Other words", "Nothing left.", slug="other-words"))
        elif ending == "unpublished":
            await publishing.unpublish(blog.shop, post.pk)
        else:
            await publishing.delete(blog.shop, post.pk)
        await blog.work()
        secrets[ending] = (mark, name)
        answer = await blog.get(post.path, BROWSER)
        assert answer.status == (308 if ending == "edited" else 410), ending
        assert mark.encode() not in answer.body
        if ending != "edited":
            tombstone = await blog.get(post.object_id, AP)
            assert (tombstone.status, json.loads(tombstone.body)["type"]) == (410, "Tombstone")
            assert mark.encode() not in tombstone.body
    answers = await everything_public(blog, other)
    for ending, (mark, name) in secrets.items():
        assert where(mark, answers) == [], ending
        assert where(name, answers) == [], ending
    # What followers got of the one that never was published: nothing; of those taken back, a bare Delete
    sent = json.dumps([delivered.activity for delivered in pond.delivered])
    assert secrets["draft"][0] not in sent
    for activity in pond.got("Delete"):
        assert not any(mark in json.dumps(activity) for mark, _ in secrets.values())


async def test_a_post_that_comes_back_brings_no_old_id_and_no_hidden_comment(blog, ada):
    post = await blog.publish("Again", "Words.", comment_policy=CommentPolicy.OPEN)
    mark = new_mark()
    note = ada.note(f"<p>{mark}</p>", in_reply_to=post.object_id)
    await ada.post(blog.inbox, ada.create(note))
    await blog.work()
    row = await comments.by_object_id(blog.shop.store.reader, 1, note["id"])
    await moderating.hide(blog.shop, row.pk, by="test")
    await publishing.unpublish(blog.shop, post.pk)
    await blog.work()
    late = ada.note(f"<p>{mark}</p>", in_reply_to=post.object_id)
    await ada.post(blog.inbox, ada.create(late))
    await blog.work()
    again = await publishing.publish(blog.shop, post.pk)
    await blog.work()
    assert again.object_id != post.object_id
    assert where(mark, await everything_public(blog, again)) == []
    assert (await posts.by_pk(blog.shop.store.reader, post.pk)).object_id == again.object_id
    assert replace(again, object_id=post.object_id).path == post.path
