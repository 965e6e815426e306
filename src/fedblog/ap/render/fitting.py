"""Making things fit: the 500 characters of a Mastodon post, the 1 MiB of an inbox."""

from html import escape
from html.parser import HTMLParser
from typing import Final

MOST_CHARACTERS: Final = 500
MOST_CONTENT_BYTES: Final = 400_000
"""Content stands twice in a document (`content`, `contentMap`), which must stay below 900 kB."""
_BETWEEN: Final = 4
_LONGEST_NAME: Final = 150
_LONGEST_URL: Final = 240
_VOID: Final = frozenset({"area", "br", "col", "embed", "hr", "img", "input", "source", "track", "wbr"})


def fitting_name(title: str) -> str:
    """The title as `name`: plain text on one line, at most 150 characters (FEP-b2b8)."""
    return shortened(title, _LONGEST_NAME)


def fitting_summary(summary: str, name: str, url: str) -> str:
    """The summary in what `name` and `url` leave of 500 characters, for that is how Mastodon shows an
    Article. An address above 240 characters counts as 240: Mastodon shows no more than its start."""
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


def fitting_content(html: str, url: str, most_bytes: int = MOST_CONTENT_BYTES) -> str:
    """The content, cut after a whole block with a link to the rest where it is too long to send."""
    if _weight(html) <= most_bytes:
        return html
    link = f'<p><a href="{escape(url)}">{escape(url)}</a></p>'
    ends = _BlockEnds()
    ends.feed(html)
    return _longest_prefix(html, ends.offsets, most_bytes - _weight(link)) + link


def _longest_prefix(html: str, offsets: list[int], most_bytes: int) -> str:
    weight, end = 0, 0
    for offset in offsets:
        weight += _weight(html[end:offset])
        if weight > most_bytes:
            break
        end = offset
    return html[:end]


def _weight(html: str) -> int:
    """Bytes on the wire, where JSON writes a quote, a backslash and a line end in two."""
    return len(html.encode()) + html.count('"') + html.count("\\") + html.count("\n")


class _BlockEnds(HTMLParser):
    """Collects where, in the fed text, an outermost element ends. For our own well-formed HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.offsets: list[int] = []
        self._depth = 0
        self._line_starts = [0]

    def feed(self, data: str) -> None:
        """Read the whole text at once."""
        self._line_starts = [0]
        for index, character in enumerate(data):
            if character == "\n":
                self._line_starts.append(index + 1)
        super().feed(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 (inherited)
        """Go one level down."""
        if tag not in _VOID:
            self._depth += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Stay on this level."""

    def handle_endtag(self, tag: str) -> None:
        """Come up again, and note the place where nothing is open any more."""
        self._depth -= 1
        if self._depth == 0:
            line, column = self.getpos()
            self.offsets.append(self._line_starts[line - 1] + column + len(f"</{tag}>"))
