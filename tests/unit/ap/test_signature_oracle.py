"""RFC 9421 against an independent implementation, both ways."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    InvalidSignature,
    MappingKeyResolver,
    algorithms,
)

from fedblog.ap.signatures import RFC9421, Message, SigningKey, claim, sign
from tests.hand_signed import BODY, KEY_ID, ed25519_key, rsa_key

KEYS = [
    (rsa_key(), algorithms.RSA_V1_5_SHA256),
    (ed25519_key(), algorithms.ED25519),
]
TARGETS = ["/inbox", "/inbox?page=1", "/users/%C3%A4da/inbox?a=b&c=%20", "/"]


@dataclass
class Request:
    """The shape of a request that the other implementation reads."""

    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)


def now():
    """The other implementation reads the clock itself."""
    return int(datetime.now(UTC).timestamp()) * 1000


def resolver(key):
    return MappingKeyResolver(public_keys={KEY_ID: key.public_key()}, private_keys={KEY_ID: key})


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_what_we_sign_the_other_verifies(method, target):
    key = rsa_key()
    body = BODY if method == "POST" else b""
    message = Message(method, "https", "remote.example", target, (("Content-Type", "application/activity+json"),), body)
    headers = dict(message.headers + sign(message, SigningKey(KEY_ID, key), RFC9421, now()))
    request = Request(method, f"https://remote.example{target}", headers)
    verifier = HTTPMessageVerifier(signature_algorithm=algorithms.RSA_V1_5_SHA256, key_resolver=resolver(key))
    [result] = verifier.verify(request, max_age=timedelta(minutes=5), body=body if method == "POST" else None)
    assert result.label == "sig1"
    request.url += "x"
    with pytest.raises(InvalidSignature):
        verifier.verify(request)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(("key", "algorithm"), KEYS)
@pytest.mark.parametrize(
    "components",
    [
        ("@method", "@target-uri"),
        ("@method", "@authority", "@path", "@query"),
        ("@method", "@target-uri", "@authority", "@scheme", "@request-target", "host", "content-type"),
    ],
)
def test_what_the_other_signs_we_verify(key, algorithm, target, components):
    request = Request(
        "POST", f"https://blog.example{target}", {"Host": "blog.example", "Content-Type": "application/activity+json"}
    )
    HTTPMessageSigner(signature_algorithm=algorithm, key_resolver=resolver(key)).sign(
        request, key_id=KEY_ID, covered_component_ids=components, body=BODY, nonce="n", tag="t"
    )
    message = Message("POST", "https", "blog.example", target, tuple(request.headers.items()), BODY)
    assert claim(message, now(), needs_body=True).is_made_by(key.public_key())
    elsewhere = Message("POST", "https", "blog.example", f"{target}x", message.headers, BODY)
    assert not claim(elsewhere, now(), needs_body=True).is_made_by(key.public_key())
