"""Proofs in documents: FEP-8b32's own example, the forms that are tolerated, and everything that is not."""

import copy
import hashlib
import json
import math

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from fedblog.ap.parse.values import milliseconds
from fedblog.ap.signatures import ProvingKey, claimed_proofs, multikey_of, read_multikey, read_public_key, with_proof
from fedblog.ap.signatures.base58 import read_base58, write_base58
from fedblog.ap.signatures.canonical import canonical
from fedblog.ap.signatures.proofs import MOST_PROOFS, hashed
from fedblog.errors import Invalid, Unproven
from tests.hand_signed import pem_of, rsa_key

CONTEXT = ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/data-integrity/v2"]
ALICE = "https://server.example/users/alice"
METHOD = f"{ALICE}#ed25519-key"
CREATED = milliseconds("2023-02-24T23:36:38Z")
NOW = CREATED + 60_000
HOUR = 3_600_000
DOCUMENT = {
    "@context": CONTEXT,
    "id": "https://server.example/activities/1",
    "type": "Create",
    "actor": ALICE,
    "object": {
        "id": "https://server.example/objects/1",
        "type": "Note",
        "attributedTo": ALICE,
        "content": "Hello world",
        "location": {"type": "Place", "longitude": -71.184902, "latitude": 25.273962},
    },
}
OPTIONS = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-jcs-2022",
    "verificationMethod": METHOD,
    "proofPurpose": "assertionMethod",
    "created": "2023-02-24T23:36:38Z",
    "@context": CONTEXT,
}
HASHES = (
    "cf63e2308ce7d1137667192c5c5e751ba7b1c6e3d5e746a7b717d309654ad198"
    "0793e8d97e2de4b989b2b2d7a5fae8cf941f102a03c0ecab00f03eaa2330c650"
)
VALUE = "z42ffGu6AUKPCFcFPiabmUvnGLPJzC7e4DGWC52NUasSSH37UMa9c58tdgVszUcZfytxa4fQ5TYHaJENCxUDe9SdL"
SECRET = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
PUBLIC_KEY = read_multikey("z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2")
KEY = ProvingKey(METHOD, Ed25519PrivateKey.from_private_bytes(read_base58(SECRET, 64)[2:]))


def signed(document=DOCUMENT, *, key=KEY, **changes):
    """The document with a proof whose options are as wanted; None takes one away."""
    options = {name: value for name, value in (OPTIONS | changes).items() if value is not None}
    value = key.private_key.sign(hashed(options) + hashed(document))
    return document | {"proof": options | {"proofValue": write_base58(value)}}


def is_proven(document, now=NOW, key=PUBLIC_KEY):
    return any(claim.is_made_by(key) for claim in claimed_proofs(document, now))


def reason(document, now=NOW):
    with pytest.raises(Unproven) as refusal:
        claimed_proofs(document, now)
    return refusal.value.reason


@pytest.mark.checklist(row=15)
def test_the_example_of_the_fep_is_made_to_the_byte():
    made = with_proof(DOCUMENT, KEY, CREATED)
    assert (hashed(OPTIONS) + hashed(DOCUMENT)).hex() == HASHES
    assert made == DOCUMENT | {"proof": OPTIONS | {"proofValue": VALUE}}


@pytest.mark.checklist(row=15)
def test_the_example_of_the_fep_verifies():
    [claim] = claimed_proofs(DOCUMENT | {"proof": OPTIONS | {"proofValue": VALUE}}, NOW)
    assert (claim.key_id, claim.created_at) == (METHOD, CREATED)
    assert claim.is_made_by(PUBLIC_KEY)
    assert not claim.is_made_by(Ed25519PrivateKey.generate().public_key())
    assert not claim.is_made_by(rsa_key().public_key())


