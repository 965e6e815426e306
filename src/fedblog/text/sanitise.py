"""HTML of strangers: a tiny allow-list, and what must be known about what was written (protocol.md e.5).

Reading, changing and cutting happen on a tree of ours; the sanitiser is always the last step.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from fedblog.text import allow_lists, html_reader, tree
from fedblog.text.cut import cut
from fedblog.text.language import is_language_tag
from fedblog.text.tree import Element, Node
from fedblog.urls import host_of, read_url

LIMIT_BYTES = 64 * 1024
_BIO_BYTES = 16 * 1024
# No comment of 64 KiB needs more than this; the rest is not read.
_READ_CHARACTERS = 256 * 1024
_READ_TAGS = 10_000
_RENAMED = {"h1": "h3", "h2": "h3"}
_SHORTCODE = re.compile(r":[A-Za-z0-9_+-]{1,64}:")
_NUMBER = re.compile(r"-?[0-9]{1,6}")


class Emoji(NamedTuple):
    """A custom emoji: `url` is the address of our own copy, `alt` its words."""

    url: str
    alt: str


@dataclass(frozen=True, slots=True)
class SanitisedComment:
    """What a stranger wrote, made safe.

    `links`: where it leads, in order, without mention and hashtag links. `mentions`: the ids (keys of
    the `mentions` given) that its text links to. `images`: how many pictures it held; none are kept.
    `is_cut`: it was longer than 64 KiB.
    """

    html: str
    text: str
    links: tuple[str, ...]
    mentions: tuple[str, ...]
    images: int
    is_cut: bool


class _Tags:
    """What the object's tags vouch for: people, hashtags, emoji."""

    def __init__(
        self, mentions: Mapping[str, str], hashtag_hosts: Collection[str], emoji: Mapping[str, tuple[str, str]]
    ) -> None:
        self.emoji = emoji
        self._hashtag_hosts = frozenset(hashtag_hosts)
        self._ids = {str(url): id_ for id_ in mentions if (url := read_url(id_))}
        self._by_words = {(host_of(id_), words): id_ for id_, name in mentions.items() for words in _spellings(name)}

    def mentioned(self, link: Element) -> str | None:
        """The id behind a mention link: it leads there, or names that person on that person's host."""
        href = link.attributes["href"]
        if href in self._ids:
            return self._ids[href]
        return self._by_words.get((host_of(href), tree.flat_text(link).strip().casefold()))

    def is_hashtag(self, link: Element) -> bool:
        """Whether the link leads to the page of a hashtag, where such pages are expected."""
        is_marked = tree.flat_text(link).lstrip().startswith("#")
        return is_marked and host_of(link.attributes["href"]) in self._hashtag_hosts


def _spellings(name: str) -> tuple[str, str]:
    """How a Mention tag's name may stand in the text: `@ada@example.org` or `@ada`."""
    whole = f"@{name.casefold().lstrip('@')}"
    return whole, f"@{whole.split('@')[1]}"


def comment_html(
    html: str,
    *,
    mentions: Mapping[str, str] | None = None,
    hashtag_hosts: Collection[str] = (),
    emoji: Mapping[str, tuple[str, str]] | None = None,
) -> SanitisedComment:
    """Sanitise the content of a reply. Never raises; at most 64 KiB of HTML come out.

    `mentions`: the object's Mention tags, href to name. A link counts as a mention only when such a tag
    stands behind it, as a hashtag only when it leads to one of `hashtag_hosts` (the author's server, and
    this blog): a class alone proves nothing. `emoji`: `:shortcode:` to (address of our copy, words).
    """
    tags = _Tags(mentions or {}, hashtag_hosts, emoji or {})
    source, is_all = _read(html)
    whole = Element("", {}, _marked(_kept(source.children, tags), tags))
    kept, is_cut = cut(whole, LIMIT_BYTES)
    links = [element for element in tree.walk(kept) if element.tag == "a"]
    mentioned = [tags.mentioned(link) for link in links]
    return SanitisedComment(
        html=_cleaned(kept),
        text=tree.plain(kept),
        links=tuple(
            link.attributes["href"]
            for link, mention in zip(links, mentioned, strict=True)
            if mention is None and not tags.is_hashtag(link)
        ),
        mentions=tuple(dict.fromkeys(mention for mention in mentioned if mention is not None)),
        images=sum(element.tag == "img" for element in tree.walk(source)),
        is_cut=is_cut or not is_all,
    )


def bio_html(html: str, *, emoji: Mapping[str, tuple[str, str]] | None = None) -> str:
    """Sanitise the summary of an actor, by the rules of comments; at most 16 KiB."""
    tags = _Tags({}, (), emoji or {})
    source, _ = _read(html)
    kept, _ = cut(Element("", {}, _kept(source.children, tags)), _BIO_BYTES)
    return _cleaned(kept)


def name_html(name: str, emoji: Mapping[str, tuple[str, str]]) -> str:
    """Somebody's name, which is plain text, with its custom emoji as pictures."""
    return _cleaned(Element("", {}, list(_with_emoji(name, emoji))))


