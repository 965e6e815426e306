"""Hostile text in the pages where the author looks at what came (security.md X06 and A11: "admin list inert too").

Known case: WordPress 6.9.10, stored markup of a pending comment ran in the list of the admin.
Verdict: whatever stands in an activity, its headers or the answer of a server is text in the admin: no element, no
attribute, no address to click that is not one of the admin's own, and nothing that a log line could be forged with.
"""

import html
import json
from html.parser import HTMLParser
from urllib.parse import quote

import pytest

from fedblog.domain.inbox_event import Verdict
from fedblog.store.inbox_events import Arrival, count_unproven, record
from tests.journeys.at_the_desk import author_of

MARK = '"><script>alert(1)</script><img src=x onerror=alert(2)>\u202e<a href="javascript:alert(3)">{{ 7*7 }}'


class Look(HTMLParser):
    """What a browser would make of a page: what is not ours in it."""

    def __init__(self, text):
        super().__init__()
        self.strange = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag in {"img", "iframe", "object", "embed"} or (tag == "script" and not given["src"].startswith("/static/")):
            self.strange.append(tag)
        self.strange += [name for name in given if name.startswith("on")]
        places = [given[name] for name in ("href", "src", "action") if name in given]
        self.strange += [place for place in places if not place.startswith(("/", "#"))]


@pytest.fixture
async def author(blog):
    return await author_of(blog)


@pytest.fixture
async def hostile(blog):
    """An event all of whose columns are hostile, a delivery that was answered so, and a count in a hostile name."""
    person = f"https://pond.example/{MARK}"
    body = json.dumps({"type": MARK, "actor": MARK, "content": MARK, MARK: [MARK]}).encode()
    headers = json.dumps([[MARK, MARK], ["signature", f'keyId="{MARK}"']])
    arrival = Arrival(1, person, person, MARK, person, person, "0" * 64, body, headers, "1" * 64, blog.shop.now())
    await blog.publish()

    async def work(db):
        await record(db, [arrival])
        await db.run(
            "UPDATE inbox_event SET verdict = ?, reason = ?, ended_at = 1, host = ?", Verdict.REFUSED, MARK, MARK
        )
        await count_unproven(db, MARK, MARK, blog.shop.now())
        activity = await db.value("SELECT pk FROM activity ORDER BY pk LIMIT 1")
        await db.run(
            """INSERT INTO delivery (blog_pk, activity_pk, object_id, inbox, host, lane, state, due_at, attempts,
                   last_status, last_error, created_at, ended_at)
               VALUES (1, ?, 'x', ?, ?, 1, 'gave_up', 1, 1, 500, ?, 1, ?)""",
            activity, person, MARK, MARK, blog.shop.now(),
        )  # fmt: skip
        return await db.value("SELECT pk FROM delivery WHERE host = ?", MARK)

    return await blog.shop.store.write(work)


async def test_no_page_that_looks_back_holds_an_element_of_theirs(blog, author, hostile):
    for path in (
        "/admin/inbox", "/admin/inbox/1", "/admin/inbox/unproven", "/admin/deliveries", "/admin/hosts",
        f"/admin/deliveries/{hostile}", f"/admin/deliveries/resend?delivery={hostile}",
    ):  # fmt: skip
        answer = await author.get(path)
        assert answer.status == 200, path
        assert Look(answer.text).strange == [], path
        assert "<script>alert(1)" in html.unescape(answer.text) or "resend" in path, path


@pytest.mark.parametrize("name", ["host", "signer", "type", "address", "verdict", "before"])
async def test_what_is_asked_for_comes_back_as_text(blog, author, hostile, name):
    for page in ("/admin/inbox", "/admin/deliveries", "/admin/hosts", "/admin/deliveries/resend"):
        answer = await author.get(f"{page}?{name}={quote(MARK)}")
        assert answer.status in {200, 303, 400, 404}, page
        assert Look(answer.text).strange == [], page


async def test_a_header_list_that_is_none_breaks_no_page(blog, author, hostile):
    for headers in ("", "[]", "{}", "7", '[["a"]]', "[[1, 2]]", "not json", '[["signature", "keyId"]]'):
        await blog.shop.store.write(lambda db, headers=headers: db.run("UPDATE inbox_event SET headers = ?", headers))
        assert (await author.get("/admin/inbox/1")).status == 200, headers


async def test_a_body_that_is_none_breaks_no_page(blog, author, hostile):
    for body in (b"", b"\xff\xfe", b"[" * 5000, b"null", b"7", b'{"proof": 7}', b'{"proof": [{}], "type": "x"}'):
        await blog.shop.store.write(lambda db, body=body: db.run("UPDATE inbox_event SET body = ?", body))
        assert (await author.get("/admin/inbox/1")).status == 200, body
