"""Multikeys: public keys as `assertionMethod` writes them (FEP-521a, W3C Controlled Identifiers section 2.2.2)."""

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from fedblog.ap.signatures.base58 import read_base58, write_base58
from fedblog.ap.signatures.keys import PublicKey, read_public_key, usable
from fedblog.errors import Invalid

_MAX_LENGTH = 1536  # RSA of 8192 bits takes about 1,420 characters
_ED25519_PREFIX = b"\xed\x01"
_RSA_PREFIX = b"\x85\x24"


def read_multikey(text: str) -> PublicKey:
    """Read a `publicKeyMultibase`: base58btc of Ed25519 or RSA (PKCS#1). Raises `Invalid` for all else."""
    octets = read_base58(text, _MAX_LENGTH)
    prefix, key = octets[:2], octets[2:]
    try:
        if prefix == _ED25519_PREFIX:
            return Ed25519PublicKey.from_public_bytes(key)
        if prefix == _RSA_PREFIX:
            return usable(serialization.load_der_public_key(key))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Invalid("That is not a public key.") from error
    raise Invalid("That public key is neither RSA nor Ed25519.")


def write_multikey(key: PublicKey) -> str:
    """The key as `publicKeyMultibase`."""
    if isinstance(key, Ed25519PublicKey):
        return write_base58(_ED25519_PREFIX + key.public_bytes_raw())
    return write_base58(_RSA_PREFIX + key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1))


def multikey_of(pem: str) -> str:
    """A public key in PEM as `publicKeyMultibase`. Raises `Invalid` as `read_public_key`."""
    return write_multikey(read_public_key(pem))
