"""Our collections. What they hold is decided elsewhere; here they only get their shape."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fedblog.ap.vocabulary import Document, in_context, without_context

OUTBOX_PAGE_SIZE: Final = 20
REPLIES_PAGE_SIZE: Final = 40
CONTEXT_PAGE_SIZE: Final = 40


@dataclass(frozen=True, slots=True)
class Counts:
    """How many likes, boosts and shown direct replies an object has."""

    likes: int = 0
    shares: int = 0
    replies: int = 0


def collection_id(object_id: str, name: str) -> str:
    """The address of a collection (`likes`, `shares`, `replies`, `context`) of an object of ours."""
    return f"{object_id}/{name}"


def page_id(collection: str, number: int) -> str:
    """The address of a page of a collection; the first one is 1."""
    return f"{collection}/page/{number}"


def counted(object_id: str, counts: Counts) -> Document:
    """`likes`, `shares` and `replies` as they stand in an object: always with totals, also 0."""
    return {
        "likes": without_context(likes(object_id, counts.likes)),
        "shares": without_context(shares(object_id, counts.shares)),
        "replies": without_context(replies(object_id, counts.replies)),
    }


def likes(object_id: str, total: int) -> Document:
    """Who liked is not told, only how many."""
    return in_context({"id": collection_id(object_id, "likes"), "type": "Collection", "totalItems": total})


def shares(object_id: str, total: int) -> Document:
    """Who boosted is not told, only how many."""
    return in_context({"id": collection_id(object_id, "shares"), "type": "Collection", "totalItems": total})


def replies(object_id: str, total: int) -> Document:
    """The shown direct replies, on pages."""
    identity = collection_id(object_id, "replies")
    return in_context({"id": identity, "type": "Collection", "totalItems": total, "first": page_id(identity, 1)})


def replies_page(object_id: str, number: int, ids: Sequence[str], total: int) -> Document:
    """One page of replies: ids only, oldest first, 40 on a page."""
    identity = collection_id(object_id, "replies")
    body = _page(identity, "CollectionPage", number, total, REPLIES_PAGE_SIZE)
    return in_context(body | {"items": list(ids)})


def context(article_id: str, author_id: str, total: int) -> Document:
    """The whole conversation below a post, on pages; the author of the post owns it (FEP-7888, FEP-f228)."""
    identity = collection_id(article_id, "context")
    body = {"id": identity, "type": "OrderedCollection", "attributedTo": author_id, "totalItems": total}
    last = max(1, -(-total // CONTEXT_PAGE_SIZE))
    return in_context(body | {"first": page_id(identity, 1), "last": page_id(identity, last)})


def context_page(article_id: str, author_id: str, number: int, ids: Sequence[str], total: int) -> Document:
    """One page of the conversation: ids only, the post first, then the oldest, 40 on a page."""
    identity = collection_id(article_id, "context")
    body = _page(identity, "OrderedCollectionPage", number, total, CONTEXT_PAGE_SIZE)
    return in_context(body | {"attributedTo": author_id, "orderedItems": list(ids)})


def outbox(outbox_id: str, total: int) -> Document:
    """The outbox, newest first, on pages."""
    last = max(1, -(-total // OUTBOX_PAGE_SIZE))
    pages = {"first": page_id(outbox_id, 1), "last": page_id(outbox_id, last)}
    return in_context({"id": outbox_id, "type": "OrderedCollection", "totalItems": total, **pages})


def outbox_page(outbox_id: str, number: int, activities: Sequence[Mapping[str, Any]], total: int) -> Document:
    """One page of the outbox: whole Create activities, newest first, 20 on a page.

    One with a proof keeps its context, which is a part of what the proof covers.
    """
    body = _page(outbox_id, "OrderedCollectionPage", number, total, OUTBOX_PAGE_SIZE)
    return in_context(body | {"orderedItems": [_whole(activity) for activity in activities]})


def _whole(activity: Mapping[str, Any]) -> Document:
    return dict(activity) if "proof" in activity else without_context(activity)


def followers(followers_id: str, total: int) -> Document:
    """How many follow; who they are is not told."""
    return in_context({"id": followers_id, "type": "OrderedCollection", "totalItems": total})


def following(following_id: str, total: int) -> Document:
    """How many the blog follows; who they are is not told."""
    return in_context({"id": following_id, "type": "OrderedCollection", "totalItems": total})


def ids(collection: str, object_ids: Sequence[str]) -> Document:
    """A short list of ids in one document, such as `featured`."""
    items = list(object_ids)
    return in_context({"id": collection, "type": "OrderedCollection", "totalItems": len(items), "orderedItems": items})


def _page(identity: str, kind: str, number: int, total: int, size: int) -> Document:
    body: Document = {"id": page_id(identity, number), "type": kind, "partOf": identity, "totalItems": total}
    if number > 1:
        body["prev"] = page_id(identity, number - 1)
    if number * size < total:
        body["next"] = page_id(identity, number + 1)
    return body
