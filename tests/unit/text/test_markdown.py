import html5lib
import pytest

from fedblog.text.markdown import MentionLink, Picture, find_images, render

BASE = "https://blog.example"


def page(source, **given):
    asked = {"base_url": BASE, "mentions": {}, "tag_url": lambda name: f"/tags/{name.lower()}", "media": {}, **given}
    return render(source, **asked)


def html(source, **given):
    return page(source, **given).html


def test_plain_markdown():
    assert html("Hello *world* & **all**.\n\n- one\n- two\n\n> said\n\n~~gone~~") == (
        "<p>Hello <em>world</em> &amp; <strong>all</strong>.</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"
        "<blockquote>\n<p>said</p>\n</blockquote>\n<p><s>gone</s></p>\n"
    )


@pytest.mark.parametrize(
    ("source", "levels"),
    [
        ("# A\n\n## B\n\n# C", ["h2", "h3", "h2"]),
        ("## A\n\n### B", ["h2", "h3"]),
        ("### A\n\n#### B", ["h2", "h3"]),
        ("# A\n\n###### B", ["h2", "h6"]),
        ("<h1>A</h1>", ["h2"]),
    ],
)
def test_headings_begin_below_the_title_of_the_page(source, levels):
    found = [element.tag for element in html5lib.parseFragment(html(source), namespaceHTMLElements=False).iter()]
    assert [tag for tag in found if tag[0] == "h"] == levels


def test_headings_can_be_linked_to_and_two_of_one_name_differ():
    assert html("## Why?\n\n## Why?\n\n## Über uns\n\n## !\n\n[up](#why)", prefix="p7-") == (
        '<h2 id="p7-why">Why?</h2>\n<h2 id="p7-why-2">Why?</h2>\n<h2 id="p7-über-uns">Über uns</h2>\n'
        '<h2 id="p7-section">!</h2>\n<p><a href="#p7-why">up</a></p>\n'
    )


def test_an_id_of_the_author_cannot_take_the_place_of_a_comments_anchor():
    assert 'id="text-comment-1"' in html("## Comment 1")
    assert 'id="text-comment-1"' in html('<p id="comment-1">x</p>')


def test_footnotes_of_two_posts_on_one_page_do_not_meet():
    source = "Text[^1].\n\n[^1]: Note."
    first, second = (ids(html(source, prefix=prefix)) for prefix in ("p1-", "p2-"))
    assert first == {"p1-fn1", "p1-fnref1"}
    assert not first & second
    assert 'href="#p1-fn1"' in html(source, prefix="p1-")


def ids(markup):
    return {id_ for element in html5lib.parseFragment(markup).iter() if (id_ := element.attrib.get("id"))}


def test_tables_keep_their_alignment_without_a_style():
    out = html("| a | b |\n|--:|:-:|\n| 1 | 2 |")
    assert '<td class="align-right">1</td>' in out
    assert '<th class="align-center">b</th>' in out
    assert "style" not in out


def test_task_lists_are_signs_and_no_form_fields():
    out = html("- [x] done\n- [ ] open")
    assert "☑ done" in out
    assert "☐ open" in out
    assert "<input" not in out


def test_code_keeps_its_language_and_every_character():
    assert html("```python\nif a < b and c:\n    x = '#no @a@b.example'\n```") == (
        "<pre><code class=\"language-python\">if a &lt; b and c:\n    x = '#no @a@b.example'\n</code></pre>\n"
    )


@pytest.mark.parametrize(
    ("language", "quoted"),
    [("en", "“a” it’s"), ("de-AT", "„a“ it’s"), ("fr", "«&nbsp;a&nbsp;» it’s"), ("", '"a" it\'s'), ("xx", '"a" it\'s')],
)
def test_quotation_marks_follow_the_language(language, quoted):
    assert html('"a" it\'s', language=language) == f"<p>{quoted}</p>\n"


@pytest.mark.parametrize(
    ("source", "href"),
    [
        ("[x](/about)", f"{BASE}/about"),
        ("[x](about)", f"{BASE}/about"),
        ("[x](//other.example/y)", "https://other.example/y"),
        ("[x](?q=1)", f"{BASE}/?q=1"),
        ("[x](https://other.example/ä)", "https://other.example/%C3%A4"),
        ("[x](mailto:a@b.example)", "mailto:a@b.example"),
        ("https://bare.example/x", "https://bare.example/x"),
        ('<a href="/raw">x</a>', f"{BASE}/raw"),
    ],
)
def test_every_address_becomes_absolute(source, href):
    assert f'<a href="{href}">' in html(source)


@pytest.mark.parametrize(
    "source",
    [
        "www.x.example or x.example",
        "a@b.example",
        "[x](ftp://x.example)",
        "[x](javascript:alert)",
        "[x](http://[)",
        "<a href='data:,x'>x</a>",
    ],
)
def test_what_is_no_web_address_is_no_link(source):
    assert "<a" not in html(source)


