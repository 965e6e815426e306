"""Whoever comments says something, and is nobody else: no forged marks, anchors, names or handles on our page.

Known cases: comments that bring microformats or ids of their own, `<img onerror>` in display names, names that turn
the line around with U+202E, Misskey CVE-2025-25306 (a `url` taken for an id) (security.md X04, X10, S08; decisions.md,
Web). Handles are in `who_sent_this/test_s22_handle_spoofing`.
"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fedblog.domain.blog import CommentPolicy
from tests.fediverse import Peer
from tests.fediverse.peer import PUBLIC
from tests.hostile.page_elements import page_of, say
from tests.lengths import examples


@pytest.fixture
async def post(blog):
    return await blog.publish("On frogs", "Words.", comment_policy=CommentPolicy.OPEN)


MARKS = """h-entry h-card h-feed h-cite p-author p-name u-url u-uid u-photo u-in-reply-to u-comment u-like-of e-content
dt-published comment badge handle avatar number sr skip post-foot reactions comments thread answers warning"""


async def test_the_text_of_a_comment_brings_no_marks_of_ours(blog, ada, post):
    await say(blog, ada, post, "<p>Plain.</p>")
    plain = (await page_of(blog, post)).classes()
    for tag in ("p", "span", "a", "blockquote", "h3", "ul", "pre", "code"):
        marked = (
            f'<{tag} class="{" ".join(MARKS.split())}" id="comment-1" name="comments" rel="me author" href="#comment-1"'
        )
        await say(blog, ada, post, f"{marked} itemprop='author' data-x='1' aria-label='x' role='alert'>x</{tag}>")
    page = await page_of(blog, post)
    said = {name: count - plain[name] for name, count in page.classes().items()}
    others = 8
    for name in ("h-entry", "badge", "skip", "post-foot", "comments", "thread", "warning", "u-uid", "u-like-of"):
        assert said.get(name, 0) == 0, name
    for name in ("h-cite", "p-author", "e-content", "dt-published", "handle", "number"):
        assert said[name] == others, name
    assert [attributes for _, attributes in page.elements if "itemprop" in attributes or "data-x" in attributes] == []
    assert [a["href"] for tag, a in page.elements if tag == "a" and "me" in a.get("rel", "").split()] == []


async def test_every_link_of_a_stranger_is_marked_as_one(blog, ada, post):
    attached = [
        {"type": "Document", "mediaType": "image/png", "url": "https://pond.example/a.png", "name": "<b>a</b>"},
        {"type": "Link", "href": "javascript:alert(1)", "name": "b"},
        {"type": "Document", "url": "data:text/html,x", "name": "c"},
    ]
    await say(blog, ada, post, "<p><a href='https://a.example/' rel='me'>a</a></p>", attachment=attached)
    page = await page_of(blog, post)
    foreign = [a for tag, a in page.elements if tag == "a" and a.get("href", "").startswith("https://")]
    theirs = [a for a in foreign if not a["href"].startswith(blog.origin)]
    assert {a["href"] for a in theirs} >= {
        "https://a.example/",
        "https://pond.example/a.png",
        "https://pond.example/@ada",
    }
    for attributes in theirs:
        assert {"nofollow", "ugc", "noopener"} <= set(attributes["rel"].split()), attributes


NAMES = [
    "<img src=x onerror=alert(1)>",
    "</a></p></li></ol><h1>Hacked</h1>",
    "\u202egnorw\u202c",
    "\u2067\u2066\u202a",
    "A quiet blog",
    "@blog@blog.example",
    "A quiet blog</bdi> <span class='badge'>Author</span>",
    "&lt;script&gt;&#60;script&#62;",
    "{{ frame.title }}{% raw %}",
    "\u200b\u3164\u00ad",
    "a\u0301" * 100,
    "x" * 5000,
    "\x07\x1b[31mred",
    "line\nbreak\u2028sep",
    "",
]


async def test_a_name_is_text_and_nobody_elses(blog, pond, post):
    """Nobody becomes the author by their name: the mark belongs to the blog's own actor, the handle to everybody."""
    for number, name in enumerate(NAMES):
        person = pond.person(f"n{number}")
        pond.documents[f"/users/n{number}"] |= {"name": name, "summary": name, "preferredUsername": f"n{number}"}
        await say(blog, person, post, "<p>x</p>", summary=name)
    page = await page_of(blog, post)
    assert "badge" not in page.classes()
    assert page.classes()["h-cite"] == len(NAMES)
    assert page.text_of("handle")[1:] == [f"@n{number}@pond.example" for number in range(len(NAMES))]
    for (tag, attributes), parts in zip(page.elements, page.texts, strict=True):
        if "p-author" in attributes.get("class", "").split() and tag == "p":
            assert "".join(parts).strip()
    isolated = "".join(
        "".join(parts) for (tag, _), parts in zip(page.elements, page.texts, strict=True) if tag == "bdi"
    )
    assert "\u202egnorw" in isolated


