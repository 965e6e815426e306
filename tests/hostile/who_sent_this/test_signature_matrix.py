"""The matrix of forged, broken and stale signatures, in both forms: as far as no key has to be fetched.

Each case is signed by the peer's true key wherever the case allows, so that only the named fault can refuse it.
"""

import hashlib
import hmac

import pytest

from fedblog.ap.signatures import Message, claim, read_public_key
from fedblog.errors import Unproven
from tests.hand_signed import (
    BODY,
    HOST,
    KEY_ID,
    MINUTE,
    NOW,
    cavage,
    http_date,
    pem_of,
    rfc9421,
    rsa_key,
    sha256_base64,
    with_body,
    with_headers,
)

ADA = rsa_key("ada")
SECONDS = NOW // 1000


def created(at, rest=""):
    return f';created={at // 1000};keyid="{KEY_ID}"{rest}'


def without(name):
    return " ".join(kept for kept in ("(request-target)", "host", "date", "digest") if kept != name)


def keyed_with_the_pem(_key, text):
    return hmac.new(pem_of(ADA).encode(), text.encode(), hashlib.sha256).digest()


def repeated(message, header):
    """The message with one of its headers sent twice."""
    again = tuple((name, value) for name, value in message.headers if name == header)
    return Message(
        message.method, message.scheme, message.authority, message.target, message.headers + again, message.body
    )


def refusal(message):
    """Why the message proves nothing: the word of the refusal, or "wrong-key"."""
    try:
        claimed = claim(message, NOW, needs_body=True)
    except Unproven as error:
        return error.reason if error.status == 401 else f"answered {error.status}"
    return None if claimed.is_made_by(read_public_key(pem_of(ADA))) else "wrong-key"


def test_the_untouched_request_of_either_form_is_proven():
    assert refusal(cavage(ADA)) is None
    assert refusal(rfc9421(ADA)) is None


CAVAGE = {
    "unsigned": (lambda: with_headers(cavage(ADA), signature=None), "unsigned"),
    "wrong key": (lambda: cavage(rsa_key("eve")), "wrong-key"),
    "body flipped": (lambda: with_body(cavage(ADA), BODY.replace(b"F", b"f")), "digest-mismatch"),
    "body and digest exchanged": (
        lambda: with_headers(with_body(cavage(ADA), b"{}"), digest=f"SHA-256={sha256_base64(b'{}')}"),
        "wrong-key",
    ),
    "digest absent": (lambda: with_headers(cavage(ADA), digest=None), "component-missing"),
    "digest of a weaker kind only": (lambda: cavage(ADA, headers={"Digest": "MD5=AAAA"}), "digest-missing"),
    "digest uncovered": (lambda: cavage(ADA, names=without("digest")), "digest-uncovered"),
    "target uncovered": (lambda: cavage(ADA, names=without("(request-target)")), "target-uncovered"),
    "host uncovered": (lambda: cavage(ADA, names=without("host")), "host-uncovered"),
    "host of another server": (lambda: cavage(ADA, headers={"Host": "other.example"}), "host"),
    "signed for another host, sent with ours": (
        lambda: with_headers(cavage(ADA, headers={"Host": "other.example"}), host=HOST),
        "wrong-key",
    ),
    "another target": (lambda: cavage(ADA, signed_target="/users/eve/inbox"), "wrong-key"),
    "date uncovered": (lambda: cavage(ADA, names=without("date")), "time-uncovered"),
    "headers left out": (
        lambda: cavage(ADA, names="date", written='keyId="{key_id}",signature="{signature}"'),
        "target-uncovered",
    ),
    "stale": (lambda: cavage(ADA, headers={"Date": http_date(NOW - 66 * MINUTE)}), "stale"),
    "future": (lambda: cavage(ADA, headers={"Date": http_date(NOW + 61 * MINUTE)}), "future"),
    "no date at all": (lambda: with_headers(cavage(ADA), date=None), "time-malformed"),
    "expired": (
        lambda: cavage(
            ADA,
            algorithm="hs2019",
            names="(request-target) host (created) (expires) digest",
            parameters={"created": str(SECONDS - 64 * 60), "expires": str(SECONDS - 62 * 60)},
        ),
        "expired",
    ),
    "algorithm disagreeing with the key": (lambda: cavage(ADA, algorithm="ed25519"), "wrong-key"),
    "created with rsa-sha256": (
        lambda: cavage(ADA, names="(request-target) host (created) digest", parameters={"created": str(SECONDS)}),
        "algorithm",
    ),
    "sha-1": (lambda: cavage(ADA, algorithm="rsa-sha1"), "algorithm"),
    "hmac": (lambda: cavage(ADA, algorithm="hmac-sha256", sign=keyed_with_the_pem), "algorithm"),
    "hmac that says hs2019": (lambda: cavage(ADA, algorithm="hs2019", sign=keyed_with_the_pem), "wrong-key"),
    "two signature headers": (lambda: repeated(cavage(ADA), "Signature"), "signature-malformed"),
    "two hosts": (lambda: repeated(cavage(ADA), "Host"), "host"),
    "one digest right, one wrong": (
        lambda: cavage(ADA, headers={"Digest": f"SHA-256={sha256_base64(BODY)},SHA-256={sha256_base64(b'')}"}),
        "digest-mismatch",
    ),
    "a key id longer than any address": (
        lambda: cavage(ADA, written=f'keyId="https://{"a" * 2048}",headers="{{names}}",signature="{{signature}}"'),
        "key-id-missing",
    ),
    "a signature of RFC 9421 in the wrong header": (
        lambda: with_headers(rfc9421(ADA), signature_input=None),
        "signature-malformed",
    ),
}

