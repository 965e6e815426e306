import json
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fedblog.ap.parse.object import read_object
from fedblog.ap.render.article import article
from fedblog.ap.render.collections import Counts
from fedblog.ap.render.fitting import shortened
from fedblog.ap.render.wire import Picture, hashtag
from fedblog.ap.vocabulary import PUBLIC
from fedblog.domain.post import Tag
from fedblog.errors import Invalid
from fedblog.ids import address_slug
from tests.unit.ap.parts import ACTOR, ACTOR_ID, ARTICLE_ID, BOB, PUBLISHED_AT, article_parts

URL = "https://blog.test/2026/11/slow-reading"


def test_an_article_has_all_that_servers_look_for():
    document = article(article_parts())
    assert document["@context"][0] == "https://www.w3.org/ns/activitystreams"
    del document["@context"]
    assert document == {
        "id": ARTICLE_ID,
        "type": "Article",
        "attributedTo": ACTOR_ID,
        "name": "On slow reading",
        "summary": "One. Two.",
        "content": "<p>One.</p><p>Two.</p>",
        "contentMap": {"en-GB": "<p>One.</p><p>Two.</p>"},
        "url": URL,
        "published": "2026-11-23T04:00:00Z",
        "to": [PUBLIC],
        "cc": [ACTOR.followers],
        "sensitive": False,
        "tag": [],
        "attachment": [],
        "preview": {
            "type": "Note",
            "attributedTo": ACTOR_ID,
            "content": "<p><strong>On slow reading</strong></p><p>One. Two.</p>",
            "published": "2026-11-23T04:00:00Z",
        },
        "interactionPolicy": {
            "canReply": {"automaticApproval": [PUBLIC]},
            "canQuote": {"automaticApproval": [PUBLIC]},
        },
        "context": f"{ARTICLE_ID}/context",
        "likes": {"id": f"{ARTICLE_ID}/likes", "type": "Collection", "totalItems": 0},
        "shares": {"id": f"{ARTICLE_ID}/shares", "type": "Collection", "totalItems": 0},
        "replies": {
            "id": f"{ARTICLE_ID}/replies",
            "type": "Collection",
            "totalItems": 0,
            "first": f"{ARTICLE_ID}/replies/page/1",
        },
    }


def test_a_post_that_was_never_published_has_no_article():
    with pytest.raises(Invalid):
        article(article_parts(object_id=None))


def test_mentions_are_tagged_and_addressed():
    document = article(replace(article_parts(), mentions=(BOB,), tags=(Tag("slow-reading", "slow reading"),)))
    assert document["cc"] == [ACTOR.followers, BOB.actor_id]
    assert document["tag"] == [
        {"type": "Hashtag", "name": "#SlowReading", "href": "https://blog.test/tags/slow-reading"},
        {"type": "Mention", "name": "@bob@remote.test", "href": BOB.actor_id},
    ]


def test_an_address_in_a_foreign_script_is_encoded_once():
    assert article(article_parts(path="/2026/11/über"))["url"] == "https://blog.test/2026/11/%C3%BCber"
    assert article(article_parts(path="/2026/11/%C3%BCber"))["url"] == "https://blog.test/2026/11/%C3%BCber"


def test_the_summary_is_the_authors_then_the_excerpt_then_none():
    assert article(article_parts(summary="My words."))["summary"] == "My words."
    assert article(article_parts())["summary"] == "One. Two."
    switched_off = article(article_parts(summary="My words.", summary_off_at=1))
    assert "summary" not in switched_off
    assert "My words" not in json.dumps(switched_off)
    assert "summary" not in article(article_parts(excerpt=""))


def test_a_content_warning_hides_the_teaser():
    document = article(article_parts(summary="The butler did it.", content_warning="Ending", summary_off_at=1))
    assert document["sensitive"] is True
    assert document["summary"] == "Ending"
    assert "butler" not in json.dumps(document)


def test_updated_stands_only_after_an_edit_and_never_before_published():
    assert "updated" not in article(article_parts())
    assert article(article_parts(updated_at=PUBLISHED_AT + 1000))["updated"] == "2026-11-23T04:00:01Z"
    assert article(article_parts(updated_at=PUBLISHED_AT - 9000))["updated"] == "2026-11-23T04:00:00Z"


