"""From tags and text to a tree that is well nested, shallow, and read again as it is written."""

from fedblog.text.tree import BLOCKS, HEADINGS, VOID, Element, Node, names

DEPTH = 64
DROPPED_WHOLE = names("math select svg template")
_CELLS = names("td th")
_ROWS = names("tr")
_SECTIONS = names("caption colgroup tbody tfoot thead")
_FRAME = names("table tbody tfoot thead tr")
_PARTS_OF_TABLES = _CELLS | _ROWS | _SECTIONS | names("col")
_IN_ROWS = _CELLS | names("caption colgroup p")
# A start tag on the left ends open elements on the right, as far as the nearest barrier.
_ENDS = {
    **dict.fromkeys(BLOCKS, names("p")),
    **dict.fromkeys(HEADINGS, HEADINGS | names("p")),
    **dict.fromkeys(_SECTIONS, _IN_ROWS | _ROWS | _SECTIONS),
    **dict.fromkeys(_ROWS, _IN_ROWS | _ROWS),
    **dict.fromkeys(_CELLS, _IN_ROWS),
    **dict.fromkeys(("dd", "dt"), names("dd dt p")),
    **dict.fromkeys(("rp", "rt"), names("rp rt")),
    "a": names("a"),
    "li": names("li p"),
}
_BARRIERS = {
    **dict.fromkeys(_PARTS_OF_TABLES, names("table")),
    **dict.fromkeys(("dd", "dt"), names("dl")),
    **dict.fromkeys(("rp", "rt"), names("ruby")),
    "li": names("ol ul"),
}
_NONE: frozenset[str] = frozenset()


class TreeBuilder:
    """Takes what a reader meets, in order; `root` is the tree."""

    def __init__(self) -> None:
        self.root = Element("")
        self._open: list[Element] = [self.root]
        self._names: list[str] = [""]
        self._dropping = ""
        self._dropping_depth = 0

    def text(self, text: str) -> None:
        """Text, its references resolved."""
        if not text.isspace():
            self._open_cell_where_one_is_due()
        self._add(text)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A start tag, its name in lower case. Deeper than `DEPTH` it is passed over."""
        if self._is_dropped(name, +1) or (name in _PARTS_OF_TABLES and "table" not in self._names):
            return
        self._close_what_it_ends(name)
        if name not in _PARTS_OF_TABLES:
            self._open_cell_where_one_is_due()
        element = Element(name, attributes)
        if name in VOID:
            self._add(element)
        elif len(self._open) <= DEPTH:
            self._add(element)
            self._open.append(element)
            self._names.append(name)

    def end(self, name: str) -> None:
        """An end tag, its name in lower case; passed over when nothing of that name is open."""
        if self._is_dropped(name, -1):
            return
        if name in self._names:
            self._pop_to(len(self._names) - 1 - self._names[::-1].index(name))

    def _add(self, node: Node) -> None:
        if not self._dropping:
            self._open[-1].children.append(node)

    def _open_cell_where_one_is_due(self) -> None:
        """What stands in a table but in no cell gets one; a browser would move it in front of the table."""
        if self._names[-1] in _FRAME and not self._dropping:
            self.start("td", {})

    def _is_dropped(self, name: str, step: int) -> bool:
        """Follows elements that are dropped with all that is in them; whether this tag belongs to one."""
        if not self._dropping and step > 0 and name in DROPPED_WHOLE:
            self._dropping = name
        if not self._dropping:
            return False
        self._dropping_depth += step if name == self._dropping else 0
        if self._dropping_depth == 0:
            self._dropping = ""
        return True

    def _close_what_it_ends(self, name: str) -> None:
        ended, barriers = _ENDS.get(name, _NONE), _BARRIERS.get(name, _NONE)
        lowest = 0
        for index in range(len(self._names) - 1, 0, -1) if ended else ():
            if self._names[index] in barriers:
                break
            lowest = index if self._names[index] in ended else lowest
        if lowest:
            self._pop_to(lowest)

    def _pop_to(self, index: int) -> None:
        del self._open[index:]
        del self._names[index:]
