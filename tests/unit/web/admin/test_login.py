"""Set-up, log-in, log-out and a new password (security.md A02, A03, A04, A13)."""

import asyncio
from dataclasses import replace

import pytest

from fedblog.services import signing_in
from fedblog.store import posts
from fedblog.urls import Url
from fedblog.web.site import Site
from tests.unit.web.admin.browser import Browser
from tests.unit.web.admin.conftest import NAME, PASSWORD

SESSION = "__Host-fedblog"


async def log_in(browser, name=NAME, password=PASSWORD, page="/admin/login"):
    await browser.get(page)
    return await browser.submit(browser.form("/admin/login"), name=name, password=password)


async def test_the_cookie_is_as_tight_as_cookies_are(stranger, account):
    answer = await log_in(stranger)
    cookie = next(value for name, value in answer.headers if name == "set-cookie")
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert cookie.startswith(f"{SESSION}=")
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= parts
    assert not any(part.startswith("domain") for part in parts)


async def test_the_first_log_in_leads_to_the_posts(stranger, account):
    answer = await log_in(stranger)
    assert (answer.status, answer.header("location")) == (303, "/admin/")
    assert "Nothing is written yet" in (await stranger.follow(answer)).text


async def test_after_the_log_in_one_stands_where_one_wanted_to_go(stranger, account):
    answer = await stranger.get("/admin/comments?show=held")
    answer = await log_in(stranger, page=answer.header("location"))
    assert answer.header("location") == "/admin/comments?show=held"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/admin/\r\nset-cookie: x",
        "javascript:alert(1)",
        "/",
    ],
)
async def test_the_log_in_leads_nowhere_else(stranger, account, elsewhere):
    await stranger.get("/admin/login")
    form = stranger.form("/admin/login")
    answer = await stranger.submit(form, name=NAME, password=PASSWORD, next=elsewhere)
    assert answer.header("location") == "/admin/"


async def test_a_wrong_password_is_told_and_the_name_stays(stranger, account):
    answer = await log_in(stranger, password="something else entirely")
    assert answer.status == 403
    assert "do not belong together" in answer.text
    assert stranger.form("/admin/login").value("name") == NAME
    assert "something else" not in answer.text
    assert SESSION not in stranger.cookies


async def test_an_unknown_name_gets_the_same_answer(stranger, account):
    known, unknown = await log_in(stranger, password="no" * 9), await log_in(stranger, name="nobody")
    assert known.status == unknown.status
    assert "do not belong together" in unknown.text


async def test_the_sixth_guess_waits(stranger, account):
    for _ in range(5):
        assert (await log_in(stranger, password="wrong wrong wrong")).status == 403
    answer = await log_in(stranger)
    assert answer.status == 429
    assert answer.header("retry-after") == "900"
    assert "Wait 15 minutes" in answer.text
    assert stranger.form("/admin/login").value("name") == NAME


async def test_the_old_cookie_is_dead_after_log_out(author):
    before = dict(author.cookies)
    await author.get("/admin/")
    answer = await author.submit(author.form("/admin/logout"))
    assert answer.header("location") == "/admin/login?done=logged-out"
    assert SESSION not in author.cookies
    author.cookies = before
    assert (await author.get("/admin/")).status == 303


async def test_words_that_came_too_late_are_not_lost(author, blog):
    await author.get("/admin/posts/new")
    form = author.form("/admin/posts/new")
    author.cookies.pop(SESSION)
    answer = await author.submit(form, title="My <title>", body="Many words.\n\nAnd more.", do="publish")
    assert answer.status == 403
    assert "You are logged out" in author.words
    assert "Many words.\n\nAnd more.</textarea>" in answer.text
    assert "My &lt;title&gt;" in answer.text
    assert await posts.listed(blog.shop.store.reader, blog.row.pk) == []
    other = await author.submit(form, origin="https://evil.example", body="Words.")
    assert "Words." not in other.text
    assert (await author.submit(form, title="T", body="x" * 70_000)).status == 303


