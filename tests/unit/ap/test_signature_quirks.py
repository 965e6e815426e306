"""What real senders write, beside the plain form: all of it must verify."""

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives import hashes

from fedblog.ap.signatures import claim, read_public_key
from fedblog.errors import Unproven
from tests.hand_signed import (
    BODY,
    KEY_ID,
    MINUTE,
    NOW,
    cavage,
    ed25519_key,
    http_date,
    pem_of,
    raw_signature,
    rfc9421,
    rsa_key,
    sha256_base64,
)

ADA = rsa_key("ada")
SECONDS = NOW // 1000
DIGEST = sha256_base64(BODY)
SHA512 = base64.b64encode(hashlib.sha512(BODY).digest()).decode()


def with_sha512(key, text):
    return raw_signature(key, text, hashes.SHA512())


CAVAGE = {
    "as Mastodon": {"names": "(request-target) host date digest content-type"},
    "as GoToSocial": {"algorithm": "hs2019"},
    "as Fedify": {"names": "(request-target) accept content-type date digest host"},
    "as Misskey": {"names": "(request-target) date host digest"},
    "as snac": {"names": "(request-target) host digest date"},
    "as Lemmy": {"algorithm": "hs2019", "names": "(request-target) content-type date digest host"},
    "no algorithm": {"written": 'keyId="{key_id}",headers="{names}",signature="{signature}"'},
    "algorithm in capitals": {"algorithm": "RSA-SHA256"},
    "parameters in another order": {
        "written": 'signature="{signature}",headers="{names}",algorithm="{algorithm}",keyId="{key_id}"'
    },
    "spaces around": {
        "written": ' keyId = "{key_id}" ,  algorithm="{algorithm}", headers="{names}", signature="{signature}" '
    },
    "a comma at the end": {"written": 'keyId="{key_id}",headers="{names}",signature="{signature}",'},
    "an unknown parameter": {"written": 'version="2.0",keyId="{key_id}",headers="{names}",signature="{signature}"'},
    "in Authorization": {
        "field": "Authorization",
        "written": 'Signature keyId="{key_id}",algorithm="{algorithm}",headers="{names}",signature="{signature}"',
    },
    "header names in capitals": {"names": "(request-target) Host Date Digest"},
    "more than one space": {"names": "(request-target)  host date  digest"},
    "lower-case sha-256": {"headers": {"Digest": f"sha-256={DIGEST}"}},
    "two digests": {"headers": {"Digest": f"SHA-512={SHA512}, SHA-256={DIGEST}"}},
    "an unknown digest": {"headers": {"Digest": f"SHA-256={DIGEST},UNIXsum=30637"}},
    "created bare": {
        "algorithm": "hs2019",
        "names": "(request-target) host (created) (expires) digest",
        "parameters": {"created": str(SECONDS), "expires": str(SECONDS + 300)},
    },
    "an expiry that has just passed": {
        "algorithm": "hs2019",
        "names": "(request-target) host (created) digest",
        "parameters": {"created": str(SECONDS - 600), "expires": str(SECONDS - 300)},
    },
    "the host with its port": {"headers": {"Host": "blog.example:443"}},
    "the host in capitals": {"headers": {"Host": "Blog.Example"}},
    "rsa-sha512": {"algorithm": "rsa-sha512", "sign": with_sha512},
    "hs2019 that means sha-512": {"algorithm": "hs2019", "sign": with_sha512},
    "a date of one digit": {"headers": {"Date": "Tue, 3 Nov 2026 12:00:00 GMT"}},
    "a header beyond ASCII": {"names": "(request-target) host date digest user-agent", "headers": {"User-Agent": "Bl\xe5"}},
    "with the query": {"target": "/inbox?page=1"},
    "without the query": {"target": "/inbox?page=1", "signed_target": "/inbox"},
}  # fmt: skip


@pytest.mark.parametrize("case", CAVAGE)
@pytest.mark.checklist(row=5)
def test_draft_cavage_as_it_is_written(case):
    claimed = claim(cavage(ADA, **CAVAGE[case]), NOW, needs_body=True)
    assert claimed.is_made_by(read_public_key(pem_of(ADA)))
    assert (claimed.form, claimed.key_id) == ("cavage", KEY_ID)
    assert claimed.body_sha256 == hashlib.sha256(BODY).digest()


@pytest.mark.parametrize("signed_target", ["/x?a=1", "/x"])
@pytest.mark.checklist(row=4)
def test_a_get_is_signed_with_its_query_or_without(signed_target):
    message = cavage(
        ADA, method="GET", target="/x?a=1", signed_target=signed_target, body=b"", names="(request-target) host date"
    )
    assert claim(message, NOW, needs_body=False).is_made_by(ADA.public_key())


def test_a_get_is_not_signed_for_another_query():
    message = cavage(
        ADA, method="GET", target="/x?a=1", signed_target="/x?a=2", body=b"", names="(request-target) host date"
    )
    assert not claim(message, NOW, needs_body=False).is_made_by(ADA.public_key())


