import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedblog.text.hashtags_and_handles import find_handles, split
from fedblog.text.markdown import render


@pytest.mark.parametrize(
    ("source", "tags"),
    [
        ('Reading #books and #SlowLife, (#ok) "#quoted".', ("books", "SlowLife", "ok", "quoted")),
        ("#first and **#bold** and *x*#after", ("first", "bold", "after")),
        ("#Books then #books again", ("Books",)),
        ("#日本語 #Straße #हिन्दी #café_2 #2026goals #l·l", ("日本語", "Straße", "हिन्दी", "café_2", "2026goals", "l·l")),
        ("#1 #2026 # #- a#b /#c &#100; ##d https://x.example/#frag [x](#y) [#z](/a)", ()),
        ("`#code`\n\n    #indented\n\n```\n#fenced\n```\n<!-- #comment -->", ()),
        (r"\#escaped is no tag", ()),
        ("# Heading with #tag", ("tag",)),
    ],
)
def test_hashtags_as_authors_write_them(source, tags):
    rendered = render(source, base_url="https://b.example", mentions={}, tag_url=lambda name: f"/tags/{name}", media={})
    assert rendered.hashtags == tags


@pytest.mark.parametrize(
    ("source", "handles"),
    [
        ("Hi @ada@example.org, @Bob_1@Social.Example.", ("@ada@example.org", "@Bob_1@social.example")),
        ("(@ada@example.org) @ada@example.org again", ("@ada@example.org",)),
        ("@blog@127.0.0.1:8001 @x@localhost @y@[::1]:80", ("@blog@127.0.0.1:8001", "@x@localhost", "@y@[::1]:80")),
        ("@zoë@example.org @ada@bücher.example", ("@ada@xn--bcher-kva.example",)),
        ("@a.b-c_d@x.example", ("@a.b-c_d@x.example",)),
        ("ada@example.org @ada x@ada@example.org @ada@nodot @@ada@example.org", ()),
        ("[@ada@example.org](https://x.example) `@ada@example.org`", ()),
        (r"\@ada@example.org", ()),
        ("@some_long_name@example.org and _x_", ("@some_long_name@example.org",)),
        ("@ada@1.2 @ada@-x.example @ada@exa_mple..org", ()),
    ],
)
def test_handles_as_authors_write_them(source, handles):
    assert find_handles(source) == handles


@given(st.text(alphabet="#@ab.:[]_- é\n") | st.text())
def test_splitting_loses_no_character(text):
    pieces = split(text)
    assert "".join(_as_written(piece) for piece in pieces) == text


def _as_written(piece):
    if isinstance(piece, str):
        return piece
    return getattr(piece, "written", None) or f"#{piece.name}"
