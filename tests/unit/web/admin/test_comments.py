"""Moderation, and what strangers may not do with what they write."""

import pytest

from fedblog.domain.comment import Attachment, Audience, CommentState
from fedblog.domain.moderation import Rule
from fedblog.store import blocks, comments
from tests.unit.web.asgi import HOST

TRAP = "<img src=x onerror=alert(1)>\u202eevil"


async def held(blog, post, **more):
    given = {"state": CommentState.HELD, "rule": Rule.FIRST_WITH_LINK, "number": 0, "shown_at": None}
    return await blog.comment(post, **(given | more))


async def state(blog, pk):
    return (await comments.by_pk(blog.shop.store.reader, pk)).state


async def test_a_held_comment_says_why_and_is_approved(author, blog):
    post = await blog.post()
    pk = await held(blog, post, html="<p>A held word.</p>")
    assert "1 held" in (await author.get("/admin/")).text
    await author.get("/admin/comments?show=held")
    assert "the first comment of an unknown author holds a link" in author.words
    assert "A held word." not in (await blog.get(post.path)).text
    form = author.form(f"/admin/comments/{pk}/approve")
    answer = await author.submit(form)
    assert answer.header("location") == "/admin/comments?show=held&done=approved"
    await author.follow(answer)
    assert "Nothing waits for you" in author.words
    page = (await blog.get(post.path)).text
    assert "A held word." in page
    assert 'id="comment-1"' in page
    assert "approve comment" in (await author.get("/admin/history")).text


async def test_a_comment_is_hidden_and_comes_back(author, blog):
    post = await blog.post()
    pk = await blog.comment(post, "<p>Shown for now.</p>")
    await author.get("/admin/comments")
    await author.follow(await author.submit(author.form(f"/admin/comments/{pk}/hide")))
    assert "Shown for now." not in (await blog.get(post.path)).text
    await author.get("/admin/comments?show=hidden")
    assert "hidden by the author" in author.words
    await author.submit(author.form(f"/admin/comments/{pk}/approve"))
    assert "Shown for now." in (await blog.get(post.path)).text


async def test_a_held_comment_could_not_be_approved_on_its_own_page(author, blog):
    pk = await held(blog, await blog.post())
    await author.get(f"/admin/comments/{pk}")
    answer = await author.submit(author.form(f"/admin/comments/{pk}/approve"))
    assert answer.header("location") == f"/admin/comments/{pk}?done=approved"
    await author.follow(answer)
    assert "Approve" not in author.words
    assert "Delete" in author.words
    assert await state(blog, pk) is CommentState.SHOWN


async def test_delete_asks_first_and_leaves_nothing(author, blog):
    post = await blog.post()
    pk = await blog.comment(post, "<p>Off with it.</p>")
    await author.get(f"/admin/comments/{pk}/delete")
    assert await state(blog, pk) is CommentState.SHOWN
    await author.follow(await author.submit(author.form(f"/admin/comments/{pk}/delete")))
    assert "Off with it." not in author.last.text
    assert "nothing of it is kept" in author.words


async def test_a_private_reply_has_a_lock_and_no_way_onto_the_page(author, blog):
    post = await blog.post()
    direct = {"audience": Audience.DIRECT, "state": CommentState.HIDDEN, "rule": Rule.NOT_PUBLIC, "number": 0}
    pk = await blog.comment(post, "<p>Between us.</p>", **direct)
    await author.get("/admin/comments")
    assert "Private" in author.words
    assert "Between us." in author.words
    assert f"/admin/comments/{pk}/approve" not in author.last.text
    token = author.form("/admin/logout").value("csrf")
    answer = await author.send(f"/admin/comments/{pk}/approve", {"csrf": token})
    assert answer.status == 409
    assert "not written for everybody" in answer.text
    assert "Between us." not in (await blog.get(post.path)).text


async def test_an_answer_stands_in_the_thread(author, blog):
    post = await blog.post()
    pk = await blog.comment(post, "<p>Why?</p>")
    await author.get("/admin/comments")
    answer = await author.submit(author.form(f"/admin/comments/{pk}/answer"), body="Because *so*.")
    assert "done=answered" in answer.header("location")
    page = (await blog.get(post.path)).text
    assert "Because <em>so</em>." in page
    await author.get("/admin/comments")
    own = max(line.pk for line in await comments.listed(blog.shop.store.reader, blog.row.pk))
    await author.get(f"/admin/comments/{own}")
    form = author.form(f"/admin/comments/{own}/edit")
    assert form.value("body") == "Because *so*."
    await author.submit(form, body="Because **not**.")
    assert "Because <strong>not</strong>." in (await blog.get(post.path)).text


