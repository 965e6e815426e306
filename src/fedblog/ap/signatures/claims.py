"""What a signed request says about itself, before its key is known."""

import hashlib
from dataclasses import dataclass
from typing import Literal

from fedblog.ap.signatures.keys import KeyKind, PublicKey, kind_of, verify
from fedblog.ap.signatures.reasons import Reason, refused

Form = Literal["cavage", "rfc9421"]
CAVAGE: Form = "cavage"
RFC9421: Form = "rfc9421"
FORMS: tuple[Form, ...] = (CAVAGE, RFC9421)
_MAX_KEY_ID_LENGTH = 2048


@dataclass(frozen=True, slots=True)
class Claim:
    """A request with a signature in order, of which only the key is still to be proven.

    Coverage, digest, host and time have been checked. `signed_texts` are the readings of the request that
    this form tolerates; the signature must fit one of them. `created_at` is in milliseconds.
    """

    form: Form
    key_id: str
    signature: bytes
    created_at: int
    key_kinds: frozenset[KeyKind]
    signed_texts: tuple[bytes, ...]
    body_sha256: bytes | None

    def is_made_by(self, key: PublicKey) -> bool:
        """Whether that key made the signature, and is of a type that agrees with what the request says."""
        if kind_of(key) not in self.key_kinds:
            return False
        return any(verify(key, self.signature, text) for text in self.signed_texts)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the signature in hex: what the memory of replays keeps."""
        return hashlib.sha256(self.signature).hexdigest()


def checked_key_id(value: object) -> str:
    """The key id, if it is a text that an address may be. Raises `Unproven`."""
    if type(value) is not str or not 0 < len(value) <= _MAX_KEY_ID_LENGTH:
        raise refused(Reason.KEY_ID)
    return value
