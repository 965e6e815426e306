"""draft-cavage-http-signatures-12, as the fediverse really uses it (protocol.md a.1)."""

import base64
import binascii
import hashlib
import re

from fedblog.ap.signatures.claims import CAVAGE, Claim, checked_key_id
from fedblog.ap.signatures.digest import check_digest, make_digest
from fedblog.ap.signatures.keys import ANY_KIND, ONLY_ED25519, ONLY_RSA, KeyKind, SigningKey, make_signature
from fedblog.ap.signatures.message import Message, signed_bytes
from fedblog.ap.signatures.reasons import Reason, refused
from fedblog.ap.signatures.window import check_window, format_date, read_date
from fedblog.world import Headers

_PARAMETER = re.compile(r'[ \t]*+([A-Za-z]++)[ \t]*+=[ \t]*+(?:"([^"]*+)"|([^",\s]++))[ \t]*+(?:,|$)')
_TIME = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,9})?")
# What `algorithm` may say, and which keys agree with it. Absent means hs2019: "ask the key".
_KEY_KINDS = {
    "hs2019": ANY_KIND,
    "rsa-sha256": ONLY_RSA,
    "rsa-sha512": ONLY_RSA,
    "ed25519": ONLY_ED25519,
}
_Parameters = dict[str, str]


def examine(message: Message, now_ms: int, *, needs_body: bool) -> Claim:
    """Check everything that needs no key. Raises `Unproven`."""
    parameters = _read_parameters(_signature_field(message))
    covered = _read_covered(parameters)
    _check_coverage(covered, needs_body)
    key_kinds = _key_kinds(parameters, covered)
    created_at = _created_at(message, parameters, covered)
    check_window(created_at, _time(parameters["expires"]) if "expires" in parameters else None, now_ms)
    return Claim(
        CAVAGE,
        checked_key_id(parameters.get("keyid")),
        _signature(parameters),
        created_at,
        key_kinds,
        tuple(_signed_text(message, target, covered, parameters) for target in _targets(message)),
        _checked_body(message) if needs_body or "digest" in covered else None,
    )


def sign(message: Message, key: SigningKey, now_ms: int, body_sha256: bytes | None = None) -> Headers:
    """The headers to add. A GET must carry `accept`, anything else `content-type`.

    `body_sha256` saves hashing a body that goes to many inboxes.
    """
    date = format_date(now_ms)
    added = [("Date", date)]
    values = {
        "(request-target)": f"{message.method.lower()} {message.target}",
        "host": message.header("host") or message.authority,
        "date": date,
    }
    if message.method == "GET":
        values["accept"] = message.required_header("accept")
    else:
        values["digest"] = make_digest(body_sha256 or hashlib.sha256(message.body).digest())
        values["content-type"] = message.required_header("content-type")
        added.append(("Digest", values["digest"]))
    signature = make_signature(key.private_key, signed_bytes([f"{name}: {value}" for name, value in values.items()]))
    return (*added, ("Signature", _signature_value(key.key_id, " ".join(values), signature)))


def _signature_value(key_id: str, names: str, signature: bytes) -> str:
    encoded = base64.b64encode(signature).decode()
    return f'keyId="{key_id}",algorithm="rsa-sha256",headers="{names}",signature="{encoded}"'


def _signature_field(message: Message) -> str:
    field = message.header("signature")
    if field is not None:
        return field
    scheme, _, credentials = (message.header("authorization") or "").partition(" ")
    if scheme.lower() != "signature":
        raise refused(Reason.UNSIGNED)
    return credentials


def _read_parameters(field: str) -> _Parameters:
    """Read `k="v"` pairs: any order, spaces, bare numbers, unknown names. A name that stands twice is refused."""
    parameters: _Parameters = {}
    at = 0
    while at < len(field):
        match = _PARAMETER.match(field, at)
        if match is None or (name := match[1].lower()) in parameters:
            raise refused(Reason.MALFORMED)
        parameters[name] = match[2] if match[2] is not None else match[3]
        at = match.end()
    return parameters


def _read_covered(parameters: _Parameters) -> tuple[str, ...]:
    # A name that stands twice would let a short header ask for megabytes of signing string.
    names = tuple(parameters.get("headers", "").lower().split())
    if len(set(names)) != len(names):
        raise refused(Reason.MALFORMED)
    return names


def _check_coverage(covered: tuple[str, ...], needs_body: bool) -> None:
    if "(request-target)" not in covered:
        raise refused(Reason.TARGET_UNCOVERED)
    if "host" not in covered:
        raise refused(Reason.HOST_UNCOVERED)
    if "date" not in covered and "(created)" not in covered:
        raise refused(Reason.TIME_UNCOVERED)
    if needs_body and "digest" not in covered:
        raise refused(Reason.DIGEST_UNCOVERED)


def _key_kinds(parameters: _Parameters, covered: tuple[str, ...]) -> frozenset[KeyKind]:
    algorithm = parameters.get("algorithm", "hs2019").lower()
    # As Mastodon does: the older algorithms never had the two (draft section 2.3).
    has_times_of_its_own = "(created)" in covered or "(expires)" in covered
    if algorithm not in _KEY_KINDS or (has_times_of_its_own and algorithm != "hs2019"):
        raise refused(Reason.ALGORITHM)
    return _KEY_KINDS[algorithm]


def _created_at(message: Message, parameters: _Parameters, covered: tuple[str, ...]) -> int:
    if "(created)" in covered:
        return _time(parameters.get("created", ""))
    return read_date(message.header("date") or "")


def _time(text: str) -> int:
    if _TIME.fullmatch(text) is None:
        raise refused(Reason.TIME_MALFORMED)
    return int(float(text) * 1000)


def _signature(parameters: _Parameters) -> bytes:
    try:
        signature = base64.b64decode(parameters.get("signature", ""), validate=True)
    except (binascii.Error, ValueError) as error:
        raise refused(Reason.MALFORMED) from error
    if not signature:
        raise refused(Reason.MALFORMED)
    return signature


def _targets(message: Message) -> tuple[str, ...]:
    """The target as it is, then without its query: some sign with it, some without (protocol.md a.1)."""
    return (message.target,) if "?" not in message.target else (message.target, message.path)


def _signed_text(message: Message, target: str, covered: tuple[str, ...], parameters: _Parameters) -> bytes:
    own: dict[str, str | None] = {
        "(request-target)": f"{message.method.lower()} {target}",
        "(created)": parameters.get("created"),
        "(expires)": parameters.get("expires"),
    }
    lines = []
    for name in covered:
        value = own[name] if name in own else message.header(name)
        if value is None:
            raise refused(Reason.COMPONENT_MISSING)
        lines.append(f"{name}: {value}")
    return signed_bytes(lines)


def _checked_body(message: Message) -> bytes:
    body_sha256 = hashlib.sha256(message.body).digest()
    check_digest(message.header("digest"), body_sha256)
    return body_sha256
