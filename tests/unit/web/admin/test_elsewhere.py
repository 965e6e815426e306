"""The box for an address, what is done with what it finds, and the lists of what was done."""

from urllib.parse import quote

import pytest

from fedblog.domain.comment import Audience
from fedblog.services import publishing, remarks
from fedblog.services.writing import Draft
from fedblog.store import activities, mentions, pins
from tests.fediverse import Peer
from tests.unit.web.admin.test_pages import mention

LIST = "/admin/elsewhere"
LOOK = LIST + "/look"


@pytest.fixture
def ada(blog):
    """Somebody elsewhere."""
    return Peer(blog.box, "pond.example").person("ada")


@pytest.fixture
def note(ada):
    """What she wrote."""
    attached = {"type": "Image", "mediaType": "image/png", "url": "https://pond.example/1.png", "name": "A heron"}
    return ada.note("<p>Read <em>slowly</em>.</p>", attachment=[attached])


async def look(author, address):
    return await author.get(f"{LOOK}?uri={quote(address, safe='')}")


def button(author, words):
    """The form with that button."""
    [found] = [form for form in author.forms if form.buttons == [words]]
    return found


async def press(author, words, **typed):
    return await author.follow(await author.submit(button(author, words), **typed))


async def sent(blog, kind):
    rows = await blog.shop.store.reader.all("SELECT activity_id FROM activity WHERE kind = ? ORDER BY pk", kind)
    return [await activities.by_id(blog.shop.store.reader, row["activity_id"]) for row in rows]


async def test_the_box_stands_in_the_admin_and_leads_to_what_is_there(author, note):
    await author.get(LIST)
    [box] = [form for form in author.forms if form.action == LOOK]
    assert [name for name, _ in box.fields] == ["uri"]
    await look(author, note["id"])
    for words in ("A post by Ada", "@ada@pond.example", "Read slowly .", "18 November 2026", "A heron pond.example"):
        assert words in author.words
    assert "<em>slowly</em>" in author.last.text
    assert "<img" not in author.last.text
    assert f'href="{note["url"]}"' in author.last.text


@pytest.mark.parametrize(
    ("do", "said", "undo", "unsaid", "kind"),
    [
        ("Like", "Liked.", "Take the like back", "The like is taken back.", "Like"),
        ("Boost", "Boosted.", "Take the boost back", "The boost is taken back.", "Announce"),
        ("Follow @ada@pond.example", "Asked.", "Unfollow", "You do not follow them any more.", "Follow"),
    ],
)
async def test_each_button_acts_and_becomes_its_undo(author, blog, note, do, said, undo, unsaid, kind):
    await look(author, note["id"])
    await press(author, do)
    assert said in author.words
    assert len(await sent(blog, kind)) == 1
    await press(author, undo)
    assert unsaid in author.words
    assert len(await sent(blog, "Undo")) == 1
    button(author, do)


async def test_an_answer_is_sent_listed_edited_and_deleted(author, blog, note):
    await look(author, note["id"])
    await press(author, "Answer", body="I *do*.")
    for words in ("Your answer is on its way.", "I do .", "Read slowly.", "delivered to 0 of 1 server, 1 waiting"):
        assert words in author.words
    [create] = await sent(blog, "Create")
    await look(author, note["id"])
    assert "Your answer Edit I do ." in author.words
    await author.get(f"{LIST}/answers/1")
    await author.follow(await author.submit(author.form(f"{LIST}/answers/1"), body="I do, twice."))
    assert "I do, twice." in author.words
    await author.get(f"{LIST}/answers/1/delete")
    await author.follow(await author.submit(author.form(f"{LIST}/answers/1/delete")))
    assert "Your answer is deleted" in author.words
    assert "You have said nothing elsewhere yet." in author.words
    assert [delete.object_id for delete in await sent(blog, "Delete")] == [create.object_id]
    assert (await author.get(f"{LIST}/answers/1")).status == 404


