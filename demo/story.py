"""The story that the demo tells: each step is done, then looked at from the other side, then told."""

import json
from asyncio.subprocess import Process
from collections.abc import Callable
from typing import Any

from demo.blog import AUTHOR, Blog, Failed
from demo.pages import Reader, comment, words_of

TITLES = ("What the beans know", "A chair by the window")
NEW_TITLE, NEW_FILE = "The long way home", "the-long-way-home.md"
REPLY = "The heron by our mill does the same. I never thought of it as unfolding, and now I shall always see it."
ANSWER = "Thank you, and give it my regards. Ours was back on Saturday, *in the same mud*."
SECOND = "And what do you do when it rains?"
EDITED = "And what do you do when it rains? I take the bus, and regret it."

Tell = Callable[[str], None]


class Puppet:
    """The process of the simulated account: told what to do, it says what it saw."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def do(self, deed: str, **details: Any) -> dict[str, Any]:
        """One deed of the account. Raises `Failed` with what went wrong over there."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"do": deed, **details}).encode() + b"\n")
        await self._process.stdin.drain()
        line = await self._process.stdout.readline()
        seen: dict[str, Any] = json.loads(line) if line else {"failed": "its process has ended"}
        if "failed" in seen:
            raise Failed(f"The account could not {deed.replace('_', ' ')}: {seen['failed']}")
        return seen


async def tell(blog: Blog, ada: Puppet, handle: str, reader: Reader, say: Tell) -> str:
    """Tell the whole story; returns the address of the page on which it happened. Raises `Failed`, `TimeoutError`."""
    await _begin(blog, reader, say)
    post = await _follow_and_publish(blog, ada, handle, say)
    url, article = post["url"], post["object_id"]
    first = await _converse(blog, ada, handle, reader, say, url, article)
    await _react(ada, reader, say, url, article)
    await _change_her_mind(ada, reader, say, url, first)
    return str(url)


async def _begin(blog: Blog, reader: Reader, say: Tell) -> None:
    await reader.see(f"{blog.origin}/", lambda page: all(title in page for title in TITLES), "The two posts")
    say(f"The blog is up at {blog.origin}/ with two posts. Its handle is {blog.handle}")
    say(f"The author can log in at {blog.origin}/admin/ as {AUTHOR!r} with the password {blog.password!r}")


async def _follow_and_publish(blog: Blog, ada: Puppet, handle: str, say: Tell) -> dict[str, Any]:
    found = await ada.do("find", handle=blog.handle)
    say(f"{handle} looks the handle up by WebFinger and finds {found['name']!r}: {found['actor']}")
    accepted = await ada.do("follow")
    _expect(accepted, 202)
    say("She follows; the blog sends her an Accept, and its signature is right")
    post = await blog.publish(NEW_FILE)
    say(f"The author publishes {NEW_TITLE!r}: {post['url']}")
    received = await ada.do("receive_post", title=NEW_TITLE)
    if received["id"] != post["object_id"]:
        raise Failed("What arrived is not what was published.")
    say(f"It arrives in her inbox as an {received['type']} of about {received['words']} words")
    return post


async def _converse(blog: Blog, ada: Puppet, handle: str, reader: Reader, say: Tell, url: str, article: str) -> str:
    reply = await ada.do("reply", to=article, text=REPLY)
    _expect(reply, 202)
    await reader.see(url, lambda page: REPLY in comment(page, 1) and handle in comment(page, 1), "The reply")
    say("She replies on her server, and the reply is comment 1 on the page")
    (held,) = await blog.ask("comments", "list")
    await blog.run("comments", "answer", str(held["pk"]), told=ANSWER)
    answer = await ada.do("receive_answer", to=reply["id"])
    if not answer["mentions_us"]:
        raise Failed("The answer does not mention her.")
    await reader.see(url, lambda page: "give it my regards" in comment(page, 2), "The answer")
    say("The author answers; the answer reaches her as a mention, and is comment 2 on the page")
    return str(answer["id"])


async def _react(ada: Puppet, reader: Reader, say: Tell, url: str, article: str) -> None:
    _expect(await ada.do("like", of=article), 202)
    await reader.see(url, lambda page: "1 like" in words_of(page), "The like")
    say("She likes the post; the page says '1 like'")
    _expect(await ada.do("boost", of=article), 202)
    await reader.see(url, lambda page: "1 boost" in words_of(page), "The boost")
    say("She boosts it; the page says '1 boost'")


async def _change_her_mind(ada: Puppet, reader: Reader, say: Tell, url: str, answer: str) -> None:
    second = await ada.do("reply", to=answer, text=SECOND)
    await reader.see(url, lambda page: SECOND in comment(page, 3), "The second reply")
    say("She asks a question below the answer: comment 3")
    _expect(await ada.do("edit", note_id=second["id"], text=EDITED), 202)
    await reader.see(url, lambda page: EDITED in comment(page, 3) and "edited" in comment(page, 3), "The edit")
    say("She edits it; the page has the new text and says that it was edited")
    _expect(await ada.do("delete", note_id=second["id"]), 202)
    await reader.see(url, lambda page: page != "" and "bus" not in words_of(page), "The deletion")
    say("She deletes it; its text is gone from the page")


def _expect(seen: dict[str, Any], status: int) -> None:
    if seen["status"] != status:
        raise Failed(f"The blog answered {seen['status']} where {status} was expected.")
