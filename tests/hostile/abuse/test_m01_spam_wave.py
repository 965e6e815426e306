"""M01, a wave of spam by mention and reply.

Known case: February 2024: small servers with open sign-up, new accounts, a link and a picture in every note.
Verdict: 202; every such note is held or kept for the author alone, and ordinary replies are shown.
"""

import pytest

from fedblog.domain.blog import CommentPolicy
from fedblog.store import comments, inbox_events
from tests.fediverse import Peer
from tests.hostile.asking import BROWSER, send
from tests.lengths import examples


@pytest.fixture
async def post(blog):
    return await blog.publish("On locusts", "Words.", comment_policy=CommentPolicy.OPEN)


@pytest.mark.soak
async def test_a_wave_of_mentions_shows_nothing_and_is_one_number_for_the_author(blog, box, post):
    """Small servers, new people, a link and a picture in every note: all held or private, none on a page."""
    us = await blog.actor_id()
    for number in range(examples(15, 500)):
        spammer = Peer(box, f"small{number}.example").person("x")
        tag = [{"type": "Mention", "href": us, "name": "@blog@blog.example"}]
        picture = [{"type": "Document", "mediaType": "image/png", "url": f"https://small{number}.example/p.png"}]
        note = spammer.note("<p>Join <a href='https://wave.example/'>us</a></p>", tag=tag, attachment=picture)
        await spammer.post(blog.inbox, spammer.create(note))
    await blog.work()
    for address in ("/", post.path, "/feed.atom", "/feed.json", f"{post.object_id}/replies/page/1"):
        answer = await send(blog, "GET", address, [("accept", BROWSER)])
        assert b"wave.example" not in answer.body, address
    assert await comments.public_count(blog.shop.store.reader, post.pk) == 0
    events = await inbox_events.listed(blog.shop.store.reader, 1)
    assert {event.verdict for event in events} == {"accepted"}


CAREFUL = CommentPolicy.CAUTIOUS


@pytest.mark.soak
async def test_a_wave_of_replies_is_held_and_ordinary_ones_are_shown(blog, box):
    """99 % of a wave is held, and at most 1 % of what people say: here it is all, and none."""
    post = await blog.publish("On careful locusts", "Words.", comment_policy=CAREFUL)
    waves, people = examples(20, 5_000), examples(5, 500)
    for number in range(waves):
        spammer = Peer(box, f"small{number}.example").person("x")
        others = [{"type": "Mention", "href": f"https://o{n}.example/u", "name": f"@u@o{n}.example"} for n in range(4)]
        picture = [{"type": "Document", "mediaType": "image/png", "url": f"https://small{number}.example/p.png"}]
        words = ("<p>Join <a href='https://wave.example/'>us</a></p>", "<p>Look</p>", "<p>Hi all</p>")[number % 3]
        extra = ({}, {"attachment": picture}, {"tag": others})[number % 3]
        note = spammer.note(words, in_reply_to=post.object_id, **extra)
        assert (await spammer.post(blog.inbox, spammer.create(note))).status == 202
    for number in range(people):
        reader = Peer(box, f"home{number}.example").person("reader")
        note = reader.note(f"<p>I agree, and for the {number}th time.</p>", in_reply_to=post.object_id)
        assert (await reader.post(blog.inbox, reader.create(note))).status == 202
    await blog.work()
    states = [line.state.value for line in await comments.listed(blog.shop.store.reader, 1, limit=waves + people)]
    assert (states.count("held"), states.count("shown")) == (waves, people)
    assert "wave.example" not in await blog.page(post)
