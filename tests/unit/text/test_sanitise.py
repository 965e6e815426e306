import pytest

from fedblog.text.sanitise import LIMIT_BYTES, bio_html, comment_html, plain

REL = 'rel="nofollow ugc noopener noreferrer"'
BLOG = "https://blog.example/ap/actors/1"
EVE = "https://o.example/users/eve"
PEOPLE = {BLOG: "@blog@blog.example", EVE: "@eve@o.example"}
MASTODON = (
    '<p><span class="h-card" translate="no"><a href="https://blog.example/" class="u-url mention">@<span>blog</span></a></span> '
    '<span class="h-card"><a href="https://o.example/@eve" class="u-url mention">@<span>eve</span></a></span> I agree, '
    '<a href="https://o.example/@eve" class="u-url mention">@<span>eve</span></a>!</p>'
)


def test_a_reply_from_mastodon():
    comment = comment_html(MASTODON, mentions=PEOPLE)
    assert comment.html == (
        f'<p><span class="leading-mentions"><a href="https://blog.example/" class="mention" {REL}>@blog</a> '
        f'<a href="https://o.example/@eve" class="mention" {REL}>@eve</a></span> I agree, '
        f'<a href="https://o.example/@eve" class="mention" {REL}>@eve</a>!</p>'
    )
    assert comment.text == "@blog @eve I agree, @eve!"
    assert comment.links == ()
    assert comment.mentions == (BLOG, EVE)


def test_nothing_is_hidden_where_no_mention_leads():
    assert "leading-mentions" not in comment_html("<p>I agree, @eve</p>", mentions=PEOPLE).html
    assert "leading-mentions" not in comment_html(f"<p>So <a href='{EVE}'>@eve</a></p>", mentions=PEOPLE).html


def test_leading_mentions_need_no_paragraph_around_them():
    assert comment_html(f"<a href='{EVE}'>@eve</a> hi", mentions=PEOPLE).html.startswith(
        '<span class="leading-mentions"><a'
    )


@pytest.mark.parametrize("around", ["{}", "<p>{}</p>", "<p>{} </p><p> <br></p>"])
def test_a_reply_that_only_names_somebody_does_not_become_an_empty_one(around):
    html = comment_html(around.format(f"<a href='{EVE}'>@eve</a>"), mentions=PEOPLE).html
    assert ">@eve</a>" in html
    assert "leading-mentions" not in html


@pytest.mark.parametrize("rest", ["<p>Hello.</p>", "<ul><li>Hello.</li></ul>"])
def test_what_follows_in_another_block_is_text_too(rest):
    assert "leading-mentions" in comment_html(f"<p><a href='{EVE}'>@eve</a></p>{rest}", mentions=PEOPLE).html


def test_a_link_dressed_as_a_mention_counts_as_a_link():
    html = '<p><a class="u-url mention" href="https://spam.example/">@eve</a> <a class="hashtag" href="https://spam.example/x">#x</a></p>'
    comment = comment_html(html, mentions=PEOPLE, hashtag_hosts={"o.example"})
    assert comment.links == ("https://spam.example/", "https://spam.example/x")
    assert comment.mentions == ()
    assert "leading-mentions" not in comment.html


def test_hashtags_of_the_authors_server_do_not_count_as_links():
    html = '<p><a class="mention hashtag" rel="tag" href="https://o.example/tags/x">#<span>x</span></a></p>'
    assert comment_html(html, hashtag_hosts={"o.example"}).links == ()


def test_the_whole_address_of_a_link_is_shown():
    html = '<a href="https://evil.example/bank/login"><span class="invisible">https://evil.example/</span><span class="ellipsis">bank</span><span class="invisible">/login</span></a>'
    assert (
        comment_html(html).html
        == f'<a href="https://evil.example/bank/login" {REL}>https://evil.example/bank/login</a>'
    )


def test_a_look_alike_host_is_spelled_out_in_its_address():
    assert 'href="https://xn--pple-43d.example/"' in comment_html('<a href="https://аpple.example">x</a>').html


def test_forged_microformats_and_foreign_classes_go():
    html = '<p class="h-card"><span class="p-name u-url leading-mentions admin">Ada</span> <code class="language-x">y</code></p>'
    assert comment_html(html).html == "<p>Ada <code>y</code></p>"


