"""What a captured request should do: one check for each kind of `expect`.

A check looks at the blog after the request was processed; `capture` is what came.
"""

from collections.abc import Awaitable, Callable

from fedblog.domain.comment import Audience, CommentState
from fedblog.domain.inbox_event import Verdict
from fedblog.store import actors, mentions
from tests.wire.adopted import ACTOR, Adopted
from tests.wire.captured import Captured

Check = Callable[[Adopted, Captured], Awaitable[None]]


def _object_id(capture: Captured) -> str:
    found = capture.document["body"]["object"]
    return found if isinstance(found, str) else found["id"]


# ---------------------------------------------------------------- followers


async def follows(blog: Adopted, capture: Captured) -> None:
    """One follower more, who got an Accept that embeds the Follow."""
    assert (await blog.followers()).count(capture.actor["id"]) == 1
    accept = blog.sender_of(capture).delivered[-1]
    assert (accept["type"], accept["actor"]) == ("Accept", ACTOR)
    assert accept["object"]["id"] == capture.document["body"]["id"]


async def follows_no_more(blog: Adopted, capture: Captured) -> None:
    """Not a follower; the author's next words do not go there."""
    assert capture.actor["id"] not in await blog.followers()
    await _verdict(blog, capture, Verdict.ACCEPTED)
    delivered = len(blog.sender_of(capture).delivered)
    await blog.blog.publish("Later", "Not for those who left.")
    assert len(blog.sender_of(capture).delivered) == delivered


async def blocks(blog: Adopted, capture: Captured) -> None:
    """Not a follower; nobody can read of the block."""
    assert capture.actor["id"] not in await blog.followers()
    await _verdict(blog, capture, Verdict.ACCEPTED)
    await _nothing_public_changed(blog)


async def unblocks(blog: Adopted, capture: Captured) -> None:
    """Taken, and still not a follower."""
    await _verdict(blog, capture, Verdict.ACCEPTED)
    assert capture.actor["id"] not in await blog.followers()
    await _nothing_public_changed(blog)


# ---------------------------------------------------------------- comments


def shown(number: int, *fragments: str, without: tuple[str, ...] = (), answers: int | None = None) -> Check:
    """Comment `number` stands on the page with these pieces of HTML, its author and a link to the original."""

    async def check(blog: Adopted, capture: Captured) -> None:
        comment = await blog.shown(number)
        for fragment in (*fragments, f"@{_handle(capture)}", 'rel="nofollow ugc noopener">Original on'):
            assert fragment in comment, (fragment, comment)
        for fragment in ("<script", "onerror", '<img src="http', "u-url mention", *without):
            assert fragment not in comment, (fragment, comment)
        line = await blog.line(number)
        assert line is not None
        assert line.object_id == _object_id(capture)
        assert ("in answer to" in comment) == (answers is not None)
        if answers is not None:
            assert f'href="#comment-{answers}">in answer to #{answers}</a>' in comment
        await _verdict(blog, capture, Verdict.ACCEPTED)

    return check


def _handle(capture: Captured) -> str:
    return f"{capture.actor['preferredUsername']}@{capture.actor['id'].split('/')[2]}"


def behind(warning: str, *fragments: str) -> tuple[str, ...]:
    """The pieces of a comment that stands behind a content warning."""
    return ('<details class="warning">', f"<bdi>{warning}</bdi></summary>", *fragments)


def attached(url: str, alt: str) -> str:
    """A picture as a plain link with its description: nothing is loaded from its server."""
    return f'<a href="{url}" rel="nofollow ugc noopener"><bdi>{alt}</bdi></a>'


def edited(number: int, text: str, *, before: str) -> Check:
    """The text is replaced and marked as edited; number and state stay."""

    async def check(blog: Adopted, capture: Captured) -> None:
        comment = await blog.shown(number)
        assert text in comment
        assert before not in comment
        assert "<span>edited</span>" in comment
        line = await blog.line(number)
        assert line is not None
        assert (line.object_id, line.state) == (_object_id(capture), CommentState.SHOWN)
        await _verdict(blog, capture, Verdict.ACCEPTED)

    return check


def deleted(words: str) -> Check:
    """No word of it is left, neither for readers nor for the author."""

    async def check(blog: Adopted, capture: Captured) -> None:
        line = await blog.kept(_object_id(capture))
        assert line is not None
        assert (line.state, line.text, line.html) == (CommentState.REMOVED, "", "")
        assert words not in await blog.everything_public()
        assert await blog.mention(_object_id(capture)) is None
        await _verdict(blog, capture, Verdict.ACCEPTED)

    return check


def held(rule: str) -> Check:
    """It waits for the author, and the ledger says which rule made it wait."""

    async def check(blog: Adopted, capture: Captured) -> None:
        line = await blog.kept(_object_id(capture))
        assert line is not None
        assert (line.state, line.rule, line.number) == (CommentState.HELD, rule, None)
        await _nothing_public_changed(blog)
        assert rule in (await _verdict(blog, capture, Verdict.HELD))

    return check