@given(st.lists(st.integers(1000, 10**9), max_size=5), st.text(max_size=50))
def test_edits_change_neither_id_nor_published(steps, content):
    seen = [article(article_parts())]
    at = PUBLISHED_AT
    for step in steps:
        at += step
        seen.append(article(article_parts(f"<p>{content}</p>", updated_at=at)))
    assert {(document["id"], document["published"], document["url"]) for document in seen} == {
        (ARTICLE_ID, "2026-11-23T04:00:00Z", URL)
    }
    for document in seen:
        assert list(document["contentMap"].values()) == [document["content"]]
        assert document.get("updated", document["published"]) >= document["published"]
        assert read_object(document).object_id == ARTICLE_ID
    updates = [document["updated"] for document in seen[1:]]
    assert updates == sorted(set(updates))


def test_counts_are_told():
    document = article(replace(article_parts(), counts=Counts(likes=40, shares=7, replies=12)))
    totals = [document[name]["totalItems"] for name in ("likes", "shares", "replies")]
    assert totals == [40, 7, 12]


def test_images_are_attached_the_hero_apart_and_only_types_that_all_can_show():
    pictures = tuple(Picture(f"https://blog.test/m/{n}.jpg", "image/jpeg", f"Door {n}", 12, 8) for n in range(6))
    hero = Picture("https://blog.test/m/h.webp", "image/webp")
    gif = Picture("https://blog.test/m/g.gif", "image/gif")
    document = article(replace(article_parts(), images=(gif, *pictures), hero=hero))
    assert document["image"] == {"type": "Image", "mediaType": "image/webp", "url": "https://blog.test/m/h.webp"}
    assert [item["name"] for item in document["attachment"]] == ["Door 0", "Door 1", "Door 2", "Door 3"]
    assert (document["attachment"][0]["width"], document["attachment"][0]["height"]) == (12, 8)
    assert "image" not in article(replace(article_parts(), hero=gif))


LETTERS = st.text(alphabet="abcü本 -", max_size=700) | st.text(max_size=700)


@given(LETTERS, st.text(max_size=2000))
@example("本" * 150, "reading " * 200)
@example("\U00020000" * 150, "reading " * 200)
@pytest.mark.checklist(row=21)
def test_what_mastodon_shows_fits_into_a_post(title, summary):
    """Every character counts, those of the percent-encoded address too, with the slug that the title gives."""
    path = f"/2026/11/{address_slug(title) or '9a8b7c6d'}"
    document = article(article_parts(title=title, summary=summary, path=path))
    assert len(document["name"]) + len(document.get("summary", "")) + len(document["url"]) <= 500
    assert document.get("summary") != ""


@pytest.mark.checklist(row=21)
def test_an_address_that_alone_is_longer_than_a_post_leaves_the_summary_its_room():
    """Somebody typed such a slug. No summary could make it fit; Mastodon itself counts 23 for any address."""
    document = article(article_parts(title="Reading " * 30, summary="reading " * 200, path=f"/2026/11/{'本' * 80}"))
    assert len(document["url"]) > 500
    assert len(document["summary"]) > 90
    assert len(document["name"]) + len(document["summary"]) + 23 <= 500


def test_a_long_summary_is_cut_between_words():
    document = article(article_parts(summary="reading " * 200))
    assert document["summary"].endswith("reading…")
    assert len(document["name"] + document["summary"] + document["url"]) <= 500


@pytest.mark.parametrize(
    ("text", "longest", "expected"),
    [
        ("one two", 7, "one two"),
        ("one  \n two", 7, "one two"),
        ("one two three", 8, "one two…"),
        ("one two, three", 10, "one two…"),
        ("one two three", 6, "one…"),
        ("unbreakable", 5, "unbr…"),
        ("one", 1, ""),
        ("one", 0, ""),
        ("one", -5, ""),
        ("", 5, ""),
    ],
)
def test_shortening(text, longest, expected):
    assert shortened(text, longest) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("reading", "#reading"),
        ("slow reading", "#SlowReading"),
        ("naïve café", "#NaïveCafé"),
        ("C++", "#C"),
        ("snake_case", "#snake_case"),
        ("#already", "#already"),
        ("!?", ""),
    ],
)
def test_hashtags(name, expected):
    assert hashtag(name) == expected
