"""Writing a post: nothing typed is lost, and what is sent twice is one post."""

import asyncio
import json
import re

import pytest

from fedblog.domain.post import PostState
from fedblog.services import writing
from fedblog.services.writing import Draft
from fedblog.store import posts
from tests.fediverse import Peer
from tests.unit.web.admin.pictures import jpeg
from tests.unit.web.asgi import HOST

NEW = "/admin/posts/new"


async def begin(author):
    await author.get(NEW)
    return author.form(NEW)


async def draft(author, title="On slow reading", body="Read *slowly*.", **more):
    form = await begin(author)
    answer = await author.submit(form, title=title, body=body, do="save", **more)
    await author.follow(answer)
    return answer.header("location").partition("?")[0]


async def publish(author, title="On slow reading", body="Read *slowly*.", **more):
    form = await begin(author)
    answer = await author.submit(form, title=title, body=body, do="publish", **more)
    await author.follow(answer)
    return answer.header("location").partition("?")[0]


async def all_posts(blog):
    return await posts.listed(blog.shop.store.reader, blog.row.pk)


async def test_the_body_is_the_first_textarea_and_the_buttons_have_their_names(author):
    text = (await author.get(NEW)).text
    assert re.search(r"<textarea[^>]*>", text).group().count('name="body"') == 1
    assert author.form(NEW).buttons[:3] == ["Save draft", "Publish", "Preview"]


async def test_a_draft_is_seen_by_its_author_alone(author, blog):
    page = await draft(author, tags="reading, slow", summary="Why.")
    assert "The draft is saved" in author.words
    form = author.form(page)
    assert (form.value("title"), form.value("body")) == ("On slow reading", "Read *slowly*.")
    assert (form.value("tags"), form.value("summary"), form.value("slug")) == (
        "reading, slow",
        "Why.",
        "on-slow-reading",
    )
    assert "slow reading" not in (await blog.get("/")).text
    assert "draft" in (await author.get("/admin/")).text


async def test_publish_puts_it_on_the_front_page_and_says_so(author, blog):
    page = await publish(author, content_warning="Ends badly", language="de", comment_policy="closed")
    assert "Published. It is on its way" in author.words
    assert "On slow reading" in (await blog.get("/")).text
    [post] = await all_posts(blog)
    assert (post.content_warning, post.language, post.comment_policy) == ("Ends badly", "de", "closed")
    form = author.form(page)
    assert form.buttons[:2] == ["Save", "Preview"]
    assert form.value("comment_policy") == "closed"


async def test_a_text_keeps_its_first_empty_lines_and_its_signs(author, blog):
    source = '\n\n  <b>bold</b> & "quotes" </textarea><script>alert(1)</script>\n\ttab\n'
    page = await draft(author, body=source.replace("\n", "\r\n"))
    [post] = await all_posts(blog)
    assert post.markdown == source
    assert author.form(page).value("body") == source
    assert "<script>alert" not in author.last.text


@pytest.mark.parametrize(
    ("typed", "status", "words"),
    [
        ({"title": "   "}, 400, "The post has no title"),
        ({"language": "not a language"}, 400, "is no language tag"),
        ({"slug": "taken"}, 409, "Another post has the slug"),
        ({"slug": "admin"}, 409, "own addresses"),
        ({"title": "x" * 301}, 400, "longer than 300"),
        ({"summary": "x" * 1001}, 400, "longer than 1000"),
    ],
)
@pytest.mark.parametrize("button", ["save", "publish"])
async def test_what_was_typed_stays_when_it_cannot_be_saved(author, blog, typed, status, words, button):
    await writing.create(blog.shop, Draft("Taken", "x"))
    given = {
        "title": "A title",
        "body": "Many words.",
        "tags": "a, b",
        "summary": "Sum",
        "slug": "mine",
        "no_summary": "yes",
    }
    form = await begin(author)
    answer = await author.submit(form, **(given | typed), do=button)
    assert answer.status == status
    assert words in author.words
    again = author.form(NEW)
    for name, value in (given | typed).items():
        assert again.value(name).strip() == value.strip()
    assert [post.title for post in await all_posts(blog)] == ["Taken"]


async def test_a_name_that_leads_nowhere_saves_the_draft_and_says_which(author, blog):
    form = await begin(author)
    answer = await author.submit(form, title="Hello", body="Hello @nobody@nowhere.example!", do="publish")
    assert answer.status == 400
    assert "saved as a draft, but not published" in author.words
    assert "@nobody@nowhere.example" in author.words
    [post] = await all_posts(blog)
    assert post.state is PostState.DRAFT
    again = await author.submit(author.form(f"/admin/posts/{post.pk}"), body="Hello, nobody!", do="publish")
    assert "published" in again.header("location")
    assert len(await all_posts(blog)) == 1