def hidden_by_its_author(words: str) -> Check:
    """Unlisted, and its author wants such posts on no web page: kept for the author of the blog only."""

    async def check(blog: Adopted, capture: Captured) -> None:
        line = await blog.kept(_object_id(capture))
        assert line is not None
        assert (line.state, line.rule) == (CommentState.HIDDEN, "author-hides-it")
        assert (line.audience, line.number) == (Audience.UNLISTED, None)
        assert words in line.text
        await _nothing_public_changed(blog)

    return check


def private(audience: Audience, words: str) -> Check:
    """Never public; the author of the blog finds it among the private messages."""

    async def check(blog: Adopted, capture: Captured) -> None:
        mention = await blog.mention(_object_id(capture))
        assert mention is not None
        assert mention.audience is audience
        assert words in mention.text
        line = await blog.kept(_object_id(capture))
        assert line is not None
        assert (line.state, line.number) == (CommentState.HIDDEN, None)
        await _nothing_public_changed(blog)

    return check


# ---------------------------------------------------------------- reactions


def counted(words: str) -> Check:
    """The page says so once for this actor."""

    async def check(blog: Adopted, capture: Captured) -> None:
        assert words in await blog.page()
        await _verdict(blog, capture, Verdict.ACCEPTED)

    return check


def counted_no_more(words: str) -> Check:
    """The page does not say so any more."""

    async def check(blog: Adopted, capture: Captured) -> None:
        assert words not in await blog.page()
        await _verdict(blog, capture, Verdict.ACCEPTED)

    return check


# ---------------------------------------------------------------- actors


def renamed(name: str, *, on: int) -> Check:
    """Their comments show the new name."""

    async def check(blog: Adopted, capture: Captured) -> None:
        assert f"<bdi>{name}</bdi>" in await blog.shown(on)
        await _verdict(blog, capture, Verdict.ACCEPTED)

    return check


def told_anew(bio: str) -> Check:
    """What is known of an actor is what its server says now."""

    async def check(blog: Adopted, capture: Captured) -> None:
        actor = await actors.by_id(blog.reader, capture.actor["id"])
        assert actor is not None
        assert bio in actor.summary
        await _verdict(blog, capture, Verdict.ACCEPTED)

    return check


def gone(number: int, words: str) -> Check:
    """The account has left: its words, its reactions and its follow with it."""

    async def check(blog: Adopted, capture: Captured) -> None:
        page = await blog.everything_public()
        assert words not in page
        assert f"@{_handle(capture)}" not in page
        assert await blog.line(number) is None
        assert capture.actor["id"] not in await blog.followers()
        assert "1 like" not in await blog.page()
        await _verdict(blog, capture, Verdict.ACCEPTED)

    return check


# ---------------------------------------------------------------- what is no comment


def mentioned(words: str) -> Check:
    """A notice for the author, and nothing for readers."""

    async def check(blog: Adopted, capture: Captured) -> None:
        mention = await blog.mention(_object_id(capture))
        assert mention is not None
        assert words in mention.text
        assert await blog.kept(_object_id(capture)) is None
        await _nothing_public_changed(blog)
        await _verdict(blog, capture, Verdict.ACCEPTED)

    return check


async def mentioned_no_more(blog: Adopted, capture: Captured) -> None:
    """The notice is gone."""
    assert await blog.mention(_object_id(capture)) is None
    await _verdict(blog, capture, Verdict.ACCEPTED)


def reported(words: str) -> Check:
    """The author finds a report; nobody else learns of it."""

    async def check(blog: Adopted, capture: Captured) -> None:
        [report] = await mentions.reports(blog.reader, blog.essay.blog_pk)
        assert (report.content, report.actor_id) == (words, capture.actor["id"])
        assert report.object_ids == (ACTOR, f"{ACTOR.removesuffix('/users/blog')}/posts/1")
        await _nothing_public_changed(blog)
        await _verdict(blog, capture, Verdict.ACCEPTED)

    return check


async def ignored(blog: Adopted, capture: Captured) -> None:
    """A line in the ledger that says why, and nothing else."""
    assert await _verdict(blog, capture, Verdict.IGNORED)
    await _nothing_public_changed(blog)
    assert await blog.mention(_object_id(capture)) is None
    assert await blog.kept(_object_id(capture)) is None


async def _nothing_public_changed(blog: Adopted) -> None:
    assert await blog.everything_public() == blog.public_before


async def _verdict(blog: Adopted, capture: Captured, verdict: Verdict) -> str:
    """The reason that stands in the ledger for this capture, whose verdict must be this one."""
    latest = (await blog.ledger())[0]
    assert (latest.signer, latest.activity_id) == (capture.actor["id"], capture.document["body"].get("id", ""))
    assert latest.verdict is verdict, latest.reason
    return latest.reason
