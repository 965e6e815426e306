"""HTTP signatures in both forms of the fediverse, and proofs inside of documents, without any I/O.

Receiving: `claim` a `Message`, find the key of `Claim.key_id`, ask `Claim.is_made_by`; for a document
`claimed_proofs`, and then the same. Sending: `sign` a `Message` with a `SigningKey`, add the headers it returns;
`with_proof` for a document.
"""

from fedblog.ap.signatures.claims import CAVAGE, FORMS, RFC9421, Claim, Form
from fedblog.ap.signatures.keys import (
    KeyPair,
    PrivateKey,
    ProvingKey,
    PublicKey,
    SigningKey,
    make_key_pair,
    make_proving_pair,
    read_private_key,
    read_proving_key,
    read_public_key,
)
from fedblog.ap.signatures.message import Message
from fedblog.ap.signatures.multikey import multikey_of, read_multikey
from fedblog.ap.signatures.proofs import ProofClaim, claimed_proofs, with_proof
from fedblog.ap.signatures.reasons import Reason
from fedblog.ap.signatures.signing import sign
from fedblog.ap.signatures.verifying import claim

__all__ = [
    "CAVAGE",
    "FORMS",
    "RFC9421",
    "Claim",
    "Form",
    "KeyPair",
    "Message",
    "PrivateKey",
    "ProofClaim",
    "ProvingKey",
    "PublicKey",
    "Reason",
    "SigningKey",
    "claim",
    "claimed_proofs",
    "make_key_pair",
    "make_proving_pair",
    "multikey_of",
    "read_multikey",
    "read_private_key",
    "read_proving_key",
    "read_public_key",
    "sign",
    "with_proof",
]
