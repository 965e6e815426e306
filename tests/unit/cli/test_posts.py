"""`post`: publish, show, edit and take back; and everything that is refused with nothing stored by half."""

import pytest

from fedblog.cli.quotes import state_word
from fedblog.domain.interaction import InteractionState
from tests.unit.cli.conftest import png

ESSAY = """---
title: The garden in March
tags: [garden, spring]
summary: What comes up first.
language: en
---
Snowdrops, then *crocus*.

![A crocus](crocus.png)
"""


@pytest.fixture
def essay(text):
    """A text with its picture beside it."""
    text(png(), "crocus.png")
    return text(ESSAY)


def test_publishing_a_file_takes_front_matter_and_picture(blog, essay):
    done = blog("post", "publish", essay, "--json")
    assert (done.status, done.said) == (0, "")
    assert done.json["title"] == "The garden in March"
    assert done.json["tags"] == ["garden", "spring"]
    assert done.json["url"].endswith("/the-garden-in-march")
    assert done.json["object_id"].startswith("https://blog.example/ap/articles/")
    assert done.json["published_at"]
    assert [name for name in blog.files() if name.startswith("media/")]
    shown = blog("post", "show", done.json["pk"], "--json").json
    assert shown["markdown"].startswith("Snowdrops")
    assert shown["summary"] == "What comes up first."


def test_options_win_over_front_matter(blog, essay):
    done = blog("post", "publish", essay, "--json", "--title", "March", "--slug", "march", "--tags", "a,b")
    assert (done.json["title"], done.json["slug"], done.json["tags"]) == ("March", "march", ["a", "b"])


@pytest.mark.parametrize(
    ("content", "options", "title", "markdown"),
    [
        ("# Heading\n\nText", (), "Heading", "Text"),
        ("# Heading\n\nText", ("--title", "Other"), "Other", "# Heading\n\nText"),
        ("# Heading\n\nText", ("--title", "Heading"), "Heading", "Text"),
        ("---\ntitle: Front\n---\n# Heading\n\nText", (), "Front", "# Heading\n\nText"),
        ("---\ntitle: Heading\n---\n# Heading\n\nText", (), "Heading", "Text"),
    ],
)
def test_the_title_is_the_option_else_the_front_matter_else_the_heading(blog, text, content, options, title, markdown):
    done = blog("post", "publish", text(content), "--json", *options)
    shown = blog("post", "show", done.json["pk"], "--json").json
    assert (shown["title"], shown["markdown"]) == (title, markdown)


def test_what_the_front_matter_says_in_vain_is_told(blog, text):
    done = blog("post", "publish", text("---\ntitle: A\nlayout: wide\n---\nText"))
    assert done.status == 0
    assert "'layout'" in done.said


def test_a_text_may_come_from_standard_input(blog):
    done = blog.process("post", "publish", "-", "--json", told="# Ümläute\n\nText".encode())
    assert done.json["title"] == "Ümläute"


@pytest.mark.parametrize(
    ("content", "options", "words"),
    [
        ("Text without title", (), "no title"),
        ("# \n\nText", (), "no title"),
        ("# A\n\nText", ("--title", "   "), "no title"),
        ("# A\n\nCaf\xe9".encode("latin-1"), (), "not UTF-8: byte 9"),
        ("# A\n\nText".encode("utf-16"), (), "UTF-16"),
        ("---\ntitle: [\n---\nText", (), "front matter"),
        ("# A\n\nText", ("--slug", "taken"), "slug 'taken'"),
        ("# A\n\nText", ("--slug", "admin"), "slug 'admin'"),
        ("# A\n\nText", ("--language", "klingonish!"), "language"),
        ("# A\n\nHello @nobody@127.0.0.1", (), "@nobody@127.0.0.1"),
        ("# A\n\n![no](missing.png)", (), "'missing.png'"),
        ("# A\n\n![ok](fine.png) ![no](broken.png)", (), "'broken.png'"),
        ("# A\n\n![ok](fine.png) ![up](../outside.png)", (), "'../outside.png'"),
        ("# A\n\n![ok](fine.png) ![link](link.png)", (), "'link.png' lies outside"),
        ("# A\n\n![ok](fine.png)", ("--slug", "taken"), "slug 'taken'"),
        ("# A\n\n![ok](fine.png) @nobody@127.0.0.1", (), "@nobody@127.0.0.1"),
    ],
)
def test_a_bad_text_gets_its_clear_line_and_nothing_is_stored(blog, text, tmp_path, content, options, words):
    assert blog("post", "publish", text("# Taken\n\nText"), "--slug", "taken").status == 0
    before = blog.files()
    text(png("green"), "fine.png")
    text(b"I am no picture", "broken.png")
    (tmp_path / "outside.png").write_bytes(png("blue"))
    (tmp_path / "texts" / "link.png").symlink_to(tmp_path / "outside.png")
    done = blog("post", "publish", text(content), *options)
    assert done.status == 1
    assert words in done.said
    assert done.said.count("\n") == 1
    assert done.out == ""
    assert [post["slug"] for post in blog("post", "list", "--json").json] == ["taken"]
    assert blog.files() == before


def test_a_file_that_is_not_there_is_named(blog, tmp_path):
    done = blog("post", "publish", tmp_path / "nothing.md")
    assert (done.status, done.out) == (1, "")
    assert "nothing.md" in done.said