@pytest.mark.parametrize(
    ("typed", "status", "words"), [("  ", 400, "empty"), ("Hi @no@where.example", 400, "@no@where.example")]
)
async def test_an_answer_that_cannot_go_stays_in_the_form(author, blog, typed, status, words):
    post = await blog.post()
    pk = await blog.comment(post)
    await author.get("/admin/comments")
    answer = await author.submit(author.form(f"/admin/comments/{pk}/answer"), body=typed)
    assert answer.status == status
    assert words in author.words
    assert author.form(f"/admin/comments/{pk}/answer").value("body") == typed


async def test_blocking_somebody_hides_everything_of_theirs(author, blog):
    post = await blog.post()
    eve = await blog.person("eve", "spam.example")
    first, second = await blog.comment(post, by=eve), await held(blog, post, by=eve)
    await author.get("/admin/blocks/new?actor=https://spam.example/users/eve")
    assert "@eve@spam.example" in author.words
    await author.follow(await author.submit(author.form("/admin/blocks/new")))
    assert "@eve@spam.example" in author.words
    assert {await state(blog, first), await state(blog, second)} == {CommentState.HIDDEN}
    [block] = await blocks.listed(blog.shop.store.reader, blog.row.pk)
    await author.follow(await author.submit(author.form(f"/admin/blocks/{block.pk}/lift")))
    assert "Nobody is blocked" in author.words
    assert await state(blog, first) is CommentState.SHOWN


async def test_a_whole_server_is_blocked_and_its_comments_may_stay(author, blog):
    post = await blog.post()
    pk = await blog.comment(post, by=await blog.person("eve", "spam.example"))
    await author.get("/admin/blocks/new?actor=https://spam.example/users/eve")
    await author.submit(author.form("/admin/blocks/new"), what="host", hides_all=None)
    [block] = await blocks.listed(blog.shop.store.reader, blog.row.pk)
    assert (block.kind, block.value) == ("host", "spam.example")
    assert await state(blog, pk) is CommentState.SHOWN


@pytest.mark.parametrize("typed", ["", "not a host!", HOST, "a" * 300])
async def test_what_is_no_server_to_block_is_told(author, blog, typed):
    await author.get("/admin/blocks/new")
    answer = await author.submit(author.form("/admin/blocks/new"), host=typed)
    assert answer.status in {400, 409}
    assert author.form("/admin/blocks/new").value("host") == typed
    assert await blocks.listed(blog.shop.store.reader, blog.row.pk) == []


async def test_names_and_words_of_strangers_stay_words(author, blog):
    post = await blog.post(title=TRAP)
    eve = await blog.person(
        "eve", handle=f"{TRAP}@spam.example", summary=TRAP, url="javascript:alert(1)", username=TRAP
    )
    things = (
        Attachment("javascript:alert(1)", "image/png", TRAP),
        Attachment("https://a.example/x", "image/png", TRAP),
    )
    pk = await held(blog, post, by=eve, summary=TRAP, attachments=things, url="javascript:alert(1)", rule="a-new-rule")
    for path in (
        "/admin/comments",
        f"/admin/comments/{pk}",
        f"/admin/comments/{pk}/delete",
        "/admin/",
        "/admin/followers",
    ):
        text = (await author.get(path)).text
        assert author.last.status == 200
        assert "<img src=x" not in text
        assert "javascript:" not in text


async def test_what_was_seen_is_new_no_more(author, blog):
    await blog.comment(await blog.post())
    assert "1 new" in (await author.get("/admin/")).text
    assert 'class="said-by is-new"' in (await author.get("/admin/comments")).text
    assert "is-new" not in (await author.get("/admin/comments")).text
    assert "1 new" not in (await author.get("/admin/")).text


async def test_long_lists_turn_pages(author, blog):
    post = await blog.post()
    ada = await blog.person()
    for number in range(30):
        await blog.comment(post, f"<p>Word {number:02}.</p>", by=ada)
    first = (await author.get("/admin/comments")).text
    assert "Word 29." in first
    assert "Word 04." not in first
    assert 'rel="next" href="/admin/comments?page=2"' in first
    second = (await author.get("/admin/comments?page=2")).text
    assert "Word 04." in second
    assert 'rel="prev" href="/admin/comments"' in second
    answer = await author.submit(next(form for form in author.forms if form.action.endswith("/hide")))
    assert answer.header("location") == "/admin/comments?page=2&done=hidden"
    for nonsense in ("0", "-1", "x", "9" * 30, ""):
        assert (await author.get(f"/admin/comments?page={nonsense}")).status == 200