RFC9421 = {
    "as Mastodon": {
        "components": '"@method" "@target-uri" "content-type" "content-digest"',
        "parameters": f';created={SECONDS};keyid="{KEY_ID}"',
    },
    "as Fedify": {
        "components": '"@method" "@target-uri" "@authority" "host" "date" "content-digest"',
        "parameters": f';alg="rsa-v1_5-sha256";keyid="{KEY_ID}";created={SECONDS}',
    },
    "target in parts": {"components": '"@method" "@authority" "@path" "@query" "content-digest"'},
    "target in parts, with a query": {
        "target": "/inbox?page=1",
        "components": '"@method" "@authority" "@path" "@query" "content-digest"',
    },
    "everything there is": {
        "target": "/inbox?page=1",
        "components": '"@method" "@target-uri" "@authority" "@scheme" "@request-target" "@path" "@query" "content-digest" "content-type"',
    },
    "nonce and tag": {"parameters": f';created={SECONDS};keyid="{KEY_ID}";nonce="b3k";tag="fediverse"'},
    "an unknown parameter": {"parameters": f';created={SECONDS};keyid="{KEY_ID}";x-flag;x-ratio=1.5'},
    "spaces where they may stand": {"parameters": f'; created={SECONDS};  keyid="{KEY_ID}"'},
    "an expiry": {"parameters": f';created={SECONDS};expires={SECONDS + 300};keyid="{KEY_ID}"'},
    "another label": {"label": "mastodon-1"},
    "an uncovering label before": {
        "before": f'proxy=("date");created={SECONDS};keyid="proxy", ',
        "signatures_before": "proxy=:AAAA:, ",
    },
    "two digests": {"headers": {"Content-Digest": f"sha-512=:{SHA512}:, sha-256=:{DIGEST}:"}},
    "the stronger digest alone": {"headers": {"Content-Digest": f"sha-512=:{SHA512}:"}},
    "an unknown digest": {"headers": {"Content-Digest": f"md5=:AAAA:, sha-256=:{DIGEST}:"}},
    "sha-512": {"parameters": f';created={SECONDS};keyid="{KEY_ID}";alg="rsa-v1_5-sha512"', "sign": with_sha512},
}


@pytest.mark.parametrize("case", RFC9421)
def test_rfc9421_as_it_is_written(case):
    claimed = claim(rfc9421(ADA, **RFC9421[case]), NOW, needs_body=True)
    assert claimed.is_made_by(read_public_key(pem_of(ADA)))
    assert (claimed.form, claimed.key_id, claimed.created_at) == ("rfc9421", KEY_ID, NOW)
    assert claimed.body_sha256 == hashlib.sha256(BODY).digest()


def test_an_ed25519_key_verifies_in_both_forms():
    key = ed25519_key()
    public = read_public_key(pem_of(key))
    by_parameter = f';created={SECONDS};keyid="{KEY_ID}";alg="ed25519"'
    for message in (
        cavage(key, algorithm="hs2019"),
        cavage(key, algorithm="ed25519"),
        rfc9421(key, parameters=by_parameter),
        rfc9421(key, parameters=f';created={SECONDS};keyid="{KEY_ID}"'),
    ):
        assert claim(message, NOW, needs_body=True).is_made_by(public)


MINUTES = [(-66, "stale"), (-64, None), (0, None), (59, None), (61, "future")]


def verdict(message):
    try:
        return None if claim(message, NOW, needs_body=True).is_made_by(ADA.public_key()) else "wrong-key"
    except Unproven as refusal:
        return refusal.reason


@pytest.mark.parametrize(("minutes", "reason"), MINUTES)
def test_the_window_is_65_minutes_back_and_60_ahead(minutes, reason):
    at = NOW + minutes * MINUTE
    created = {"algorithm": "hs2019", "names": "(request-target) host (created) digest"}
    assert verdict(cavage(ADA, headers={"Date": http_date(at)})) == reason
    assert verdict(cavage(ADA, parameters={"created": str(at // 1000)}, **created)) == reason
    assert verdict(rfc9421(ADA, parameters=f';created={at // 1000};keyid="{KEY_ID}"')) == reason


@pytest.mark.parametrize(
    "date",
    [
        "yesterday",
        "Tue, 31 Feb 2026 12:00:00 GMT",
        "Tue, 03 Nov 2026 25:00:00 GMT",
        "Tue, 03 Nov 0000 12:00:00 GMT",
        "Tue, 03 Nov 2026 12:00:00 -0500",
        "2026-11-03T12:00:00Z",
        "",
    ],
)
def test_a_date_that_is_none_is_refused(date):
    assert verdict(cavage(ADA, headers={"Date": date})) == "time-malformed"


@pytest.mark.parametrize("created", ["soon", "-1", "1e9", "99999999999999999999", '""'])
def test_a_creation_time_that_is_none_is_refused(created):
    message = cavage(
        ADA,
        algorithm="hs2019",
        names="(request-target) host (created) digest",
        parameters={"created": created},
    )
    assert verdict(message) == "time-malformed"


@pytest.mark.parametrize("created", ['"1793707200"', "1793707200.5", "now", "?1"])
def test_a_creation_time_of_another_type_is_refused(created):
    assert verdict(rfc9421(ADA, parameters=f';created={created};keyid="{KEY_ID}"')) == "time-malformed"


BODILESS = {
    "cavage": lambda digest: cavage(
        ADA,
        method="GET",
        body=b"",
        names="(request-target) host digest date",
        headers={"Digest": f"SHA-256={digest}"},
    ),
    "rfc9421": lambda digest: rfc9421(ADA, method="GET", body=b"", headers={"Content-Digest": f"sha-256=:{digest}:"}),
}


@pytest.mark.parametrize("form", BODILESS)
def test_a_digest_is_checked_where_it_is_covered_even_without_a_body(form):
    right, wrong = BODILESS[form](sha256_base64(b"")), BODILESS[form](DIGEST)
    assert claim(right, NOW, needs_body=False).is_made_by(ADA.public_key())
    with pytest.raises(Unproven, match="digest-mismatch"):
        claim(wrong, NOW, needs_body=False)


def test_equal_signatures_have_equal_fingerprints_and_others_do_not():
    first, again, other = (
        claim(message, NOW, needs_body=True).fingerprint
        for message in (cavage(ADA), cavage(ADA), cavage(ADA, headers={"Date": http_date(NOW + 1000)}))
    )
    assert first == again != other
    assert len(first) == 64