def test_a_resolved_handle_is_a_mention_and_another_stays_text():
    ada = {"@ada@social.example": MentionLink("https://social.example/@ada")}
    rendered = page("Hi @ada@Social.Example and @Bob@x.EXAMPLE!", mentions=ada)
    assert rendered.html == (
        '<p>Hi <span class="h-card"><a href="https://social.example/@ada" class="u-url mention">@<span>ada</span></a></span>'
        " and @Bob@x.EXAMPLE!</p>\n"
    )
    assert rendered.handles == ("@ada@social.example", "@Bob@x.example")
    assert rendered.text == "Hi @ada and @Bob@x.EXAMPLE!"


def test_a_mention_can_be_shown_under_another_name():
    ada = {"@ada@social.example": MentionLink("https://social.example/@ada", "Ada <3")}
    assert "@<span>Ada &lt;3</span>" in html("@ada@social.example", mentions=ada)


def test_a_hashtag_links_to_its_page():
    rendered = page("On #SlowReading.")
    assert rendered.html == (
        f'<p>On <a href="{BASE}/tags/slowreading" class="mention hashtag" rel="tag">#<span>SlowReading</span></a>.</p>\n'
    )
    assert rendered.hashtags == ("SlowReading",)


def test_an_escaped_hashtag_is_just_text():
    assert html(r"\#not \@ada@x.example") == "<p>#not @ada@x.example</p>\n"


CAT = Picture("/media/cat.webp", 640, 480, "A cat", "image/webp")


def test_a_picture_of_our_own_is_shown_with_its_size():
    rendered = page('![Asleep](cat.jpg "On a mat")', media={"cat.jpg": CAT})
    assert rendered.html == (
        f'<p><img src="{BASE}/media/cat.webp" alt="Asleep" title="On a mat" width="640" height="480" loading="lazy"></p>\n'
    )
    (image,) = rendered.images
    assert (image.url, image.alt, image.title) == (f"{BASE}/media/cat.webp", "Asleep", "On a mat")
    assert (image.width, image.height, image.media_type) == (640, 480, "image/webp")


def test_a_picture_without_words_takes_those_of_the_library():
    assert 'alt="A cat"' in html("![](cat.jpg)", media={"cat.jpg": CAT})


@pytest.mark.parametrize("source", ["![](./my%20cat.jpg)", "![](<my cat.jpg>)", '<img src="my cat.jpg">'])
def test_a_picture_beside_the_file_is_found_however_it_is_spelled(source):
    assert find_images(source) == {"my cat.jpg": ""}
    assert page(source, media={"my cat.jpg": CAT}).images


def test_a_picture_that_is_named_twice_keeps_its_first_words():
    assert find_images("![](cat.jpg) ![Asleep](cat.jpg) ![Awake](cat.jpg)") == {"cat.jpg": "Asleep"}


def test_an_upload_is_found_by_path_and_by_whole_address():
    for key in ("/media/cat.webp", f"{BASE}/media/cat.webp"):
        assert page("![](/media/cat.webp)", media={key: CAT}).images


@pytest.mark.parametrize(
    "source", ["![A dog](https://far.example/dog.png)", '<img src="https://far.example/dog.png" alt="A dog">']
)
def test_a_picture_elsewhere_becomes_a_link(source):
    rendered = page(source)
    assert '<a href="https://far.example/dog.png">A dog</a>' in rendered.html
    assert "<img" not in rendered.html
    assert rendered.images == ()


def test_a_picture_elsewhere_inside_a_link_leaves_its_words():
    assert (
        html("[![A dog](https://far.example/dog.png)](https://x.example)")
        == '<p><a href="https://x.example">A dog</a></p>\n'
    )


def test_html_of_the_owner_is_kept_as_far_as_it_is_safe():
    out = html(
        "<details open><summary>More</summary>\n\nHidden *words*\n\n</details>\n\n<kbd>x</kbd> <script>1</script><b onclick=x style=y>z</b>"
    )
    assert '<details open=""><summary>More</summary>\n<p>Hidden <em>words</em></p>\n</details>' in out
    assert "<kbd>x</kbd> <b>z</b>" in out


def test_the_text_is_what_a_reader_reads():
    rendered = page("# Title\n\nOne[^1] *two*\nthree.\n\n- a\n- b\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n[^1]: Note.")
    assert rendered.text == "Title\n\nOne two three.\n\na\nb\n\nx y\n\n1 2\n\nNote."


def test_the_excerpt_is_the_first_running_text():
    source = "# Title\n\n![A cat](cat.jpg)\n\n```\ncode\n```\n\nIt began[^1] with *a* [cat](/x).\n\n[^1]: Note."
    assert page(source, media={"cat.jpg": CAT}).excerpt == "It began with a cat."
    assert page("- only\n- a list").excerpt == "only a list"
    assert page("").excerpt == ""


def test_preview_and_page_are_the_same():
    assert page("*x* #y", prefix="p1-") == page("*x* #y", prefix="p1-")
