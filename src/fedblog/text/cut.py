"""Makes a tree fit into a number of bytes, cutting where a reader would: between blocks."""

from bisect import bisect_right
from itertools import accumulate

from fedblog.text.excerpt import shorten
from fedblog.text.tree import VOID, Element, Node, end_tag, escape_text, is_block, start_tag, write

_ELLIPSIS_BYTES = len("…".encode())


def size(node: Node) -> int:
    """How many bytes of UTF-8 the node takes when written."""
    return len(write(node).encode())


def cut(root: Element, limit_bytes: int) -> tuple[Element, bool]:
    """A tree of at most `limit_bytes`, and whether anything was left out. Takes linear time.

    Whole blocks are kept in order. A list, quotation or other block of blocks may be cut between its
    parts; a paragraph is cut inside only when nothing stands before it, and then at a word.
    """
    knife = _Knife(root)
    if knife.sizes[id(root)] <= limit_bytes:
        return root, False
    return Element("", {}, knife.kept(root, limit_bytes, has_any=False)), True


class _Knife:
    """Cuts one tree, each of whose nodes was weighed once."""

    def __init__(self, root: Element) -> None:
        self.sizes: dict[int, int] = {}
        self._weigh(root)

    def _weigh(self, node: Node) -> int:
        if isinstance(node, str):
            return _weight(node)
        weight = _shell_weight(node) + sum(self._weigh(child) for child in node.children)
        self.sizes[id(node)] = weight
        return weight

    def _size(self, node: Node) -> int:
        return _weight(node) if isinstance(node, str) else self.sizes[id(node)]

    def kept(self, parent: Element, room: int, *, has_any: bool) -> list[Node]:
        """The children that fit, in order; the first that does not fit may be kept in part."""
        kept: list[Node] = []
        for child in parent.children:
            if (weight := self._size(child)) > room:
                part = self._part(child, room, has_any=has_any or bool(kept))
                return [*kept, part] if part is not None else kept
            kept.append(child)
            room -= weight
        return kept

    def _part(self, node: Node, room: int, *, has_any: bool) -> Node | None:
        if isinstance(node, str):
            return None if has_any else _first_words(node, room)
        if node.tag in VOID or (has_any and not any(is_block(child) for child in node.children)):
            return None
        children = self.kept(node, room - _shell_weight(node), has_any=has_any)
        return Element(node.tag, node.attributes, children) if children else None


def _weight(text: str) -> int:
    return len(escape_text(text).encode())


def _shell_weight(node: Element) -> int:
    return len((start_tag(node) + end_tag(node)).encode())


def _first_words(text: str, room: int) -> str | None:
    filled = list(accumulate(_weight(character) for character in text[: max(0, room)]))
    count = bisect_right(filled, room - _ELLIPSIS_BYTES)
    return shorten(text, count) if count else None
