"""The keys as other servers find them through the public name, beside those that sign here."""

from collections.abc import Mapping
from typing import Any

from fedblog.ap.media_types import ACCEPT_ACTIVITY
from fedblog.domain.own_key import OwnKey, OwnKeyKind, Standing
from fedblog.services import documents
from fedblog.services.checking.documents import json_of
from fedblog.services.checking.findings import Finding, Whose, ok, problem
from fedblog.services.checking.replies import obstacle
from fedblog.services.checking.rounds import Round
from fedblog.store import own_keys

SUBJECT = "keys"
_FOR = {OwnKeyKind.RSA: "requests", OwnKeyKind.ED25519: "proofs"}


async def check_shown_keys(around: Round) -> list[Finding]:
    """Ask for each key that signs by its id, as servers that verify a signature do."""
    db = around.shop.store.reader
    keys = [key for key in await own_keys.of_actor(db, around.us.pk) if key.standing is Standing.IN_USE]
    listed = shown_in(await around.shop.store.read(documents.person_of))
    return [await _check(around, key, listed) for key in keys if key.key_id in listed]


async def _check(around: Round, key: OwnKey, listed: Mapping[str, str]) -> Finding:
    reply = await around.get(key.key_id.partition("#")[0], ACCEPT_ACTIVITY)
    stands = obstacle(SUBJECT, f"The key {key.key_id}", reply)
    return stands or judge_key(key.key_id, listed[key.key_id], _FOR[OwnKeyKind(key.kind)], json_of(reply))


def judge_key(key_id: str, listed: str, use: str, document: Mapping[str, Any]) -> Finding:
    """Whether the document behind a key's id shows the key as the blog's own actor document lists it."""
    shown = shown_in(document).get(key_id)
    if shown is None:
        what = f"The document behind {key_id} does not list that key: nobody can check what the blog signs."
        return problem(SUBJECT, what, "Something keeps an old copy of the actor; empty it.", Whose.YOUR_PROXY)
    if "".join(shown.split()) != "".join(listed.split()):
        what = f"{key_id} shows another key than the one that signs here: every server refuses what the blog sends."
        return problem(SUBJECT, what, "Something keeps an old copy of the actor; empty it.", Whose.YOUR_PROXY)
    return ok(SUBJECT, f"{key_id} leads to the key that signs {use}.")


def shown_in(document: Mapping[str, Any]) -> dict[str, str]:
    """The keys of an actor document by id: PEM, or base58 for a Multikey."""
    found: dict[str, str] = {}
    for name, text in (("publicKey", "publicKeyPem"), ("assertionMethod", "publicKeyMultibase")):
        value = document.get(name)
        for entry in value if isinstance(value, list) else [value]:
            if isinstance(entry, dict) and isinstance(entry.get("id"), str) and isinstance(entry.get(text), str):
                found[entry["id"]] = entry[text]
    return found
