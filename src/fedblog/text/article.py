"""From the tree of a Markdown text to the tree of an article: headings, addresses, pictures, mentions."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urljoin

from fedblog.ids import slug
from fedblog.text.allow_lists import POST_TAGS
from fedblog.text.hashtags_and_handles import Handle, Hashtag, is_opaque, split
from fedblog.text.tree import HEADINGS, Element, Node, flat_text, walk
from fedblog.urls import read_url

_ADDRESSES = {"a": "href", "blockquote": "cite", "q": "cite"}
_ALIGNMENTS = {f"text-align:{side}": f"align-{side}" for side in ("left", "center", "right")}
_TICKED, _UNTICKED = "☑", "☐"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that may be shown. `alt` is used where the text gives none; width and height in pixels."""

    url: str
    width: int | None = None
    height: int | None = None
    alt: str = ""
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture as it stands in a text, its address absolute."""

    url: str
    alt: str
    title: str
    width: int | None
    height: int | None
    media_type: str


@dataclass(frozen=True, slots=True)
class MentionLink:
    """Where a resolved handle leads. `name` is what is shown behind the @; empty: the handle's own."""

    url: str
    name: str = ""


@dataclass(slots=True)
class Article:
    """What is needed to arrange a text, and what was found in it on the way."""

    base_url: str
    mentions: Mapping[str, MentionLink]
    tag_url: Callable[[str], str]
    media: Mapping[str, Picture]
    prefix: str
    images: list[Image] = field(default_factory=list)
    found: list[Hashtag | Handle] = field(default_factory=list)

    def absolute(self, address: str) -> str:
        """An address as an absolute one; "" when it is of a kind that we do not link to."""
        try:
            joined = urljoin(f"{self.base_url.rstrip('/')}/", address)
        except ValueError:
            return ""
        return joined if joined.startswith("mailto:") or read_url(joined) else ""

    def picture(self, source: str) -> Picture | None:
        """The picture that a text calls `source`, however it spelled that."""
        spellings = (source, name_of_picture(source), self.absolute(source))
        return next((self.media[spelling] for spelling in spellings if spelling in self.media), None)


def name_of_picture(source: str) -> str:
    """What a text calls a picture: an address as it stands, a file beside the text by its file name."""
    if "://" in source or source.startswith(("/", "data:")):
        return source
    return unquote(source).removeprefix("./")


def arrange(root: Element, article: Article) -> Element:
    """The tree as it may be published, but for the sanitiser. Fills `article.images` and `article.found`."""
    _set_headings(root, article.prefix)
    return Element("", {}, _arranged(root.children, article, is_opaque_here=False))


def _set_headings(root: Element, prefix: str) -> None:
    """Headings begin at h2, since the page has its own h1; each gets an id, so that it can be linked to."""
    elements = list(walk(root))
    headings = [element for element in elements if element.tag in HEADINGS]
    names = _FreeNames(element.attributes["id"] for element in elements if "id" in element.attributes)
    shift = 2 - min((int(heading.tag[1]) for heading in headings), default=2)
    for heading in headings:
        heading.tag = f"h{min(6, int(heading.tag[1]) + shift)}"
        if "id" not in heading.attributes:
            heading.attributes["id"] = names.take(slug(flat_text(heading)) or "section")
    for element in elements:
        if "id" in element.attributes:
            element.attributes["id"] = prefix + element.attributes["id"]


class _FreeNames:
    """Gives out names that nobody has yet: `start`, `start-2`, `start-3` …"""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._last: Counter[str] = Counter()

    def take(self, name: str) -> str:
        free = name
        while free in self._taken:
            self._last[name] += 1
            free = f"{name}-{self._last[name] + 1}"
        self._taken.add(free)
        return free


def _arranged(nodes: list[Node], article: Article, *, is_opaque_here: bool) -> list[Node]:
    return [piece for node in nodes for piece in _one(node, article, is_opaque_here=is_opaque_here)]


def _one(node: Node, article: Article, *, is_opaque_here: bool) -> list[Node]:
    if isinstance(node, str):
        return [node] if is_opaque_here else _linked(node, article)
    if node.tag == "img":
        return [_image(node, article, is_in_link=is_opaque_here)]
    if node.tag == "input":
        return [_TICKED if "checked" in node.attributes else _UNTICKED]
    children = _arranged(node.children, article, is_opaque_here=is_opaque_here or is_opaque(node))
    attributes = _attributes(node, article)
    if node.tag not in POST_TAGS or (node.tag == "a" and "href" not in attributes and "id" not in attributes):
        return children
    return [Element(node.tag, attributes, children)] if attributes or node.tag != "span" else children


def _attributes(node: Element, article: Article) -> dict[str, str]:
    attributes = {name: value for name, value in node.attributes.items() if (name, value) != ("class", "literal")}
    if (name := _ADDRESSES.get(node.tag)) and name in attributes:
        address = _address(attributes.pop(name).strip(), article)
        attributes = {name: address, **attributes} if address else attributes
    style = attributes.pop("style", "").replace(" ", "").rstrip(";")
    return {**attributes, "class": _ALIGNMENTS[style]} if style in _ALIGNMENTS else attributes


def _address(address: str, article: Article) -> str:
    if address.startswith("#"):
        return f"#{article.prefix}{address[1:]}" if address != "#" else ""
    return article.absolute(address)


def _image(node: Element, article: Article, *, is_in_link: bool) -> Node:
    source, alt = node.attributes.get("src", "").strip(), node.attributes.get("alt", "")
    if picture := article.picture(source):
        return _shown(picture, alt or picture.alt, node.attributes.get("title", ""), article)
    address = article.absolute(source) if "/" in source else ""
    words = alt or unquote(source.rsplit("/", 1)[-1])
    return words if is_in_link or not address else Element("a", {"href": address}, [words])


def _shown(picture: Picture, alt: str, title: str, article: Article) -> Element:
    url = article.absolute(picture.url)
    article.images.append(Image(url, alt, title, picture.width, picture.height, picture.media_type))
    size = {"width": picture.width, "height": picture.height}
    attributes = {"src": url, "alt": alt} | ({"title": title} if title else {})
    attributes |= {name: str(pixels) for name, pixels in size.items() if pixels}
    return Element("img", attributes | {"loading": "lazy"})


def _linked(text: str, article: Article) -> list[Node]:
    pieces = split(text)
    article.found += [piece for piece in pieces if not isinstance(piece, str)]
    return [piece if isinstance(piece, str) else _link(piece, article) for piece in pieces]


def _link(found: Hashtag | Handle, article: Article) -> Node:
    if isinstance(found, Hashtag):
        address = article.absolute(article.tag_url(found.name))
        link = {"href": address, "class": "mention hashtag", "rel": "tag"}
        return Element("a", link, ["#", Element("span", {}, [found.name])])
    mention = article.mentions.get(str(found))
    if mention is None:
        return found.written
    link = {"href": article.absolute(mention.url), "class": "u-url mention"}
    name = mention.name.removeprefix("@") or found.name
    return Element("span", {"class": "h-card"}, [Element("a", link, ["@", Element("span", {}, [name])])])