def leaves(value, path=()):
    """The paths of all single values."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [leaf for name, inner in items for leaf in leaves(inner, (*path, name))]
    return found or [path]


def changed_at(document, path):
    """A copy of the document with one value changed."""
    document = copy.deepcopy(document)
    *way, last = path
    holder = document
    for name in way:
        holder = holder[name]
    holder[last] = holder[last] + ("x" if isinstance(holder[last], str) else 1)
    return document


@pytest.mark.checklist(row=15)
@pytest.mark.parametrize("path", leaves(signed()), ids=lambda path: ".".join(map(str, path)))
def test_any_changed_value_ends_the_proof(path):
    document = changed_at(signed(), path)
    try:
        assert not is_proven(document)
    except Unproven:
        return


@given(place=st.integers(0, 63), bit=st.integers(0, 7))
def test_one_flipped_bit_of_the_signature_ends_the_proof(place, bit):
    octets = bytearray(read_base58(VALUE, 89))
    octets[place] ^= 1 << bit
    assert not is_proven(DOCUMENT | {"proof": OPTIONS | {"proofValue": write_base58(bytes(octets))}})


@pytest.mark.parametrize("added", [{"summary": "more"}, {"signatures": {}}, {"bto": []}, {"": None}], ids=str)
def test_what_is_added_beside_the_proof_is_not_covered_and_so_refused(added):
    assert not is_proven(signed() | added)


def test_a_linked_data_signature_may_be_covered_or_added_later():
    """Fedify adds its own when the proof is made; others make the proof last."""
    signature = {"signature": {"type": "RsaSignature2017", "signatureValue": "x"}}
    assert is_proven(signed() | signature)
    assert is_proven(signed(DOCUMENT | signature))


def test_the_order_of_members_and_the_way_numbers_are_written_do_not_matter():
    text = json.dumps(signed(), sort_keys=True).replace("-71.184902", "-7.1184902e1")
    assert is_proven(json.loads(text))


def test_of_several_proofs_each_is_looked_at():
    good = signed()["proof"]
    other = signed(key=ProvingKey(METHOD, Ed25519PrivateKey.generate()))["proof"]
    for proofs in ([good], [other, good], ["nonsense", {}, good]):
        assert is_proven(DOCUMENT | {"proof": proofs})


def test_of_ten_thousand_proofs_only_a_few_are_looked_at():
    good = signed()["proof"]
    assert len(claimed_proofs(DOCUMENT | {"proof": [good] * 10_000}, NOW)) == MOST_PROOFS
    assert reason(DOCUMENT | {"proof": [{}] * 10_000 + [good]}) == "proof-kind"


class TestContexts:
    """The options may carry the context under which they were made."""

    def test_contexts_that_were_added_behind_do_no_harm(self):
        assert is_proven(signed() | {"@context": [*CONTEXT, {"extra": "https://pond.example/ns#extra"}]})

    @pytest.mark.parametrize(
        "context",
        [[{"Create": "as:Delete"}, *CONTEXT], CONTEXT[::-1], CONTEXT[:1], CONTEXT[0], [], None, {"a": "b"}],
        ids=str,
    )
    def test_a_context_that_does_not_begin_with_the_signed_one_is_refused(self, context):
        document = signed()
        document["@context"] = context
        assert reason(document) == "proof-context"

    def test_a_document_without_the_signed_context_is_refused(self):
        document = signed()
        del document["@context"]
        assert reason(document) == "proof-context"

    def test_a_context_that_is_one_text_counts_like_a_list_of_it(self):
        assert is_proven(signed(DOCUMENT | {"@context": CONTEXT[0]}, **{"@context": CONTEXT[0]}))

    def test_options_without_a_context_are_read_as_they_stand(self):
        assert is_proven(signed(**{"@context": None}))

    def test_options_whose_context_was_signed_and_not_sent_are_read_with_that_of_the_document(self):
        """As Fedify does it."""
        document = signed()
        del document["proof"]["@context"]
        assert is_proven(document)

    def test_a_document_without_any_context_can_be_proven(self):
        bare = {name: value for name, value in DOCUMENT.items() if name != "@context"}
        assert is_proven(signed(bare, **{"@context": None}))
        assert is_proven(with_proof(bare, KEY, CREATED))


class TestTimes:
    @pytest.mark.parametrize(("minutes", "is_good"), [(0, True), (59, True), (61, False)])
    def test_a_proof_from_the_future_is_refused_beyond_an_hour(self, minutes, is_good):
        now = CREATED - minutes * 60_000
        if is_good:
            assert is_proven(signed(), now)
        else:
            assert reason(signed(), now) == "future"

    def test_an_expired_proof_is_refused(self):
        document = signed(expires="2023-02-25T00:00:00Z")
        assert is_proven(document, CREATED)
        assert reason(document, CREATED + HOUR) == "expired"

    @pytest.mark.parametrize("name", ["created", "expires"])
    @pytest.mark.parametrize("value", ["yesterday", 5, [], "", "2023-13-01T00:00:00Z", "9" * 5000])
    def test_a_time_that_is_none_is_refused(self, name, value):
        assert reason(signed(**{name: value})) == "proof-malformed"

    def test_fractions_of_seconds_are_read(self):
        assert is_proven(signed(created="2023-02-24T23:36:38.123456789Z"))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"type": "Ed25519Signature2020"}, "proof-kind"),
        ({"type": ["DataIntegrityProof"]}, "proof-kind"),
        ({"cryptosuite": "eddsa-rdfc-2022"}, "proof-kind"),
        ({"cryptosuite": None}, "proof-kind"),
        ({"proofPurpose": "authentication"}, "proof-kind"),
        ({"verificationMethod": None}, "proof-malformed"),
        ({"verificationMethod": "did:key:z6Mk"}, "proof-malformed"),
        ({"verificationMethod": {"id": METHOD}}, "proof-malformed"),
        ({"verificationMethod": f"https://server.example/{'x' * 5000}"}, "proof-malformed"),
        ({"created": None}, "proof-malformed"),
    ],
    ids=str,
)
def test_proofs_of_other_kinds_are_refused(change, expected):
    assert reason(signed(**change)) == expected


@pytest.mark.parametrize(
    "value",
    [None, 7, "", "z", "zIIII", VALUE[1:], f"{VALUE}1", f"m{VALUE[1:]}", "z" * 90, "z" + "1" * 10**6, []],
    ids=lambda value: str(value)[:20],
)
def test_a_value_that_is_no_signature_is_refused(value):
    assert reason(DOCUMENT | {"proof": OPTIONS | {"proofValue": value}}) == "proof-malformed"


@pytest.mark.parametrize("proof", [None, "text", 5, [], [[]], ["a"], {}, True], ids=str)
def test_a_proof_that_is_none_is_refused(proof):
    assert reason(DOCUMENT | {"proof": proof}).startswith("proof-")
    assert reason(DOCUMENT) == "proof-missing"


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, -math.inf, 1 << 53, 10**400, "\ud800", {"\ud800": 1}, {5: 1}, nested(100_000), {1, 2}, b"x"],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize("place", ["document", "options"])
def test_what_has_no_canonical_form_is_refused_in_words(value, place):
    with pytest.raises(Invalid, match="no canonical form"):
        canonical(value)
    document = signed()
    (document if place == "document" else document["proof"])["odd"] = value
    assert reason(document) == "proof-unreadable"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-(2**52), 2**52)
    | st.text(st.characters(exclude_categories=("Cs",)), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(json_values)
def test_canonical_json_says_the_same_in_one_way_only(value):
    text = canonical(value)
    assert json.loads(text) == value
    assert canonical(json.loads(text)) == text
    assert canonical(json.loads(json.dumps(value, indent=2))) == text


@given(st.dictionaries(st.text(max_size=5), json_values, max_size=5), st.integers(0, 7 * 10**12))
def test_whatever_is_proven_verifies_and_nothing_else(document, at):
    document = {name: value for name, value in document.items() if name not in {"proof", "@context"}}
    made = json.loads(json.dumps(with_proof(document, KEY, at)))
    assert is_proven(made, at)
    assert not is_proven(made | {"more": 1}, at)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from([*OPTIONS, "expires", "proofValue", "nonce"]), anything), anything)
def test_no_proof_raises_anything_but_a_refusal(changes, context):
    document = DOCUMENT | {"@context": context, "proof": OPTIONS | {"proofValue": VALUE} | changes}
    try:
        claims = claimed_proofs(document, NOW)
    except Unproven:
        return
    assert not any(claim.is_made_by(PUBLIC_KEY) for claim in claims) or document["proof"]["proofValue"] == VALUE


@given(st.binary(max_size=80))
def test_base58_comes_back_as_it_went(octets):
    assert read_base58(write_base58(octets), 200) == octets


def test_keys_come_back_as_multikeys():
    for private_key in (rsa_key(), KEY.private_key):
        pem = pem_of(private_key)
        assert read_multikey(multikey_of(pem)) == read_public_key(pem)
    assert isinstance(read_multikey(multikey_of(pem_of(KEY.private_key))), Ed25519PublicKey)
    assert multikey_of(pem_of(KEY.private_key)) == "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"), (-0.0, "0"), (1.0, "1"), (1e21, "1e+21"), (1e20, "100000000000000000000"), (1e-6, "0.000001"),
        (1e-7, "1e-7"), (5e-324, "5e-324"), (1.7976931348623157e308, "1.7976931348623157e+308"), (333333333.3333333, "333333333.3333333"),
        (-71.184902, "-71.184902"), (4.35, "4.35"), (2e-3, "0.002"), (9007199254740992.0, "9007199254740992"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_ecmascript_does(number, text):
    """RFC 8785 section 3.2.2.3 and its appendix B."""
    assert canonical(number).decode() == text


def test_names_are_sorted_by_utf16():
    """RFC 8785 section 3.2.3: the emoji (a surrogate pair) comes before the Hebrew presentation form."""
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    assert list(json.loads(canonical(dict.fromkeys(names, 1)))) == [
        "\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33",
    ]  # fmt: skip
    assert hashlib.sha256(canonical({"b": 1, "a": "\u20ac"})).digest() == hashed({"a": "€", "b": 1})
