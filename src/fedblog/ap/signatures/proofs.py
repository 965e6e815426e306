"""Object integrity proofs: `eddsa-jcs-2022` in activities (FEP-8b32, W3C vc-di-eddsa section 3.3).

A proof stands inside of the document, so that a copy which somebody else passes on still proves who wrote it.
Receiving: `claimed_proofs` of a document, find the key of `ProofClaim.key_id`, ask `ProofClaim.is_made_by`.
Sending: `with_proof`.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fedblog.ap.parse.values import milliseconds, wire_id
from fedblog.ap.signatures.base58 import read_base58, write_base58
from fedblog.ap.signatures.canonical import canonical
from fedblog.ap.signatures.claims import checked_key_id
from fedblog.ap.signatures.keys import KeyKind, ProvingKey, PublicKey, kind_of, verify
from fedblog.ap.signatures.reasons import Reason, refused
from fedblog.ap.signatures.window import MAX_AHEAD_MS, format_rfc3339
from fedblog.errors import Invalid, Unproven

MOST_PROOFS: Final = 4
"""How many proofs of one document are looked at; each may cost a pass over all of it, and a fetch."""
_SIGNATURE_LENGTH: Final = 64
_LONGEST_SIGNATURE: Final = 89  # 64 octets take at most 88 digits in base58
_FIXED: Final = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "proofPurpose": "assertionMethod"}
_Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ProofClaim:
    """A proof in order, of which only the key is still to be proven. `created_at` is in milliseconds.

    `signed_texts` are the readings of the proof that are tolerated; the signature must fit one of them.
    """

    key_id: str
    signature: bytes
    created_at: int
    signed_texts: tuple[bytes, ...]

    def is_made_by(self, key: PublicKey) -> bool:
        """Whether that key made the proof, and is of the type that makes such proofs."""
        if kind_of(key) is not KeyKind.ED25519:
            return False
        return any(verify(key, self.signature, text) for text in self.signed_texts)


def with_proof(document: _Json, key: ProvingKey, created_at: int) -> dict[str, Any]:
    """The document with a proof of ours as its last member, in place of any that it has.

    `created_at`, in milliseconds, is cut to whole seconds. Raises `Invalid` for what has no canonical form.
    """
    bare = _bare(document)
    options = _FIXED | {"verificationMethod": key.method_id, "created": format_rfc3339(created_at)}
    if "@context" in bare:
        options["@context"] = bare["@context"]
    signature = key.private_key.sign(hashed(options) + hashed(bare))
    return {**bare, "proof": {**options, "proofValue": write_base58(signature)}}


def claimed_proofs(document: _Json, now_ms: int) -> tuple[ProofClaim, ...]:
    """The proofs of a document that are in order so far: of the suite, in time, with a method. At most `MOST_PROOFS`.

    Raises `Unproven` when there is none, with the reason why the first one is out of order.
    """
    found: list[ProofClaim] = []
    first_error: Unproven | None = None
    for proof in _proofs(document):
        try:
            found.append(_claim(document, proof, now_ms))
        except Unproven as error:
            first_error = first_error or error
    if not found:
        raise first_error or refused(Reason.PROOF_MISSING)
    return tuple(found)


def _proofs(document: _Json) -> Iterator[object]:
    proof = document.get("proof")
    if proof is None:
        return
    yield from proof[:MOST_PROOFS] if isinstance(proof, list) else [proof]


def _claim(document: _Json, proof: object, now_ms: int) -> ProofClaim:
    if not isinstance(proof, dict):
        raise refused(Reason.PROOF_MALFORMED)
    if any(proof.get(name) != value for name, value in _FIXED.items()):
        raise refused(Reason.PROOF_KIND)
    key_id = wire_id(proof.get("verificationMethod"))
    signature, created_at = _signature(proof.get("proofValue")), milliseconds(proof.get("created"))
    if key_id is None or created_at is None:
        raise refused(Reason.PROOF_MALFORMED)
    _check_time(proof, created_at, now_ms)
    return ProofClaim(checked_key_id(key_id), signature, created_at, _signed_texts(document, proof))


def _signature(value: object) -> bytes:
    try:
        signature = read_base58(value, _LONGEST_SIGNATURE) if isinstance(value, str) else b""
    except Invalid as error:
        raise refused(Reason.PROOF_MALFORMED) from error
    if len(signature) != _SIGNATURE_LENGTH:
        raise refused(Reason.PROOF_MALFORMED)
    return signature


def _check_time(proof: _Json, created_at: int, now_ms: int) -> None:
    """Refuse what was made more than an hour ahead of now, and what has expired."""
    if created_at > now_ms + MAX_AHEAD_MS:
        raise refused(Reason.FUTURE)
    if proof.get("expires") is None:
        return
    expires_at = milliseconds(proof["expires"])
    if expires_at is None:
        raise refused(Reason.PROOF_MALFORMED)
    if expires_at < now_ms:
        raise refused(Reason.EXPIRED)


def _signed_texts(document: _Json, proof: _Json) -> tuple[bytes, ...]:
    """What may have been signed: each reading of the options with each of the document."""
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    bare = _bare(document)
    if "@context" in options:
        bare = _in_signed_context(bare, options["@context"])
    try:
        bodies = [hashed(reading) for reading in _readings_of_document(bare)]
        return tuple(hashed(reading) + body for reading in _readings_of_options(options, bare) for body in bodies)
    except Invalid as error:
        raise refused(Reason.PROOF_UNREADABLE) from error


def _readings_of_options(options: dict[str, Any], bare: dict[str, Any]) -> list[dict[str, Any]]:
    """As they stand; and where they name no context, with the document's, which is what Fedify signs at times."""
    if "@context" in options or "@context" not in bare:
        return [options]
    return [options, options | {"@context": bare["@context"]}]


def _readings_of_document(bare: dict[str, Any]) -> list[dict[str, Any]]:
    """As it stands; and without a Linked Data signature, which Fedify adds when the proof is made. It means nothing
    here, so it does no harm that nothing covers it."""
    without = {name: value for name, value in bare.items() if name != "signature"}
    return [bare] if "signature" not in bare else [without, bare]


def _in_signed_context(bare: dict[str, Any], signed: object) -> dict[str, Any]:
    """The document as it was when it was signed: whoever passed it on may have added contexts, but only behind."""
    ours, theirs = _as_list(bare.get("@context")), _as_list(signed)
    if not theirs or ours[: len(theirs)] != theirs:
        raise refused(Reason.PROOF_CONTEXT)
    return bare if ours == theirs else bare | {"@context": signed}


def _as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _bare(document: _Json) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "proof"}


def hashed(document: _Json) -> bytes:
    """SHA-256 of the canonical form. Raises `Invalid` as `canonical`."""
    return hashlib.sha256(canonical(document)).digest()
