"""Threads on other servers, as a search for missing replies meets them."""

from fedblog.store import inbox_events
from tests.fediverse.peer import AS


def path_of(address):
    return "/" + address.split("/", 3)[3]


def answers(peer, note, ids, **extra):
    """Give a note a collection of answers on its own server."""
    collection = f"{note['id']}/replies"
    note["replies"] = collection
    peer.documents[path_of(collection)] = {
        "@context": AS,
        "id": collection,
        "type": "Collection",
        "items": list(ids),
        **extra,
    }
    return collection


def conversation(peer, note, ids, name="/contexts/1", **extra):
    """Give a note a conversation on its own server."""
    address = f"{peer.origin}{name}"
    note["context"] = address
    peer.documents[name] = {"id": address, "type": "OrderedCollection", "orderedItems": list(ids), **extra}
    return address


async def say(blog, person, parent, text="<p>Yes.</p>", **extra):
    """A reply that arrives."""
    note = person.note(text, in_reply_to=parent, **extra)
    await person.post(blog.inbox, person.create(note))
    await blog.work()
    return note


async def pass_time(blog, **time):
    """Let time pass, and the worker do what is due then."""
    blog.box.clock.move(**time)
    await blog.work()


def asked(box, host, since=0):
    """The paths of documents that a host was asked for, since that exchange."""
    return [e.request.target for e in box.log[since:] if e.request.host == host and e.request.method == "GET"]


async def found_lines(blog):
    """What stands in the ledger of what was found: id and reason, oldest first."""
    lines = await inbox_events.listed(blog.shop.store.reader, 1)
    return [(line.object_id, line.reason) for line in reversed(lines) if line.type == "Found"]