def plain(html: str) -> str:
    """The text of any HTML, with a blank line between blocks. Takes linear time."""
    source, _ = _read(html)
    return tree.plain(source)


def _read(html: str) -> tuple[Element, bool]:
    return html_reader.read_within(html, characters=_READ_CHARACTERS, tags=_READ_TAGS)


def _cleaned(kept: Element) -> str:
    shown = {element.attributes["src"] for element in tree.walk(kept) if element.tag == "img"}
    cleaner = allow_lists.comment_cleaner(shown) if shown else allow_lists.COMMENT
    return cleaner.clean(tree.write(kept))


def _kept(nodes: list[Node], tags: _Tags, *, is_code: bool = False) -> list[Node]:
    return [piece for node in nodes for piece in _one(node, tags, is_code=is_code)]


def _one(node: Node, tags: _Tags, *, is_code: bool) -> list[Node]:
    if isinstance(node, str):
        return [node] if is_code or not tags.emoji else list(_with_emoji(node, tags.emoji))
    tag = _RENAMED.get(node.tag, node.tag)
    children = _kept(node.children, tags, is_code=is_code or tag in {"code", "pre"})
    if tag not in allow_lists.COMMENT_TAGS:
        return _unwrapped(tag, children)
    attributes = _link_attributes(node) if tag == "a" else _attributes(tag, node.attributes)
    is_bare = tag == "span" and not attributes
    return children if is_bare or attributes is None else [Element(tag, attributes, children)]


def _unwrapped(tag: str, children: list[Node]) -> list[Node]:
    """What was in an element that is not kept; lines of its own stay lines of its own."""
    if tag in {"td", "th"}:
        return [*children, " "]
    if tag not in tree.BLOCKS or tree.has_blocks(children):
        return children
    return [Element("p", {}, children)] if "".join(map(tree.flat_text, children)).strip() else children


def _attributes(tag: str, given: Mapping[str, str]) -> dict[str, str]:
    kept = {"lang": given["lang"]} if is_language_tag(given.get("lang", "")) else {}
    numbers = {"ol": "start", "li": "value"}
    if (name := numbers.get(tag)) and _NUMBER.fullmatch(given.get(name, "")):
        kept[name] = given[name]
    if tag == "ol" and "reversed" in given:
        kept["reversed"] = ""
    return kept


def _link_attributes(link: Element) -> dict[str, str] | None:
    """None for links that are no web addresses: they become text. The address comes out in normal form."""
    url = read_url(link.attributes.get("href", "").strip())
    if url is None:
        return None
    classes = [word for word in dict.fromkeys(link.classes) if word in allow_lists.COMMENT_LINK_CLASSES]
    attributes = {"href": str(url)} | _attributes("a", link.attributes)
    return attributes | ({"class": " ".join(classes)} if classes else {}) | {"rel": allow_lists.LINK_REL}


def _with_emoji(text: str, emoji: Mapping[str, tuple[str, str]]) -> Iterator[Node]:
    position = 0
    while match := _SHORTCODE.search(text, position):
        picture = emoji.get(match[0])
        # The closing colon may open the next shortcode.
        end = match.end() if picture else match.end() - 1
        yield text[position : match.start()] if picture else text[position:end]
        if picture:
            yield _picture(*picture)
        position = end
    yield text[position:]


def _picture(url: str, alt: str) -> Element:
    return Element("img", {"src": url, "alt": alt, "title": alt, "class": allow_lists.EMOJI})


def _marked(nodes: list[Node], tags: _Tags, *, goes_on: bool = False) -> list[Node]:
    """The first run of mention links, if the text begins with one, in a span that the style sheet hides.

    `goes_on`: something is said behind these nodes. A text that only names people keeps them in sight.
    """
    for index, node in enumerate(nodes):
        if isinstance(node, Element) and node.tag == "p":
            after = nodes[index + 1 :]
            children = _marked(node.children, tags, goes_on=goes_on or _says_something(after))
            return [*nodes[:index], Element("p", node.attributes, children), *after]
        if not _is_blank(node):
            return _run_wrapped(nodes, index, tags, goes_on=goes_on)
    return nodes


def _run_wrapped(nodes: list[Node], start: int, tags: _Tags, *, goes_on: bool) -> list[Node]:
    end = start
    for index in range(start, len(nodes)):
        if _is_mention(nodes[index], tags):
            end = index + 1
        elif not _is_blank(nodes[index]):
            break
    if end == start or not (goes_on or _says_something(nodes[end:])):
        return nodes
    run = Element("span", {"class": allow_lists.LEADING_MENTIONS}, nodes[start:end])
    return [*nodes[:start], run, *nodes[end:]]


def _says_something(nodes: list[Node]) -> bool:
    elements = tree.walk(Element("", {}, nodes))
    return any(
        e.tag == "img" or not all(_is_blank(child) for child in e.children if isinstance(child, str)) for e in elements
    )


def _is_mention(node: Node, tags: _Tags) -> bool:
    return isinstance(node, Element) and node.tag == "a" and tags.mentioned(node) is not None


def _is_blank(node: Node) -> bool:
    return isinstance(node, str) and not node.strip()
