"""Who sent this? The one function that proves the identity chain of a request (security.md 2.1)."""

from dataclasses import dataclass
from typing import Protocol

from fedblog.ap.parse.activity import Head
from fedblog.ap.signatures import Claim, PublicKey
from fedblog.errors import Unproven
from fedblog.services.key_documents import KeyGone
from fedblog.services.keys import KeyRing, KnownKey
from fedblog.urls import is_same_id, is_same_origin


@dataclass(frozen=True, slots=True)
class Proof:
    """The proven sender. `key` is None when the proof of an actor's Delete is its own server's 410."""

    signer: str
    key: KnownKey | None


@dataclass(frozen=True, slots=True)
class Dismissed:
    """Not proven, and nothing to prove any more: answered like what was taken, without effect."""

    reason: str


async def prove(ring: KeyRing, claim: Claim, head: Head) -> Proof | Dismissed:
    """Prove who made the request that carries `claim`, whose body says `head`.

    `claim` has proven that method, target, host, time and body are covered. Proven here: the key comes from its
    own server; its owner lives there too and lists it; the signature is the key's; an activity that is the
    signer's own has its id on the signer's server. An actor other than the signer is no error: `Proof.signer`
    then differs from `head.actor_id`, and nothing in the body may be believed (protocol.md b.4).
    Raises `Unproven`.
    """
    may_fetch = is_same_origin(claim.key_id, head.actor_id)
    try:
        known = await ring.find(claim.key_id, may_fetch=may_fetch)
        known = await fitting(ring, claim, known)
    except Unproven as error:
        if not (is_own_deletion(head) and may_fetch and error.reason in _LAST_CHANCES):
            raise
        return await _proven_by_absence(ring, claim, head, error)
    _refuse_foreign_activity_id(known.owner, head)
    ring.confirm(known)
    return Proof(known.owner, known)


_MISMATCH = "signature-mismatch"
_LAST_CHANCES = frozenset({"key-gone", "key-missing", _MISMATCH})


def is_own_deletion(head: Head) -> bool:
    """Whether an actor says that it was itself deleted."""
    return head.type == "Delete" and is_same_id(head.object_id, head.actor_id)


def is_about_itself(head: Head) -> bool:
    """Whether an actor says something of itself: that it was deleted, or changed."""
    return head.type in {"Delete", "Update"} and is_same_id(head.object_id, head.actor_id)


class Signed(Protocol):
    """A signed request, or a proof."""

    def is_made_by(self, key: PublicKey) -> bool: ...


async def fitting(ring: KeyRing, claim: Signed, known: KnownKey) -> KnownKey:
    """The key that made the signature: the known one, or else the one that its owner has now. Raises `Unproven`."""
    if claim.is_made_by(known.key):
        return known
    renewed = await ring.renewed(known)
    if renewed is None or not claim.is_made_by(renewed.key):
        raise Unproven(_MISMATCH)
    return renewed


async def _proven_by_absence(ring: KeyRing, claim: Claim, head: Head, error: Unproven) -> Proof | Dismissed:
    """An account that is gone can show no key: its last known one counts, or else that its server says 410."""
    if isinstance(error, KeyGone):
        last = await ring.last_known(claim.key_id)
        if last and is_same_id(last.owner, head.actor_id) and claim.is_made_by(last.key):
            return Proof(last.owner, None)
    try:
        is_gone = await ring.is_actor_gone(head.actor_id)
    except Unproven as unseen:
        if unseen.reason == "key-missing":
            return Dismissed("actor-missing-not-gone")
        raise
    if not is_gone:
        raise error
    return Proof(head.actor_id, None)


def _refuse_foreign_activity_id(signer: str, head: Head) -> None:
    is_own = is_same_id(signer, head.actor_id)
    if is_own and head.activity_id is not None and not is_same_origin(head.activity_id, signer):
        raise Unproven("activity-id-elsewhere")