async def test_a_form_that_is_sent_twice_makes_one_post(author, blog):
    form = await begin(author)
    fields = form.filled(title="Once", body="x", do="publish")
    answers = await asyncio.gather(*(author.send(NEW, fields) for _ in range(3)))
    assert {answer.status for answer in answers} == {303}
    assert {answer.header("location").partition("?")[0] for answer in answers} == {
        answers[0].header("location").partition("?")[0]
    }
    assert [post.title for post in await all_posts(blog)] == ["Once"]
    assert await blog.shop.store.reader.value("SELECT COUNT(*) FROM activity WHERE kind = 'Create'") == 1


async def test_the_preview_is_the_page(author, blog, photo):
    Peer(blog.box, "pond.example").person("ada")
    body = (
        "## A heading\n\nRead *slowly*, @ada@pond.example, #Reading.\n\n![](heron.jpg)\n\n"
        "> A quotation[^1]\n\n[^1]: Its note."
    )
    form = await begin(author)
    await author.submit(
        form, [("file", "heron.png", photo)], title="On slow reading", body=body, alt="A heron", do="upload"
    )
    form = author.form(NEW)
    more = {"title": "On slow reading", "body": body, "summary": "Why.", "tags": "slow", "content_warning": "Sad"}
    preview = await author.send("/admin/preview", form.filled(**more))
    answer = await author.submit(form, **more, do="publish")
    await author.follow(answer)
    [post] = await all_posts(blog)
    page = await blog.get(post.path)

    def article(text):
        found = re.search("<article.*</article>", text, re.DOTALL).group()
        # A post that is not saved has no number yet
        return re.sub(r"/(reply|like|boost)/\d+", r"/\1/N", found)

    assert preview.status == page.status == 200
    assert article(preview.text) == article(page.text)
    assert "media/" in page.text
    assert "<span>ada</span></a>" in page.text
    again = await author.get(f"/admin/posts/{post.pk}/preview")
    assert article(again.text) == article(page.text)


async def test_a_look_at_a_handle_that_leads_to_nobody_shows_it_as_text(author, blog):
    Peer(blog.box, "pond.example")
    form = await begin(author)
    answer = await author.send("/admin/preview", form.filled(title="T", body="Hello @ada@pond.example!"))
    assert answer.status == 200
    assert "Hello @ada@pond.example!" in answer.text


async def test_an_image_above_the_text_is_attached_for_servers_that_show_nothing_else(author, blog, photo):
    form = await begin(author)
    await author.submit(form, [("file", "heron.jpg", photo)], title="T", body="Words.", alt="A heron", do="upload")
    await author.submit(author.form(NEW), title="T", body="Words.", do="publish")
    [post] = await all_posts(blog)
    document = json.loads((await blog.get(post.path, headers=[("accept", "application/activity+json")])).body)
    assert document["image"]["name"] == "A heron"
    assert document["attachment"] == [document["image"]]


async def test_a_look_at_a_text_without_title_or_words(author):
    form = await begin(author)
    answer = await author.send("/admin/preview", form.filled(title="", body=""))
    assert answer.status == 200
    assert "Untitled" in answer.text


async def test_a_look_at_what_cannot_be_saved_says_why(author):
    form = await begin(author)
    answer = await author.send("/admin/preview", form.filled(title="T", language="not a language"))
    assert answer.status == 400
    assert "is no language tag" in answer.text


async def test_an_image_is_added_without_saving_and_nothing_typed_is_lost(author, blog, photo):
    form = await begin(author)
    typed = {"title": "T", "body": "Unsaved words.", "tags": "a"}
    answer = await author.submit(form, [("file", "My Photo (1).PNG", photo)], **typed, alt="A heron", do="upload")
    assert answer.status == 200
    assert "not saved yet" in author.words
    assert "![](my-photo-1.jpg)" in author.words
    again = author.form(NEW)
    assert {name: again.value(name) for name in typed} == typed
    assert again.value("image_alt") == "A heron"
    assert await all_posts(blog) == []
    saved = await author.submit(again, body="![](my-photo-1.jpg)", do="publish")
    await author.follow(saved)
    [post] = await all_posts(blog)
    assert re.search(r'<img[^>]*alt="A heron"', (await blog.get(post.path)).text)


