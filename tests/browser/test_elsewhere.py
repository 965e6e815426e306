"""From an address that the author pastes to an answer on its way, in a real browser; and how these pages look."""

import pytest

from fedblog.services import followees, gestures, pinning, publishing, remarks
from fedblog.services.writing import Draft
from fedblog.store import actors
from tests.browser.pages import VIEWS
from tests.fediverse import Peer
from tests.fediverse.peer import PUBLIC


@pytest.fixture
def pond(running_blog):
    """A server elsewhere."""
    return Peer(running_blog.box, "pond.example")


@pytest.fixture
def note(pond):
    """A post there."""
    ada = pond.person("ada")
    attached = {"type": "Image", "mediaType": "image/png", "url": f"{pond.origin}/1.png", "name": "The harbour at six"}
    return ada.note("<p>Who reads <em>slowly</em> reads twice.</p>", attachment=[attached])


@pytest.mark.parametrize("has_script", [False])
async def test_a_pasted_address_leads_to_a_like_a_boost_and_an_answer(page, running_blog, note):
    await running_blog.log_in(page)
    await page.get_by_role("link", name="Elsewhere").click()
    await page.get_by_label("A post or a person elsewhere").fill(note["id"])
    await page.get_by_role("button", name="Look").click()
    article = page.get_by_role("article", name="@ada@pond.example")
    assert "Who reads slowly reads twice." in await article.inner_text()
    await article.get_by_role("button", name="Like").click()
    await page.get_by_text("Liked. Its author is told.").wait_for()
    await article.get_by_role("button", name="Boost").click()
    await page.get_by_text("Boosted.").wait_for()
    await article.get_by_role("button", name="Follow").click()
    await page.get_by_text("Asked.").wait_for()
    await article.get_by_role("textbox", name="Answer to @ada@pond.example").fill("And who answers, *thrice*.")
    await article.get_by_role("button", name="Answer").click()
    await page.get_by_text("Your answer is on its way.").wait_for()
    assert "And who answers, thrice." in await page.locator("main").inner_text()
    await page.get_by_role("link", name="Likes").click()
    await page.get_by_role("button", name="Take back").click()
    await page.get_by_text("The like is taken back.").wait_for()
    sent = await running_blog.shop.store.reader.all("SELECT kind FROM activity ORDER BY pk")
    assert [row["kind"] for row in sent] == ["Like", "Announce", "Follow", "Create", "Undo"]


async def test_another_server_leads_the_author_through_the_log_in_to_the_post(page, running_blog, note):
    await running_blog.log_in(page)
    await page.get_by_role("button", name="Log out").click()
    await page.goto(f"{running_blog.url}/authorize_interaction?do=reply&uri={note['id']}")
    await page.get_by_label("Name").fill("author")
    await page.get_by_label("Password").fill("a sentence is good")
    await page.get_by_role("button", name="Log in").click()
    await page.get_by_role("heading", name="A post by Ada").wait_for()
    assert await page.evaluate("document.activeElement.id") == "answer"


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
async def test_every_page_of_elsewhere_fits_its_window(page, running_blog, pond, note, photograph):
    await running_blog.log_in(page)
    shop = running_blog.shop
    town = Peer(running_blog.box, "a-very-long-name-of-a-server-that-does-not-break.example.org")
    square = town.person("a_community_with_a_very_long_name")
    town.documents["/users/a_community_with_a_very_long_name"] |= {
        "type": "Group",
        "summary": "<p>For slow readers.</p>",
    }
    warned = square.note("<p>" + "Donaudampfschifffahrt" * 8 + "</p>", summary="Long words", to=[PUBLIC])
    await gestures.like(shop, note["id"], by="author")
    await gestures.boost(shop, warned["id"], by="author")
    await followees.follow(shop, square.id, by="author")
    said = await remarks.answer(shop, note["id"], "And who answers, *thrice*.\n\n> Who reads slowly", by="author")
    post = await publishing.publish_new(shop, Draft("On slow reading", f"Read, {square.handle}."))
    await pinning.pin(shop, post.pk, by="author")
    assert await actors.by_id(shop.store.reader, square.id)
    pages = {
        "elsewhere": "/admin/elsewhere",
        "elsewhere-likes": "/admin/elsewhere?show=likes",
        "elsewhere-boosts": "/admin/elsewhere?show=boosts",
        "elsewhere-following": "/admin/elsewhere?show=following",
        "look-nothing": "/admin/elsewhere/look",
        "look-post": f"/admin/elsewhere/look?uri={note['id']}",
        "look-warned": f"/admin/elsewhere/look?uri={warned['id']}",
        "look-community": f"/admin/elsewhere/look?uri={square.id}",
        "look-refused": "/admin/elsewhere/look?uri=https://10.0.0.1/",
        "answer": f"/admin/elsewhere/answers/{said.pk}",
        "standing": f"/admin/posts/{post.pk}",
    }
    for name, path in pages.items():
        await page.goto(running_blog.url + path)
        await photograph(f"admin-{name}")
        width = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width == 0, name
        assert await page.locator("h1").count() == 1, name
    for name, path in {"remark": said.object_id.removeprefix(running_blog.url), "like": f"/like/{post.pk}"}.items():
        await page.goto(running_blog.url + path)
        await photograph(f"reader-{name}")
        assert await page.locator("h1").count() == 1, name
