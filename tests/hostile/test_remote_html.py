"""security.md X01, X02, X04, X05, D06: what a browser will run of what strangers wrote. Nothing."""

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fedblog.text import allow_lists, html_reader, sanitise, tree, tree_builder
from fedblog.text.markdown import render
from fedblog.text.wire import fit, wire
from tests.hostile.remote_html import corpus, cost_bombs, findings
from tests.lengths import examples

names = tree.names
CORPUS = corpus()
COMMENT = {
    "elements": names("p br span a blockquote code pre ul ol li strong b em i del s u ruby rt rp h3 h4 h5 h6"),
    "attributes": {"href", "rel", "class", "lang", "start", "reversed", "value"},
    "classes": {"mention", "hashtag", "leading-mentions"},
    "schemes": ("http://", "https://"),
}
POST = {
    "elements": {*COMMENT["elements"], *allow_lists.POST_TAGS},
    "attributes": {
        *COMMENT["attributes"],
        *names("id title hreflang src alt width height loading open colspan rowspan scope datetime cite dir"),
    },
    "classes": names(
        "mention hashtag h-card u-url footnote-ref footnote-backref footnotes footnotes-list footnote-item"
        " footnotes-sep contains-task-list task-list-item align-left align-center align-right"
    ),
    "schemes": ("http://", "https://", "mailto:", "#"),
}
WIRE = {
    "elements": POST["elements"],
    "attributes": POST["attributes"] - {"id", "loading", "width", "height", "hreflang", "open"},
    "classes": {"mention", "hashtag"},
    "schemes": ("http://", "https://", "mailto:"),
}

MENTION = "<a class=mention href=https://o.example/@eve>@eve</a>"
PIECES = """<p> </p> <a@href='https://x.example/'> <a@href=javascript:1> </a> <b> </b> <i> </i> <pre> </pre> <code>
</code> <ul> </ul> <ol> <li> </li> <h1> <h3> </h3> <div> </div> <span> </span> <blockquote> </blockquote> <ruby> <rt> <rp>
</ruby> <table> <tr> <td> </table> <svg> </svg> <math> <style> </style> <script> </script> <select> <option> <template>
</template> <textarea> <title> <br> <hr> <img> <dl> <dt> <dd> <em> </em> </br> <!-- --> --!> <![CDATA[ ]]> <? > < " ' = &
&lt; &amp; &nbsp; &#13; &#0; &copy &notin; :cat: x <span@class=leading-mentions> <p@lang=en> <ol@start=3@reversed>"""
FRAGMENTS = [piece.replace("@", " ") for piece in PIECES.split()]
FRAGMENTS += ["<pre>\n\n", "\n", " ", "\x00", "\r", "\f", "\u00a0", MENTION]
MARKUP = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=4), max_size=40).map("".join)
PEOPLE = {"https://o.example/users/eve": "@eve@o.example"}


def _render(source):
    return render(source, base_url="https://blog.example", mentions={}, tag_url=lambda name: f"/tags/{name}", media={})


def _comment(html):
    return sanitise.comment_html(html, mentions=PEOPLE, hashtag_hosts={"o.example"})


def test_the_corpus_is_large_and_its_judge_sees_danger():
    assert len(CORPUS) >= 3000
    caught = [payload for payload in CORPUS if findings(payload, **COMMENT)]
    assert len(caught) > len(CORPUS) * 3 // 4


@pytest.mark.checklist(row=31)
def test_no_payload_survives_in_a_comment():
    survivors = [(payload, found) for payload in CORPUS if (found := findings(_comment(payload).html, **COMMENT))]
    assert survivors == []


def test_no_payload_survives_in_a_bio():
    survivors = [
        (payload, found) for payload in CORPUS[::4] if (found := findings(sanitise.bio_html(payload), **COMMENT))
    ]
    assert survivors == []


@pytest.mark.parametrize(
    "around", ["{}", "# {}", "- [ ] {}", "text[^1]\n\n[^1]: {}", "| a |\n|---|\n| {} |", "![{}]({})"]
)
def test_no_payload_survives_in_markdown_nor_on_the_wire(around):
    for payload in CORPUS[::9]:
        html = _render(around.replace("{}", payload)).html
        assert findings(html, **POST) == [], payload
        assert findings(wire(html), **WIRE) == [], payload


def test_every_link_of_a_stranger_is_marked_as_one():
    for payload in CORPUS:
        links = html5lib.parseFragment(_comment(payload).html, namespaceHTMLElements=False).iter("a")
        assert all(link.get("rel") == "nofollow ugc noopener noreferrer" for link in links), payload


def test_a_sanitised_comment_stays_as_it_is_when_sanitised_again():
    changed = [payload for payload in CORPUS if _comment(once := _comment(payload).html).html != once]
    assert changed == []


@given(MARKUP)
@pytest.mark.soak
@settings(max_examples=examples(200, 10_000))
@pytest.mark.checklist(row=31)
def test_sanitise_parse_serialise_is_a_fixed_point(markup):
    once = _comment(markup).html
    assert allow_lists.COMMENT.clean(once) == once
    assert tree.write(html_reader.read(once)) == once
    assert _comment(once).html == once
    assert findings(once, **COMMENT) == []


@given(MARKUP)
@pytest.mark.soak
@settings(max_examples=examples(150, 10_000))
def test_the_sanitiser_finds_the_tree_clean_so_what_is_said_about_links_is_true(markup):
    comment = _comment(markup)
    shown = [link.get("href") for link in html5lib.parseFragment(comment.html, namespaceHTMLElements=False).iter("a")]
    told = {*comment.links, "https://o.example/@eve"}
    assert set(shown) <= told
    assert set(comment.links) <= set(shown)


@given(MARKUP | st.text(max_size=300))
@pytest.mark.soak
@settings(max_examples=examples(150, 10_000))
def test_markdown_of_any_kind_renders_to_allowed_html_that_is_a_fixed_point(source):
    rendered = _render(source)
    assert findings(rendered.html, **POST) == []
    assert allow_lists.POST.clean(rendered.html) == rendered.html
    sent = wire(rendered.html)
    assert findings(sent, **WIRE) == []
    assert allow_lists.WIRE.clean(sent) == sent
    assert len(fit(rendered.html, 200, page_url="https://blog.example/p").encode()) <= 200


@pytest.mark.parametrize(("name", "bomb"), cost_bombs().items(), ids=cost_bombs().keys())
def test_markup_that_costs_a_parser_dearly_reaches_the_sanitiser_shallow_and_short(name, bomb):
    # The sanitiser's time grows with depth times size; both are bounded before it sees anything.
    comment = _comment(bomb)
    assert len(comment.html.encode()) <= sanitise.LIMIT_BYTES
    assert _depth(html_reader.read(bomb)) <= tree_builder.DEPTH
    assert findings(comment.html[:2000], **COMMENT) == []
    assert len(sanitise.plain(bomb)) <= len(bomb)


def _depth(root):
    deepest, waiting = 0, [(root, 0)]
    while waiting:
        node, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting += [(child, depth + 1) for child in node.children if isinstance(child, tree.Element)]
    return deepest


@pytest.mark.parametrize(
    "source", [">" * 5000, "[" * 5000, "*" * 5000, "- " * 3000, "`" * 5000, "<b>" * 5000, "![" * 3000, "# a\n" * 3000]
)
def test_markdown_that_nests_without_end_still_renders(source):
    assert findings(_render(source).html[:2000], **POST) == []
