"""Writing a reply on the blog, in a real browser, in every view."""

import pytest

from fedblog.services import publishing
from fedblog.services.writing import Draft
from fedblog.services.writing_here import offering
from tests.browser.pages import VIEWS
from tests.fediverse import Peer
from tests.fediverse.instance import Instance

LONG_HOST = "a-very-long-name-of-a-server-that-does-not-break.example"
WORDS = "What my grandmother wrote there was always true.\n\nI should have asked her about " + "x" * 120


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
@pytest.mark.parametrize("has_script", [False])
async def test_a_reply_is_written_allowed_and_posted(page, running_blog, view, photograph):
    shop = running_blog.shop
    peer = Peer(running_blog.box, LONG_HOST)
    ada, instance = peer.person("ada"), Instance(peer, "")
    await offering.offer(shop, on=True, by="author")
    post = await publishing.publish_new(shop, Draft("On slow reading, and on the margins where readers live", "Read."))

    await page.goto(running_blog.url + (post.path or "/"))
    await page.locator("#comments").get_by_role("link", name="Reply").first.click()
    await page.get_by_role("link", name="write your reply here").click()
    await page.get_by_label("Your reply").fill(WORDS)
    await page.get_by_label("Your fediverse handle").fill("@nobody@nowhere.example")
    await fits(page)
    await page.get_by_role("button", name="Go on").click()
    await page.get_by_role("alert").wait_for()
    assert await page.get_by_label("Your reply").input_value() == WORDS
    await fits(page)
    await photograph("write-refused")
    await page.get_by_label("Your fediverse handle").fill(f"@ada@{LONG_HOST}")
    await page.get_by_role("button", name="Go on").click()
    onward = page.get_by_role("link", name=f"Go on at {LONG_HOST}")
    await onward.wait_for()
    await fits(page)
    await photograph("write-onward")
    link = await onward.get_attribute("href")
    assert link
    await page.goto(instance.consent(link, ada))
    await page.get_by_text("has posted your reply").wait_for()
    await fits(page)
    await photograph("write-posted")
    [posted] = instance.posted.values()
    assert WORDS in posted["text"]
    assert await page.context.cookies() == []


async def fits(page):
    """Nothing sticks out at the side."""
    assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
