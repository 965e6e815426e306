"""Reading collections of others: whose ids stand in them, and where they go on. Hints where to look, nothing more."""

from dataclasses import dataclass
from typing import Final

from fedblog.ap.parse.values import as_document, distinct, id_of, many, type_of, wire_id
from fedblog.ap.vocabulary import ACTIVITY_TYPES, Document
from fedblog.errors import Invalid

MOST_ITEMS: Final = 1000
_TYPES: Final = frozenset({"Collection", "OrderedCollection", "CollectionPage", "OrderedCollectionPage"})


@dataclass(frozen=True, slots=True)
class RemotePage:
    """What a collection, or a page of one, holds itself: ids in normal form, at most 1000. `going_on` are the
    addresses of its first or next page. How many it claims to have in all is not read."""

    items: tuple[str, ...]
    going_on: tuple[str, ...]


def read_page(document: object) -> RemotePage:
    """Read a collection or a page of one, with its first page where that stands in it.

    Of embedded items only the ids are taken; of activities, the ids of their objects. Raises `Invalid` for all else.
    """
    body = as_document(document)
    if type_of(body, _TYPES) not in _TYPES:
        raise Invalid("That document is no collection.")
    first = body.get("first")
    embedded = first if isinstance(first, dict) else {}
    parts = [body, embedded]
    items = distinct((_item(item) for part in parts for name in _NAMES for item in many(part.get(name))), MOST_ITEMS)
    pages = (wire_id(first), *(id_of(part.get("next")) for part in parts))
    # A page that stands here in full needs no fetching; one of which only the address stands here does.
    if embedded and not any(embedded.get(name) is not None for name in (*_NAMES, "next")):
        pages = (id_of(embedded), *pages)
    return RemotePage(items, distinct(pages, len(pages)))


_NAMES: Final = ("orderedItems", "items")


def _item(item: object) -> str | None:
    if isinstance(item, dict) and type_of(item, ACTIVITY_TYPES) in ACTIVITY_TYPES:
        return id_of(item.get("object"))
    return id_of(item)


@dataclass(frozen=True, slots=True)
class Answer:
    """Something that, as it stands in a collection, answers something else."""

    object_id: str
    in_reply_to: str


def answers_in(document: Document) -> tuple[Answer, ...]:
    """The posts in a collection, or in its embedded first page, that answer something; ids alone do not tell."""
    first = document.get("first")
    parts = [document, first if isinstance(first, dict) else {}]
    items = (item for part in parts for name in _NAMES for item in many(part.get(name)))
    return distinct((_answer(item) for item in items), MOST_ITEMS)


def _answer(item: object) -> Answer | None:
    said = item.get("object") if isinstance(item, dict) and type_of(item, ACTIVITY_TYPES) == "Create" else item
    if not isinstance(said, dict):
        return None
    object_id, in_reply_to = id_of(said), id_of(said.get("inReplyTo"))
    return Answer(object_id, in_reply_to) if object_id and in_reply_to else None


@dataclass(frozen=True, slots=True)
class ThreadLinks:
    """Where a post says that its thread can be found: its conversation, and its answers, embedded or by address."""

    context: str | None
    replies: str | None
    embedded: Document | None


def thread_links(document: Document) -> ThreadLinks:
    """Read `context` and `replies`. A `context` that is no address (such as a `tag:`) counts for nothing."""
    replies = document.get("replies")
    embedded = replies if isinstance(replies, dict) and _says_something(replies) else None
    return ThreadLinks(id_of(document.get("context")), None if embedded else id_of(replies), embedded)


def _says_something(collection: Document) -> bool:
    return any(collection.get(name) is not None for name in (*_NAMES, "first"))
