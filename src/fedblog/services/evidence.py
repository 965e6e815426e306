"""What was proven of a received activity: its kept request is looked at again, as it was looked at when it came."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from fedblog.ap.signatures import CAVAGE, Claim, Message, ProofClaim, claim, claimed_proofs
from fedblog.ap.strict_json import read_object
from fedblog.domain.blog import Blog
from fedblog.domain.inbox_event import InboxEvent
from fedblog.errors import Invalid, Unproven
from fedblog.services.key_documents import read_key
from fedblog.services.turned_away import words_of
from fedblog.services.workshop import the_actor, the_blog
from fedblog.store import found_events, remote_keys
from fedblog.store.door import Reader
from fedblog.urls import Url, is_same_id, is_same_origin


class Standing(StrEnum):
    """What can be said of one thing today. `unknown`: it was in order when it came, and cannot be seen any more."""

    PROVEN = "proven"
    UNKNOWN = "unknown"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, in plain words. `detail` is the sender's own text, to be shown as text only."""

    standing: Standing
    words: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All findings, and the request's headers in the order in which they came."""

    findings: Sequence[Finding]
    headers: Sequence[tuple[str, str]]


async def evidence_of(db: Reader, event: InboxEvent) -> Evidence:
    """What the kept request still shows. Without it there is nothing but the ledger's line."""
    if found_events.is_found(event):
        words = "Nobody sent it: it was fetched from its own server, where it stood under its own id."
        return Evidence([Finding(Standing.PROVEN, words, event.object_id)], ())
    headers = _headers(event)
    findings = [_sender(event)]
    if event.body is not None and headers:
        findings += await _of_request(db, event, headers, event.body)
        findings += await _of_proof(db, event, event.body)
    else:
        findings.append(
            Finding(Standing.UNKNOWN, "Its signature was checked when it came. What came is not kept any more.")
        )
    return Evidence(findings, headers)


def _headers(event: InboxEvent) -> list[tuple[str, str]]:
    try:
        return [(str(name), str(value)) for name, value in json.loads(event.headers or "[]")]
    except (ValueError, TypeError):
        return []


def _sender(event: InboxEvent) -> Finding:
    if is_same_id(event.signer, event.actor):
        return Finding(Standing.PROVEN, "Who signed it is who says it.", event.signer)
    words = "Passed on: somebody else signed it than who says it, so that nothing in it was believed for that alone."
    return Finding(Standing.PROVEN, words, event.signer)


async def _of_request(db: Reader, event: InboxEvent, headers: Sequence[tuple[str, str]], body: bytes) -> list[Finding]:
    blog = await the_blog(db)
    targets = [Url.parse(blog.base_url + "/inbox").path, Url.parse((await the_actor(db)).inbox).path]
    try:
        claims = [_claim(blog, event, headers, body, target) for target in targets]
    except Unproven as error:
        return [
            Finding(Standing.DOUBTFUL, f"What is kept of the request shows no signature: {words_of(error.reason)}.")
        ]
    first = claims[0]
    form = "draft-cavage" if first.form == CAVAGE else "RFC 9421"
    return [
        Finding(
            Standing.PROVEN, f"Signed in the form {form}. The signature covers the address, the time and the body."
        ),
        Finding(Standing.PROVEN, "The digest in the request is that of the body.", _hex(first)),
        *await _of_key(db, event, claims),
        *_of_activity(event),
    ]


def _claim(blog: Blog, event: InboxEvent, headers: Sequence[tuple[str, str]], body: bytes, target: str) -> Claim:
    """The claim as of the moment when it came; which of our inboxes it was sent to is not kept."""
    here = Url.parse(blog.base_url)
    message = Message("POST", here.scheme, here.authority, target, tuple(headers), body)
    return claim(message, event.received_at, needs_body=True)


def _hex(claimed: Claim) -> str:
    return f"SHA-256 {claimed.body_sha256.hex()}" if claimed.body_sha256 else ""


_KEY_LOST = "Made with a key that is not kept any more; it fitted when it came."
_LAST_WORD = "The account is gone: its last known key fitted when this came, or its own server said that it is gone."


def _is_last_word(event: InboxEvent) -> bool:
    return event.type == "Delete" and is_same_id(event.object_id, event.actor)


async def _of_key(db: Reader, event: InboxEvent, claims: Sequence[Claim]) -> list[Finding]:
    key_id = claims[0].key_id
    row = await remote_keys.by_id(db, key_id)
    if row is None or not row.pem:
        return [Finding(Standing.UNKNOWN, _LAST_WORD if _is_last_word(event) else _KEY_LOST, key_id)]
    try:
        key = read_key(row.pem)
    except Invalid:
        return [
            Finding(Standing.UNKNOWN, "Made with a key that cannot be read any more; it fitted when it came.", key_id)
        ]
    if not any(one.is_made_by(key) for one in claims):
        return [
            Finding(Standing.UNKNOWN, "Its owner has another key by now; the one of then fitted when it came.", key_id)
        ]
    fits = Finding(Standing.PROVEN, "The signature fits the key that is kept of its owner.", key_id)
    if is_same_id(row.owner, event.signer):
        return [fits, Finding(Standing.PROVEN, "The key belongs to who signed it, on the same server.", row.owner)]
    return [fits, Finding(Standing.DOUBTFUL, "The key belongs to somebody else by now.", row.owner)]


async def _of_proof(db: Reader, event: InboxEvent, body: bytes) -> list[Finding]:
    """What the activity proves by itself, whoever sent it (FEP-8b32)."""
    try:
        proofs = claimed_proofs(read_object(body), event.received_at)
    except (Invalid, Unproven):
        return []
    found = [await _proven(db, event, proof) for proof in proofs]
    return [next((one for one in found if one.standing is Standing.PROVEN), found[0])]


async def _proven(db: Reader, event: InboxEvent, proof: ProofClaim) -> Finding:
    row = await remote_keys.by_id(db, proof.key_id)
    if row is None or not row.pem or not is_same_id(row.owner, event.actor):
        return Finding(
            Standing.UNKNOWN, "It carries a proof of its own, with a key that is not kept here.", proof.key_id
        )
    try:
        fits = proof.is_made_by(read_key(row.pem))
    except Invalid:
        fits = False
    if fits:
        return Finding(
            Standing.PROVEN, "Its actor's proof is in it, and fits: it would count from anybody.", proof.key_id
        )
    return Finding(Standing.DOUBTFUL, "It carries a proof that does not fit the key that is kept.", proof.key_id)


def _of_activity(event: InboxEvent) -> list[Finding]:
    if not event.activity_id:
        return [Finding(Standing.UNKNOWN, "The activity has no id of its own.")]
    if is_same_origin(event.activity_id, event.actor):
        return [Finding(Standing.PROVEN, "The activity has its id on its actor's own server.", event.activity_id)]
    return [Finding(Standing.DOUBTFUL, "The activity has its id on another server than its actor.", event.activity_id)]
