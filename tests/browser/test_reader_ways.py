"""What a reader does: follow and reply from the own server, leaf through the lists, use the keyboard."""

import pytest

from fedblog.domain.actor import ActorKind
from fedblog.store import actors
from tests.browser.pages import PHONE_DARK, VIEWS
from tests.browser.scenery import furnish
from tests.fediverse.peer import Peer

WITHOUT_SCRIPT = pytest.mark.parametrize("has_script", [False])


@pytest.fixture
async def scene(running_blog):
    Peer(running_blog.box, "pond.example").person("ada")
    return await furnish(running_blog)


@pytest.fixture
async def arrived(page):
    """Answers for the reader's own server, and where the reader arrived there."""
    seen = []

    async def answer(route):
        seen.append(route.request.url)
        await route.fulfill(body="<title>pond.example</title>", content_type="text/html")

    await page.route("https://pond.example/**", answer)
    return seen


@WITHOUT_SCRIPT
@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
async def test_the_follow_box_leads_to_the_own_server(page, running_blog, scene, arrived, photograph):
    await page.goto(running_blog.url + scene.post.path)
    await page.get_by_label("Your handle").fill("@ada@pond.example")
    await page.get_by_role("button", name="Follow").click()
    await page.get_by_text("Your server will ask you to confirm").wait_for()
    await photograph("reader-follow-ready")
    await page.get_by_role("link", name="Go on at pond.example").click()
    await page.wait_for_url("https://pond.example/**")
    us = await actors.own(running_blog.shop.store.reader, ActorKind.BLOG)
    [address] = arrived
    assert (
        address
        == f"https://pond.example/authorize_interaction?uri={us.actor_id.replace(':', '%3A').replace('/', '%2F')}"
    )


@WITHOUT_SCRIPT
async def test_one_comment_is_answered_from_the_own_server(page, running_blog, scene, arrived, photograph):
    await page.goto(running_blog.url + scene.post.path)
    await page.locator("#comment-1 > .comment-foot").get_by_role("link", name="Reply to comment 1").click()
    await page.get_by_label("Your fediverse handle or server").fill("pond.example")
    await page.get_by_role("button", name="Go on").click()
    await page.get_by_text("Your server will open comment 1 for you to answer.").wait_for()
    await photograph("reader-reply-ready")
    await page.get_by_role("link", name="Go on at pond.example").click()
    await page.wait_for_url("https://pond.example/**")
    assert "uri=https%3A%2F%2Fsocial.example%2Fnotes%2F" in arrived[0]


@WITHOUT_SCRIPT
@pytest.mark.parametrize("view", [VIEWS[0], PHONE_DARK], ids=lambda view: view.name)
async def test_a_wrong_handle_is_kept_and_explained(page, running_blog, scene, photograph):
    await page.goto(f"{running_blog.url}/follow")
    await page.get_by_label("Your fediverse handle or server").fill("ada at pond")
    await page.keyboard.press("Enter")
    problem = page.get_by_role("alert")
    assert "That is no handle or server name." in await problem.inner_text()
    field = page.get_by_label("Your fediverse handle or server")
    assert await field.input_value() == "ada at pond"
    assert await field.get_attribute("aria-describedby") == await problem.get_attribute("id")
    await photograph("reader-follow-refused")
    await field.fill("@nobody@nowhere.example")
    await page.keyboard.press("Enter")
    await page.get_by_text("The server nowhere.example does not answer.").wait_for()


@WITHOUT_SCRIPT
async def test_leafing_through_the_posts_and_back(page, running_blog, scene):
    await page.goto(running_blog.url)
    titles = await page.locator(".card-title").all_inner_texts()
    await page.get_by_role("link", name="Older posts").click()
    assert await page.locator("h1").inner_text() == "Older posts"
    older = await page.locator(".card-title").all_inner_texts()
    assert not set(titles) & set(older)
    await page.get_by_role("link", name="Newer posts").click()
    assert await page.locator(".card-title").all_inner_texts() == titles
    await page.get_by_role("link", name="2026").click()
    assert await page.locator("h1").inner_text() == "2026"


@WITHOUT_SCRIPT
async def test_a_warned_text_opens_without_script(page, running_blog, scene, photograph):
    await page.goto(running_blog.url + scene.warned.path)
    assert not await page.get_by_text("Bones.").is_visible()
    await page.locator("summary").press("Enter")
    assert await page.get_by_text("Bones.").is_visible()
    await photograph("reader-post-warning-open")


async def test_a_number_leads_to_its_comment(page, running_blog, scene, photograph):
    await page.goto(running_blog.url + scene.post.path)
    await page.locator("#comment-6").get_by_role("link", name="in answer to #5").click()
    assert page.url.endswith("#comment-5")
    assert await page.locator("#comment-5 > .comment-head").evaluate("one => one.getBoundingClientRect().top") < 200
    await photograph("reader-post-target")
    assert await page.locator("#comment-11").inner_text() != ""
    assert await page.get_by_text("Comment 11 was removed.").is_visible()


@pytest.mark.parametrize("view", [VIEWS[0], PHONE_DARK], ids=lambda view: view.name)
async def test_the_keyboard_goes_through_the_page_in_its_order_and_can_be_seen(page, running_blog, scene, photograph):
    await page.goto(running_blog.url + scene.post.path)
    await page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    assert (await skip.bounding_box())["y"] >= 0
    await photograph("reader-skip-link")
    stops = []
    while (stop := await page.evaluate(STOP)) is not None:
        stops.append(stop)
        await page.keyboard.press("Tab")
    places = [stop["at"] for stop in stops]
    assert places == sorted(places)
    assert [stop for stop in stops if stop["outline"] < 2 or not stop["visible"]] == []
    assert {*await page.evaluate(CAN_BE_USED)} <= {*places}


async def test_the_skip_link_skips(page, running_blog, scene):
    await page.goto(running_blog.url)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.closest('main') !== null")


CAN_BE_USED = """() => {
    const all = [...document.querySelectorAll('*')];
    return all.filter(one => one.matches('a[href], button, input, summary')).map(one => all.indexOf(one));
}"""
# Where the focus is: its place in the document, and whether one can see it. None once it left the page.
STOP = """() => {
    const one = document.activeElement;
    if (one === document.body) return null;
    const box = one.getBoundingClientRect();
    return {
        at: [...document.querySelectorAll('*')].indexOf(one),
        outline: parseFloat(getComputedStyle(one).outlineWidth),
        visible: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
        what: one.outerHTML.slice(0, 100),
    };
}"""
