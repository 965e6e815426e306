"""Multikeys: public keys as `assertionMethod` writes them (FEP-521a, W3C Controlled Identifiers section 2.2.2)."""

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from fedblog.ap.signatures.keys import PublicKey, usable
from fedblog.errors import Invalid

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES = {character: value for value, character in enumerate(_BASE58)}
_MAX_LENGTH = 1536  # RSA of 8192 bits takes about 1,420 characters
_ED25519_PREFIX = b"\xed\x01"
_RSA_PREFIX = b"\x85\x24"


def read_multikey(text: str) -> PublicKey:
    """Read a `publicKeyMultibase`: base58btc of Ed25519 or RSA (PKCS#1). Raises `Invalid` for all else."""
    if not text.startswith("z") or len(text) > _MAX_LENGTH:
        raise Invalid("That is not a key in base58.")
    octets = _decode_base58(text[1:])
    prefix, key = octets[:2], octets[2:]
    try:
        if prefix == _ED25519_PREFIX:
            return Ed25519PublicKey.from_public_bytes(key)
        if prefix == _RSA_PREFIX:
            return usable(serialization.load_der_public_key(key))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Invalid("That is not a public key.") from error
    raise Invalid("That public key is neither RSA nor Ed25519.")


def _decode_base58(text: str) -> bytes:
    number = 0
    for character in text:
        if character not in _VALUES:
            raise Invalid("That is not a key in base58.")
        number = number * 58 + _VALUES[character]
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
