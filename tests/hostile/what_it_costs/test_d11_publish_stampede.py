"""D11, every server that fetches a new post at once, page and document.

Known case: Mastodon 4486 (each follower's server fetches the page for its card within the minute).
Verdict: 200 from memory: one rendering of each form, no question to the database, and 304 for who has it.
"""

import asyncio

from tests.hostile.asking import AP, BROWSER, send

SERVERS = 300


async def test_three_hundred_servers_at_once_are_served_without_the_database(blog):
    """After the first of them it may as well be gone."""
    post = await blog.publish()
    asked = [(post.object_id, AP), (post.path, BROWSER), (await blog.actor_id(), AP), ("/", BROWSER)]
    first = [await send(blog, "GET", address, [("accept", accept)]) for address, accept in asked]
    await blog.shop.store.close()
    for (address, accept), answer in zip(asked, first, strict=True):
        again = await asyncio.gather(*(send(blog, "GET", address, [("accept", accept)]) for _ in range(SERVERS)))
        assert {(each.status, each.body) for each in again} == {(200, answer.body)}, address
        known = [("accept", accept), ("if-none-match", answer.header("etag"))]
        assert (await send(blog, "GET", address, known)).status == 304


async def test_an_edit_is_seen_by_the_very_next_of_them(blog, ada):
    post = await blog.publish()
    before = await blog.page(post)
    note = ada.note("<p>First!</p>", in_reply_to=post.object_id)
    await ada.post(blog.inbox, ada.create(note))
    await blog.work()
    pages = await asyncio.gather(*(blog.page(post) for _ in range(20)))
    assert len(set(pages)) == 1
    assert pages[0] != before
    assert "First!" in pages[0]
