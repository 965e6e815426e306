"""The federated form of a text: what survives on other servers, and no more (protocol.md d.4)."""

from urllib.parse import urlsplit

from fedblog.text import allow_lists, html_reader
from fedblog.text.cut import cut, size
from fedblog.text.tree import BLOCKS, Element, Node, write

_INLINE_HOLDERS = frozenset({"p", "h2", "h3", "h4", "h5", "h6", "li", "dd", "dt", "td", "th", "summary", "figcaption"})


def wire(html: str, *, page_url: str = "") -> str:
    """Rendered HTML as it is sent: no ids, no styles, no classes but mention, hashtag and language-*, absolute links.

    Links to a place in the same text lead to `page_url`, or lose their link where none is given.
    """
    return allow_lists.WIRE.clean(write(_for_the_wire(html, page_url)))


def fit(html: str, limit_bytes: int, *, page_url: str) -> str:
    """The wire form in at most `limit_bytes` of UTF-8 (protocol.md f.1).

    A text that is too long is cut between blocks, and ends with a paragraph that links to `page_url`.
    """
    whole = wire(html, page_url=page_url)
    if len(whole.encode()) <= limit_bytes:
        return whole
    rest = Element("p", {}, [Element("a", {"href": page_url}, [page_url])])
    kept, _ = cut(html_reader.read(whole), limit_bytes - size(rest))
    return allow_lists.WIRE.clean(write(Element("", {}, [*kept.children, rest])))


def _for_the_wire(html: str, page_url: str) -> Element:
    return Element("", {}, _nodes(html_reader.read(html), page_url, is_pre=False))


def _nodes(parent: Element, page_url: str, *, is_pre: bool) -> list[Node]:
    return [piece for child in parent.children for piece in _one(child, parent, page_url, is_pre=is_pre)]


def _one(node: Node, parent: Element, page_url: str, *, is_pre: bool) -> list[Node]:
    if isinstance(node, str):
        return [node] if is_pre else _text(node, parent)
    if "footnote-backref" in node.classes:
        return []
    children = _nodes(node, page_url, is_pre=is_pre or node.tag == "pre")
    if "h-card" in node.classes:
        return children
    href = node.attributes.get("href", "")
    if href.startswith("#"):
        place = f"{page_url}{href}" if urlsplit(page_url).scheme else ""
        return [Element("a", {"href": place}, children)] if place else children
    return [Element(node.tag, _attributes(node), children)]


def _attributes(node: Element) -> dict[str, str]:
    dropped = {"id", "loading", "width", "height", "hreflang", "title", "open"}
    return {name: value for name, value in node.attributes.items() if name not in dropped or node.tag == "abbr"}


def _text(text: str, parent: Element) -> list[Node]:
    """One space for a line break: Mastodon shows the breaks that Markdown folds away."""
    between_blocks = not parent.tag or (parent.tag in BLOCKS and parent.tag not in _INLINE_HOLDERS)
    if text.isspace() and between_blocks:
        return []
    return [text.replace("\n", " ")]
