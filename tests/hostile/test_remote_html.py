"""security.md X01, X02, X04, X05: what a browser will run of what strangers wrote. Nothing."""

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fedblog.text import allow_lists, html_reader, sanitise, tree
from fedblog.text.wire import fit, wire
from tests.hostile.allowed_html import COMMENT, POST, WIRE, clean_comment, render_post
from tests.hostile.remote_html import corpus, findings
from tests.lengths import examples

CORPUS = corpus()

MENTION = "<a class=mention href=https://o.example/@eve>@eve</a>"
PIECES = """<p> </p> <a@href='https://x.example/'> <a@href=javascript:1> </a> <b> </b> <i> </i> <pre> </pre> <code>
</code> <ul> </ul> <ol> <li> </li> <h1> <h3> </h3> <div> </div> <span> </span> <blockquote> </blockquote> <ruby> <rt> <rp>
</ruby> <table> <tr> <td> </table> <svg> </svg> <math> <style> </style> <script> </script> <select> <option> <template>
</template> <textarea> <title> <br> <hr> <img> <dl> <dt> <dd> <em> </em> </br> <!-- --> --!> <![CDATA[ ]]> <? > < " ' = &
&lt; &amp; &nbsp; &#13; &#0; &copy &notin; :cat: x <span@class=leading-mentions> <p@lang=en> <ol@start=3@reversed>"""
FRAGMENTS = [piece.replace("@", " ") for piece in PIECES.split()]
FRAGMENTS += ["<pre>\n\n", "\n", " ", "\x00", "\r", "\f", "\u00a0", MENTION]
MARKUP = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=4), max_size=40).map("".join)


def test_the_corpus_is_large_and_its_judge_sees_danger():
    assert len(CORPUS) >= 3000
    caught = [payload for payload in CORPUS if findings(payload, **COMMENT)]
    assert len(caught) > len(CORPUS) * 3 // 4


@pytest.mark.checklist(row=31)
def test_no_payload_survives_in_a_comment():
    survivors = [(payload, found) for payload in CORPUS if (found := findings(clean_comment(payload).html, **COMMENT))]
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
        html = render_post(around.replace("{}", payload)).html
        assert findings(html, **POST) == [], payload
        assert findings(wire(html), **WIRE) == [], payload


def test_every_link_of_a_stranger_is_marked_as_one():
    for payload in CORPUS:
        links = html5lib.parseFragment(clean_comment(payload).html, namespaceHTMLElements=False).iter("a")
        assert all(link.get("rel") == "nofollow ugc noopener noreferrer" for link in links), payload


def test_a_sanitised_comment_stays_as_it_is_when_sanitised_again():
    changed = [payload for payload in CORPUS if clean_comment(once := clean_comment(payload).html).html != once]
    assert changed == []


@given(MARKUP)
@pytest.mark.soak
@settings(max_examples=examples(200, 10_000))
@pytest.mark.checklist(row=31)
def test_sanitise_parse_serialise_is_a_fixed_point(markup):
    once = clean_comment(markup).html
    assert allow_lists.COMMENT.clean(once) == once
    assert tree.write(html_reader.read(once)) == once
    assert clean_comment(once).html == once
    assert findings(once, **COMMENT) == []


@given(MARKUP)
@pytest.mark.soak
@settings(max_examples=examples(150, 10_000))
def test_the_sanitiser_finds_the_tree_clean_so_what_is_said_about_links_is_true(markup):
    comment = clean_comment(markup)
    shown = [link.get("href") for link in html5lib.parseFragment(comment.html, namespaceHTMLElements=False).iter("a")]
    told = {*comment.links, "https://o.example/@eve"}
    assert set(shown) <= told
    assert set(comment.links) <= set(shown)


@given(MARKUP | st.text(max_size=300))
@pytest.mark.soak
@settings(max_examples=examples(150, 10_000))
def test_markdown_of_any_kind_renders_to_allowed_html_that_is_a_fixed_point(source):
    rendered = render_post(source)
    assert findings(rendered.html, **POST) == []
    assert allow_lists.POST.clean(rendered.html) == rendered.html
    sent = wire(rendered.html)
    assert findings(sent, **WIRE) == []
    assert allow_lists.WIRE.clean(sent) == sent
    assert len(fit(rendered.html, 200, page_url="https://blog.example/p").encode()) <= 200
