"""The page "Health": the last check with its time, whose move it is, and a button for the next one."""

import pytest

from fedblog.services import checkups
from fedblog.services.checking.findings import Whose, note, ok, problem, warning
from fedblog.store import accounts
from fedblog.store import checkups as rows
from tests.fediverse.clock import START

HERE = "/admin/health"
FOUND = [
    ok("reach", "The public name leads to this blog."),
    problem("negotiation", "A cache mixes <b>forms</b>.", "Switch it off.", Whose.YOUR_PROXY, ("nginx:  proxy_cache off;", "x")),
    warning("tls", "The certificate ends soon.", "Renew it.", Whose.YOU),
    note("servers", "1 server does not answer.", "Nothing.", Whose.THE_OTHER, ("pond.example: for 3 days",)),
]  # fmt: skip


@pytest.fixture
async def checked(blog):
    """A check that has ended."""

    async def end(findings=FOUND, problems=1, warnings=1):
        text = checkups.as_text(findings)
        await blog.write(lambda db: rows.ask(db, blog.row.pk, "author", START, 0))
        await blog.write(lambda db: rows.keep(db, blog.row.pk, text, problems, warnings, START))

    return end


async def test_before_the_first_check_the_page_says_what_one_does(author):
    await author.get(HERE)
    assert "Nothing was checked yet." in author.words
    assert author.form(HERE).buttons == ["Check now"]


async def test_findings_stand_with_the_worst_first_and_whose_move_it_is(author, checked):
    await checked()
    await author.get(HERE)
    words = author.words
    assert "1 problem to mend, and 1 warning. Checked 18 November 2026, 11:06" in words
    order = [
        words.index(part)
        for part in ("A cache mixes &lt;b&gt;forms&lt;/b&gt;.", "ends soon", "1 server does", "leads to this blog")
    ]
    assert order == sorted(order)
    assert "pages and documents Whose move: your proxy" in words
    assert "nginx: proxy_cache off;" in words
    assert author.form(HERE).buttons == ["Check again"]
    assert 'href="/admin/hosts"' in author.last.text


async def test_the_problems_are_counted_beside_the_way_there(author, checked):
    await checked()
    await author.get("/admin/")
    assert "Health 1 problem" in author.words
    await checked([ok("reach", "x")], 0, 0)
    await author.get("/admin/")
    assert "Health 1 problem" not in author.words


async def test_a_sound_blog_is_told_so(author, checked):
    await checked([ok("reach", "x")], 0, 0)
    await author.get(HERE)
    assert "Everything is as it should be." in author.words


async def test_the_button_asks_the_worker_and_the_page_loads_itself_until_it_is_done(author, blog, checked):
    await author.get(HERE)
    await author.submit(author.form(HERE))
    answer = await author.get(HERE)
    assert answer.header("refresh") == "3"
    assert "Checking" in author.words
    assert (await checkups.claim(blog.shop)).asked_by == "author"
    text = checkups.as_text(FOUND)
    await blog.write(lambda db: rows.keep(db, blog.row.pk, text, 1, 1, START + 1))
    answer = await author.get(HERE)
    assert answer.header("refresh") is None
    assert "A cache mixes" in author.words


async def test_it_is_written_into_the_history_and_not_run_twice_a_minute(author, blog, checked):
    await author.get(HERE)
    form = author.form(HERE)
    await author.submit(form)
    await author.submit(form)
    await author.get(f"{HERE}?done=checked-just-now")
    assert "less than a minute ago" in author.words
    deeds = await accounts.audit(blog.shop.store.reader, blog.row.pk)
    assert [deed.action for deed in deeds].count("check") == 1


async def test_a_check_that_no_worker_takes_up_is_told(author, blog):
    await author.get(HERE)
    await author.submit(author.form(HERE))
    blog.box.clock.move(minutes=5)
    await author.get(HERE)
    assert "no worker has taken it up" in author.words


async def test_strangers_cannot_start_one(stranger, blog):
    assert (await stranger.get(HERE)).status == 303
    assert (await stranger.send(HERE, {"csrf": "guessed"})).status in {303, 403}
    assert await rows.last(blog.shop.store.reader, blog.row.pk) is None