@pytest.mark.soak
@settings(max_examples=examples(20, 500), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_no_text_in_any_place_breaks_the_page(blog, pond, data):
    """Names, warnings, alternative texts, languages, addresses: whatever they hold, the page has its elements."""
    texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30) | st.sampled_from(NAMES)
    number = pond.number()
    post = await blog.publish(f"Case {number}", "Words.", comment_policy=CommentPolicy.OPEN)
    person = pond.person(f"h{number}")
    pond.documents[f"/users/h{number}"] |= {"name": data.draw(texts), "url": data.draw(texts)}
    extra = {name: data.draw(texts, label=name) for name in ("summary", "url", "name", "language", "published")}
    extra["contentMap"] = {data.draw(texts, label="language"): "<p>x</p>"}
    extra["attachment"] = [{"type": "Image", "url": f"https://pond.example/{number}.png", "name": data.draw(texts)}]
    extra["tag"] = [{"type": "Mention", "href": "https://pond.example/users/x", "name": data.draw(texts)}]
    await say(blog, person, post, f"<p>x {data.draw(texts, label='content')}</p>", **extra)
    page = await page_of(blog, post)
    assert page.classes()["h-cite"] == 1
    assert "badge" not in page.classes()
    assert page.text_of("handle")[1] == f"@h{number}@pond.example"


async def test_no_words_come_in_through_a_reaction(blog, ada, post):
    words = [
        "buy pills at evil.example",
        ":buy pills at evil.example:",
        ":evil.example/pills:",
        "<b>x</b>",
        "🐸" * 40,
        "🐸 evil",
        "\u202e",
        "1",
    ]
    for content in words:
        emoji = {"type": "Emoji", "name": content, "icon": {"type": "Image", "url": "https://pond.example/e.png"}}
        await ada.post(blog.inbox, ada.activity("EmojiReact", post.object_id, content=content, tag=[emoji]))
        blog.box.clock.move(minutes=1)
        await blog.work()
    text = await blog.page(post)
    assert "pills" not in text
    assert "evil" not in text
    assert "1 like" in text
    await ada.post(blog.inbox, ada.activity("EmojiReact", post.object_id, content="🐸"))
    await blog.work()
    assert "🐸" in await blog.page(post)


async def test_one_person_cannot_paper_the_page_with_emoji(blog, ada, post):
    for code in range(0x1F600, 0x1F640):
        await ada.post(blog.inbox, ada.activity("EmojiReact", post.object_id, content=chr(code)))
    await blog.work()
    assert len((await page_of(blog, post)).text_of("reaction")) <= 20


async def test_nobody_takes_the_answers_to_somebody_else_by_claiming_the_address(blog, box, ada, post):
    """Her page is her server's: a `url` on another host names nothing here."""
    eve = Peer(box, "dump.example").person("eve")
    address = "https://pond.example/@ada/1"
    await say(blog, eve, post, "<p>mine</p>", url=address)
    await say(blog, ada, post, "<p>hers</p>", url=address)
    bob = Peer(box, "lake.example").person("bob")
    await say(blog, bob, post, "<p>to her</p>", in_reply_to=address)
    page = await blog.page(post)
    assert "in answer to #2" in page
    assert "in answer to #1" not in page


async def test_the_author_stays_the_author(blog, ada, post):
    """An object that says that it is by the blog, or has an id of the blog's, is refused."""
    us = await blog.actor_id()
    for forged in (
        {"attributedTo": us},
        {"attributedTo": [us, ada.id]},
        {"attributedTo": {"id": us, "type": "Person"}},
        {"id": f"{blog.origin}/ap/notes/01JD0000000000000000000000"},
        {"actor": us},
    ):
        note = ada.note("<p>forged</p>", in_reply_to=post.object_id) | forged
        await ada.post(blog.inbox, ada.activity("Create", note, to=[PUBLIC]))
        blog.box.clock.move(minutes=1)
        await blog.work()
    page = await page_of(blog, post)
    assert "badge" not in page.classes()
    assert set(page.text_of("handle")[1:]) <= {ada.handle}
