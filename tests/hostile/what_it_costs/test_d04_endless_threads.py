"""D04, threads and lists without end.

Known case: PeerTube CVE-2025-32947 (a loop in the inbox), Mastodon CVE-2026-23962 (unbounded options of a poll).
Verdict: at most twenty fetches up a thread, at most so many items of a list; a long thread is one page, nested no
deeper than it may be.
"""

import itertools
import re

import pytest

from fedblog.domain.blog import CommentPolicy
from fedblog.web.thread import DEEPEST
from tests.fediverse import Peer
from tests.fediverse.peer import PUBLIC
from tests.lengths import examples


@pytest.fixture
async def post(blog):
    return await blog.publish("On locusts", "Words.", comment_policy=CommentPolicy.OPEN)


@pytest.mark.soak
async def test_a_long_thread_is_shown_whole(blog, ada, box, post):
    """Depth is the sender's choice: a chain of replies is one page, nested no deeper than it may be."""
    parent, people = post.object_id, [ada, Peer(box, "lake.example").person("bob")]
    for number in range(examples(60, 600)):
        person = people[number % 2]
        note = person.note(f"<p>{number}</p>", in_reply_to=parent)
        await person.post(blog.inbox, person.create(note))
        box.clock.move(minutes=1)
        await blog.work()
        parent = note["id"]
    assert len(await blog.comments(post)) == examples(60, 600)
    marks = re.findall(r'<ol class="answers">|</ol>', (await blog.page(post)).partition('<ol class="thread">')[2])
    depths = list(itertools.accumulate(1 if mark.startswith("<ol") else -1 for mark in marks))
    assert max(depths) == DEEPEST
    assert depths[-1] == -1


@pytest.mark.parametrize("shape", ["endless", "circle", "itself", "two servers"])
async def test_a_thread_without_end_costs_at_most_twenty_fetches(blog, ada, box, post, shape):
    lake = Peer(box, "lake.example").person("bob")
    people = [ada, lake if shape == "two servers" else ada]
    notes = [people[number % 2].note("<p>x</p>") for number in range(60)]
    for index, note in enumerate(notes[:-1]):
        note["inReplyTo"] = notes[index + 1]["id"]
    if shape in {"circle", "itself"}:
        notes[3]["inReplyTo"] = notes[1 if shape == "circle" else 3]["id"]
    await ada.post(blog.inbox, ada.create(notes[0]))
    await blog.work()
    gets = [request for host in ("pond.example", "lake.example") for request in box.requests_to(host, "GET")]
    assert 0 < len([request for request in gets if "/notes/" in request.target]) <= 20
    assert await blog.comments(post) == []


async def test_hundreds_of_everything_in_one_reply_is_cut(blog, ada, box, post):
    note = ada.note("<p>Well.</p>", in_reply_to=post.object_id, type="Question")
    note["tag"] = [{"type": "Mention", "href": f"https://x.example/{n}", "name": f"@x{n}"} for n in range(300)]
    note["oneOf"] = [{"name": f"choice{n}"} for n in range(300)]
    note["attachment"] = [{"type": "Image", "url": f"https://x.example/{n}.png"} for n in range(200)]
    note["to"] = [PUBLIC, *(f"https://x.example/users/{n}" for n in range(300))]
    await ada.post(blog.inbox, ada.create(note))
    await blog.work()
    page = await blog.page(post)
    assert 0 < page.count("choice") <= 100
    assert 0 < page.count("https://x.example/") <= 100
    assert box.requests_to("x.example") == []
