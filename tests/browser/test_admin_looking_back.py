"""Receipts, verdicts and servers in a real browser: looked at in every view, and acted on without a script."""

import pytest

from fedblog.ap.signatures import Message
from fedblog.services import publishing
from fedblog.services.receiving import Inbox
from fedblog.services.workshop import the_actor
from fedblog.services.writing import Draft
from fedblog.store import comments, inbox_events
from fedblog.worker import Worker
from fedblog.world import WireResponse
from tests.browser.pages import VIEWS
from tests.fediverse import Peer
from tests.fediverse.receiver import Receiver
from tests.journeys.following import follow_all

LONG_HOST = "a-very-long-name-of-a-server-that-does-not-break.example.org"
HOSTILE = '<p>Look <a href="https://a.example/">here</a></p><script>alert("hello")</script><b>' + "wide" * 120


class Past:
    """A blog with some weeks behind it. `box` is its fediverse, `hears` takes activities in."""

    def __init__(self, running, actor_id):
        self.box, self.shop = running.box, running.shop
        self.hears, self.authority = Receiver(running.box, running.shop, Inbox(running.shop), actor_id), running.url[7:]
        self.worker = Worker(running.shop)
        self.pond, self.far = Peer(running.box, "pond.example"), Peer(running.box, LONG_HOST)
        self.ada, self.eve = self.pond.person("ada"), self.far.person("eve_with_a_name_that_is_very_long_too")
        self.post = None

    async def live(self):
        lake, gone = Peer(self.box, "lake.example"), Peer(self.box, "gone.example", has_shared_inbox=False)
        slow = Peer(self.box, "slow.example")
        await follow_all(self, [self.ada, self.eve, lake.person("bob"), gone.person("carl"), slow.person("dora")])
        gone.answers, slow.answers = [410], [WireResponse(429, (("retry-after", "7200"),), b"")]
        self.box.down.add("lake.example")
        for title in ("On slow reading, and on the margins where readers live", "Two", "Three", "Four", "Five"):
            self.post = self.post or await publishing.publish_new(self.shop, Draft(title, "Read slowly."))
            if title in {"Two", "Three", "Four", "Five"}:
                await publishing.publish_new(self.shop, Draft(title, "Read slowly."))
            await self.worker.work_off()
            self.box.clock.move(hours=3)
        await self.worker.work_off()
        await self.say(self.ada, "<p>Well said.</p>")
        await self.say(self.eve, HOSTILE)
        await self.hear(self.ada, self.ada.activity("Like", self.post.object_id))
        await self.hear(self.ada, self.ada.activity("Follow", self.hears.actor_id))
        await self.hear(self.eve, self.eve.activity("Listen", "https://music.example/1"))
        for reason in ("key-host-down", "stale", "signature-mismatch"):
            await self.shop.store.write(
                lambda db, reason=reason: inbox_events.count_unproven(db, LONG_HOST, reason, self.shop.now())
            )

    async def say(self, person, words):
        note = person.note(words, in_reply_to=self.post.object_id)
        await self.hear(person, person.create(note))

    async def hear(self, person, activity):
        """As it comes to this blog, which is a laboratory without TLS."""
        request = person.request(f"https://{self.authority}/inbox", activity)
        message = Message("POST", "http", self.authority, request.target, request.headers, request.body)
        assert (await self.hears.inbox.receive(message)).status == 202
        await self.hears.work()


@pytest.fixture
async def past(page, running_blog):
    """The page is logged in."""
    await running_blog.log_in(page)
    made = Past(running_blog, (await the_actor(running_blog.shop.store.reader)).actor_id)
    await made.live()
    return made


@pytest.mark.parametrize("has_script", [False])
async def test_a_delivery_is_opened_and_sent_again(page, running_blog, past):
    await page.goto(f"{running_blog.url}/admin/posts/{past.post.pk}/deliveries")
    await page.get_by_role("link", name="Create to pond.example").click()
    assert '"type": "Create"' in await page.locator("pre").inner_text()
    assert "taken, with status 202" in await page.locator("main").inner_text()
    await page.get_by_role("link", name="Send again").click()
    assert "This sends 1 activity to 1 server" in await page.locator("main").inner_text()
    past.box.clock.move(seconds=1)
    await page.get_by_role("button", name="Send again").click()
    await page.get_by_text("On its way again").wait_for()
    before = past.pond.got("Create")
    await past.worker.work_off()
    assert past.pond.got("Create")[len(before) :] == [before[0]]


@pytest.mark.parametrize("has_script", [False])
async def test_a_held_reply_is_found_in_the_inbox_accepted_and_trusted(page, running_blog, past):
    await page.goto(f"{running_blog.url}/admin/inbox")
    await page.get_by_text("Find", exact=True).click()
    await page.get_by_label("Verdict").select_option("held")
    await page.get_by_role("button", name="Show").click()
    await page.get_by_role("link", name="Create").click()
    assert "first-comment-with-link" in await page.locator("main").inner_text()
    await page.get_by_role("link", name="Accept and trust").click()
    await page.get_by_label("everybody on").check()
    await page.get_by_role("button", name="Accept and trust").click()
    await page.get_by_text("trust is written down").wait_for()
    assert LONG_HOST in await page.locator("main").inner_text()
    assert len(await comments.thread(past.shop.store.reader, past.post.pk)) == 2
    await page.get_by_role("button", name="Undo").click()
    await page.get_by_text("Undone").wait_for()
    assert len(await comments.thread(past.shop.store.reader, past.post.pk)) == 1


async def test_what_strangers_wrote_is_text_and_nothing_else(page, running_blog, past):
    """No script of theirs runs, and none of their markup is there: the page's own complaints end the test."""
    await page.goto(f"{running_blog.url}/admin/inbox?verdict=held")
    await page.locator(".row a").first.click()
    assert "<script>alert" in await page.locator("pre").first.inner_text()
    assert await page.locator("main script, main b").count() == 0


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
async def test_every_page_that_looks_back_fits_its_window(page, running_blog, past, photograph):
    db = past.shop.store.reader
    held = await db.value("SELECT pk FROM inbox_event WHERE verdict = 'held'")
    lost = await db.value("SELECT pk FROM delivery WHERE host = 'lake.example' ORDER BY pk LIMIT 1")
    written = await db.value("SELECT pk FROM comment WHERE state = 'held'")
    pages = {
        "all-deliveries": "/admin/deliveries", "deliveries-of-post": f"/admin/posts/{past.post.pk}/deliveries",
        "delivery": f"/admin/deliveries/{lost}", "send-again": f"/admin/deliveries/resend?post={past.post.pk}",
        "send-again-host": "/admin/deliveries/resend?host=pond.example&days=7",
        "given-up": "/admin/deliveries?state=gave_up", "inbox-found": "/admin/inbox?verdict=held",
        "event": f"/admin/inbox/{held}", "turned-away-in-words": "/admin/inbox/unproven",
        "trust": f"/admin/comments/{written}/trust", "trusted": "/admin/trusted", "servers": "/admin/hosts",
        "server": "/admin/hosts/lake.example", "server-far": f"/admin/hosts/{LONG_HOST}",
    }  # fmt: skip
    for name, path in pages.items():
        await page.goto(running_blog.url + path)
        await photograph(f"admin-{name}")
        width = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width == 0, name
        assert await page.locator("h1").count() == 1, name