RFC9421 = {
    "unsigned": (lambda: with_headers(rfc9421(ADA), signature=None, signature_input=None), "unsigned"),
    "signature without the bytes": (lambda: with_headers(rfc9421(ADA), signature=None), "unsigned"),
    "wrong key": (lambda: rfc9421(rsa_key("eve")), "wrong-key"),
    "body flipped": (lambda: with_body(rfc9421(ADA), BODY.replace(b"F", b"f")), "digest-mismatch"),
    "body and digest exchanged": (
        lambda: with_headers(with_body(rfc9421(ADA), b"{}"), content_digest=f"sha-256=:{sha256_base64(b'{}')}:"),
        "wrong-key",
    ),
    "digest absent": (lambda: with_headers(rfc9421(ADA), content_digest=None), "component-missing"),
    "digest of a weaker kind only": (
        lambda: rfc9421(ADA, headers={"Content-Digest": "md5=:AAAA:"}),
        "digest-missing",
    ),
    "digest uncovered": (lambda: rfc9421(ADA, components='"@method" "@target-uri"'), "digest-uncovered"),
    "target uncovered": (lambda: rfc9421(ADA, components='"@method" "content-digest"'), "target-uncovered"),
    "method uncovered": (lambda: rfc9421(ADA, components='"@target-uri" "content-digest"'), "target-uncovered"),
    "host uncovered": (
        lambda: rfc9421(ADA, components='"@method" "@path" "@query" "content-digest"'),
        "target-uncovered",
    ),
    "query uncovered": (
        lambda: rfc9421(ADA, components='"@method" "@authority" "@path" "content-digest"'),
        "target-uncovered",
    ),
    "host of another server": (lambda: rfc9421(ADA, headers={"Host": "other.example"}), "host"),
    "signed for another host, sent with ours": (
        lambda: rfc9421(ADA, values={"@target-uri": "https://other.example/inbox"}),
        "wrong-key",
    ),
    "signed for http": (lambda: rfc9421(ADA, values={"@target-uri": f"http://{HOST}/inbox"}), "wrong-key"),
    "date uncovered": (lambda: rfc9421(ADA, parameters=f';keyid="{KEY_ID}"'), "time-uncovered"),
    "key uncovered": (lambda: rfc9421(ADA, parameters=f";created={SECONDS}"), "key-id-missing"),
    "stale": (lambda: rfc9421(ADA, parameters=created(NOW - 66 * MINUTE)), "stale"),
    "future": (lambda: rfc9421(ADA, parameters=created(NOW + 61 * MINUTE)), "future"),
    "expired": (
        lambda: rfc9421(ADA, parameters=created(NOW - 64 * MINUTE, f";expires={SECONDS - 62 * 60}")),
        "expired",
    ),
    "expired before it was made": (
        lambda: rfc9421(ADA, parameters=created(NOW, f";expires={SECONDS - 1}")),
        "expired",
    ),
    "algorithm disagreeing with the key": (
        lambda: rfc9421(ADA, parameters=created(NOW, ';alg="ed25519"')),
        "wrong-key",
    ),
    "hmac": (
        lambda: rfc9421(ADA, parameters=created(NOW, ';alg="hmac-sha256"'), sign=keyed_with_the_pem),
        "algorithm",
    ),
    "algorithm that is no string": (
        lambda: rfc9421(ADA, parameters=created(NOW, ";alg=rsa-v1_5-sha256")),
        "algorithm",
    ),
    "one digest right, one wrong": (
        lambda: rfc9421(
            ADA, headers={"Content-Digest": f"sha-256=:{sha256_base64(BODY)}:, sha-512=:{sha256_base64(BODY)}:"}
        ),
        "digest-mismatch",
    ),
    "digest that is no bytes": (
        lambda: rfc9421(ADA, headers={"Content-Digest": f'sha-256="{sha256_base64(BODY)}"'}),
        "digest-mismatch",
    ),
    "a key id longer than any address": (
        lambda: rfc9421(ADA, parameters=f';created={SECONDS};keyid="https://{"a" * 2048}"'),
        "key-id-missing",
    ),
    "hmac that says nothing": (
        lambda: rfc9421(ADA, parameters=created(NOW), sign=keyed_with_the_pem),
        "wrong-key",
    ),
    "two labels, the covering one forged": (
        lambda: rfc9421(
            rsa_key("eve"),
            before=f'sig0=("date"){created(NOW)}, ',
            signatures_before="sig0=:AAAA:, ",
        ),
        "wrong-key",
    ),
    "two labels, neither covers": (
        lambda: rfc9421(
            ADA,
            components='"@method" "@target-uri"',
            before=f'sig0=("date"){created(NOW)}, ',
            signatures_before="sig0=:AAAA:, ",
        ),
        "target-uncovered",
    ),
    "two labels, the first forged, the second right": (
        lambda: rfc9421(
            ADA,
            before=f'sig0=("@method" "@target-uri" "content-digest"){created(NOW)}, ',
            signatures_before="sig0=:AAAA:, ",
        ),
        "wrong-key",
    ),
    "one label twice": (
        lambda: rfc9421(ADA, before=f'sig1=("date"){created(NOW)}, '),
        "signature-malformed",
    ),
    "unknown component": (
        lambda: rfc9421(
            ADA, components='"@method" "@target-uri" "content-digest" "@status"', values={"@status": "200"}
        ),
        "component-unknown",
    ),
    "a component twice": (
        lambda: rfc9421(ADA, components='"@method" "@target-uri" "content-digest" "@method"'),
        "signature-malformed",
    ),
    "upper-case component": (
        lambda: rfc9421(ADA, components='"@method" "@target-uri" "content-digest" "Date"', values={"Date": "x"}),
        "component-unknown",
    ),
    **{
        f"component with {parameter}": (
            lambda parameter=parameter: rfc9421(
                ADA, components=f'"@method" "@target-uri" "content-digest" "date"{parameter}'
            ),
            "component-unknown",
        )
        for parameter in (";sf", ";bs", ";tr", ";req", ';key="a"', ';name="a"')
    },
    "content-digest by key only": (
        lambda: rfc9421(ADA, components='"@method" "@target-uri" "content-digest";key="sha-256"'),
        "digest-uncovered",
    ),
}


@pytest.mark.parametrize("case", CAVAGE)
def test_draft_cavage(case):
    forge, reason = CAVAGE[case]
    assert refusal(forge()) == reason


@pytest.mark.parametrize("case", RFC9421)
@pytest.mark.checklist(row=2)
def test_rfc9421(case):
    forge, reason = RFC9421[case]
    assert refusal(forge()) == reason


def test_a_value_cannot_forge_a_line_of_the_signing_string():
    assert refusal(cavage(ADA, headers={"Date": f"{http_date(NOW)}"})) is None
    smuggled = with_headers(cavage(ADA, names="(request-target) host date digest accept"), accept="a\ndigest: b")
    assert refusal(smuggled) == "signature-malformed"


def test_a_short_header_cannot_ask_for_a_long_signing_string():
    names = "(request-target) host date digest " + "x " * 1000
    message = with_headers(cavage(ADA), signature=f'keyId="{KEY_ID}",headers="{names}",signature="AAAA"', x="y" * 10000)
    assert refusal(message) == "signature-malformed"
