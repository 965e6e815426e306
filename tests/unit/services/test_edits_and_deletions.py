"""What becomes of comments that their authors change or take back."""

import itertools

import pytest

from fedblog.domain.comment import CommentState
from fedblog.services import moderating
from fedblog.store import comments, mentions
from tests.fediverse.peer import PUBLIC

LATER = "2026-11-18T11:10:00Z"


def at(second):
    return f"2026-11-18T11:07:{second:02}Z"


async def commented(blog, person, content="<p>first</p>", **extra):
    post = await blog.publish()
    note = person.note(content, in_reply_to=post.object_id, **extra)
    await blog.hear(person, person.create(note))
    return post, note


async def edit(blog, person, note, **changes):
    return await blog.hear(person, person.activity("Update", {**note, **changes}))


async def test_an_edit_changes_the_text_and_keeps_number_and_place(blog, ada, bob):
    post, note = await commented(blog, ada)
    await blog.hear(bob, bob.create(bob.note("<p>other</p>", in_reply_to=note["id"])))
    assert await edit(blog, ada, note, content="<p>second</p>", updated=LATER) == ("accepted", "edited")
    assert await blog.comments(post) == [(1, "second"), (2, "other")]
    assert (await blog.comment(note)).edited_at is not None


async def test_two_edits_of_one_second_are_both_taken_in_order(blog, ada):
    post, note = await commented(blog, ada)
    update = ada.activity("Update", note | {"content": "<p>second</p>", "updated": LATER})
    await blog.hear(ada, update)
    assert (await blog.hear(ada, update | {"object": note | {"content": "<p>third</p>", "updated": LATER}})) == (
        "accepted",
        "edited",
    )
    assert await blog.comments(post) == [(1, "third")]


async def test_an_older_edit_that_comes_late_is_passed_over(blog, ada):
    post, note = await commented(blog, ada)
    await edit(blog, ada, note, content="<p>new</p>", updated=at(9))
    assert (await edit(blog, ada, note, content="<p>old</p>", updated=at(3)))[0] == "duplicate"
    assert (await blog.hear(ada, ada.create(note)))[0] == "duplicate"
    assert await blog.comments(post) == [(1, "new")]


async def test_an_edit_without_a_time_counts_when_it_says_something_new(blog, ada):
    post, note = await commented(blog, ada)
    assert (await edit(blog, ada, note))[0] == "duplicate"
    assert (await edit(blog, ada, note, content="<p>second</p>"))[0] == "accepted"
    assert await blog.comments(post) == [(1, "second")]


async def test_an_edit_that_narrows_the_audience_hides_at_once(blog, ada):
    post, note = await commented(blog, ada)
    verdict, reason = await edit(blog, ada, note, content="<p>MARKER</p>", to=[blog.actor_id], cc=[], updated=LATER)
    assert verdict == "accepted"
    assert reason.startswith("no-longer-public")
    assert await blog.comments(post) == []
    assert [line.text for line in await mentions.listed(blog.db, 1)] == ["MARKER"]


async def test_an_edit_by_its_author_may_open_a_private_reply(blog, ada):
    post, note = await commented(blog, ada, to=["https://pond.example/users/ada/followers"], cc=[])
    assert await blog.comments(post) == []
    await edit(blog, ada, note, to=[PUBLIC], cc=[], updated=LATER)
    assert await blog.comments(post) == [(1, "first")]
    assert await mentions.listed(blog.db, 1) == []


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"content": '<p>first <a href="https://shop.example/">x</a></p>'}, "edit-adds-link"),
        ({"attachment": [{"type": "Image", "url": "https://pond.example/1.png"}]}, "edit-adds-attachment"),
        ({"content": "<p>only words</p>"}, ""),
    ],
)
async def test_an_edit_of_an_unknown_author_that_adds_something_waits_again(blog, ada, change, rule):
    post, note = await commented(blog, ada)
    verdict, _ = await edit(blog, ada, note, **change, updated=LATER)
    comment = await blog.comment(note)
    assert comment.number == 1
    assert (verdict, comment.rule) == (("held", rule) if rule else ("accepted", ""))
    assert len(await blog.comments(post)) == (0 if rule else 1)


async def test_an_edit_of_a_known_author_may_add_a_link(blog, ada):
    post, note = await commented(blog, ada)
    await blog.hear(ada, ada.create(ada.note("<p>more</p>", in_reply_to=post.object_id)))
    verdict = await edit(blog, ada, note, content='<p><a href="https://s.example/">x</a></p>', updated=LATER)
    assert verdict == ("accepted", "edited")


