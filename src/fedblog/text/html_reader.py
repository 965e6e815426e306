"""Reads any HTML into a bounded tree, in linear time.

The sanitiser's own parser is exact, but its time grows with the square of the nesting: 256 KiB of
`<div>` keep it busy for seconds, 256 KiB of `<b x=1><b x=2>…` for fourteen. So hostile markup meets
this reader first (security.md D06). It knows HTML well enough for what people send; where it reads
differently from a browser, looks may suffer, but safety does not: the sanitiser always comes last.

Bounded: depth, attributes per element, and, for strangers, characters and tags.
"""

import html as references
import re
from itertools import islice

from fedblog.text import xml
from fedblog.text.tree import BLOCKS, HEADINGS, VOID, Element, Node, names

DEPTH = 64
_ATTRIBUTES = 32
# Possessive quantifiers throughout: no expression here can go back and try again.
_TEXT = re.compile(r"(?:[^<]++|<(?![a-zA-Z/!?]))++")
_TAG = re.compile(r"""<(?P<slash>/?)(?P<name>[a-zA-Z][^\s/>]*+)(?P<rest>(?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+)*+)>""")
_ATTRIBUTE = re.compile(r"""([^\s/>=]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>]*+)))?+""")
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_RAW_TEXT = names("iframe noembed noframes noscript plaintext script style textarea title xmp")
_END_OF_RAW_TEXT = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE | re.ASCII) for name in _RAW_TEXT}
_DROPPED_WHOLE = names("math select svg template")
# A start tag on the left ends an open element on the right, unless a barrier stands between.
_ENDS = {
    **dict.fromkeys(BLOCKS, names("p")),
    **dict.fromkeys(HEADINGS, HEADINGS | names("p")),
    "a": names("a"),
    "dd": names("dd dt p"),
    "dt": names("dd dt p"),
    "li": names("li p"),
    "rp": names("rp rt"),
    "rt": names("rp rt"),
    "td": names("td th p"),
    "th": names("td th p"),
    "tr": names("td th tr p"),
}
_BARRIERS = {
    "dd": names("dl"),
    "dt": names("dl"),
    "li": names("ol ul"),
    "rp": names("ruby"),
    "rt": names("ruby"),
    "td": names("table"),
    "th": names("table"),
    "tr": names("table"),
}
_NONE: frozenset[str] = frozenset()


def read(html: str) -> Element:
    """The tree of `html`, all of it."""
    tree, _ = read_within(html, characters=len(html), tags=len(html))
    return tree


def read_within(html: str, *, characters: int, tags: int) -> tuple[Element, bool]:
    """The tree of `html` as far as the first `characters` and `tags`, and whether that was all of it."""
    legal = xml.clean(html[:characters].replace("\r\n", "\n").replace("\r", "\n").replace("\f", " "))
    builder = _Builder()
    is_all = _scan(legal, builder, tags)
    return builder.root, is_all and len(html) <= characters


def _scan(html: str, builder: "_Builder", tags: int) -> bool:
    position = 0
    while 0 <= position < len(html):
        if text := _TEXT.match(html, position):
            builder.text(_decode_text(text[0]))
            position = text.end()
        elif tag := _TAG.match(html, position):
            if tags == 0:
                return False
            tags -= 1
            position = _one_tag(html, tag, builder)
        else:
            position = _behind_comment(html, position)
    return True


def _one_tag(html: str, tag: re.Match[str], builder: "_Builder") -> int:
    """Hands one tag to the builder, and says where to read on; -1 is the end."""
    name = tag["name"].lower()
    if tag["slash"]:
        builder.end(name)
        return tag.end()
    if name in _RAW_TEXT:
        end = _END_OF_RAW_TEXT[name].search(html, tag.end())
        return end.start() if end else -1
    if name not in _DROPPED_WHOLE or not tag["rest"].endswith("/"):
        builder.start(name, _attributes(tag["rest"]))
    return tag.end()


def _behind_comment(html: str, position: int) -> int:
    """Behind a comment, doctype or broken end tag. A tag that never ends swallows the rest, as in a browser."""
    if html.startswith("<!--", position):
        end = html.find("-->", position + 2)
        return end + 3 if end >= 0 else -1
    if html[position + 1 : position + 2].isalpha():
        return -1
    return html.find(">", position) + 1 or -1


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in islice(_ATTRIBUTE.finditer(text), _ATTRIBUTES):
        name, *values = match.groups()
        found.setdefault(name.lower(), _decode_value(next((value for value in values if value is not None), "")))
    return found


def _decode_text(text: str) -> str:
    return _legal(references.unescape(text)) if "&" in text else text


def _decode_value(value: str) -> str:
    # Only references that end in a semicolon: the "&copy=" of a query is no copyright sign.
    return _legal(_REFERENCE.sub(lambda match: references.unescape(match[0]), value)) if "&" in value else value


def _legal(text: str) -> str:
    return xml.clean(text).replace("\r", "\n")


class _Builder:
    """Puts tags and text into a tree that stays shallow and well nested."""

    def __init__(self) -> None:
        self.root = Element("")
        self._open: list[Element] = [self.root]
        self._names: list[str] = [""]
        self._dropping = ""
        self._dropping_depth = 0

    def text(self, text: str) -> None:
        self._add(text)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._is_dropped(name, +1):
            return
        self._close_what_it_ends(name)
        element = Element(name, attributes)
        if name in VOID:
            self._add(element)
        elif len(self._open) <= DEPTH:
            self._add(element)
            self._open.append(element)
            self._names.append(name)

    def end(self, name: str) -> None:
        if self._is_dropped(name, -1):
            return
        if name in self._names:
            self._pop_to(len(self._names) - 1 - self._names[::-1].index(name))

    def _add(self, node: Node) -> None:
        if not self._dropping:
            self._open[-1].children.append(node)

    def _is_dropped(self, name: str, step: int) -> bool:
        """Follows elements that are dropped with all that is in them; whether this tag belongs to one."""
        if not self._dropping and step > 0 and name in _DROPPED_WHOLE:
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
