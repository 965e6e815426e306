"""The health of the blog in a real browser: asked for with a button, shown when it is there, on every window."""

import pytest

from fedblog.services import checkups
from fedblog.services.checking import advice
from fedblog.services.checking.findings import Whose, note, ok, problem, warning
from fedblog.store import checkups as rows
from fedblog.worker.checkups import Checkups
from tests.browser.pages import VIEWS

HERE = "/admin/health"
NAME = "a-very-long-name-of-a-server-that-does-not-break.example.org"
FOUND = [
    problem(
        "negotiation",
        "A cache mixes the forms of the newest post: asked for a page and got a page; asked for a document and got a page.",
        "Switch that cache off for this host.",
        Whose.YOUR_PROXY,
        advice.NO_CACHE,
    ),
    warning("tls", "The certificate of blog.example ends on 2026-11-30, and nothing has renewed it.", "Renew it.",
            Whose.YOU, advice.RENEW),
    note("servers", "2 servers do not answer; what is meant for them waits.", "Nothing: they are tried again.",
         Whose.THE_OTHER, (f"{NAME}: for 3 days, 12 deliveries wait", "pond.example: for 90 minutes, 1 delivery waits")),
    note("clock", "There is no other server yet whose clock could be compared.", "It is looked at again once somebody follows."),
    ok("reach", "The public name leads to this blog at 203.0.113.7, 2001:db8:1234:5678:9abc:def0:1234:5678."),
    ok("keys", f"https://{NAME}/ap/actors/01M83SZ2DNZE75JYWQ71EZ70CY#main-key leads to the key that signs requests."),
    ok("canary", "A follow came in through the public name, and our Accept went out and came back, proven."),
]  # fmt: skip


@pytest.mark.parametrize("has_script", [False])
async def test_a_check_is_asked_for_and_shows_itself_without_script(page, running_blog, photograph):
    await running_blog.log_in(page)
    await page.get_by_role("link", name="Health").click()
    await page.get_by_text("Nothing was checked yet.").wait_for()
    await photograph("admin-health-empty")
    await page.get_by_role("button", name="Check now").click()
    await page.get_by_text("Checking:").wait_for()
    await photograph("admin-health-running")
    source = Checkups(running_blog.shop)
    (job,) = await source.take(1)
    await source.do(job)
    await page.get_by_role("button", name="Check again").wait_for()
    words = await page.locator("main").inner_text()
    assert "Whose move: you" in words
    assert f"curl -sI {running_blog.url}/ | head -1" in words


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
async def test_a_report_fits_its_window(page, running_blog, photograph):
    await running_blog.log_in(page)
    shop = running_blog.shop
    await checkups.ask(shop, "author")
    now, text = shop.now(), checkups.as_text(FOUND)
    await shop.store.write(lambda db: rows.keep(db, 1, text, 1, 1, now))
    await page.goto(running_blog.url + HERE)
    await photograph("admin-health")
    assert await page.get_by_role("heading", level=2).all_inner_texts() == [
        "Problems", "Warnings", "Good to know", "In order",
    ]  # fmt: skip
    assert await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    assert await page.get_by_role("link", name="Health 1 problem").count() == 1
