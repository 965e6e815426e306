"""Keys: reading, making, and checking a signature with one.

The key's type picks the algorithm; what a request says about algorithms may only agree (security.md S15).
RSA of 2048 to 8192 bits with PKCS#1 v1.5 and SHA-256 (SHA-512 tried last), and Ed25519. Never HMAC, never SHA-1.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from fedblog.errors import Invalid

PublicKey = RSAPublicKey | Ed25519PublicKey
PrivateKey = RSAPrivateKey

_MIN_BITS, _MAX_BITS, _OWN_BITS = 2048, 8192, 2048
_MAX_PEM_LENGTH = 2048  # 8192 bits take about 1,530 characters
_MAX_EXPONENT = 1 << 32  # A long exponent makes every check slow
_PADDING = padding.PKCS1v15()
_SHA256 = hashes.SHA256()
_RSA_HASHES = (_SHA256, hashes.SHA512())


class KeyKind(StrEnum):
    """The types of keys that may prove something."""

    RSA = "rsa"
    ED25519 = "ed25519"


ANY_KIND = frozenset(KeyKind)
ONLY_RSA = frozenset({KeyKind.RSA})
ONLY_ED25519 = frozenset({KeyKind.ED25519})


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A fresh key pair as PEM: PKCS#8 without a password, and SPKI."""

    private_pem: str = field(repr=False)
    public_pem: str


@dataclass(frozen=True, slots=True)
class ProvingKey:
    """An Ed25519 key of ours, parsed, and the id of its public half, which the proof names as its method."""

    method_id: str
    private_key: Ed25519PrivateKey


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key of ours, parsed, and the key id under which its public half is served."""

    key_id: str
    private_key: PrivateKey


def read_public_key(pem: str) -> PublicKey:
    """Read a public key from PEM (SPKI or PKCS#1).

    Raises `Invalid` for text that is none, and for keys of other types, sizes or odd exponents.
    """
    if len(pem) > _MAX_PEM_LENGTH:
        raise Invalid("That public key is too long.")
    try:
        key = serialization.load_pem_public_key(pem.strip().encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Invalid("That is not a public key.") from error
    return usable(key)


def usable(key: object) -> PublicKey:
    """The key, if it may prove something. Raises `Invalid` for other types and sizes."""
    if isinstance(key, Ed25519PublicKey):
        return key
    if not isinstance(key, RSAPublicKey):
        raise Invalid("That public key is neither RSA nor Ed25519.")
    if not _MIN_BITS <= key.key_size <= _MAX_BITS or key.public_numbers().e >= _MAX_EXPONENT:
        raise Invalid("That RSA key has not between 2048 and 8192 bits and a short exponent.")
    return key


def kind_of(key: PublicKey) -> KeyKind:
    """The type of a key."""
    return KeyKind.RSA if isinstance(key, RSAPublicKey) else KeyKind.ED25519


def make_key_pair() -> KeyPair:
    """Make an RSA-2048 key pair: the size that every server of the fediverse reads. Takes tens of milliseconds."""
    return _as_pem(rsa.generate_private_key(public_exponent=65537, key_size=_OWN_BITS))


def make_proving_pair() -> KeyPair:
    """Make an Ed25519 key pair, for the proofs in our activities."""
    return _as_pem(Ed25519PrivateKey.generate())


def _as_pem(key: RSAPrivateKey | Ed25519PrivateKey) -> KeyPair:
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return KeyPair(private.decode(), public.decode())


def read_private_key(pem: str) -> PrivateKey:
    """Read a private key of ours. Parse once and keep the object: only signing with it is fast.

    Skips the proof that the numbers are primes, since we made or adopted the key ourselves and that proof costs
    more than many signatures. Raises `Invalid` for text that is no private RSA key.
    """
    try:
        key = serialization.load_pem_private_key(pem.encode(), password=None, unsafe_skip_rsa_key_validation=True)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Invalid("That is not a private key.") from error
    if not isinstance(key, RSAPrivateKey):
        raise Invalid("That private key is not an RSA key.")
    return key


def read_proving_key(method_id: str, pem: str) -> ProvingKey:
    """Read a private Ed25519 key of ours. Raises `Invalid` for text that is none."""
    try:
        key = serialization.load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Invalid("That is not a private key.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise Invalid("That private key is not an Ed25519 key.")
    return ProvingKey(method_id, key)


def make_signature(key: PrivateKey, message: bytes) -> bytes:
    """Sign with RSASSA-PKCS1-v1_5 and SHA-256."""
    return key.sign(message, _PADDING, _SHA256)


def verify(key: PublicKey, signature: bytes, message: bytes) -> bool:
    """Whether `signature` over `message` was made with the private half of `key`."""
    if isinstance(key, RSAPublicKey):
        return any(_is_rsa_signature(key, signature, message, algorithm) for algorithm in _RSA_HASHES)
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _is_rsa_signature(key: RSAPublicKey, signature: bytes, message: bytes, algorithm: hashes.HashAlgorithm) -> bool:
    try:
        key.verify(signature, message, _PADDING, algorithm)
    except InvalidSignature:
        return False
    return True