async def test_what_cannot_be_sent_is_still_in_the_form(author, note):
    await look(author, note["id"])
    answer = await author.submit(button(author, "Answer"), body="Ask @nobody@nowhere.example.")
    assert answer.status == 400
    assert "could not be looked up" in author.words
    assert button(author, "Answer").value("body") == "Ask @nobody@nowhere.example."


async def test_an_edit_that_cannot_be_sent_is_still_in_the_form(author, blog, note):
    await remarks.answer(blog.shop, note["id"], "First.", by="author")
    await author.get(f"{LIST}/answers/1")
    answer = await author.submit(author.form(f"{LIST}/answers/1"), body=" ")
    assert answer.status == 400
    assert "The answer is empty." in author.words


async def test_a_wish_and_words_come_along_from_another_server(author, note):
    await author.get(f"/authorize_interaction?uri={quote(note['id'], safe='')}&do=reply&content=Well%2C+yes")
    answer = author.last
    await author.follow(answer)
    assert button(author, "Answer").value("body") == "Well, yes"
    assert "autofocus" in author.last.text


async def test_what_is_not_for_everybody_has_no_boost_and_a_private_answer(author, blog, ada):
    private = ada.note("<p>Psst.</p>", to=["https://blog.example/ap/x"], cc=[])
    await look(author, private["id"])
    assert "Private" in author.words
    assert "It goes to them alone" in author.words
    assert not [form for form in author.forms if form.buttons == ["Boost"]]
    await press(author, "Answer", body="Indeed.")
    [create] = await sent(blog, "Create")
    assert not create.is_public


async def test_a_person_and_a_community_can_be_followed(author, ada, blog):
    ada.peer.documents["/users/ada"]["summary"] = "<p>Reads.</p><script>alert(1)</script>"
    await look(author, ada.handle)
    assert "Reads." in author.words
    assert "alert" not in author.words
    assert "no timeline here" in author.words
    ada.peer.documents["/users/ada"]["type"] = "Group"
    await look(author, ada.handle)
    assert "A community" in author.words


@pytest.mark.parametrize(
    ("show", "empty"),
    [
        ("answers", "said nothing"),
        ("likes", "liked nothing"),
        ("boosts", "boosted nothing"),
        ("following", "follow nobody"),
    ],
)
async def test_each_list_says_what_belongs_there_when_it_is_empty(author, show, empty):
    await author.get(f"{LIST}?show={show}")
    assert empty in author.words


async def test_the_lists_tell_how_far_each_thing_got_and_take_it_back(author, note):
    await look(author, note["id"])
    for words in ("Like", "Boost", "Follow @ada@pond.example"):
        await press(author, words)
    for show, words, undo in (
        ("likes", "delivered to 0 of 1 server, 1 waiting", "Take back @ada@pond.example"),
        ("boosts", "Read slowly.", "Take back @ada@pond.example"),
        ("following", "asked, no answer yet", "Unfollow @ada@pond.example"),
    ):
        await author.get(f"{LIST}?show={show}")
        assert words in author.words
        await press(author, undo)
        assert f"?show={show}" in author.last.text or "You follow nobody." in author.words
        await author.get(f"{LIST}?show={show}")
        assert "@ada@pond.example" not in author.words


async def test_who_moved_is_found_at_the_new_account(author, blog, ada):
    await look(author, ada.handle)
    await press(author, "Follow @ada@pond.example")
    new = "https://lake.example/users/ada"
    await blog.write(lambda db: db.run("UPDATE actor SET moved_to = ? WHERE actor_id = ?", new, ada.id))
    await author.get(f"{LIST}?show=following")
    assert "moved to another account" in author.words
    assert f"{LOOK}?uri={quote(new, safe='')}" in author.last.text


