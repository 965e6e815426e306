"""Which document stands behind a page: the address that it names as its ActivityPub form."""

from collections.abc import Iterator
from typing import Final

from fedblog.text.html_reader import read_within
from fedblog.text.tree import Element

_MOST_CHARACTERS: Final = 300_000
_MOST_TAGS: Final = 3_000
_TYPES: Final = ("application/activity+json", "application/ld+json")


def alternate(html: str) -> str | None:
    """The `href` of the first `<link rel="alternate">` of an ActivityPub type, as written; None where there is none.

    Only the beginning of a long page is read.
    """
    root, _ = read_within(html, characters=_MOST_CHARACTERS, tags=_MOST_TAGS)
    found = (link.attributes.get("href", "").strip() for link in _links(root) if _is_alternate(link))
    return next((href for href in found if href), None)


def _links(element: Element) -> Iterator[Element]:
    if element.tag == "link":
        yield element
    for child in element.children:
        if isinstance(child, Element):
            yield from _links(child)


def _is_alternate(link: Element) -> bool:
    kind = link.attributes.get("type", "").partition(";")[0].strip().lower()
    return kind in _TYPES and "alternate" in link.attributes.get("rel", "").lower().split()
