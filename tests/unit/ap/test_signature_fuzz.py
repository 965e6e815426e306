"""Whatever stands in the headers of a signature: it is read, or it is refused. Nothing else ever happens."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fedblog.ap.signatures import Claim, Reason, claim
from fedblog.errors import Unproven
from tests.hand_signed import KEY_ID, NOW, cavage, rfc9421, rsa_key, with_headers
from tests.lengths import examples

KEY = rsa_key()
SIGNATURE = base64.b64encode(b"s" * 256).decode()
WORDS = {reason.value for reason in Reason}

PIECES = st.sampled_from(
    [
        "sig1=", "sig2=", "(", ")", '"@method"', '"@target-uri"', '"@authority"', '"@path"', '"@query"', '"@status"',
        '"content-digest"', '"date"', '"host"', '""', '"', " ", ",", ";", "=", ":", "\\", ";created=", str(NOW // 1000),
        ";keyid=", f'"{KEY_ID}"', ";alg=", '"rsa-v1_5-sha256"', ";sf", ";req", ";bs", ';key="a"', ";expires=", "-1", "1.5",
        "?1", ":AAAA:", f":{SIGNATURE}:", "keyId=", "headers=", '"(request-target) host date digest"', "signature=",
        f'"{SIGNATURE}"', "algorithm=", '"hs2019"', "(created)", "(expires)", "created=", "SHA-256=", "sha-256=", "\n",
        "\r", "\0", "ä", "\u20ac", "\ud800", "9" * 30,
    ]
)  # fmt: skip
VALUES = st.lists(PIECES | st.text(max_size=3), max_size=25).map("".join)


def outcome(message):
    """`read` or the word of the refusal; any other exception breaks the test."""
    try:
        claimed = claim(message, NOW, needs_body=True)
    except Unproven as refusal:
        return refusal.reason if refusal.status == 401 else str(refusal.status)
    assert isinstance(claimed, Claim)
    assert claimed.is_made_by(KEY.public_key()) in {True, False}
    return "read"


@pytest.mark.soak
@settings(max_examples=examples(300, 20_000))
@given(field=VALUES)
def test_any_signature_input_is_read_or_refused(field):
    assert outcome(with_headers(rfc9421(KEY), signature_input=field)) in WORDS | {"read"}


@pytest.mark.soak
@settings(max_examples=examples(300, 20_000))
@given(field=VALUES, name=st.sampled_from(["signature", "authorization"]))
def test_any_signature_is_read_or_refused(field, name):
    message = with_headers(cavage(KEY), signature=None)
    assert outcome(with_headers(message, **{name: field})) in WORDS | {"read"}
    assert outcome(with_headers(rfc9421(KEY), signature=field)) in WORDS | {"read"}


@pytest.mark.soak
@settings(max_examples=examples(300, 20_000))
@given(field=VALUES, name=st.sampled_from(["digest", "content_digest", "date", "host"]))
def test_any_digest_date_or_host_is_read_or_refused(field, name):
    make = rfc9421 if name == "content_digest" else cavage
    assert outcome(with_headers(make(KEY), **{name: field})) in WORDS | {"read"}


@pytest.mark.soak
@settings(max_examples=examples(100, 5_000))
@given(at=st.integers(0, 200), inserted=st.text(max_size=3))
@pytest.mark.parametrize("header", ["signature", "signature-input"])
def test_a_damaged_signature_is_read_or_refused(header, at, inserted):
    message = rfc9421(KEY)
    value = next(value for name, value in message.headers if name.lower() == header)
    damaged = with_headers(message, **{header.replace("-", "_"): value[:at] + inserted + value[at + 1 :]})
    assert outcome(damaged) in WORDS | {"read"}
