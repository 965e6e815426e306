"""Every signed request that a real server sent verifies at its own time, and at no other."""

import pytest

from fedblog.ap.signatures import claim, claimed_proofs, read_multikey, read_public_key
from fedblog.ap.strict_json import read_object
from fedblog.errors import Unproven
from tests.wire import captured

# When Fedify fetches a key it signs the fragment of the key id as part of @target-uri. No server that follows
# RFC 9421 section 2.2.2 can know it; Fedify then knocks again, in the other form.
SIGNS_A_FRAGMENT = "fedify/34-get-key-target-uri-with-fragment"
ALL = captured.names()
SIGNED = [name for name in ALL if captured.read(name).form != "none" and name != SIGNS_A_FRAGMENT]
HOUR = 3_600_000


def claim_of(capture, now_ms):
    return claim(capture.message, now_ms, needs_body=capture.message.method == "POST")


def test_the_captures_are_all_there():
    assert len(ALL) == 32 + 34 + 23 + 18
    assert {captured.read(name).form for name in SIGNED} == {"cavage", "rfc9421"}


@pytest.mark.parametrize("name", SIGNED)
def test_it_verifies_when_it_was_received(name):
    capture = captured.read(name)
    claimed = claim_of(capture, capture.received_at)
    assert claimed.form == capture.form
    assert claimed.key_id == capture.key["id"]
    assert abs(claimed.created_at - capture.received_at) < 2000
    assert claimed.is_made_by(read_public_key(capture.key["pem"]))


@pytest.mark.parametrize("name", SIGNED)
def test_it_is_stale_two_hours_later(name):
    capture = captured.read(name)
    with pytest.raises(Unproven) as refusal:
        claim_of(capture, capture.received_at + 2 * HOUR)
    assert (refusal.value.reason, refusal.value.status) == ("stale", 401)


@pytest.mark.parametrize("name", [name for name in ALL if captured.read(name).form == "none"])
def test_what_came_unsigned_is_refused_as_unsigned(name):
    capture = captured.read(name)
    with pytest.raises(Unproven) as refusal:
        claim_of(capture, capture.received_at)
    assert (refusal.value.reason, refusal.value.status) == ("unsigned", 401)


def test_a_signed_fragment_does_not_verify():
    capture = captured.read(SIGNS_A_FRAGMENT)
    assert not claim_of(capture, capture.received_at).is_made_by(read_public_key(capture.key["pem"]))


@pytest.mark.parametrize("name", ["gotosocial/03-reply-public", "fedify/03-reply-public", "snac/03-reply-public"])
def test_one_changed_byte_of_the_body_is_noticed(name):
    capture = captured.read(name)
    message = capture.message
    changed = type(message)(
        message.method,
        message.scheme,
        message.authority,
        message.target,
        message.headers,
        message.body.replace(b"Note", b"Nota", 1),
    )
    with pytest.raises(Unproven, match="digest-mismatch"):
        claim(changed, capture.received_at, needs_body=True)


@pytest.mark.parametrize("name", [name for name in ALL if captured.read(name).document["body"] is not None])
def test_its_body_is_read_in_full(name):
    capture = captured.read(name)
    assert read_object(capture.body) == capture.document["body"]


def test_the_multikeys_of_fedify_actors_are_read():
    methods = [
        method["publicKeyMultibase"]
        for name in captured.names("fedify")
        for method in (captured.read(name).document["actor"] or {}).get("assertionMethod", [])
    ]
    assert methods
    for multibase in set(methods):
        assert read_multikey(multibase)


PROVEN = [name for name in captured.names("fedify") if "proof" in (captured.read(name).document["body"] or {})]


@pytest.mark.parametrize("name", PROVEN)
def test_the_proof_in_it_verifies_with_a_key_that_its_actor_lists(name):
    capture = captured.read(name)
    keys = [read_multikey(method["publicKeyMultibase"]) for method in capture.actor["assertionMethod"]]
    [proof] = claimed_proofs(read_object(capture.body), capture.received_at)
    assert [key for key in keys if proof.is_made_by(key)]


def test_real_proofs_are_among_the_captures():
    assert len(PROVEN) > 10