def test_what_may_stay_stays():
    html = (
        '<p lang="de">a<br>b</p><h4>c</h4><ul><li>d</li></ul><ol start="3" reversed=""><li value="7">e</li></ol>'
        "<blockquote><p><strong>f</strong><b>g</b><em>h</em><i>i</i><del>j</del><s>k</s><u>l</u></p></blockquote>"
        "<pre><code>m\n  n</code></pre><ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>"
    )
    assert comment_html(html).html == html


def test_headings_of_strangers_rank_below_ours():
    assert comment_html("<h1>a</h1><h2>b</h2>").html == "<h3>a</h3><h3>b</h3>"


def test_elements_that_go_leave_their_lines():
    assert comment_html("<div>a</div><div>b</div>").html == "<p>a</p><p>b</p>"
    assert comment_html("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>").text == "a b\n\nc"
    assert comment_html("<section><p>a</p></section>").html == "<p>a</p>"


@pytest.mark.parametrize(
    "href",
    ["xmpp:a@b.example", "gemini://x.example/", "mailto:a@b.example", "/admin", "#x", "", "https://a@b.example/"],
)
def test_what_is_no_web_address_becomes_text(href):
    comment = comment_html(f'<p><a href="{href}">words</a></p>')
    assert comment.html == "<p>words</p>"
    assert comment.links == ()


def test_pictures_are_counted_and_dropped():
    comment = comment_html('<p>x<img src="https://t.example/1.gif"><img src="a"></p>')
    assert comment.html == "<p>x</p>"
    assert comment.images == 2


def test_emoji_are_pictures_of_ours_and_only_in_text():
    emoji = {":cat:": ("/emoji/1.png", "cat")}
    comment = comment_html('<p title=":cat:">a :cat:b:cat::dog: <code>:cat:</code></p>', emoji=emoji)
    cat = '<img src="/emoji/1.png" alt="cat" title="cat" class="emoji">'
    assert comment.html == f"<p>a {cat}b{cat}:dog: <code>:cat:</code></p>"
    assert comment.text == "a catbcat:dog: :cat:"
    assert comment.images == 0


def test_a_stranger_cannot_use_the_address_of_an_emoji_for_more():
    emoji = {":cat:": ("/emoji/1.png", 'x" onerror="alert(1)')}
    html = '<p>:cat: <a href="/emoji/1.png">x</a><img class=emoji src="/emoji/1.png" onclick=x></p>'
    assert comment_html(html, emoji=emoji).html == (
        '<p><img src="/emoji/1.png" alt="x&quot; onerror=&quot;alert(1)" title="x&quot; onerror=&quot;alert(1)" class="emoji"> x</p>'
    )


def test_a_long_comment_is_cut_between_blocks():
    comment = comment_html("<p>Some words of mine.</p>" * 5000)
    assert len(comment.html.encode()) <= LIMIT_BYTES
    assert comment.is_cut
    assert comment.html.endswith("<p>Some words of mine.</p>")


@pytest.mark.parametrize("html", ["x" * 300_000, "<b></b>" * 4_000, "<br>" * 12_000])
def test_a_comment_that_was_not_read_to_its_end_says_so(html):
    assert comment_html(html).is_cut is (html[:3] != "<b>")


def test_a_comment_that_fits_is_whole():
    assert not comment_html(MASTODON).is_cut


@pytest.mark.parametrize(
    "html", ["", " ", "<", "&", "<p", "</p>", "<a href=x", "\x00", "\ud800", "<!--", "<p>\r\n</p>"]
)
def test_scraps_of_html_are_no_trouble(html):
    assert "<script" not in comment_html(html).html
    assert plain(html) in {"", "<", "&"}


def test_a_bio_follows_the_same_rules():
    bio = bio_html(
        '<p>I am <a href="https://ada.example" rel="me">Ada</a> <img src=x> :cat:</p>' + "<p>x</p>" * 9000,
        emoji={":cat:": ("/e.png", "cat")},
    )
    assert bio.startswith(f'<p>I am <a href="https://ada.example/" {REL}>Ada</a>  <img src="/e.png"')
    assert len(bio.encode()) <= 16 * 1024


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a</p><p>b<br>c</p>", "a\n\nb\nc"),
        ("<p>a  \n b&nbsp;&amp; &lt;c&gt;</p>", "a b\u00a0& <c>"),
        ("<ul><li>a</li><li>b</li></ul>c", "a\nb\n\nc"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("x<script>y</script><style>z</style><!-- c -->", "x"),
        ("just text", "just text"),
    ],
)
def test_html_as_plain_text(html, text):
    assert plain(html) == text
