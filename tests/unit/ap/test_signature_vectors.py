"""The exact bytes that are signed: protocol.md a.1 and a.2."""

import hashlib

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from fedblog.ap.signatures import CAVAGE, FORMS, RFC9421, Message, SigningKey, claim, sign
from tests.hand_signed import NOW, rsa_key

BODY = b'{"hello":"world"}'
DIGEST = "k6I5cakU5erL8KjSUVTNownDwccvu5kU1Hxg88toFYg="
KEY_ID = "https://blog.example/users/ada#main-key"
POST = Message(
    "POST",
    "https",
    "remote.example",
    "/inbox?page=1",
    (("Host", "remote.example"), ("content-type", "application/activity+json")),
    BODY,
)
GET = Message(
    "GET",
    "https",
    "remote.example",
    "/users/bob?x=1",
    (("Host", "remote.example"), ("Accept", "application/activity+json")),
)
KEY = SigningKey(KEY_ID, rsa_key())


def signed(message, form, **options):
    added = sign(message, KEY, form, NOW, **options)
    return dict(added), Message(
        message.method, message.scheme, message.authority, message.target, (*message.headers, *added), message.body
    )


def only_text(message):
    """The signed text; the one with the query, where there are two."""
    return claim(message, NOW, needs_body=message.method == "POST").signed_texts[0]


def assert_signature(message, text):
    signature = claim(message, NOW, needs_body=message.method == "POST").signature
    rsa_key().public_key().verify(signature, text, padding.PKCS1v15(), hashes.SHA256())


@pytest.mark.checklist(row=1)
def test_the_draft_cavage_vector():
    headers, message = signed(POST, CAVAGE)
    assert headers["Date"] == "Tue, 03 Nov 2026 12:00:00 GMT"
    assert headers["Digest"] == f"SHA-256={DIGEST}"
    assert headers["Signature"].startswith(
        f'keyId="{KEY_ID}",algorithm="rsa-sha256",headers="(request-target) host date digest content-type",signature="'
    )
    text = only_text(message)
    assert len(text) == 194
    assert hashlib.sha256(text).hexdigest() == "7c30c9d2355214c030ab2c17e09a27839d3ffa221a891bb303f297f19465b3c2"
    assert_signature(message, text)


@pytest.mark.checklist(row=2)
def test_the_rfc9421_vector():
    headers, message = signed(POST, RFC9421)
    assert headers["Content-Digest"] == f"sha-256=:{DIGEST}:"
    assert headers["Signature-Input"] == (
        'sig1=("@method" "@target-uri" "@authority" "content-type" "content-digest")'
        f';created=1793707200;keyid="{KEY_ID}";alg="rsa-v1_5-sha256"'
    )
    text = only_text(message)
    assert len(text) == 391
    assert hashlib.sha256(text).hexdigest() == "ed16eadddbbb96ba2bee40af435e3cb624b6e99e95ca7aac470496a512f20c32"
    assert_signature(message, text)


def test_a_get_in_draft_cavage_covers_accept():
    headers, message = signed(GET, CAVAGE)
    assert "Digest" not in headers
    text = b"(request-target): get /users/bob?x=1\nhost: remote.example\ndate: Tue, 03 Nov 2026 12:00:00 GMT\naccept: application/activity+json"
    assert only_text(message) == text
    assert_signature(message, text)


def test_a_get_in_rfc9421_covers_no_body():
    headers, message = signed(GET, RFC9421)
    assert "Content-Digest" not in headers
    assert headers["Signature-Input"].startswith('sig1=("@method" "@target-uri" "@authority");created=1793707200;')
    assert_signature(message, only_text(message))


@pytest.mark.parametrize("form", FORMS)
def test_a_digest_made_before_is_used_again(form):
    given, _ = signed(POST, form, body_sha256=hashlib.sha256(BODY).digest())
    made, _ = signed(POST, form)
    assert given == made


@pytest.mark.parametrize("form", FORMS)
def test_a_host_header_is_added_where_none_is(form):
    bare = Message("POST", "https", "remote.example:8443", "/inbox", POST.headers[1:], BODY)
    headers, message = signed(bare, form)
    assert headers["Host"] == "remote.example:8443"
    assert claim(message, NOW, needs_body=True).is_made_by(rsa_key().public_key())


@pytest.mark.parametrize("form", FORMS)
def test_signing_a_post_without_content_type_is_our_mistake(form):
    bare = Message("POST", "https", "remote.example", "/inbox", (), BODY)
    with pytest.raises(ValueError, match="content-type"):
        sign(bare, KEY, form, NOW)


def test_two_attempts_two_hours_apart_both_verify_with_one_body():
    later = NOW + 7_200_000
    for now in (NOW, later):
        for form in FORMS:
            message = Message(
                "POST", "https", "remote.example", "/inbox", (*POST.headers, *sign(POST, KEY, form, now)), BODY
            )
            again = Message(message.method, "https", "remote.example", POST.target, message.headers, BODY)
            assert claim(again, now, needs_body=True).is_made_by(rsa_key().public_key())
