"""The author's Markdown as HTML for the page, with what stands in it: pictures, hashtags, handles."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fedblog.text import allow_lists, commonmark
from fedblog.text.article import Article, Image, MentionLink, Picture, arrange, name_of_picture
from fedblog.text.excerpt import excerpt
from fedblog.text.hashtags_and_handles import distinct_handles, distinct_hashtags
from fedblog.text.tree import Element, Node, plain, walk, write

__all__ = ["Image", "MentionLink", "Picture", "Rendered", "find_images", "render"]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A post as it stands on its page.

    `html` is sanitised; headings begin at h2; every address is absolute, but for links to a place in
    the same text (`#…`). `text` is the same without markup. `hashtags` come without `#`, `handles` as
    `@name@host`, both in order and each once. `excerpt` is plain, at most 300 characters.
    """

    html: str
    text: str
    excerpt: str
    images: tuple[Image, ...]
    hashtags: tuple[str, ...]
    handles: tuple[str, ...]


def render(
    source: str,
    *,
    base_url: str,
    mentions: Mapping[str, MentionLink],
    tag_url: Callable[[str], str],
    media: Mapping[str, Picture],
    prefix: str = "text-",
    language: str = "",
) -> Rendered:
    """Render Markdown. Never raises on any text.

    `base_url`: what relative addresses are relative to. `mentions`: resolved handles, keyed as
    `find_handles` spells them; others stay text. `tag_url`: the page of a hashtag. `media`: the pictures
    that may be shown, keyed as the text names them (`find_images`); any other becomes a link.
    `prefix` begins every id in the HTML; give each post its own. `language` chooses quotation marks.
    """
    article = Article(base_url, mentions, tag_url, media, prefix)
    tree = arrange(commonmark.read(source, language), article)
    return Rendered(
        html=allow_lists.POST.clean(write(tree)),
        text=plain(_without(tree, _is_footnote_mark)),
        excerpt=excerpt(_paragraphs(tree)),
        images=tuple(article.images),
        hashtags=distinct_hashtags(article.found),
        handles=distinct_handles(article.found),
    )


def find_images(source: str) -> dict[str, str]:
    """The pictures that a Markdown text names, each once, with their first alt text.

    They are called by their addresses, or by the paths of files beside the text.
    """
    found: dict[str, str] = {}
    for image in (element for element in walk(commonmark.read(source)) if element.tag == "img"):
        name = name_of_picture(image.attributes.get("src", "").strip())
        found[name] = found.get(name) or image.attributes.get("alt", "").strip()
    return {name: alt for name, alt in found.items() if name}


def _paragraphs(tree: Element) -> str:
    """The running text: paragraphs that hold words; no headings, code, tables, pictures or footnotes."""
    words = _without(tree, lambda node: node.tag == "img" or _is_footnote_mark(node))
    found = (plain(element) for element in _running(words))
    return "\n\n".join(paragraph for paragraph in found if paragraph) or plain(words)


def _running(node: Element) -> list[Element]:
    if node.tag == "p":
        return [node]
    if node.tag in {"section", "table", "pre", "figure"}:
        return []
    return [found for child in node.children if isinstance(child, Element) for found in _running(child)]


def _without(node: Element, is_unwanted: Callable[[Element], bool]) -> Element:
    children: list[Node] = []
    for child in node.children:
        if isinstance(child, str):
            children.append(child)
        elif not is_unwanted(child):
            children.append(_without(child, is_unwanted))
    return Element(node.tag, node.attributes, children)


def _is_footnote_mark(node: Element) -> bool:
    return not {"footnote-ref", "footnote-backref"}.isdisjoint(node.classes)
