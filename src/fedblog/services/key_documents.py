"""From a key id to a key that its owner lists: the links of the identity chain that take a fetch (security.md 2.1)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from fedblog.ap.parse.keys import KeyEntry, find_key, read_keys
from fedblog.ap.parse.values import id_of
from fedblog.ap.signatures import PublicKey, read_multikey, read_public_key
from fedblog.errors import AddressRefused, BadAnswer, Gone, Invalid, Missing, RemoteError, Unproven
from fedblog.net.client import Net
from fedblog.urls import is_same_id, is_same_origin

T = TypeVar("T")

_TEMPORARY = frozenset({408, 425, 429})


class KeyGone(Unproven):
    """The key's server says 410, or shows a Tombstone: the owner was deleted there."""

    def __init__(self) -> None:
        super().__init__("key-gone")


@dataclass(frozen=True, slots=True)
class FetchedKey:
    """A key as its owner lists it. `pem` is PEM, or base58 for a Multikey; `actor` the owner's document."""

    key_id: str
    owner: str
    pem: str
    actor: dict[str, Any]


def read_key(text: str) -> PublicKey:
    """Read a key in either of its spellings. Raises `Invalid`."""
    return read_multikey(text) if text.startswith("z") else read_public_key(text)


async def fetch_key(net: Net, key_id: str) -> FetchedKey:
    """Fetch the key, and prove that its owner, on the same server, lists exactly this key. Raises as `or_unproven`."""
    return await or_unproven(lambda: _fetch_key(net, key_id))


async def or_unproven(fetch: Callable[[], Awaitable[T]]) -> T:
    """What `fetch` brings. Raises in place of its errors `KeyGone` for 410, and else `Unproven`: with 401 for
    what will not get better, with 503 when the server could not be asked now."""
    try:
        return await fetch()
    except Gone as error:
        raise KeyGone from error
    except Missing as error:
        raise Unproven("key-missing") from error
    except AddressRefused as error:
        raise Unproven("key-host-refused") from error
    except BadAnswer as error:
        raise _refusal(error.status) from error
    except RemoteError as error:
        raise Unproven("key-host-down", status=503) from error
    except Invalid as error:
        raise Unproven("key-unreadable") from error


async def _fetch_key(net: Net, key_id: str) -> FetchedKey:
    address, document = await net.get_document(key_id)
    _refuse_tombstone(document)
    entry = find_key(read_keys(document), key_id)
    if entry is None:
        raise Unproven("key-missing")
    if not is_same_origin(entry.owner, key_id):
        raise Unproven("key-owner-elsewhere")
    actor = document
    if not (is_same_id(id_of(document.get("id")), entry.owner) and is_same_id(address, entry.owner)):
        address, actor = await net.get_document(entry.owner)
        _refuse_tombstone(actor)
    if not is_same_id(id_of(actor.get("id")), entry.owner) or not is_same_id(address, entry.owner):
        raise Unproven("key-owner-elsewhere")
    text = _agreed(entry, find_key(read_keys(actor), key_id))
    read_key(text)
    return FetchedKey(entry.key_id, entry.owner, text, actor)


def _agreed(fetched: KeyEntry, listed: KeyEntry | None) -> str:
    """The key as both documents have it. The owner may name a key by its address alone."""
    if listed is None or not is_same_id(listed.owner, fetched.owner):
        raise Unproven("key-not-listed")
    if fetched.is_reference:
        raise Unproven("key-missing")
    text = fetched.pem or fetched.multibase
    if not listed.is_reference and _bare(listed.pem or listed.multibase) != _bare(text):
        raise Unproven("key-not-listed")
    return text


def _bare(text: str) -> str:
    return "".join(text.split())


def _refuse_tombstone(document: dict[str, Any]) -> None:
    if document.get("type") == "Tombstone":
        raise Gone("The owner of that key has been deleted.")


def _refusal(status: int | None) -> Unproven:
    if status is not None and (status >= 500 or status in _TEMPORARY):
        return Unproven("key-host-down", status=503)
    return Unproven("key-refused" if status in {401, 403} else "key-unreadable")