async def test_images_are_put_first_renamed_and_removed(author, blog, photo):
    form = await begin(author)
    await author.submit(form, [("file", "same.jpg", photo)], title="T", do="upload")
    await author.submit(author.form(NEW), [("file", "same.jpg", jpeg((1, 2, 3)))], do="upload")
    assert re.findall(r"!\[\]\(([^)]*)\)", author.words) == ["same.jpg", "same-2.jpg"]
    await author.submit(author.form(NEW), do="first-1")
    assert re.findall(r"!\[\]\(([^)]*)\)", author.words) == ["same-2.jpg", "same.jpg"]
    await author.submit(author.form(NEW), do="remove-0")
    assert re.findall(r"!\[\]\(([^)]*)\)", author.words) == ["same.jpg"]
    for nonsense in ("remove-9", "first--1", "remove-x", "first-"):
        answer = await author.submit(author.form(NEW), do=nonsense)
        assert answer.status == 200
        assert re.findall(r"!\[\]\(([^)]*)\)", author.words) == ["same.jpg"]


@pytest.mark.parametrize(
    ("files", "status", "words"),
    [
        ([("file", "evil.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")], 400, "not a picture"),
        ([("file", "empty.png", b"")], 400, "No image was chosen"),
        ([("other", "x.png", b"x")], 400, "No image was chosen"),
    ],
)
async def test_what_is_no_image_is_told_and_nothing_typed_is_lost(author, files, status, words):
    form = await begin(author)
    answer = await author.submit(form, files, title="T", body="Unsaved words.", do="upload")
    assert answer.status == status
    assert words in author.words
    assert author.form(NEW).value("body") == "Unsaved words."


async def test_a_form_of_more_than_four_megabytes_is_refused(author):
    form = await begin(author)
    assert (await author.submit(form, title="T", body="x" * (5 << 20), do="save")).status == 413


async def test_images_of_nobody_are_left_out(author, blog):
    form = await begin(author)
    fields = [*form.filled(title="T", body="x", do="save"), ("image", "999"), ("image_name", "a"), ("image_alt", "b")]
    fields += [("image", "../../etc"), ("image_name", "b"), ("image_alt", "")]
    answer = await author.send(NEW, fields)
    assert answer.status == 303


async def test_a_draft_follows_its_title_and_a_published_post_its_slug(author, blog):
    page = await draft(author, title="First name")
    await author.follow(await author.submit(author.form(page), title="Second name", do="save"))
    assert author.form(page).value("slug") == "second-name"
    await author.follow(await author.submit(author.form(page), do="publish"))
    await author.follow(await author.submit(author.form(page), title="Third name", do="save"))
    assert author.form(page).value("slug") == "second-name"
    await author.follow(await author.submit(author.form(page), slug="third", do="save"))
    [post] = await all_posts(blog)
    assert post.path.endswith("/third")
    old = await blog.get(post.path.replace("third", "second-name"))
    assert (old.status, old.header("location")) == (308, f"https://{HOST}{post.path}")


async def test_a_minor_edit_tells_nobody(author, blog):
    page = await publish(author)
    answer = await author.submit(author.form(page), body="Minor.", minor="yes", do="save")
    assert "nobody was told" in (await author.follow(answer)).text
    assert (await all_posts(blog))[0].update_due_at is None
    answer = await author.submit(author.form(page), body="Major.", do="save")
    assert "followers get the new text" in (await author.follow(answer)).text
    assert (await all_posts(blog))[0].update_due_at is not None


async def test_unpublish_and_publish_again(author, blog):
    page = await publish(author)
    [before] = await all_posts(blog)
    answer = await author.get(f"{page}/unpublish")
    assert "new object id" in answer.text
    await author.follow(await author.submit(author.form(f"{page}/unpublish")))
    assert (await blog.get(before.path)).status == 410
    assert "gets a new object id" in author.words
    answer = await author.submit(author.form(page), do="publish")
    assert "under a new object id" in (await author.follow(answer)).text
    [after] = await all_posts(blog)
    assert after.path == before.path
    assert after.object_id != before.object_id


async def test_delete_asks_first(author, blog):
    page = await publish(author)
    [post] = await all_posts(blog)
    answer = await author.get(f"{page}/delete")
    assert "cannot be undone" in answer.text
    assert (await blog.get(post.path)).status == 200
    await author.follow(await author.submit(author.form(f"{page}/delete")))
    assert "Deleted" in author.words
    assert (await blog.get(post.path)).status == 410
    assert (await author.get(page)).status == 410
    assert "delete post" in (await author.get("/admin/history")).text


async def test_unpublishing_twice_is_told(author):
    page = await publish(author)
    await author.get(f"{page}/unpublish")
    form = author.form(f"{page}/unpublish")
    await author.submit(form)
    answer = await author.submit(form)
    assert answer.status == 409
    assert "not published" in answer.text
