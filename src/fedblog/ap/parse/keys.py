"""Public keys in all the forms in which servers publish them (protocol.md a.3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from fedblog.ap.parse.values import as_document, distinct, id_of, many, text, web_address
from fedblog.ap.vocabulary import Document
from fedblog.urls import is_same_id

_MOST_KEYS: Final = 20
_LONGEST_PEM: Final = 16_384
_LONGEST_MULTIBASE: Final = 4_096


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """One key that a document names. `pem` or `multibase` holds it; both are empty for a reference."""

    key_id: str
    owner: str
    pem: str
    multibase: str

    @property
    def is_reference(self) -> bool:
        """Whether only the address of the key is given, so that it must be fetched from there."""
        return not self.pem and not self.multibase


def read_keys(document: object) -> tuple[KeyEntry, ...]:
    """The keys of an actor, of GoToSocial's stub actor, or of a bare key document; at most 20.

    Reads `publicKey` and `assertionMethod`, each an object, a list or an address. An entry without
    an owner of its own belongs to the document that holds it. Raises `Invalid` for a non-object.
    """
    body = as_document(document)
    holder = web_address(body.get("id"))
    listed = [*many(body.get("publicKey")), *many(body.get("assertionMethod"))]
    found = [_entry(item, holder) for item in listed]
    return distinct([_bare_key(body), *found], _MOST_KEYS)


def find_key(entries: Iterable[KeyEntry], key_id: str) -> KeyEntry | None:
    """The entry with that id, fragment included; one that holds the key before a mere reference."""
    same = [entry for entry in entries if is_same_id(entry.key_id, key_id)]
    return next((entry for entry in same if not entry.is_reference), same[0] if same else None)


def _bare_key(body: Document) -> KeyEntry | None:
    entry = _entry(body, None)
    return entry if entry and not entry.is_reference else None


def _entry(item: object, holder: str | None) -> KeyEntry | None:
    if isinstance(item, str):
        key_id = web_address(item)
        return KeyEntry(key_id, holder, "", "") if key_id and holder else None
    if not isinstance(item, dict):
        return None
    key_id = web_address(item.get("id"))
    owner = id_of(item.get("owner")) or id_of(item.get("controller")) or holder
    if key_id is None or owner is None:
        return None
    pem, multibase = text(item.get("publicKeyPem")), text(item.get("publicKeyMultibase"))
    return KeyEntry(
        key_id,
        owner,
        pem if len(pem) <= _LONGEST_PEM else "",
        multibase if len(multibase) <= _LONGEST_MULTIBASE else "",
    )
