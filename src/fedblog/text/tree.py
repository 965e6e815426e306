"""A small tree of HTML: what is worked on between reading and sanitising.

Text is changed only here, in the tree, and then written and sanitised; never after the sanitiser
(security.md X01). Trees are at most `tree_builder.DEPTH` deep, so plain recursion is safe.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field


def names(line: str) -> frozenset[str]:
    """The words of a line as a set: names of elements, attributes or classes."""
    return frozenset(line.split())


VOID = names("area base br col embed hr img input link meta param source track wbr")
BLOCKS = names(
    "address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption figure footer form"
    " h1 h2 h3 h4 h5 h6 header hgroup hr li main menu nav ol p pre section summary table tbody td tfoot th thead tr"
    " ul"
)
HEADINGS = names("h1 h2 h3 h4 h5 h6")
_CELLS = names("td th")
_LINES = names("li tr dt dd")
_TIGHT = _CELLS | _LINES
_WITHOUT_TEXT = names("dl ol table tbody tfoot thead tr ul")
_SPACE = re.compile(r"[\t\n][ \t\n]*| [ \t\n]+")  # all but single spaces, which stay as they are
_BREAKS = re.compile(r"\n{3,}")


@dataclass(slots=True)
class Element:
    """An element; the root of a tree is one with an empty tag."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)

    @property
    def classes(self) -> list[str]:
        """Its class names, in order."""
        return self.attributes.get("class", "").split()


Node = Element | str


def write(node: Node) -> str:
    """The HTML of a node, spelled as the sanitiser spells it, so that a clean tree passes it unchanged."""
    pieces: list[str] = []
    _write(node, pieces)
    return "".join(pieces)


def _write(node: Node, pieces: list[str]) -> None:
    if isinstance(node, str):
        pieces.append(escape_text(node))
        return
    pieces.append(start_tag(node))
    inside = len(pieces)
    for child in node.children:
        _write(child, pieces)
    if node.tag == "pre":
        # A parser swallows a newline that follows <pre>; kept, it would vanish one by one with each reading.
        pieces[inside:] = ["".join(pieces[inside:]).lstrip("\n")]
    pieces.append(end_tag(node))


def start_tag(node: Element) -> str:
    """The start tag as written; nothing for a root."""
    attributes = "".join(f' {name}="{_escape_attribute(value)}"' for name, value in node.attributes.items())
    return f"<{node.tag}{attributes}>" if node.tag else ""


def end_tag(node: Element) -> str:
    """The end tag as written; nothing for a root and for elements that have none."""
    return f"</{node.tag}>" if node.tag and node.tag not in VOID else ""


def escape_text(text: str) -> str:
    """Text as written between tags."""
    return text.replace("&", "&amp;").replace("\xa0", "&nbsp;").replace("<", "&lt;").replace(">", "&gt;")


def _escape_attribute(value: str) -> str:
    return escape_text(value).replace('"', "&quot;")


def walk(node: Node) -> Iterator[Element]:
    """Every element of the tree, in document order."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, Element):
            yield current
            waiting += reversed(current.children)


def is_block(node: Node) -> bool:
    """Whether the node stands on lines of its own."""
    return isinstance(node, Element) and node.tag in BLOCKS


def has_blocks(nodes: Iterable[Node]) -> bool:
    """Whether a block stands anywhere among the nodes."""
    return any(element.tag in BLOCKS for node in nodes for element in walk(node))


def flat_text(node: Node) -> str:
    """The characters of a node, as they are: no breaks, no pictures."""
    if isinstance(node, str):
        return node
    return "".join(flat_text(child) for child in node.children)


def plain(node: Node) -> str:
    """The text of a node as a person would type it: blank lines between blocks, single spaces, alt for pictures."""
    pieces: list[str] = []
    _collect(node, pieces, is_pre=False)
    lines = [line.rstrip(" ") for line in "".join(pieces).split("\n")]
    return _BREAKS.sub("\n\n", "\n".join(lines)).strip()


def _collect(node: Node, pieces: list[str], *, is_pre: bool) -> None:
    if isinstance(node, str):
        _add_text(node if is_pre else _single_spaced(node), pieces, is_pre=is_pre)
    elif node.tag == "br":
        pieces.append("\n")
    elif node.tag == "img":
        _add_text(node.attributes.get("alt", ""), pieces, is_pre=is_pre)
    else:
        gap = _gap(node.tag)
        _add_text(gap, pieces, is_pre=False)
        for child in node.children:
            if not isinstance(child, str) or node.tag not in _WITHOUT_TEXT:
                _collect(child, pieces, is_pre=is_pre or node.tag == "pre")
        _add_text(gap if node.tag not in _TIGHT else "", pieces, is_pre=False)


def _single_spaced(text: str) -> str:
    # Most text is so already, and looking is much cheaper than rewriting.
    return _SPACE.sub(" ", text) if "  " in text or "\n" in text or "\t" in text else text


def _add_text(text: str, pieces: list[str], *, is_pre: bool) -> None:
    """No line begins with a space, but for preformatted ones."""
    begins_line = not is_pre and (not pieces or pieces[-1].endswith("\n"))
    if kept := text.lstrip(" ") if begins_line else text:
        pieces.append(kept)


def _gap(tag: str) -> str:
    if tag in _CELLS:
        return " "
    if tag in _LINES:
        return "\n"
    return "\n\n" if tag in BLOCKS else ""
