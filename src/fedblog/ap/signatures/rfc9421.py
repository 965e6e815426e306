"""HTTP Message Signatures (RFC 9421), in the profile that the fediverse uses (protocol.md a.2)."""

import base64
import hashlib
import re
from collections.abc import Callable

from fedblog.ap.signatures.claims import RFC9421, Claim, checked_key_id
from fedblog.ap.signatures.digest import check_content_digest, make_content_digest
from fedblog.ap.signatures.keys import ANY_KIND, ONLY_ED25519, ONLY_RSA, KeyKind, SigningKey, make_signature
from fedblog.ap.signatures.message import Message, signed_bytes
from fedblog.ap.signatures.reasons import Reason, refused
from fedblog.ap.signatures.structured_fields import Dictionary, InnerList, Item, read_dictionary
from fedblog.ap.signatures.window import check_window
from fedblog.errors import Invalid
from fedblog.world import Headers

LABEL = "sig1"
_FIELD_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+")
# What `alg` may say (RFC 9421 section 6.2), and which keys agree with it. Absent: the key alone decides.
_KEY_KINDS = {
    "": ANY_KIND,
    "rsa-v1_5-sha256": ONLY_RSA,
    "rsa-v1_5-sha512": ONLY_RSA,
    "ed25519": ONLY_ED25519,
}
_DERIVED: dict[str, Callable[[Message], str]] = {
    "@method": lambda message: message.method,
    "@target-uri": lambda message: message.target_uri,
    "@authority": lambda message: message.authority,
    "@scheme": lambda message: message.scheme,
    "@request-target": lambda message: message.target,
    "@path": lambda message: message.path or "/",
    "@query": lambda message: f"?{message.query}",
}
_TARGETS = (frozenset({"@target-uri"}), frozenset({"@authority", "@path", "@query"}))


def examine(message: Message, now_ms: int, *, needs_body: bool) -> Claim:
    """Check everything that needs no key. Raises `Unproven`."""
    inputs = _read(message.header("signature-input"))
    signatures = _read(message.header("signature"))
    label, chosen = _choose(inputs, needs_body)
    names = _component_names(chosen)
    created_at, expires_at = _times(chosen)
    check_window(created_at, expires_at, now_ms)
    return Claim(
        RFC9421,
        checked_key_id(chosen.parameters["keyid"]),
        _signature(signatures, label),
        created_at,
        _key_kinds(chosen),
        (_signed_text(message, names, chosen.raw),),
        _checked_body(message) if needs_body or "content-digest" in names else None,
    )


def sign(message: Message, key: SigningKey, now_ms: int, body_sha256: bytes | None = None) -> Headers:
    """The headers to add. Anything but a GET must carry `content-type`.

    `body_sha256` saves hashing a body that goes to many inboxes.
    """
    added: list[tuple[str, str]] = []
    values = {
        "@method": message.method,
        "@target-uri": message.target_uri,
        "@authority": message.authority,
    }
    if message.method != "GET":
        values["content-type"] = message.required_header("content-type")
        values["content-digest"] = make_content_digest(body_sha256 or hashlib.sha256(message.body).digest())
        added.append(("Content-Digest", values["content-digest"]))
    names = " ".join(f'"{name}"' for name in values)
    parameters = f'({names});created={now_ms // 1000};keyid="{key.key_id}";alg="rsa-v1_5-sha256"'
    signature = make_signature(key.private_key, _base(values, parameters))
    encoded = base64.b64encode(signature).decode()
    return (*added, ("Signature-Input", f"{LABEL}={parameters}"), ("Signature", f"{LABEL}=:{encoded}:"))


def _base(values: dict[str, str], parameters: str) -> bytes:
    """The signature base (RFC 9421 section 2.5)."""
    lines = [f'"{name}": {value}' for name, value in values.items()]
    return signed_bytes([*lines, f'"@signature-params": {parameters}'])


def _read(field: str | None) -> Dictionary:
    if field is None:
        raise refused(Reason.UNSIGNED)
    try:
        return read_dictionary(field)
    except Invalid as error:
        raise refused(Reason.MALFORMED) from error


def _choose(inputs: Dictionary, needs_body: bool) -> tuple[str, InnerList]:
    """The first label that covers all that must be covered. It alone is verified; there is no second try.

    Raises `Unproven` with what the first label lacks when none does.
    """
    lacks: list[Reason] = []
    for label, member in inputs.items():
        if not isinstance(member, InnerList):
            raise refused(Reason.MALFORMED)
        lack = _lack(member, needs_body)
        if lack is None:
            return label, member
        lacks.append(lack)
    raise refused(lacks[0] if lacks else Reason.MALFORMED)


def _lack(member: InnerList, needs_body: bool) -> Reason | None:
    """What a label leaves uncovered, if anything. A component with parameters covers nothing that we need."""
    covered = frozenset(item.value for item in member.items if not item.parameters)
    if "@method" not in covered or not any(target <= covered for target in _TARGETS):
        return Reason.TARGET_UNCOVERED
    if needs_body and "content-digest" not in covered:
        return Reason.DIGEST_UNCOVERED
    if "created" not in member.parameters:
        return Reason.TIME_UNCOVERED
    return None if "keyid" in member.parameters else Reason.KEY_ID


def _component_names(chosen: InnerList) -> tuple[str, ...]:
    names = tuple(_component_name(item) for item in chosen.items)
    if len(set(names)) != len(names):
        raise refused(Reason.MALFORMED)
    return names


def _component_name(item: Item) -> str:
    name = item.value
    if type(name) is not str or item.parameters or not (name in _DERIVED or _FIELD_NAME.fullmatch(name)):
        raise refused(Reason.COMPONENT_UNKNOWN)
    return name


def _times(chosen: InnerList) -> tuple[int, int | None]:
    created, expires = chosen.parameters["created"], chosen.parameters.get("expires")
    if type(created) is not int or not (expires is None or type(expires) is int):
        raise refused(Reason.TIME_MALFORMED)
    return created * 1000, None if expires is None else expires * 1000


def _key_kinds(chosen: InnerList) -> frozenset[KeyKind]:
    algorithm = chosen.parameters.get("alg", "")
    if type(algorithm) is not str or algorithm not in _KEY_KINDS:
        raise refused(Reason.ALGORITHM)
    return _KEY_KINDS[algorithm]


def _signature(signatures: Dictionary, label: str) -> bytes:
    member = signatures.get(label)
    if not isinstance(member, Item) or not isinstance(member.value, bytes) or not member.value:
        raise refused(Reason.MALFORMED)
    return member.value


def _signed_text(message: Message, names: tuple[str, ...], raw: str) -> bytes:
    """The base with the received text of the parameters, which a second writing might change."""
    return _base({name: _component_value(message, name) for name in names}, raw)


def _component_value(message: Message, name: str) -> str:
    if name in _DERIVED:
        return _DERIVED[name](message)
    value = message.header(name)
    if value is None:
        raise refused(Reason.COMPONENT_MISSING)
    return value


def _checked_body(message: Message) -> bytes:
    check_content_digest(message.header("content-digest"), message.body)
    return hashlib.sha256(message.body).digest()
