"""D06, text that costs a parser dearly.

Known case: Fedify CVE-2025-68475 and python-multipart CVE-2026-28356 (expressions of super-linear cost).
Verdict: shown, cut to its limit; what the sanitiser sees is shallow and short, whatever came.
"""

import pytest

from fedblog.text import html_reader, sanitise, tree, tree_builder
from tests.hostile.allowed_html import COMMENT, POST, clean_comment, render_post
from tests.hostile.remote_html import cost_bombs, findings


@pytest.mark.parametrize(("name", "bomb"), cost_bombs().items(), ids=cost_bombs().keys())
def test_markup_that_costs_a_parser_dearly_reaches_the_sanitiser_shallow_and_short(name, bomb):
    # The sanitiser's time grows with depth times size; both are bounded before it sees anything.
    comment = clean_comment(bomb)
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
    assert findings(render_post(source).html[:2000], **POST) == []