async def test_an_edit_does_not_bring_back_what_the_author_hid(blog, ada):
    post, note = await commented(blog, ada)
    await moderating.hide(blog.shop, (await blog.comment(note)).pk, by="author")
    await edit(blog, ada, note, content="<p>again</p>", updated=LATER)
    assert await blog.comments(post) == []
    assert (await blog.comment(note)).text == "again"


async def test_nobody_edits_the_comment_of_another(blog, ada, pond):
    post, note = await commented(blog, ada)
    eve = pond.person("eve")
    forged = note | {"content": "<p>forged</p>", "updated": LATER}
    await blog.hear(eve, eve.activity("Update", forged))
    await blog.hear(eve, eve.activity("Update", forged | {"attributedTo": eve.id}))
    assert await blog.comments(post) == [(1, "first")]


async def test_an_update_of_something_unknown_is_taken_like_new(blog, ada):
    post = await blog.publish()
    note = ada.note("<p>edited</p>", in_reply_to=post.object_id, updated=LATER)
    await blog.hear(ada, ada.activity("Update", note))
    assert await blog.comments(post) == [(1, "edited")]


@pytest.mark.parametrize("form", ["string", "tombstone", "object"])
@pytest.mark.checklist(row=30)
async def test_a_delete_in_every_form_leaves_only_the_place(blog, ada, form):
    post, note = await commented(blog, ada)
    gone = {"string": note["id"], "tombstone": {"id": note["id"], "type": "Tombstone"}, "object": note}[form]
    assert await blog.hear(ada, ada.activity("Delete", gone)) == ("accepted", "deleted by its author")
    assert await blog.comments(post) == []
    comment = await blog.comment(note)
    assert (comment.state, comment.number, comment.text, comment.html) == (CommentState.REMOVED, 1, "", "")
    assert (await comments.placeholders(blog.db, post.pk))[0].is_removed
    assert await blog.hear(ada, ada.activity("Delete", gone)) == ("duplicate", "deleted before")


async def test_nobody_deletes_the_comment_of_another(blog, ada, pond, bob):
    post, note = await commented(blog, ada)
    eve = pond.person("eve")
    for stranger in (eve, bob):
        assert (await blog.hear(stranger, stranger.activity("Delete", note["id"])))[0] == "refused"
    assert await blog.comments(post) == [(1, "first")]


async def test_a_number_is_never_given_twice(blog, ada, bob):
    post, note = await commented(blog, ada)
    await blog.hear(ada, ada.activity("Delete", note["id"]))
    await blog.hear(bob, bob.create(bob.note("<p>next</p>", in_reply_to=post.object_id)))
    assert await blog.comments(post) == [(2, "next")]


@pytest.mark.parametrize("order", list(itertools.permutations(["create", "update", "delete"])))
@pytest.mark.checklist(row=30)
async def test_create_update_and_delete_end_the_same_in_any_order(blog, box, ada, order):
    post = await blog.publish()
    note = ada.note("<p>first</p>", in_reply_to=post.object_id)
    said = {
        "create": ada.create(note),
        "update": ada.activity("Update", note | {"content": "<p>second</p>", "updated": LATER}),
        "delete": ada.activity("Delete", note["id"]),
    }
    for step in order:
        await blog.hear(ada, said[step])
        box.clock.move(seconds=1)
    assert await blog.comments(post) == []
    comment = await blog.comment(note)
    assert comment is None or (comment.state, comment.text, comment.html) == (CommentState.REMOVED, "", "")
    await blog.hear(ada, ada.create(ada.note("<p>next</p>", in_reply_to=post.object_id)))
    assert [text for _, text in await blog.comments(post)] == ["next"]


async def test_a_mention_is_edited_and_deleted_too(blog, ada):
    note = ada.note("<p>psst</p>", to=[blog.actor_id], cc=[])
    await blog.hear(ada, ada.create(note))
    await edit(blog, ada, note, content="<p>louder</p>", updated=LATER)
    assert [line.text for line in await mentions.listed(blog.db, 1)] == ["louder"]
    await blog.hear(ada, ada.activity("Delete", note["id"]))
    assert await mentions.listed(blog.db, 1) == []


async def test_a_deleted_private_reply_leaves_nothing(blog, ada):
    _, note = await commented(blog, ada, to=[blog.actor_id], cc=[])
    await blog.hear(ada, ada.activity("Delete", note["id"]))
    assert await mentions.listed(blog.db, 1) == []
    assert (await blog.comment(note)).text == ""
