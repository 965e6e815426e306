"""Comments in their order: stored numbers, answers below what they answer, gaps kept where needed."""

import itertools
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedblog.domain.comment import Audience, CommentState
from fedblog.store.comments import CommentLine, Placeholder
from fedblog.web import statics, thread
from fedblog.web.fragments import Fragments, Surroundings, comment_view
from fedblog.web.templating import Templates

AROUND = Surroundings("UTC", "Notes", "@notes@blog.example", "/media/me.png", "/reply/1")


def line(pk, parent=None, number=None, **given):
    fields = {
        "pk": pk, "post_pk": 1, "parent_pk": parent, "number": number or pk, "object_id": f"https://a.example/{pk}",
        "actor_pk": 1, "state": CommentState.SHOWN, "audience": Audience.PUBLIC, "rule": "", "html": "<p>Hi</p>",
        "text": "", "summary": "", "language": "", "url": "", "attachments": (), "published_at": 0, "edited_at": None,
        "received_at": 0, "removed_at": None, "read_at": None, "actor_kind": "remote",
        "actor_id": "https://a.example/u", "actor_name": "Ada", "actor_username": "ada",
        "actor_handle": "ada@a.example", "actor_url": "https://a.example/@ada", "actor_host": "a.example",
        "avatar_name": None,
        "actor_emojis": (),
    }  # fmt: skip
    return CommentLine(**(fields | given))


def gap(pk, parent=None):
    return Placeholder(pk, parent, pk, True)


def shape(lines, gaps=()):
    return [(placed.level, placed.node.number, placed.parent) for placed in thread.arrange(lines, gaps)]


@pytest.fixture(scope="module")
def fragments():
    return Fragments(Templates(statics.load().paths))


def test_answers_stand_below_what_they_answer_and_keep_their_numbers():
    assert shape([line(1), line(2), line(3, 1), line(4, 3), line(5, 1)]) == [
        (0, 1, None),
        (1, 3, 1),
        (2, 4, 3),
        (1, 5, 1),
        (0, 2, None),
    ]


def test_removed_comment_keeps_its_place_only_while_it_has_answers():
    assert shape([line(1), line(4, 3)], [gap(2), gap(3, 2)]) == [(0, 1, None), (0, 2, None), (1, 3, 2), (2, 4, 3)]
    assert shape([line(1)], [gap(2), gap(3, 2)]) == [(0, 1, None)]


def test_answer_to_a_comment_that_was_never_shown_stands_by_itself():
    assert shape([line(7, parent=99)]) == [(0, 7, None)]


def test_deep_threads_stand_flat_on_the_fourth_level_but_tell_whom_they_answer(fragments):
    chain = [line(pk, pk - 1 or None) for pk in range(1, 1500)]
    placed = thread.arrange(chain, [])
    assert max(p.level for p in placed) == 4
    assert [p.node.number for p in placed] == list(range(1, 1500))
    assert 'href="#comment-1400">in answer to #1400<' in thread.join(placed, fragments, AROUND)


class Nesting(HTMLParser):
    """Checks that lists are well nested, and notes each comment's path of ids."""

    def __init__(self):
        super().__init__()
        self.open: list[str] = []
        self.paths: list[tuple[str, ...]] = []

    def handle_starttag(self, tag, attrs):
        if tag == "ol":
            self.open.append("ol")
        elif tag == "li":
            self.open.append(dict(attrs)["id"])
            self.paths.append(tuple(name for name in self.open if name != "ol"))

    def handle_endtag(self, tag):
        if tag in {"ol", "li"}:
            assert (self.open.pop() == "ol") == (tag == "ol")


@given(st.lists(st.integers(0, 40), max_size=40))
def test_any_tree_is_shown_whole_and_well_nested(parents):
    lines = [line(pk, parent if 0 < parent < pk else None) for pk, parent in enumerate(parents, 1)]
    joined = thread.join(thread.arrange(lines, []), Plain(), AROUND)
    reader = Nesting()
    reader.feed(str(joined))
    assert reader.open == []
    assert sorted(path[-1] for path in reader.paths) == sorted(f"comment-{item.number}" for item in lines)
    by_number = {item.number: item.parent_pk for item in lines}
    for path in reader.paths:
        for above, below in itertools.pairwise(path):
            assert len(path) > 4 or by_number[int(below[8:])] == int(above[8:])


class Plain:
    """Fragments that cost nothing."""

    def of(self, line, parent, around):
        return "x"


class Counting(Templates):
    """Templates that tell how often they rendered."""

    renders = 0

    def text(self, page, **extra):
        self.renders += 1
        return super().text(page, **extra)


def test_a_comment_is_rendered_once_until_what_it_shows_changes():
    templates = Counting(statics.load().paths)
    fragments = Fragments(templates)
    assert fragments.of(line(1), None, AROUND) == fragments.of(line(1), None, AROUND)
    assert templates.renders == 1
    edited = fragments.of(line(1, html="<p>Edited words</p>", edited_at=5), None, AROUND)
    assert "Edited words" in edited
    assert "<span>edited</span>" in edited
    renamed = fragments.of(line(1, actor_name="Grace"), None, AROUND)
    assert "Grace" in renamed


def test_the_author_is_marked_and_named_as_the_blog_is_now(fragments):
    html = fragments.of(line(1, actor_kind="blog", actor_name="Old title", url="https://blog.example/x"), None, AROUND)
    assert '<span class="badge">Author</span>' in html
    assert "Notes" in html
    assert "Old title" not in html
    assert "Original on" not in html


def test_names_are_text_and_cannot_turn_the_line_around(fragments):
    html = fragments.of(line(1, actor_name="<img src=x onerror=alert(1)>\u202e"), None, AROUND)
    assert "<img" not in html
    assert "<bdi>&lt;img" in html


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", ""])
def test_an_address_that_is_none_never_becomes_a_link(fragments, url):
    html = fragments.of(line(1, url=url, actor_url=url), None, AROUND)
    assert 'href="https://a.example/1" rel="nofollow ugc noopener"' in html
    assert 'href="https://a.example/u"' in html
    assert "javascript:" not in html


def test_the_picture_in_place_of_a_missing_face_is_a_letter():
    assert comment_view(line(1, actor_name="¡Óscar"), None, AROUND).initial == "Ó"
    assert comment_view(line(1, actor_name="🙂"), None, AROUND).initial == "?"
