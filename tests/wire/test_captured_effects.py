"""Every captured delivery has the effect that its `expect` names, sent to a whole blog in order and at its own time.

One story for each server, and each story three times: exactly as it came, and signed anew in either form.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from fedblog.ap.signatures import CAVAGE, RFC9421
from fedblog.domain.comment import Audience
from fedblog.world import WireRequest
from tests.fediverse.box import call_asgi
from tests.wire import captured
from tests.wire.adopted import HOST, Adopted, adopted_blog
from tests.wire.captured import Captured
from tests.wire.effects import (
    Check,
    attached,
    behind,
    blocks,
    counted,
    counted_no_more,
    deleted,
    edited,
    follows,
    follows_no_more,
    gone,
    held,
    hidden_by_its_author,
    ignored,
    mentioned,
    mentioned_no_more,
    private,
    renamed,
    reported,
    shown,
    told_anew,
    unblocks,
)

Given = Callable[[Adopted, Captured], Awaitable[None]]

LATER = {
    "wordpress/06-pingback": "pingbacks belong to the issue that brings Webmention",
}


@dataclass(frozen=True)
class Step:
    """What one capture should do, after something that happened without being captured."""

    then: Check
    given: Given | None = None


def answered(number: int, words: str) -> Given:
    """The author had answered that comment."""

    async def happens(blog: Adopted, capture: Captured) -> None:
        await blog.answers(number, words)

    return happens


async def followed_again(blog: Adopted, capture: Captured) -> None:
    await blog.is_followed_by(capture)
    assert capture.actor["id"] in await blog.followers()


async def left_its_server(blog: Adopted, capture: Captured) -> None:
    """Its document and its key can be fetched no more."""
    blog.sender_of(capture).gone.add(capture.actor["id"])


async def left_its_traces(blog: Adopted, capture: Captured) -> None:
    """It had followed, commented and liked, and then left its server."""
    await blog.has_heard_from(capture, "<p>Frank was here.</p>")
    assert "Frank was here." in await blog.shown(10)
    assert "1 like" in await blog.page()
    await left_its_server(blog, capture)


def approved(name: str) -> Given:
    async def happens(blog: Adopted, capture: Captured) -> None:
        await blog.approves(captured.read(name).document["body"]["object"]["id"])

    return happens


GOTOSOCIAL = {
    "01-follow": Step(follows),
    "02-accept-of-our-follow": Step(ignored),
    "03-reply-public": Step(
        shown(1, 'I read this twice &amp; agree: "guidance" is not a website. &lt;b&gt;not html&lt;/b&gt;')
    ),
    "04-reply-unlisted": Step(hidden_by_its_author("A quiet public answer")),
    "05-reply-followers-only": Step(private(Audience.FOLLOWERS, "please do not print this")),
    "06-reply-direct": Step(private(Audience.DIRECT, "there is a typo")),
    "07-reply-hashtag": Step(shown(2, "More on", 'href="https://gts.test/tags/schools"', "CareersEducation")),
    "08-reply-emoji": Step(shown(3, "Lovely :blobcat: essay 💚")),
    "09-reply-cw": Step(shown(4, *behind("Spoiler: book ending", "The head teacher leaves."))),
    "10-reply-image": Step(
        shown(
            5,
            "A picture of the library.",
            attached(
                "https://gts.test/fileserver/014WPYA1SSQYNT2DD5T7SFSJG4/attachment/original/01M838R2EEYANC6JB84JH0CQ72.png",
                "A blue rectangle standing for a photograph",
            ),
        )
    ),
    "11-reply-markdown": Step(
        shown(
            6,
            "<em>points</em> in <strong>order</strong>",
            "<ol><li>first</li><li>second</li></ol>",
            "<ul><li>apples</li><li>pears</li></ul>",
            "<blockquote><p>a quoted line</p></blockquote>",
            "<pre><code>code &lt;block&gt; &amp; more",
            'href="https://example.org/page?a=1&amp;b=2"',
        )
    ),
    "12-reply-to-reply": Step(
        shown(8, "Because the first time I was on a bus.", answers=7), given=answered(1, "Why twice?")
    ),
    "13-reply-third-person": Step(shown(9, "I was on the same bus.", answers=1)),
    "14-update-reply": Step(edited(1, "I read this three times &amp; agree", before="twice")),
    "15-delete-reply": Step(deleted("A quiet public answer")),
    "16-like": Step(counted("1 like")),
    "17-undo-like": Step(counted_no_more("1 like")),
    "18-announce": Step(counted("1 boost")),
    "19-undo-announce": Step(counted_no_more("1 boost")),
    "20-unrelated-post": Step(ignored),
    "21-flag": Step(reported("Copied from another site, please look.")),
    "22-update-profile": Step(renamed("Alice Ødegård :blobcat:", on=1)),
    "23-block-undo-follow": Step(follows_no_more),
    "24-block": Step(blocks, given=followed_again),
    "25-undo-block": Step(unblocks),
    "26-undo-follow": Step(follows_no_more, given=followed_again),
    "27-delete-account": Step(gone(9, "I was on the same bus."), given=left_its_server),
}

FEDIFY = {
    "01-follow": Step(follows),
    "02-accept-of-our-follow": Step(ignored),
    "03-reply-public": Step(shown(1, "A website is not a service, but it can be a door &amp; a map.")),
    "04-reply-unlisted": Step(shown(2, "Quietly: yes.")),
    "05-reply-followers-only": Step(private(Audience.FOLLOWERS, "Only for my followers.")),
    "06-reply-direct": Step(private(Audience.DIRECT, "Just for you: paragraph two.")),
    "07-reply-hashtag-emoji-language": Step(
        shown(3, "Gern gelesen :blobcat:", 'lang="de"', 'href="https://fedify.test/tags/careers"')
    ),
    "08-reply-cw-source": Step(
        shown(
            4, *behind("Ending of the essay", "The ending <strong>surprised</strong> me."), without=("**surprised**",)
        )
    ),
    "09-reply-image": Step(
        shown(
            5,
            "The library door.",
            attached(
                "https://fedify.test/media/8d91e4a9-f133-4e0a-aece-e6b7762e5bad-0.png", "A red door with a brass sign"
            ),
        )
    ),
    "10-reply-formatting": Step(
        shown(
            6,
            "<li>two<ol><li>deep</li></ol></li>",
            "<blockquote><p>quoted</p></blockquote>",
            "&lt;b&gt;code&lt;/b&gt;",
            "Heading",
            'href="https://example.org/?a=1&amp;b=2"',
            "<code>x</code>",
            without=("<h2", "alert(1)"),
        )
    ),
    "11-reply-to-reply": Step(shown(8, "A door with a queue.", answers=7), given=answered(1, "A door to what?")),
    "12-update-reply": Step(edited(1, "A website is a map (edited).", before="a door")),
    "13-delete-reply": Step(deleted("Quietly: yes.")),
    "14-like": Step(counted("1 like")),
    "15-undo-like": Step(counted_no_more("1 like")),
    "16-announce": Step(counted("1 boost")),
    "17-undo-announce": Step(counted_no_more("1 boost")),
    "18-flag": Step(reported("Looks copied.")),
    "19-update-profile": Step(renamed("Erin (moved desks)", on=1)),
    "20-block": Step(blocks),
    "21-undo-block": Step(unblocks),
    "22-undo-follow": Step(follows_no_more, given=followed_again),
    "24-double-knock-follow-first-rfc9421": Step(follows),
    "25-double-knock-follow-then-cavage": Step(follows),
    "26-double-knock-reply": Step(shown(9, "Signed the old way in the end.")),
    "27-cavage-like": Step(counted("1 like")),
    "28-cavage-update-profile": Step(told_anew("Old signature.")),
    "29-cavage-delete-account": Step(gone(9, "Signed the old way"), given=left_its_server),
    "23-delete-account": Step(gone(10, "Frank was here."), given=left_its_traces),
}

SNAC = {
    "01-follow": Step(follows),
    "02-accept-of-our-follow": Step(ignored),
    "03-reply-public": Step(shown(1, "I agree &amp; have a question: why <i>six</i> steps?")),
    "04-reply-unlisted": Step(shown(2, "quiet words")),
    "05-reply-followers-only": Step(private(Audience.FOLLOWERS, "followers only words")),
    "06-reply-direct": Step(private(Audience.DIRECT, "private words")),
    "07-reply-cw-hashtag-emoji": Step(
        shown(3, *behind("the ending", "It ends well 🍺", 'href="https://snac.test/?t=careers"'))
    ),
    "08-reply-formatting": Step(
        shown(
            4,
            "<b>bold</b>",
            "<code>code</code>",
            "block &lt;b&gt;",
            "<blockquote>quoted line",
            "<ul><li>one</li><li>two</li></ul>",
            'href="https://example.org/x?a=1&amp;b=2"',
            without=("alert(1)",),
        )
    ),
    "09-reply-image": Step(
        shown(
            5,
            "The door.",
            attached("https://snac.test/nils/s/post-305f99dc8b87239c9cdbc3a586b40bb9.png", "A red door"),
        )
    ),
    "11-update-reply": Step(edited(1, "I agree &amp; withdraw the question (edited).", before="six")),
    "12-delete-reply": Step(deleted("quiet words")),
    "13-like": Step(counted("1 like")),
    "14-undo-like": Step(counted_no_more("1 like")),
    "15-announce": Step(counted("1 boost")),
    "16-undo-announce": Step(counted_no_more("1 boost")),
    "17-emoji-react": Step(counted("🦆")),
    "18-update-profile": Step(renamed("Nils (new)", on=1)),
    "10-poll-mention": Step(mentioned("Which one?")),
    "19-undo-follow": Step(follows_no_more),
}

WORDPRESS = {
    "01-accept-of-our-follow": Step(ignored),
    "02-create-note-default-type": Step(ignored),
    "03-create-article": Step(ignored),
    "04-create-article-mentioning-the-blog": Step(mentioned("for the essay on careers.")),
    "05-create-reply-to-essay": Step(held("first-comment-with-link")),
    "07-create-comment-reply": Step(
        mentioned("Sand first & foremost."), given=approved("wordpress/05-create-reply-to-essay")
    ),
    "08-update-comment-reply": Step(mentioned("Sand first & foremost, then paper (edited).")),
    "09-delete-comment-reply": Step(mentioned_no_more),
    "10-update-reply-to-essay": Step(edited(1, "I no longer disagree. (edited)", before="one thing")),
    "11-delete-reply-to-essay": Step(deleted("I no longer disagree.")),
    "12-update-profile": Step(told_anew("Paper, type &amp; blots")),
    "13-create-and-announce": Step(ignored),
    "14-update-blog-profile": Step(told_anew("Notes on paper, type and blots")),
}

STORIES = {"gotosocial": GOTOSOCIAL, "fedify": FEDIFY, "snac": SNAC, "wordpress": WORDPRESS}


SIGNED = {"as it came": None, "draft-cavage": CAVAGE, "RFC 9421": RFC9421}


@pytest.fixture(params=SIGNED)
async def adopted(databases, request):
    async with adopted_blog(await databases.migrated(), SIGNED[request.param]) as blog:
        yield blog


def _deliveries(peer):
    return [name for name in captured.names(peer) if captured.read(name).document["request"]["method"] == "POST"]


@pytest.mark.parametrize("peer", STORIES)
def test_every_captured_delivery_stands_in_its_story_in_the_order_in_which_it_came(peer):
    told = [f"{peer}/{step}" for step in STORIES[peer]]
    assert sorted([*told, *(name for name in LATER if name.startswith(peer))]) == _deliveries(peer)
    assert sorted(told, key=lambda name: captured.read(name).received_at) == told


@pytest.mark.parametrize("peer", STORIES)
async def test_each_delivery_has_its_effect_and_a_second_one_has_none(adopted, peer):
    for name, step in STORIES[peer].items():
        capture = captured.read(f"{peer}/{name}")
        try:
            await _happens(adopted, capture, step)
        except Exception as error:
            error.add_note(f"{capture.name} should: {capture.document['expect']}")
            raise


async def _happens(blog, capture, step):
    if step.given:
        await step.given(blog, capture)
    assert (await blog.takes(capture)).status == 202
    await step.then(blog, capture)
    before = await _state(blog)
    assert (await blog.takes(capture)).status == 202
    assert await _state(blog) == before


async def _state(blog):
    """Everything that a repeated delivery could have changed."""
    ledger = [(event.pk, event.verdict) for event in await blog.ledger()]
    return await blog.everything_public(), await blog.followers(), ledger


@pytest.mark.parametrize("adopted", ["as it came"], indirect=True)
@pytest.mark.parametrize("name", LATER)
async def test_what_is_for_later_is_refused_without_a_trace(adopted, name):
    request = captured.read(name).document["request"]
    headers = tuple((name, value) for name, value in request["headers"])
    wire = WireRequest("POST", "https", HOST, 443, request["target"], headers, captured.read(name).body)
    before = await _state(adopted)
    response = await call_asgi(adopted.blog.site, wire)
    assert response.status == 404
    assert await _state(adopted) == before
