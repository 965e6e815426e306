"""Fetching what an id names, from the server that the id names, and nothing else (protocol.md b.4, b.5)."""

from typing import Any

from fedblog.ap.parse.object import RemoteObject, read_object
from fedblog.ap.parse.values import id_of
from fedblog.errors import BadAnswer, Gone, Invalid
from fedblog.net.client import Net
from fedblog.urls import is_same_id, is_same_origin


async def fetch(net: Net, address: str) -> dict[str, Any]:
    """The document at `address`, proven to be the one that its id names.

    A document with another id on the same server is fetched once more from there; the caller sees by its id
    what it got. Raises `Gone` (also for a Tombstone), `Missing`, and the `RemoteError`s.
    """
    _, document = await net.get_document(address)
    found = _id_in(document)
    if is_same_id(found, address):
        return document
    if not is_same_origin(found, address):
        raise BadAnswer("the document belongs to another server")
    _, document = await net.get_document(found)
    if not is_same_id(_id_in(document), found):
        raise BadAnswer("the document does not stand at its own address")
    return document


async def fetch_object(net: Net, object_id: str) -> RemoteObject:
    """The post with that id (or at that page), whose author is on the same server as it is. Raises as `fetch`."""
    return object_in(await fetch(net, object_id))


def object_in(document: dict[str, Any]) -> RemoteObject:
    """The post in a document that was fetched from its id. Raises `BadAnswer` for what is none, or not its author's."""
    try:
        found = read_object(document)
    except Invalid as error:
        raise BadAnswer("the document is no post") from error
    if not is_same_origin(found.attributed_to, found.object_id):
        raise BadAnswer("the author of the document is on another server")
    return found


def _id_in(document: dict[str, Any]) -> str:
    if document.get("type") == "Tombstone":
        raise Gone("What was at that address has been deleted.")
    found = id_of(document.get("id"))
    if found is None:
        raise BadAnswer("the document has no id")
    return found
