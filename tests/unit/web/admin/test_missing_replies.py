"""The page that says how complete a thread is, and looks for what is missing."""

from dataclasses import replace

import pytest

from fedblog.domain.inbox_event import Verdict
from fedblog.domain.post import PostState
from fedblog.services.searching.planning import progress
from fedblog.store import found_events, thread_searches
from fedblog.store.found_events import FoundLine
from fedblog.worker import Worker


@pytest.fixture
async def post(blog):
    made = await blog.post()
    await blog.comment(made, "<p>Known.</p>")
    return made


def address(post):
    return f"/admin/posts/{post.pk}/replies"


async def change(blog, post, **changes):
    async def work(db):
        search = await thread_searches.by_post(db, post.pk)
        await thread_searches.save(db, replace(search, **changes))

    await blog.write(work, f"post:{post.pk}")


async def test_the_author_asks_and_sees_how_complete_the_thread_is(author, blog, post):
    await author.get(f"/admin/posts/{post.pk}")
    assert address(post) in author.last.text
    await author.get(address(post))
    assert "Nobody has looked yet." in author.words
    await author.follow(await author.submit(author.form(address(post))))
    assert "About to look" in author.words
    await Worker(blog.shop).work_off()
    await author.get(address(post))
    # The server of the known comment is in no box: it did not answer, and that is said.
    assert "Complete as of" in author.words
    assert "1 address" in author.words
    assert "look for missing replies" in (await author.get("/admin/history")).text
    public = (await blog.get(post.path)).text
    assert "Complete as of" in public
    assert "as far as other servers tell" in public


async def test_a_search_under_way_shows_how_far_it_is_and_can_be_stopped(author, blog, post):
    await author.get(address(post))
    await author.submit(author.form(address(post)))
    now = blog.shop.now()
    await change(blog, post, running_since=now, began_at=now, requests=12, found=3)
    await author.get(address(post))
    assert "12 requests of at most 1,500" in author.words
    assert "3 comments found" in author.words
    await author.follow(await author.submit(author.form(f"{address(post)}/stop")))
    assert "Stopped." in author.words
    assert "Not complete yet." in author.words
    assert not (await progress(blog.shop.store.reader, post.pk)).search.is_under_way


async def test_nothing_is_looked_for_below_what_is_not_published(author, blog, post):
    await author.get(address(post))
    form = author.form(address(post))
    await blog.save(post, state=PostState.UNPUBLISHED, unpublished_at=1)
    assert (await author.submit(form)).status == 409
    await author.get(address(post))
    assert "Look for missing replies" not in [button for form in author.forms for button in form.buttons]


async def test_a_post_that_nobody_looked_at_says_nothing_of_it(blog, post):
    assert "Complete as of" not in (await blog.get(post.path)).text


async def test_there_is_no_such_page_of_no_post(author):
    assert (await author.get("/admin/posts/99/replies")).status == 404


async def test_the_ledger_says_of_what_was_found_that_nobody_sent_it(author, blog):
    line = FoundLine(
        blog.row.pk, "https://a.example/1", "https://a.example/u", "a.example", "0" * 64, Verdict.ACCEPTED, "shown", 1
    )
    await blog.write(lambda db: found_events.note(db, line))
    await author.get("/admin/inbox?type=Found")
    assert "https://a.example/u" in author.words
    pk = await blog.shop.store.reader.value("SELECT pk FROM inbox_event")
    await author.get(f"/admin/inbox/{pk}")
    assert "Nobody sent it: it was fetched from its own server" in author.words
    assert "Who signed it" not in author.words
