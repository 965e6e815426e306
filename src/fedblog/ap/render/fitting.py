"""Making words fit the 500 characters of a Mastodon post."""

from typing import Final

MOST_CHARACTERS: Final = 500
_BETWEEN: Final = 4
_LONGEST_NAME: Final = 150
_LONGEST_URL: Final = 240


def fitting_name(title: str) -> str:
    """The title as `name`: plain text on one line, at most 150 characters (FEP-b2b8)."""
    return shortened(title, _LONGEST_NAME)


def fitting_summary(summary: str, name: str, url: str) -> str:
    """The summary in what `name` and `url` leave of 500 characters, for that is how Mastodon shows an Article.

    An address above 240 characters counts as 240: only a typed slug beyond ASCII makes one (`ids.address_slug`), and
    Mastodon shows 30 of them."""
    room = MOST_CHARACTERS - len(name) - min(len(url), _LONGEST_URL) - _BETWEEN
    return shortened(summary, room)


def shortened(text: str, longest: int) -> str:
    """`text` on one line, cut between words, with an ellipsis, to at most `longest` characters."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    cut = line[: max(0, longest - 1)]
    whole_words = cut.rpartition(" ")[0] if line[len(cut)] != " " else cut
    return f"{(whole_words or cut).rstrip(' ,;:.–—-')}…" if cut else ""