def test_a_picture_in_a_text_from_standard_input_is_refused(blog):
    done = blog.process("post", "publish", "-", told=b"# A\n\n![x](x.png)")
    assert done.status == 1
    assert "'x.png'" in done.said


def test_two_pictures_with_the_same_content_are_both_kept(blog, text):
    for name in ("one.png", "two.png"):
        text(png(), name)
    assert blog("post", "publish", text("# A\n\n![1](one.png) ![2](two.png)")).status == 0


def test_edit_changes_only_what_is_given(blog, essay):
    pk = blog("post", "publish", essay, "--json").json["pk"]
    assert blog("post", "edit", pk, "--title", "April").status == 0
    shown = blog("post", "show", pk, "--json").json
    assert (shown["title"], shown["slug"], shown["tags"]) == ("April", "the-garden-in-march", ["garden", "spring"])
    assert shown["markdown"].startswith("Snowdrops")


@pytest.mark.parametrize("words", [(), ("--minor",), ("--json",)])
def test_an_edit_of_nothing_is_refused_and_does_not_mark_the_post_as_edited(blog, essay, words):
    pk = blog("post", "publish", essay, "--json").json["pk"]
    done = blog("post", "edit", pk, *words)
    assert done.status == 1
    assert "nothing to change" in done.said
    assert blog("post", "show", pk, "--json").json["updated_at"] is None


def test_edit_with_a_file_keeps_what_the_file_does_not_say(blog, essay, text):
    pk = blog("post", "publish", essay, "--json").json["pk"]
    assert blog("post", "edit", pk, text("Only snowdrops.", "new.md")).status == 0
    shown = blog("post", "show", pk, "--json").json
    assert (shown["title"], shown["markdown"]) == ("The garden in March", "Only snowdrops.")
    assert shown["tags"] == ["garden", "spring"]


def test_an_edit_may_leave_its_pictures_where_they_are(blog, essay):
    pk = blog("post", "publish", essay, "--json").json["pk"]
    done = blog.process("post", "edit", pk, "-", told=b"Crocus again: ![A crocus](crocus.png)")
    assert (done.status, done.said) == (0, "")


def test_a_refused_edit_changes_nothing(blog, essay, text):
    pk = blog("post", "publish", essay, "--json").json["pk"]
    before = blog("post", "show", pk, "--json").json
    assert blog("post", "edit", pk, text("# New\n\n![no](missing.png)", "new.md")).status == 1
    assert blog("post", "edit", pk, "--title", " ").status == 1
    assert blog("post", "show", pk, "--json").json == before


def test_the_life_of_a_post(blog, text):
    pk = blog("post", "publish", text("# A\n\nText"), "--draft", "--json").json["pk"]
    first = blog("post", "release", pk, "--json").json
    assert blog("post", "release", pk).status == 1
    assert blog("post", "unpublish", pk, "--json").json["state"] == "unpublished"
    again = blog("post", "release", pk)
    assert "new object id" in again.out
    second = blog("post", "show", pk, "--json").json
    assert second["object_id"] != first["object_id"]
    assert second["url"] == first["url"]
    assert blog.process("post", "delete", pk).status == 0
    assert blog("post", "list", "--json").json == []
    gone = blog("post", "show", pk)
    assert (gone.status, gone.out) == (1, "")
    assert "was deleted" in gone.said


def test_a_post_that_never_was_is_missing(blog):
    for words in ("show", 99), ("edit", 99, "--title", "x"), ("delete", 99), ("unpublish", 99):
        done = blog.process("post", *words)
        assert done.status == 1
        assert "no post 99" in done.said


@pytest.mark.parametrize("command", ["post", "comments", "followers", "deliveries", "inbox", "account"])
def test_every_listing_speaks_json_and_says_when_it_is_empty(blog, command):
    assert blog(command, "list", "--json").json == []
    done = blog(command, "list")
    assert done.status == 0
    assert done.out.strip()


def test_who_may_comment_and_quote_is_set_by_options_and_front_matter(blog, text):
    post = blog(
        "post", "publish", text("---\ntitle: First\nreplies: mentioned\nquotes: nobody\n---\nWords."), "--json"
    ).json
    assert (post["comments"], post["replies"], post["quotes"]) == (None, "mentioned", "nobody")
    changed = blog("post", "edit", post["pk"], "--replies", "followers", "--quotes", "hold_all", "--json").json
    assert (changed["replies"], changed["quotes"]) == ("followers", "hold_all")
    assert blog("post", "show", post["pk"], "--json").json["replies"] == "followers"
    assert blog("post", "edit", post["pk"], "--quotes", "some").status == 2
    wrong = blog("post", "publish", text("---\ntitle: Second\nquotes: some\n---\nWords."))
    assert wrong.status == 1
    assert "`quotes` in the front matter must be everyone, followers, hold_all or nobody." in wrong.said


def test_quotes_are_listed_in_the_words_of_the_commands():
    said = {state.value: state_word(state) for state in InteractionState}
    assert said == {
        "asked": "asked", "approved": "allowed", "rejected": "refused", "denied": "refused", "ended": "ended"
    }  # fmt: skip
    assert state_word("") == "not_asked"


def test_nobody_quotes_a_new_blog(blog):
    assert blog("quotes", "list").out == "Nobody quotes the blog.\n"
    assert blog("quotes", "list", "--waiting", "--json").json == []
