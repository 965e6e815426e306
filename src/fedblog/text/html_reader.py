"""Reads any HTML into a bounded tree, in linear time.

The sanitiser's own parser is exact, but its time grows with the square of the nesting: 256 KiB of
`<div>` keep it busy for seconds, 256 KiB of `<b x=1><b x=2>…` for fourteen. So hostile markup meets
this reader first (security.md D06). It knows HTML well enough for what people send; where it reads
differently from a browser, looks may suffer, but safety does not: the sanitiser always comes last.

Bounded: depth (`tree_builder.DEPTH`), attributes per element, and, for strangers, characters and tags.
"""

import html as references
import re
from itertools import islice

from fedblog.text import xml
from fedblog.text.tree import Element, names
from fedblog.text.tree_builder import DROPPED_WHOLE, TreeBuilder

_ATTRIBUTES = 32
# Possessive quantifiers throughout: no expression here can go back and try again.
_TEXT = re.compile(r"(?:[^<]++|<(?![a-zA-Z/!?]))++")
_TAG = re.compile(r"""<(?P<slash>/?)(?P<name>[a-zA-Z][^\s/>]*+)(?P<rest>(?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+)*+)>""")
_ATTRIBUTE = re.compile(r"""([^\s/>=]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>]*+)))?+""")
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_RAW_TEXT = names("iframe noembed noframes noscript plaintext script style textarea title xmp")
_END_OF_RAW_TEXT = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE | re.ASCII) for name in _RAW_TEXT}


def read(html: str) -> Element:
    """The tree of `html`, all of it."""
    tree, _ = read_within(html, characters=len(html), tags=len(html))
    return tree


def read_within(html: str, *, characters: int, tags: int) -> tuple[Element, bool]:
    """The tree of `html` as far as the first `characters` and `tags`, and whether that was all of it."""
    legal = xml.clean(html[:characters].replace("\r\n", "\n").replace("\r", "\n").replace("\f", " "))
    builder = TreeBuilder()
    is_all = _scan(legal, builder, tags)
    return builder.root, is_all and len(html) <= characters


def _scan(html: str, builder: TreeBuilder, tags: int) -> bool:
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


def _one_tag(html: str, tag: re.Match[str], builder: TreeBuilder) -> int:
    """Hands one tag to the builder, and says where to read on; -1 is the end."""
    name = tag["name"].lower()
    if tag["slash"]:
        builder.end(name)
        return tag.end()
    if name in _RAW_TEXT:
        end = _END_OF_RAW_TEXT[name].search(html, tag.end())
        return end.start() if end else -1
    if name not in DROPPED_WHOLE or not tag["rest"].endswith("/"):
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
