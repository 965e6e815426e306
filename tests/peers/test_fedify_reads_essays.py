"""Whole essays over the real wire. FEDBLOG_ESSAYS names a folder of texts: title, empty line, paragraphs.

The texts are somebody's and stay out of the project; without the variable one of our own stands in for them.
"""

import html
import os
import re
from pathlib import Path

import pytest

from tests.peers.conftest import StartPeer
from tests.peers.fedify import CAVAGE
from tests.peers.running_blog import RunningBlog

pytestmark = pytest.mark.slow

OWN_TEXT = """What a bus stop knows

Every morning the same nine people wait at the corner, and every morning we agree, without a word, on who came first.

Nobody wrote this down. A newcomer learns it in three days: “the lady with the umbrella”, then the two brothers,
then whoever stands nearest to the wall. It is a queue that doesn’t look like one – until somebody breaks it.

## What it is made of

1. A place that is known to everybody.
2. A bus that comes often enough to forgive, and seldom enough to matter.
3. Nine memories, of which any five would do.

Take away the sign and the queue stays; take away the memories and the sign is only a sign. I have come to think that
most of what we call public order is of this kind: cheap, unwritten & carried by people who would never claim it.

So when the town asks what the stop needs, I say: a roof. The rest is there.
"""


def _texts() -> dict[str, str]:
    """The texts by the name of their file."""
    folder = os.environ.get("FEDBLOG_ESSAYS")
    if not folder:
        return {"own.md": OWN_TEXT}
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(Path(folder).glob("*.*"))}


def _words(text: str) -> list[str]:
    """All words in order; the numbers and signs of Markdown's lists and headings are none."""
    return re.findall(r"[^\W_]+", re.sub(r"^\s*(\d+\.|[#*-]+)\s", "", text, flags=re.MULTILINE))


def _words_of_html(content: str) -> list[str]:
    return _words(html.unescape(re.sub(r"<[^>]+>", " ", content)))


@pytest.mark.parametrize("form", [CAVAGE])
async def test_whole_essays_arrive_as_articles_and_are_answered(start_peer: StartPeer, blog: RunningBlog):
    peer = await start_peer()
    await peer.follow(blog.handle)
    await peer.received("Accept", count=1)

    for number, (name, text) in enumerate(_texts().items(), start=1):
        title, _, body = text.partition("\n")
        post = await blog.publish(title.strip(), body.strip())

        article = (await peer.received("Create", count=number))[-1]["activity"]["object"]
        assert (article["type"], article["id"], article["name"]) == ("Article", post["object_id"], title.strip())
        assert _words_of_html(article["content"]) == _words(body), name
        fetched = await peer.fetch(article["id"])
        assert _words_of_html(fetched["content"]) == _words(body), name

        await peer.reply(article["id"], f"<p>I have read number {number} to its end.</p>")
        assert await blog.comment_with(post, f"I have read number {number} to its end.") == 1
        page = await blog.page(post)
        assert title.strip() in html.unescape(page)
        assert peer.handle() in page
        assert "1 comment" in page
