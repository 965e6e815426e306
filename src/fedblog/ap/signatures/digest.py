"""Digests of bodies: `Digest` (RFC 3230, beside draft-cavage) and `Content-Digest` (RFC 9530, beside RFC 9421)."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable

from fedblog.ap.signatures.reasons import Reason, refused
from fedblog.ap.signatures.structured_fields import Dictionary, Item, read_dictionary
from fedblog.errors import Invalid

_CONTENT_ALGORITHMS: dict[str, Callable[[bytes], bytes]] = {
    "sha-256": lambda body: hashlib.sha256(body).digest(),
    "sha-512": lambda body: hashlib.sha512(body).digest(),
}


def make_digest(body_sha256: bytes) -> str:
    """The value of a `Digest` header."""
    return f"SHA-256={base64.b64encode(body_sha256).decode()}"


def make_content_digest(body_sha256: bytes) -> str:
    """The value of a `Content-Digest` header."""
    return f"sha-256=:{base64.b64encode(body_sha256).decode()}:"


def check_digest(field: str | None, body_sha256: bytes) -> None:
    """Check a `Digest` header: at least one SHA-256, every SHA-256 right, other algorithms ignored.

    Names of algorithms have no case (RFC 3230 section 4.1.1). Raises `Unproven`.
    """
    parts = (part.partition("=") for part in (field or "").split(","))
    values = [value.strip() for name, _, value in parts if name.strip().lower() == "sha-256"]
    if not values:
        raise refused(Reason.DIGEST_MISSING)
    if not all(hmac.compare_digest(_decode(value), body_sha256) for value in values):
        raise refused(Reason.DIGEST_MISMATCH)


def check_content_digest(field: str | None, body: bytes) -> None:
    """Check a `Content-Digest` header: at least one of SHA-256 and SHA-512, each of them right. Raises `Unproven`."""
    members = _read(field or "")
    known = [name for name in _CONTENT_ALGORITHMS if name in members]
    if not known:
        raise refused(Reason.DIGEST_MISSING)
    for name in known:
        member = members[name]
        if not isinstance(member, Item) or member.value != _CONTENT_ALGORITHMS[name](body):
            raise refused(Reason.DIGEST_MISMATCH)


def _read(field: str) -> Dictionary:
    try:
        return read_dictionary(field)
    except Invalid as error:
        raise refused(Reason.DIGEST_MISMATCH) from error


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise refused(Reason.DIGEST_MISMATCH) from error
