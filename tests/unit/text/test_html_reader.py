import pytest

from fedblog.text.html_reader import read, read_within
from fedblog.text.tree import write
from fedblog.text.tree_builder import DEPTH


@pytest.mark.parametrize(
    ("html", "tree"),
    [
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<p>a<ul><li>b<li>c</ul>d", "<p>a</p><ul><li>b</li><li>c</li></ul>d"),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        ("<b><i>x</b>y</i>", "<b><i>x</i></b>y"),
        ("<a href=1>x<a href=2>y</a>", '<a href="1">x</a><a href="2">y</a>'),
        ("<h2>a<h3>b", "<h2>a</h2><h3>b</h3>"),
        ("<BR/><Hr>", "<br><hr>"),
        ("</p></b>x", "x"),
        ("<dl><dt>a<dd>b<dt>c</dl>", "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>"),
        ("<table>x<tr>y</table>", "<table><td>x</td><tr><td>y</td></tr></table>"),
        ("<td>x</td>", "x"),
        ("<ruby>漢<rt>kan<rp>)</ruby>", "<ruby>漢<rt>kan</rt><rp>)</rp></ruby>"),
        ("a < b <3 <> c", "a &lt; b &lt;3 &lt;&gt; c"),
        ("a<!-- x > y -->b<!doctype x>c<?php x ?>d</ x>e", "abcde"),
        ("a<!-->b", "ab"),
        ("a<!-- never ends", "a"),
        ("a<p title='never ends>b", 'a<p title="\'never" ends="">b</p>'),
        ("a<p never ends", "a"),
        ("a<script>if (a<b) '</p>'</script>b", "ab"),
        ("a<script>never ends", "a"),
        ("a<svg><p>x</p><svg>y</svg>z</svg>b<svg/>c", "abc"),
        ("<pre>\n\na</pre>", "<pre>a</pre>"),
        ("<p a=1 a=2 B='x\"y' c=\"x'y\" d e=f/g>", '<p a="1" b="x&quot;y" c="x\'y" d="" e="f/g"></p>'),
        ('<p a="&lt;&copy;&copy=1&copy">', '<p a="&lt;©&amp;copy=1&amp;copy"></p>'),
        ("&lt;&copy&#65;&#x42;&#0;&nosuch;&nbsp;", "&lt;©AB\ufffd&amp;nosuch;&nbsp;"),
        ("a\r\nb\rc\x00d\ud800e", "a\nb\ncde"),
    ],
)
def test_html_is_read_as_people_mean_it(html, tree):
    assert write(read(html)) == tree


def test_nothing_is_nested_deeper_than_the_limit_and_no_text_is_lost():
    html = write(read("<div>" * 1000 + "deep" + "</div>" * 1000))
    assert html == "<div>" * DEPTH + "deep" + "</div>" * DEPTH


def test_what_lies_behind_the_limits_is_not_read():
    assert _read_within("<b>a</b><b>b</b>", characters=100, tags=2) == ("<b>a</b>", False)
    assert _read_within("<b>a</b><b>b</b>", characters=8, tags=9) == ("<b>a</b>", False)
    assert _read_within("<b>a</b>", characters=8, tags=2) == ("<b>a</b>", True)


def _read_within(html, **limits):
    tree, is_all = read_within(html, **limits)
    return write(tree), is_all
