"""Looking for missing replies in a real browser: without script, in every view."""

from dataclasses import replace

import pytest

from fedblog.services import publishing
from fedblog.services.workshop import the_blog
from fedblog.services.writing import Draft
from fedblog.store import thread_searches
from fedblog.worker import Worker
from tests.browser.pages import VIEWS
from tests.unit.web.conftest import Blog


@pytest.fixture
async def post(page, running_blog):
    await running_blog.log_in(page)
    shop = running_blog.shop
    rows = Blog(None, shop, await the_blog(shop.store.reader), running_blog.box)
    made = await publishing.publish_new(shop, Draft("On slow reading, and on the margins where readers live", "Read."))
    await rows.comment(made, "<p>This made my morning.</p>", by=await rows.person())
    return made


async def change(running_blog, post, **changes):
    async def work(db):
        await thread_searches.save(db, replace(await thread_searches.by_post(db, post.pk), **changes))
        db.touch(f"post:{post.pk}")

    await running_blog.shop.store.write(work)


@pytest.mark.parametrize("has_script", [False])
@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
async def test_the_author_looks_for_missing_replies(page, running_blog, post, photograph):
    await page.goto(f"{running_blog.url}/admin/posts/{post.pk}")
    await page.get_by_role("link", name="Missing replies").click()
    await photograph("missing-replies-new")
    await page.get_by_role("button", name="Look for missing replies").click()
    await page.get_by_text("About to look").wait_for()
    now = running_blog.shop.now()
    await change(running_blog, post, running_since=now, began_at=now, requests=412, found=3)
    await page.get_by_role("link", name="See how far it is").click()
    await page.get_by_text("412 requests").wait_for()
    width = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0
    await photograph("missing-replies-running")
    await page.get_by_role("button", name="Stop").click()
    await page.get_by_text("Not complete yet.").wait_for()
    await page.get_by_role("button", name="Look for missing replies").click()
    await Worker(running_blog.shop).work_off()
    await page.goto(f"{running_blog.url}/admin/posts/{post.pk}/replies")
    await page.get_by_text("Complete as of").wait_for()
    await photograph("missing-replies-complete")
    await page.goto(running_blog.url + post.path)
    await page.get_by_text("as far as other servers tell").wait_for()
    await photograph("missing-replies-public")
