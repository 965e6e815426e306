"""The project's Markdown pages, taken apart for the tests that compare them with the program."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.shape.sources import ROOT, tracked_files

# What others own: texts of tests, and the posts that the demo publishes.
_NOT_DOCUMENTATION = ("tests/", "demo/", "src/")


@dataclass(frozen=True)
class Block:
    """A fenced code block: the words behind its fence, and what stands in it."""

    page: Path
    line: int
    info: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


@cache
def pages() -> tuple[Path, ...]:
    """Every page that a person reads."""
    found = [path for path in tracked_files() if path.suffix == ".md"]
    return tuple(sorted(path for path in found if not str(path.relative_to(ROOT)).startswith(_NOT_DOCUMENTATION)))


@cache
def tokens(page: Path) -> tuple[Token, ...]:
    """The page as a Markdown parser reads it, inline tokens unfolded behind their parents."""
    flat: list[Token] = []
    for token in MarkdownIt("commonmark").enable("table").parse(page.read_text(encoding="utf-8")):
        flat += [token, *(token.children or ())]
    return tuple(flat)


def blocks(page: Path) -> Iterator[Block]:
    """The fenced code blocks of a page."""
    for token in tokens(page):
        if token.type == "fence" and token.map:
            yield Block(page, token.map[0] + 1, token.info.strip(), token.content)


def code(page: Path) -> Iterator[str]:
    """Everything on a page that is set as code: spans, and the lines of blocks, continued ones joined."""
    for token in tokens(page):
        if token.type == "code_inline":
            yield token.content
        elif token.type == "fence":
            yield from token.content.replace("\\\n", " ").splitlines()


def links(page: Path) -> Iterator[str]:
    """The addresses of links and images on a page."""
    for token in tokens(page):
        if token.type == "link_open":
            yield str(token.attrs["href"])
        elif token.type == "image":
            yield str(token.attrs["src"])


def anchors(page: Path) -> set[str]:
    """The anchors that a forge makes of the headings."""
    listed = tokens(page)
    titles = [after.content for token, after in itertools.pairwise(listed) if token.type == "heading_open"]
    return {re.sub(r"[^\w\- ]", "", title.lower().replace("`", "")).replace(" ", "-") for title in titles}
