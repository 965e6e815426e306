"""Moving house in a real browser, in every view."""

import pytest

from fedblog.services.moving import aliases
from fedblog.services.workshop import the_actor
from fedblog.store import former_followers
from tests.browser.pages import VIEWS
from tests.browser.running import PASSWORD
from tests.fediverse import Peer
from tests.fediverse.clock import START
from tests.journeys.following import follow_all


@pytest.fixture
async def neighbours(running_blog):
    """Two servers with followers, and the account to move to."""
    box, shop = running_blog.box, running_blog.shop
    pond, lake = Peer(box, "pond.example"), Peer(box, "a-very-long-name-of-a-server-that-does-not-break.example")
    ada = pond.person("ada")
    await follow_all(running_blog, [ada, pond.person("bea"), lake.person("cid")])
    us = (await the_actor(shop.store.reader)).actor_id
    lake.person("new", alsoKnownAs=[us])
    await aliases.add(shop, ada.id, by="author")
    return lake


async def fits(page):
    """Nothing sticks out at the side."""
    assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
async def test_a_move_from_the_first_look_to_the_report(page, running_blog, neighbours, photograph):
    await running_blog.log_in(page)
    await page.goto(f"{running_blog.url}/admin/moving")
    await fits(page)
    await photograph("admin-moving")
    await page.get_by_label("The account to move to").fill("@ada@pond.example")
    await page.get_by_role("button", name="See what is missing").click()
    await page.get_by_text("does not name the blog yet").wait_for()
    await fits(page)
    await photograph("admin-moving-missing")
    await page.get_by_role("link", name="Back").click()
    await page.get_by_label("The account to move to").fill(f"@new@{neighbours.host}")
    await page.get_by_role("button", name="See what is missing").click()
    await page.get_by_label("Your password, to confirm").fill(PASSWORD)
    await fits(page)
    await photograph("admin-moving-away")
    await page.get_by_role("button", name="Move my followers").click()
    await page.get_by_text("This account has moved").wait_for()
    await fits(page)
    await photograph("admin-moved")
    await page.goto(f"{running_blog.url}/")
    await page.get_by_text("The account of this blog has moved to").wait_for()
    await fits(page)
    await photograph("home-moved")


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
async def test_who_was_let_go(page, running_blog, neighbours, photograph):
    shop = running_blog.shop
    pk = await shop.store.reader.value("SELECT MAX(pk) FROM follower")
    await shop.store.write(
        lambda db: former_followers.let_go(db, pk, "their server has not answered for 90 days", START)
    )
    await running_blog.log_in(page)
    await page.goto(f"{running_blog.url}/admin/followers")
    await fits(page)
    await photograph("admin-followers-let-go")
    await page.get_by_role("link", name="1 let go").click()
    await page.get_by_text("has not answered for 90 days").wait_for()
    await fits(page)
    await photograph("admin-let-go")
