"""Likes, boosts, emoji, and taking them back."""

import pytest

from fedblog.services import publishing
from fedblog.store import reactions


async def emoji(blog, post):
    return [(count.content, count.people) for count in await reactions.emoji_counts(blog.db, post.object_id)]


async def test_likes_and_boosts_count_once_for_each_person(blog, ada, bob):
    post = await blog.publish()
    for person in (ada, ada, bob):
        await blog.hear(person, person.activity("Like", post.object_id))
        await blog.hear(person, person.activity("Announce", post.object_id))
    assert await blog.reactions(post.object_id) == (2, 2)
    assert await blog.last_line() == ("accepted", "boosted the post")
    assert (await blog.hear(ada, ada.activity("Like", post.object_id))) == ("duplicate", "counted already")


@pytest.mark.parametrize("form", ["page", "embedded"])
async def test_a_like_of_the_page_or_of_the_whole_object_counts(blog, ada, form):
    post = await blog.publish()
    target = {"page": f"https://blog.example{post.path}", "embedded": {"id": post.object_id, "type": "Article"}}[form]
    await blog.hear(ada, ada.activity("Like", target))
    assert await blog.reactions(post.object_id) == (1, 0)


@pytest.mark.checklist(row=26)
async def test_emoji_reactions_of_misskey_and_akkoma(blog, ada, pond):
    post = await blog.publish()
    await blog.hear(ada, ada.activity("Like", post.object_id, content="🎉"))
    await blog.hear(ada, ada.activity("Like", post.object_id, _misskey_reaction="🦆"))
    await blog.hear(ada, ada.activity("EmojiReact", post.object_id, content="🎉"))
    blobcat = {"id": None, "type": "Emoji", "name": ":blobcat:", "icon": {"url": "https://pond.example/blob.png"}}
    await blog.hear(ada, ada.activity("EmojiReact", post.object_id, content=":blobcat:", tag=[blobcat]))
    eve = pond.person("eve")
    await blog.hear(eve, eve.activity("EmojiReact", post.object_id, content="🎉"))
    await blog.hear(eve, eve.activity("EmojiReact", post.object_id, content="buy now"))
    assert await emoji(blog, post) == [("🎉", 2), (":blobcat:", 1), ("🦆", 1)]
    assert await blog.reactions(post.object_id) == (1, 0)


async def test_comments_have_likes_of_their_own(blog, ada, bob):
    post = await blog.publish()
    note = ada.note("<p>x</p>", in_reply_to=post.object_id)
    await blog.hear(ada, ada.create(note))
    await blog.hear(bob, bob.activity("Like", note["id"]))
    assert await blog.reactions(note["id"]) == (1, 0)
    assert await blog.reactions(post.object_id) == (0, 0)


@pytest.mark.parametrize("kind", ["Like", "Announce"])
@pytest.mark.parametrize("form", ["embedded", "bare id", "without id", "other id"])
@pytest.mark.checklist(row=25)
async def test_undo_in_every_form(blog, ada, kind, form):
    post = await blog.publish()
    done = ada.activity(kind, post.object_id)
    await blog.hear(ada, done)
    undone = {
        "embedded": done,
        "bare id": done["id"],
        "without id": {"type": kind, "actor": ada.id, "object": post.object_id},
        "other id": done | {"id": f"{ada.id}#like-of-another-name"},
    }[form]
    assert await blog.hear(ada, ada.activity("Undo", undone)) == ("accepted", "took a reaction back")
    assert await blog.reactions(post.object_id) == (0, 0)


async def test_undo_of_an_emoji_leaves_the_like_and_other_emoji(blog, ada):
    post = await blog.publish()
    await blog.hear(ada, ada.activity("Like", post.object_id))
    for content in ("🎉", "🦆"):
        await blog.hear(ada, ada.activity("Like", post.object_id, content=content))
    like = {"type": "Like", "actor": ada.id, "object": post.object_id, "content": "🦆"}
    await blog.hear(ada, ada.activity("Undo", like))
    assert await emoji(blog, post) == [("🎉", 1)]
    assert await blog.reactions(post.object_id) == (1, 0)


async def test_an_undo_that_overtakes_its_like_wins(blog, ada, bob):
    post = await blog.publish()
    await blog.hear(ada, ada.activity("Like", "https://elsewhere.example/"))
    await blog.hear(bob, bob.activity("Like", post.object_id))
    like = ada.activity("Like", post.object_id)
    await blog.hear(ada, ada.activity("Undo", like))
    assert await blog.hear(ada, like) == ("ignored", "it was undone before it came")
    assert await blog.reactions(post.object_id) == (1, 0)


async def test_an_undo_by_id_of_something_unknown_is_looked_up(blog, box, ada, pond):
    post = await blog.publish()
    await blog.hear(ada, ada.activity("Like", post.object_id))
    pond.documents["/users/ada/likes/9"] = {
        "id": f"{pond.origin}/users/ada/likes/9",
        "type": "Like",
        "actor": ada.id,
        "object": post.object_id,
    }
    await blog.hear(ada, ada.activity("Undo", f"{pond.origin}/users/ada/likes/9"))
    assert await blog.reactions(post.object_id) == (0, 0)


async def test_nobody_undoes_the_like_of_another(blog, ada, pond):
    post = await blog.publish()
    eve = pond.person("eve")
    like = ada.activity("Like", post.object_id)
    await blog.hear(ada, like)
    await blog.hear(eve, eve.activity("Follow", blog.actor_id))
    for undone in (like, like["id"], {"type": "Like", "actor": eve.id, "object": post.object_id}):
        await blog.hear(eve, eve.activity("Undo", undone))
    assert await blog.reactions(post.object_id) == (1, 0)


async def test_a_group_that_passes_on_an_activity_boosts_nothing(blog, ada, bob):
    post = await blog.publish()
    note = bob.note("<p>x</p>", in_reply_to=post.object_id)
    verdict, reason = await blog.hear(ada, ada.activity("Announce", bob.create(note)))
    assert verdict == "ignored"
    assert "passes on" in reason
    assert await blog.comment(note) is None


@pytest.mark.parametrize("state", ["unpublished", "unknown"])
async def test_what_is_not_there_cannot_be_liked(blog, ada, state):
    post = await blog.publish()
    target = post.object_id
    if state == "unpublished":
        await publishing.unpublish(blog.shop, post.pk)
    else:
        target = "https://blog.example/ap/articles/none"
    assert (await blog.hear(ada, ada.activity("Like", target)))[0] == "ignored"
