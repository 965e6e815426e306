"""From the printed link to a published post, in a real browser and without script."""

import pytest

pytestmark = pytest.mark.parametrize("has_script", [False])


async def test_set_up_write_look_and_publish(page, running_blog, photograph):
    await page.goto(await running_blog.setup_link())
    await photograph("admin-setup")
    await page.get_by_label("Name").fill("Author")
    await page.get_by_label("Password").fill("a sentence is good")
    await page.get_by_role("button", name="Create the account").click()
    await page.get_by_text("Nothing is written yet.").wait_for()
    await photograph("admin-empty")

    await page.get_by_role("link", name="New post").click()
    await page.get_by_label("Title").fill("On slow reading")
    await page.locator("textarea").first.fill("# Aside\n\nRead *slowly*.")
    async with page.expect_popup() as opened:
        await page.get_by_role("button", name="Preview").click()
    preview = await opened.value
    previewed = await preview.locator("article").inner_html()

    await page.get_by_role("button", name="Publish", exact=True).click()
    await page.get_by_text("Published. It is on its way").wait_for()
    await page.get_by_role("link", name="View").click()
    assert await page.locator("h1").inner_text() == "On slow reading"
    assert await page.locator("article .prose").inner_html() in previewed
