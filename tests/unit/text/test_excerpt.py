import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from fedblog.text.excerpt import excerpt, shorten

LONG = "The quick brown fox jumps over the lazy dog. " * 20


def test_a_short_text_is_its_own_excerpt():
    assert excerpt("Just one line.") == "Just one line."


def test_a_long_first_paragraph_is_cut_between_words():
    short = excerpt(LONG)
    assert len(short) <= 300
    assert short.endswith("…")
    assert LONG.startswith(short[:-1])
    assert LONG[len(short) - 1] in " ."


def test_a_short_first_paragraph_takes_the_next_along():
    assert excerpt("Hello.\n\nThis is the second paragraph.") == "Hello. This is the second paragraph."


def test_a_first_paragraph_that_says_enough_stands_alone():
    first = "A first paragraph that is long enough to stand alone, since it says what the text is about."
    assert excerpt(f"{first}\n\nMore.") == first


def test_an_address_is_never_cut():
    address = "https://example.org/a/very/long/path"
    assert shorten(f"See {address} for more", 20) == "See…"
    assert shorten(address, 10) == "…"


def test_marks_before_the_cut_do_not_dangle():
    assert shorten("One, two, three", 6) == "One…"


def test_japanese_is_cut_between_characters():
    assert shorten("吾輩は猫である名前はまだ無い", 6) == "吾輩は猫で…"


def test_an_accent_stays_with_its_letter_and_an_emoji_whole():
    assert shorten("e\u0301" * 5, 4) == "e\u0301…"
    assert shorten("👍🏽👍🏽👍🏽", 4) == "👍🏽…"


def test_nothing_fits_into_nothing():
    assert shorten("text", 0) == ""


@given(st.text(), st.integers(0, 60))
def test_a_shortened_text_keeps_to_its_limit_and_to_whole_words(text, limit):
    short = shorten(text, limit)
    line = " ".join(text.split())
    assert len(short) <= limit
    if short != line and short:
        assert short.endswith("…")
        assert line.startswith(short[:-1])
        assert not (
            len(short) > 1 and unicodedata.category(line[len(short) - 1]) == "Mn" and line[len(short) - 2] != " "
        )
