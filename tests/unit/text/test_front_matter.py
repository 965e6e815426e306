from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedblog.domain.blog import CommentPolicy
from fedblog.errors import Invalid
from fedblog.text.front_matter import FrontMatter, decode_markdown, read, title_from_heading


def test_everything_it_may_say():
    front, body = read(
        "---\ntitle: On slow reading\nslug: slow\ntags: [books, 'slow life']\nsummary: >\n  Two\n  lines.\nlanguage: en-GB\n"
        "content-warning: spoilers\ncomments: hold_all\ndate: 2026-01-01\n---\n\nText.\n"
    )
    assert front == FrontMatter(
        title="On slow reading",
        slug="slow",
        tags=("books", "slow life"),
        summary="Two lines.",
        language="en-GB",
        content_warning="spoilers",
        comments=CommentPolicy.HOLD_ALL,
        unknown=("date",),
    )
    assert body == "Text.\n"


def test_a_text_without_front_matter_stays_whole():
    for text in ["Hello.", "", "--- \nno end of a rule", "---\n\nA rule, then text.", " ---\ntitle: x\n---"]:
        assert read(text) == (FrontMatter(), text)


@pytest.mark.parametrize(
    ("written", "title"),
    [("1984", "1984"), ("no", "no"), ("2024-01-01", "2024-01-01"), ("1e3", "1e3"), ("'null'", "null")],
)
def test_a_title_that_looks_like_a_number_or_a_date_is_a_title(written, title):
    assert read(f"---\ntitle: {written}\n---\n")[0].title == title


@pytest.mark.parametrize("nothing", ["", "~", "null", "''"])
def test_a_value_that_is_empty_says_nothing(nothing):
    assert (
        read(f"---\ntitle: {nothing}\nsummary: {nothing}\ntags: {nothing}\ncomments: {nothing}\n---\n")[0].title is None
    )


@pytest.mark.parametrize("tags", ["a, b, a", "[a, b, a]", "['#a', ' b ']", "\n  - a\n  - b"])
def test_tags_as_a_list_or_with_commas(tags):
    assert read(f"---\ntags: {tags}\n---\n")[0].tags == ("a", "b")


@pytest.mark.parametrize(
    ("comments", "policy"),
    [
        ("open", CommentPolicy.OPEN),
        ("closed", CommentPolicy.CLOSED),
        ("off", CommentPolicy.CLOSED),
        ("false", CommentPolicy.CLOSED),
        ("true", None),
        ("Yes", None),
    ],
)
def test_comments_by_policy_or_by_yes_and_no(comments, policy):
    assert read(f"---\ncomments: {comments}\n---\n")[0].comments is policy


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("title: On time: a study", "line 2"),
        ("summary: x\ntitle: [", "not proper YAML"),
        ("title: [a, b]", "`title`"),
        ("title: {a: b}", "`title`"),
        ("tags: {a: b}", "`tags`"),
        ("tags: [[a]]", "`tags`"),
        ("language: Klingon!", "`language`"),
        ("comments: maybe", "`comments`"),
        ("- a\n- b", "name: value"),
        ("just words", "name: value"),
        ("? [a]\n: b", "not proper YAML"),
        ("title: !!python/object/apply:os.system ['true']", "not proper YAML"),
        ("title: *nobody", "not proper YAML"),
        ("title: " + "[" * 5000, "not proper YAML"),
        ("title: \x07", "not proper YAML"),
        ("summary: " + "x" * 70_000, "64 KiB"),
    ],
)
def test_broken_front_matter_is_refused_in_plain_words(source, words):
    with pytest.raises(Invalid) as refused:
        read(f"---\n{source}\n---\nText")
    assert words in str(refused.value)


def test_a_front_matter_without_end_is_refused_and_not_published_as_text():
    with pytest.raises(Invalid, match="no end"):
        read("---\ntitle: x\n\nText")


def test_aliases_that_would_grow_without_end_cost_nothing():
    bomb = "a: &a [x, x]\n" + "".join(
        f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefghijklmnopqrs", "bcdefghijklmnopqrst", strict=True)
    )
    assert read(f"---\n{bomb}\ntitle: x\n---\n")[0].title == "x"


@given(st.text())
def test_any_front_matter_is_read_or_refused(source):
    with suppress(Invalid):
        front, _ = read(f"---\n{source}\n---\n")
        assert front.title is None or isinstance(front.title, str)


@pytest.mark.parametrize(
    ("body", "title", "rest"),
    [
        ("# Hello\n\nText", "Hello", "Text"),
        ("\n\n# On *slow* `code` & [links](https://x.example) \\# #\nText", "On slow code & links #", "Text"),
        ("Hello\n=====\n\nText", "Hello", "Text"),
        ("# Only a title", "Only a title", ""),
        ("## Second level\n\nText", "", "## Second level\n\nText"),
        ("Text\n\n# Later", "", "Text\n\n# Later"),
        ("#hashtag first", "", "#hashtag first"),
        ("", "", ""),
    ],
)
def test_the_title_in_the_first_heading(body, title, rest):
    assert title_from_heading(body) == (title, rest)


def test_utf_8_with_and_without_its_mark():
    assert decode_markdown("Grüße\r\nan alle\r".encode()) == "Grüße\nan alle\n"
    assert decode_markdown("\ufeffGrüße".encode()) == "Grüße"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("Grüße".encode("utf-16"), "UTF-16"),
        ("Grüße".encode("utf-32"), "UTF-32"),
        ("plain".encode("utf-16-le"), "byte 2"),
        ("a\nb\nGrüße".encode("cp1252"), "byte 7 (line 3) is 0xFC"),
        (b"\xef\xbb\xbfab\xff", "byte 6 (line 1) is 0xFF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "zero byte"),
    ],
)
def test_a_file_in_the_wrong_encoding_is_refused_and_the_place_named(data, words):
    with pytest.raises(Invalid) as refused:
        decode_markdown(data)
    assert words in str(refused.value)
    assert "UTF-8" in refused.value.todo
