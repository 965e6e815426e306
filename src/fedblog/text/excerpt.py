"""Short forms of plain text, cut between words."""

import unicodedata

LIMIT = 300
_ENOUGH = 80
_ELLIPSIS = "…"


def excerpt(text: str, limit: int = LIMIT) -> str:
    """The first paragraphs of plain `text` on one line, at most `limit` characters.

    A short first paragraph takes the next ones along. Ends with … when a paragraph was cut; never
    cut inside a word or an address.
    """
    chosen = ""
    for paragraph in text.split("\n\n"):
        chosen = f"{chosen} {' '.join(paragraph.split())}".strip()
        if len(chosen) >= min(_ENOUGH, limit):
            break
    return shorten(chosen, limit)


def shorten(text: str, limit: int) -> str:
    """`text` on one line, at most `limit` characters, cut between words and ended with … where too long.

    Where words are not parted by spaces (Chinese, Japanese), between characters. A single word that is
    longer than the limit is cut between letters, an address left out.
    """
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    if limit < 1:
        return ""
    kept = line[: _last_break(line, limit - 1)].rstrip()
    return f"{kept.rstrip(',;:–—-').rstrip()}{_ELLIPSIS}"


def _last_break(line: str, at_most: int) -> int:
    """The last place at or before `at_most` where a line may be cut."""
    place = next((index for index in range(at_most, 0, -1) if _may_break(line, index)), 0)
    if place:
        return place
    return 0 if "://" in line.split(" ", 1)[0] else _between_letters(line, at_most)


def _may_break(line: str, index: int) -> bool:
    if line[index] == " " or line[index - 1] == " ":
        return True
    return _is_wide(line[index]) and _is_wide(line[index - 1]) and not _clings(line, index)


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) == "W"


def _between_letters(line: str, index: int) -> int:
    while index > 0 and _clings(line, index):
        index -= 1
    return index


def _clings(line: str, index: int) -> bool:
    """Whether the character at `index` belongs to the one before it: an accent, a joiner, a skin tone."""
    joined = {"\u200d", "\ufe0e", "\ufe0f"}
    return (
        unicodedata.category(line[index])[0] == "M"
        or line[index] in joined
        or line[index - 1] == "\u200d"
        or "\U0001f3fb" <= line[index] <= "\U0001f3ff"
    )