async def test_a_log_in_makes_a_new_session(author):
    before = author.cookies[SESSION]
    await author.get("/admin/")
    await author.submit(author.form("/admin/logout"))
    author.cookies[SESSION] = before
    await log_in(author)
    assert author.cookies[SESSION] != before


async def test_a_new_password_ends_all_other_sessions(author, blog):
    elsewhere = Browser(blog.site)
    await log_in(elsewhere)
    old = dict(author.cookies)
    await author.get("/admin/password")
    answer = await author.submit(author.form("/admin/password"), old=PASSWORD, new="another good sentence")
    assert "Everywhere else you are logged out" in (await author.follow(answer)).text
    assert (await elsewhere.get("/admin/")).status == 303
    author.cookies = old
    assert (await author.get("/admin/")).status == 303
    assert (await log_in(elsewhere, password=PASSWORD)).status == 403
    assert (await log_in(elsewhere, password="another good sentence")).status == 303


@pytest.mark.parametrize(("old", "new", "status"), [("wrong", "another good sentence", 403), (PASSWORD, "short", 400)])
async def test_a_password_is_not_changed_by_halves(author, stranger, old, new, status):
    await author.get("/admin/password")
    assert (await author.submit(author.form("/admin/password"), old=old, new=new)).status == status
    assert (await author.get("/admin/")).status == 200
    assert (await log_in(stranger)).status == 303


async def test_set_up_works_once(blog, stranger):
    token = await signing_in.open_setup(blog.shop)
    await stranger.get(f"/admin/setup?token={token}")
    form = stranger.form("/admin/setup")
    answer = await stranger.submit(form, name="Nora", password="a sentence is good")
    assert "The blog is yours" in (await stranger.follow(answer)).text
    again = await stranger.submit(form, name="Eve", password="a sentence is good")
    assert again.status == 409
    assert "used or replaced" in again.text
    assert (await stranger.get(f"/admin/setup?token={token}")).status == 409


async def test_set_up_keeps_the_name_when_the_password_is_too_short(blog, stranger):
    token = await signing_in.open_setup(blog.shop)
    await stranger.get(f"/admin/setup?token={token}")
    answer = await stranger.submit(stranger.form("/admin/setup"), name="nora", password="short")
    assert answer.status == 400
    assert "at least 10 characters" in answer.text
    assert stranger.form("/admin/setup").value("name") == "nora"
    assert (await stranger.submit(stranger.form("/admin/setup"), name="nora", password="long enough now")).status == 303


async def test_of_fifty_set_ups_at_once_one_wins(blog):
    token = await signing_in.open_setup(blog.shop)
    people = [Browser(blog.site) for _ in range(50)]

    async def set_up(number, browser):
        await browser.get(f"/admin/setup?token={token}")
        form = browser.form("/admin/setup")
        return (await browser.submit(form, name=f"person-{number}", password="a sentence is good")).status

    statuses = await asyncio.gather(*(set_up(number, browser) for number, browser in enumerate(people)))
    assert sorted(statuses) == [303] + [409] * 49


async def test_a_wrong_set_up_link_shows_no_form(blog, stranger):
    await signing_in.open_setup(blog.shop)
    for link in ("/admin/setup", "/admin/setup?token=", "/admin/setup?token=guess"):
        answer = await stranger.get(link)
        assert answer.status == 409
        assert stranger.forms == []


async def test_the_log_in_says_when_there_is_no_account(stranger):
    assert "There is no account yet" in (await stranger.get("/admin/login")).text


async def test_over_plain_http_the_cookies_have_plain_names_and_one_warning(blog, account, caplog):
    config = blog.shop.config
    site = replace(config.site, base_url=Url.parse("http://blog.example.org"))
    shop = replace(blog.shop, config=replace(config, site=site))
    for _ in range(2):
        browser = Browser(Site(shop), origin="http://blog.example.org")
        answer = await log_in(browser)
        assert set(browser.cookies) == {"fedblog", "fedblog-form"}
        assert "secure" not in str(answer.headers).lower()
        assert (await browser.get("/admin/")).status == 200
    assert len([record for record in caplog.records if "without TLS" in record.getMessage()]) == 1