async def test_a_mention_is_answered_where_it_stands(author, blog):
    await mention(blog, "What do you think?")
    await mention(blog, "Between us.", Audience.DIRECT)
    await author.get("/admin/mentions")
    listed = await mentions.listed(blog.shop.store.reader, 1)
    public, private = sorted(listed, key=lambda line: line.audience is not Audience.PUBLIC)
    refused = await author.submit(author.form(f"/admin/mentions/{public.pk}/answer"), body=" ")
    assert refused.status == 400
    assert "The answer is empty." in author.words
    for line in (public, private):
        await author.get("/admin/mentions")
        await author.follow(await author.submit(author.form(f"/admin/mentions/{line.pk}/answer"), body="Much."))
        assert "Your answer is on its way." in author.words
    assert [create.is_public for create in await sent(blog, "Create")] == [1, 0]


async def test_a_post_is_pinned_and_shared_from_its_page(author, blog):
    post = await publishing.publish_new(blog.shop, Draft("On slow reading", "Read."))
    page = f"/admin/posts/{post.pk}"
    await author.get(page)
    await press(author, "Pin to the profile")
    assert "Pinned." in author.words
    assert await pins.is_pinned(blog.shop.store.reader, post.pk)
    await press(author, "Unpin")
    assert not await pins.is_pinned(blog.shop.store.reader, post.pk)
    refused = await author.submit(button(author, "Share again"))
    assert (refused.status, "within the last day" in author.words) == (409, True)
    blog.box.clock.move(days=2)
    await author.get(page)
    await press(author, "Share again")
    assert "Shared again." in author.words
    await author.get(f"{LIST}?show=boosts")
    assert "your own post" in author.words
    assert "On slow reading" in author.words
    await author.get(page)
    await press(author, "Take the share back")
    assert "The share is taken back." in author.words
    assert [len(await sent(blog, kind)) for kind in ("Add", "Remove", "Announce", "Undo")] == [1, 1, 1, 1]


async def test_the_form_tells_in_which_communities_the_post_appears(author, blog):
    square = Peer(blog.box, "town.example").person("square")
    square.peer.documents["/users/square"]["type"] = "Group"
    Peer(blog.box, "pond.example").person("ada")
    await author.get("/admin/posts/new")
    form = author.form("/admin/posts/new")
    text = "For @square@town.example, by @ada@pond.example and @nobody@nowhere.example"
    await author.follow(await author.submit(form, title="On slow reading", body=text, do="save"))
    assert "It will appear in the community @square@town.example , too." in author.words


@pytest.mark.parametrize("verb", ["like", "boost"])
async def test_a_reader_goes_on_at_home_to_like_or_boost(blog, verb):
    post = await publishing.publish_new(blog.shop, Draft("On slow reading", "Read."))
    page = await blog.get(post.path)
    assert f'href="/{verb}/{post.pk}"' in page.text
    assert (await blog.get(f"/{verb}/{post.pk}")).status == 200
    form = [("content-type", "application/x-www-form-urlencoded")]
    answer = await blog.get(f"/{verb}/{post.pk}", method="POST", headers=form, body=b"handle=social.example")
    assert f'href="https://social.example/authorize_interaction?uri={quote(post.object_id, safe="")}"' in answer.text
    assert (await blog.get(f"/{verb}/99")).status == 404


async def test_a_comment_can_be_liked_from_its_place_in_the_list(author, blog, ada):
    post = await publishing.publish_new(blog.shop, Draft("On slow reading", "Read."))
    note = ada.note("<p>True.</p>", in_reply_to=post.object_id)
    actor = await blog.person("ada", "pond.example")
    await blog.comment(post, "<p>True.</p>", by=actor, object_id=note["id"])
    await author.get("/admin/comments")
    assert f"{LOOK}?uri={quote(note['id'], safe='')}" in author.last.text
    await look(author, note["id"])
    assert "It stands below a post of yours" in author.words
    await press(author, "Like")
    assert len(await sent(blog, "Like")) == 1
    await press(author, "Answer", body="Indeed.")
    assert "Your answer stands below the post" in author.words
