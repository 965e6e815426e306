"""From the printed link to a published post, in a real browser, with script and without."""

import re

import pytest

from tests.browser.pages import PHONE
from tests.unit.web.admin.pictures import jpeg

WITH_AND_WITHOUT_SCRIPT = pytest.mark.parametrize("has_script", [False, True], ids=["without script", "with script"])


@WITH_AND_WITHOUT_SCRIPT
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
    previewed = await preview.locator("main").inner_html()
    assert await preview.locator("h1").inner_text() == "On slow reading"

    await page.get_by_role("button", name="Publish", exact=True).click()
    await page.get_by_text("Published. It is on its way").wait_for()
    await page.get_by_role("link", name="View").click()
    shown = await page.locator("main").inner_html()
    # A post that is not saved has no number yet
    assert shown == re.sub(r"/(reply|like|boost)/0", r"/\1/1", previewed)


async def test_log_in_leads_back_to_the_page_that_was_asked_for(page, running_blog, photograph):
    await running_blog.log_in(page)
    await page.get_by_role("button", name="Log out").click()
    await page.get_by_text("You are logged out.").wait_for()
    await page.goto(f"{running_blog.url}/admin/settings")
    await photograph("admin-login")
    await page.get_by_label("Name").fill("author")
    await page.get_by_label("Password").fill("something else")
    await page.keyboard.press("Enter")
    await page.get_by_role("alert").wait_for()
    await photograph("admin-login-refused")
    assert await page.get_by_label("Name").input_value() == "author"
    await page.get_by_label("Password").fill("a sentence is good")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/admin/settings")


@WITH_AND_WITHOUT_SCRIPT
@pytest.mark.parametrize("view", [PHONE])
async def test_an_image_is_uploaded_while_the_text_is_not_saved(page, running_blog, photograph):
    await running_blog.log_in(page)
    await page.goto(f"{running_blog.url}/admin/posts/new")
    await page.get_by_label("Title").fill("A heron")
    await page.locator("textarea").first.fill("At the pond.")
    await page.get_by_label("Add an image").set_input_files(
        {"name": "My Heron.jpg", "mimeType": "image/jpeg", "buffer": jpeg((90, 140, 160))}
    )
    await page.get_by_label("What it shows (alt text)").fill("A heron in fog")
    await page.get_by_role("button", name="Upload").click()
    await page.get_by_text("![](my-heron.jpg)").wait_for()
    assert await page.locator("textarea").first.input_value() == "At the pond."
    await photograph("admin-image")
    assert page.url.endswith("#images-title")
    await page.get_by_role("button", name="Publish", exact=True).click()
    await page.get_by_role("link", name="View").click()
    hero = page.get_by_alt_text("A heron in fog")
    assert await hero.bounding_box()


async def test_an_error_keeps_the_text_and_is_seen_at_once(page, running_blog, photograph):
    await running_blog.log_in(page)
    await page.goto(f"{running_blog.url}/admin/posts/new")
    await page.locator("textarea").first.fill("Words without a title.")
    await page.get_by_role("button", name="Publish", exact=True).click()
    problem = page.get_by_role("alert")
    assert "has no title" in await problem.inner_text()
    box = await problem.bounding_box()
    assert box["y"] + box["height"] < page.viewport_size["height"]
    assert await page.locator("textarea").first.input_value() == "Words without a title."
    await photograph("admin-compose-refused")


async def test_a_file_that_is_too_large_is_told_before_it_is_sent(page, running_blog):
    await running_blog.log_in(page)
    await page.goto(f"{running_blog.url}/admin/posts/new")
    await page.locator("textarea").first.fill("Words.")
    chosen = page.get_by_label("Add an image")
    await chosen.set_input_files({"name": "huge.jpg", "mimeType": "image/jpeg", "buffer": b"x" * ((4 << 20) + 1)})
    assert "more than 4 MB" in await chosen.evaluate("input => input.validationMessage")
    await page.get_by_role("button", name="Upload").click()
    assert await page.locator("textarea").first.input_value() == "Words."
    assert page.url.endswith("/admin/posts/new")


async def test_whoever_leaves_an_unsaved_text_is_asked(page, running_blog):
    await running_blog.log_in(page)
    await page.goto(f"{running_blog.url}/admin/posts/new")
    await page.locator("textarea").first.press_sequentially("Words.")
    asked = []

    async def stay(dialog):
        asked.append(dialog.type)
        await dialog.dismiss()

    page.on("dialog", stay)
    await page.get_by_role("link", name="Comments").click()
    assert asked == ["beforeunload"]
    await page.get_by_label("Title").fill("A title")
    await page.get_by_role("button", name="Save draft").click()
    await page.get_by_text("The draft is saved.").wait_for()
    assert asked == ["beforeunload"]


async def test_everything_is_reached_by_keyboard_in_the_order_of_the_page(page, running_blog):
    await running_blog.log_in(page)
    await page.goto(f"{running_blog.url}/admin/posts/new")
    await page.locator("#title").focus()
    order = []
    for _ in range(6):
        order.append(await page.evaluate("document.activeElement.id || document.activeElement.textContent"))
        await page.keyboard.press("Tab")
    assert order == ["title", "body", "Save draft", "Publish", "Preview", "file"]
