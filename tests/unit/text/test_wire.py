import pytest

from fedblog.text.markdown import MentionLink, Picture, render
from fedblog.text.wire import fit, wire

PAGE = "https://blog.example/2026/11/slow"
SOURCE = """# One

Some *text* on
two lines[^1] with #tag and @ada@x.example.

![Cat](cat.jpg "Title")

- [x] a

  b

```python
a
  b
```

| a |
|--:|
| 1 |

[^1]: Note.
"""


def rendered():
    return render(
        SOURCE,
        base_url="https://blog.example",
        mentions={"@ada@x.example": MentionLink("https://x.example/@ada")},
        tag_url=lambda name: f"/tags/{name}",
        media={"cat.jpg": Picture("/media/cat.webp", 1, 2)},
    ).html


def test_what_is_sent():
    assert wire(rendered(), page_url=PAGE) == (
        "<h2>One</h2><p>Some <em>text</em> on two lines"
        f'<sup><a href="{PAGE}#text-fn1">[1]</a></sup> with '
        '<a href="https://blog.example/tags/tag" class="mention hashtag" rel="tag">#<span>tag</span></a> and '
        '<a href="https://x.example/@ada" class="mention">@<span>ada</span></a>.</p>'
        '<p><img src="https://blog.example/media/cat.webp" alt="Cat"></p>'
        "<ul><li> <p>☑ a</p> <p>b</p> </li></ul>"
        '<pre><code class="language-python">a\n  b\n</code></pre>'
        "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>"
        "<hr><section><ol><li><p>Note. </p> </li></ol></section>"
    )


def test_without_a_page_a_link_into_the_text_is_text():
    assert "<sup>[1]</sup>" in wire(rendered())


def test_the_wire_form_of_the_wire_form_is_itself():
    once = wire(rendered(), page_url=PAGE)
    assert wire(once, page_url=PAGE) == once


def test_what_fits_is_sent_whole():
    whole = wire(rendered(), page_url=PAGE)
    assert fit(rendered(), len(whole.encode()), page_url=PAGE) == whole


def test_what_does_not_fit_ends_between_blocks_and_leads_to_the_page():
    html = "".join(f"<p>Paragraph {number}, so long.</p>" for number in range(100))
    assert fit(html, 200, page_url=PAGE) == (
        "".join(f"<p>Paragraph {number}, so long.</p>" for number in range(4)) + f'<p><a href="{PAGE}">{PAGE}</a></p>'
    )


def test_a_long_list_is_cut_between_its_items():
    html = f"<p>x</p><ul>{'<li>item</li>' * 100}</ul>"
    sent = fit(html, 200, page_url=PAGE)
    assert sent.startswith("<p>x</p><ul><li>item</li>")
    assert "</li></ul><p><a" in sent


def test_a_single_huge_paragraph_is_cut_at_a_word():
    sent = fit(f"<p>{'word &amp; ' * 1000}</p>", 300, page_url=PAGE)
    assert len(sent.encode()) <= 300
    assert "…</p><p><a" in sent
    assert sent.startswith("<p>word &amp; word")


@pytest.mark.parametrize("limit", range(100, 2000, 77))
def test_the_limit_holds_in_bytes_and_not_in_characters(limit):
    html = "<blockquote><p>ü&amp;日本\u00a0</p></blockquote>" * 50 + "<p>" + "日本語" * 900
    assert len(fit(html, limit, page_url=PAGE).encode()) <= limit
