"""Nothing of the admin answers to strangers, nor to forms of other sites (security.md A01, A06)."""

import re

import pytest

from fedblog.web import statics
from fedblog.web.routes import table
from tests.unit.web.admin.browser import ORIGIN

SCRIPT = f'<script src="{statics.load().paths["admin.js"]}">'
OPEN = {"/admin/login", "/admin/setup", "/admin/feed.atom"}


def routes(method):
    found = [route for route in table() if route.path.startswith("/admin") and method in route.methods]
    return sorted(re.sub(r"\{\w+(:int)?\}", "1", route.path) for route in found)


GETS, POSTS = routes("GET"), routes("POST")


def test_the_table_is_known():
    assert len(GETS) > 15
    assert len(POSTS) > 15


async def test_a_stranger_who_looks_is_led_to_the_log_in(stranger):
    for path in GETS:
        if path not in OPEN:
            answer = await stranger.get(path)
            assert answer.status == 303, path
            assert answer.header("location").startswith("/admin/login?next=%2Fadmin")
            assert answer.body == b""


async def test_a_stranger_who_sends_is_led_to_the_log_in(stranger):
    for path in POSTS:
        if path not in OPEN:
            answer = await stranger.send(path, {"csrf": "x"})
            assert (answer.status, answer.header("location")) == (303, "/admin/login"), path


async def test_every_post_without_token_is_refused(author):
    for path in POSTS:
        for fields in ({}, {"csrf": ""}, {"csrf": "x" * 43}):
            answer = await author.send(path, fields)
            assert answer.status == 403, path
            assert "not sent from a page of this blog" in answer.text


async def test_every_post_from_elsewhere_is_refused(author):
    await author.get("/admin/")
    token = author.form("/admin/logout").value("csrf")
    for path in POSTS:
        for origin in ("https://evil.example", "null", ORIGIN.replace("https", "http"), ORIGIN + ".evil.example"):
            answer = await author.send(path, {"csrf": token}, origin=origin)
            assert answer.status == 403, (path, origin)


async def test_the_token_of_another_session_is_refused(author, blog):
    other = type(author)(blog.site)
    await other.get("/admin/login")
    await other.submit(other.form("/admin/login"), name="author", password="a sentence is good")
    await other.get("/admin/")
    token = other.form("/admin/logout").value("csrf")
    assert (await author.send("/admin/logout", {"csrf": token})).status == 403


async def test_nobody_keeps_a_page_of_the_admin(author, stranger):
    for browser in (author, stranger):
        for path in GETS:
            answer = await browser.get(path)
            assert answer.header("cache-control") == "private, no-store", path
            policy = answer.header("content-security-policy")
            assert policy.startswith("default-src 'none'; script-src 'self'"), path
            assert "unsafe" not in policy
            assert answer.header("x-content-type-options") == "nosniff"


async def test_no_page_needs_what_its_policy_forbids(author):
    for path in GETS:
        text = (await author.get(path)).text
        assert " style=" not in text
        assert "<style" not in text
        assert re.findall(r"<script[^>]*>", text.replace(" defer", "")) in ([], [SCRIPT])
        assert " onclick" not in text


@pytest.mark.parametrize(
    "path", ["/admin//posts/1", "/ADMIN/", "/admin/posts/1/../../", "/admin/%2e%2e/admin/", "//admin/", "/admin;x/"]
)
async def test_tricks_with_the_path_show_nothing(stranger, path):
    answer = await stranger.get(path)
    assert answer.status in {303, 308, 404}
    assert "Log out" not in answer.text


async def test_a_foreign_host_is_refused_and_not_repeated(author):
    author.host = "evil.example"
    answer = await author.get("/admin/")
    assert answer.status == 421
    assert "evil" not in answer.text


async def test_numbers_that_no_row_has_are_missing(author):
    for number in ("999", str(1 << 70)):
        answer = await author.get(f"/admin/posts/{number}")
        assert answer.status == 404
        assert "There is nothing here" in answer.text
        assert "fedblog post" not in answer.text


async def test_unknown_addresses_and_methods(author):
    assert (await author.get("/admin/nothing-here")).status == 404
    assert (await author.get("/admin/logout")).status == 405
    assert (await author.get("/admin/", method="DELETE")).status == 405


async def test_a_client_that_is_no_browser_is_judged_by_its_token_alone(author):
    await author.get("/admin/")
    form = author.form("/admin/logout")
    assert (await author.send("/admin/logout", {"csrf": "x" * 43}, origin=None)).status == 403
    assert (await author.submit(form, origin=None)).status == 303
