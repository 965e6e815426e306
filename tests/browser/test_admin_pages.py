"""Moderating in a real browser, and every page of the admin in every view."""

import pytest

from fedblog.domain.comment import Audience, CommentState, Mention
from fedblog.domain.follower import Follower, FollowState
from fedblog.domain.moderation import Rule
from fedblog.services import publishing
from fedblog.services.workshop import the_blog
from fedblog.services.writing import Draft
from fedblog.store import followers, inbox_events, mentions
from tests.browser.pages import VIEWS
from tests.fediverse.clock import START
from tests.unit.web.conftest import Blog

LONG_HOST = "a-very-long-name-of-a-server-that-does-not-break.example.org"


@pytest.fixture
async def lived_in(page, running_blog):
    """A blog with a post, people and what they said; the page is logged in."""
    await running_blog.log_in(page)
    shop = running_blog.shop
    rows = Blog(None, shop, await the_blog(shop.store.reader), running_blog.box)
    ada, eve = await rows.person(), await rows.person("eve_with_a_name_that_is_very_long_too", LONG_HOST)
    for actor, host, state in ((ada, "social.example", FollowState.ACCEPTED), (eve, LONG_HOST, FollowState.PENDING)):
        inbox = f"https://{host}/inbox"
        row = Follower(0, rows.row.pk, actor, state, f"https://{host}/1", "{}", inbox, host, START, START, START)
        await rows.write(lambda db, row=row: followers.save(db, row))
    post = await publishing.publish_new(shop, Draft("On slow reading, and on the margins where readers live", "Read."))
    await rows.comment(post, "<p>This made my morning.</p>", by=ada)
    await rows.comment(post, "<p>Look at <a href='https://a.example'>this</a></p>", by=eve, state=CommentState.HELD,
                       rule=Rule.FIRST_WITH_LINK, number=0, shown_at=None)  # fmt: skip
    direct = Mention(0, rows.row.pk, eve, "https://social.example/m/1", Audience.DIRECT, "<p>Between us.</p>", "Between us.",
                     "", START, START, None, None)  # fmt: skip
    await rows.write(lambda db: mentions.save(db, direct))
    await rows.write(lambda db: inbox_events.count_unproven(db, LONG_HOST, "key-host-down", START))
    await rows.write(lambda db: db.run("UPDATE delivery SET attempts = 3, last_error = 'it did not answer in time'"))
    return post


@pytest.mark.parametrize("has_script", [False])
async def test_a_held_comment_is_approved_answered_and_hidden(page, running_blog, lived_in, photograph):
    await page.goto(f"{running_blog.url}/admin/")
    await page.get_by_role("link", name="Comments 1 held").click()
    await page.get_by_role("link", name="Held (1)").click()
    assert "the first comment of an unknown author holds a link" in await page.locator("main").inner_text()
    await page.get_by_role("button", name="Approve").click()
    await page.get_by_text("The comment is shown now.").wait_for()
    await page.get_by_role("link", name="All").click()
    comment = page.get_by_role("article", name="@ada@social.example")
    await comment.get_by_text("Answer", exact=False).first.click()
    await comment.get_by_role("textbox").fill("Thank *you*.")
    await comment.get_by_role("button", name="Answer").click()
    await page.get_by_text("Your answer stands below the post").wait_for()
    await photograph("admin-answered")
    await page.goto(running_blog.url + lived_in.path)
    thread = await page.locator("#comments").inner_text()
    assert "Look at this" in thread
    assert "Thank you." in thread


async def test_blocking_somebody_takes_all_of_theirs_away(page, running_blog, lived_in):
    await page.goto(f"{running_blog.url}/admin/comments")
    await page.get_by_role("article", name="@ada@social.example").get_by_role("link", name="Block").click()
    await page.get_by_role("button", name="Block").click()
    await page.get_by_text("Blocked.").wait_for()
    await page.goto(running_blog.url + lived_in.path)
    assert "made my morning" not in await page.locator("#comments").inner_text()


PAGES = {
    "posts": "/admin/", "compose": "/admin/posts/1", "deliveries": "/admin/posts/1/deliveries",
    "unpublish": "/admin/posts/1/unpublish", "comments": "/admin/comments", "comment": "/admin/comments/1",
    "mentions": "/admin/mentions", "followers": "/admin/followers", "reports": "/admin/reports",
    "blocks": "/admin/blocks", "block": "/admin/blocks/new", "inbox": "/admin/inbox",
    "turned-away": "/admin/inbox/unproven", "settings": "/admin/settings", "password": "/admin/password",
    "history": "/admin/history", "missing": "/admin/posts/99",
}  # fmt: skip


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
async def test_every_page_fits_its_window_and_names_its_fields(page, running_blog, lived_in, photograph):
    for name, path in PAGES.items():
        await page.goto(running_blog.url + path)
        await photograph(f"admin-{name}")
        width = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width == 0, name
        assert await page.locator("h1").count() == 1, name
        assert await page.evaluate(UNNAMED) == [], name


# Whatever can be filled in or pressed, and has no name for a screen reader.
UNNAMED = """[...document.querySelectorAll('input:not([type=hidden], [hidden]), textarea, select, button, a')]
    .filter(one => !one.labels?.length && !one.getAttribute('aria-label') && !one.textContent.trim())
    .map(one => one.outerHTML)"""
