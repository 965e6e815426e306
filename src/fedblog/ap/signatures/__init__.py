"""HTTP signatures in both forms of the fediverse, without any I/O.

Receiving: `claim` a `Message`, find the key of `Claim.key_id`, ask `Claim.is_made_by`.
Sending: `sign` a `Message` with a `SigningKey`, add the headers it returns.
"""

from fedblog.ap.signatures.claims import CAVAGE, FORMS, RFC9421, Claim, Form
from fedblog.ap.signatures.keys import (
    KeyPair,
    PrivateKey,
    PublicKey,
    SigningKey,
    make_key_pair,
    read_private_key,
    read_public_key,
)
from fedblog.ap.signatures.message import Message
from fedblog.ap.signatures.multikey import read_multikey
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
    "PublicKey",
    "Reason",
    "SigningKey",
    "claim",
    "make_key_pair",
    "read_multikey",
    "read_private_key",
    "read_public_key",
    "sign",
]
