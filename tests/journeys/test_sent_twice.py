"""A form that is sent twice, because somebody clicked twice, does what it says once."""

import asyncio

from fedblog.services import answering, followees, gestures, remarks
from fedblog.store import comments, mentions
from tests.fediverse.peer import PUBLIC


async def twice(act):
    """Both at once; what each came to."""
    first, second = await asyncio.gather(act(), act())
    return first.pk == second.pk


async def test_an_answer_elsewhere_is_said_once(blog, ada, pond):
    note = ada.note("<p>Elsewhere.</p>")
    assert await twice(lambda: remarks.answer(blog.shop, note["id"], "Quite so.", by="ada"))
    await blog.work()
    assert len(pond.got("Create")) == 1
    blog.box.clock.move(minutes=2)
    await remarks.answer(blog.shop, note["id"], "Quite so.", by="ada")
    await blog.work()
    assert len(pond.got("Create")) == 2


async def test_an_answer_to_a_mention_is_said_once(blog, ada, pond):
    note = ada.note("<p>Hello.</p>", to=[PUBLIC, await blog.actor_id()])
    await ada.post(blog.inbox, ada.create(note))
    await blog.work()
    mention = await mentions.by_object_id(blog.shop.store.reader, 1, note["id"])
    assert await twice(lambda: remarks.answer_mention(blog.shop, mention.pk, "Hello yourself.", by="ada"))
    await blog.work()
    assert len(pond.got("Create")) == 1


async def test_likes_boosts_and_follows_go_once(blog, ada, pond):
    note = ada.note("<p>Elsewhere.</p>")
    for act in (gestures.like, gestures.boost, followees.follow):
        assert await twice(lambda act=act: act(blog.shop, note["id"], by="ada"))
    await blog.work()
    assert [len(pond.got(kind)) for kind in ("Like", "Announce", "Follow")] == [1, 1, 1]


async def test_an_answer_below_a_post_of_ours_is_said_once(blog, ada, pond):
    post = await blog.publish()
    await ada.post(blog.inbox, ada.activity("Follow", await blog.actor_id()))
    await ada.post(blog.inbox, ada.create(ada.note("<p>Well?</p>", in_reply_to=post.object_id)))
    await blog.work()
    [comment] = await comments.listed(blog.shop.store.reader, 1)
    assert await twice(lambda: answering.answer(blog.shop, post.pk, comment.pk, "Well."))
    await blog.work()
    assert len(pond.got("Create")) == 1
