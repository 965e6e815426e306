"""S17, traps in the fields of RFC 9421.

Known case: RFC 9421 section 7 (insufficient coverage, confused labels, ambiguous components).
Verdict: 401; the first label that covers enough counts, and there is no second try; what is not known is refused.
"""

import random

from fedblog.ap.signatures import claim, read_public_key
from fedblog.errors import Unproven
from tests.hand_signed import NOW, cavage, pem_of, rfc9421, rsa_key, with_headers
from tests.lengths import examples

ADA = rsa_key("ada")
PIECES = [
    *'()";:=,?*/@ab1.-_ \t',
    "sig1",
    "created",
    "keyid",
    "alg",
    '"@method"',
    '"@query"',
    ":AAAA:",
    ";sf",
    "?1",
    "é",
]


def is_proven(message):
    """No other refusal than `Unproven` may come out of a field."""
    try:
        return claim(message, NOW, needs_body=True).is_made_by(read_public_key(pem_of(ADA)))
    except Unproven:
        return False


def mutated(dice, text):
    """The text with one to three pieces put in, taken out or exchanged."""
    for _ in range(dice.randint(1, 3)):
        place, length = dice.randrange(len(text) + 1), dice.randrange(4)
        text = text[:place] + dice.choice(PIECES) * dice.randrange(2) + text[place + length :]
    return text


def test_two_thousand_fields_with_a_fault_prove_nothing():
    """What an odd space does not change stays proven: no mutation of a covered text may."""
    dice, whole = random.Random(17), rfc9421(ADA)
    field, signature = whole.header("signature-input"), whole.header("signature")
    for _ in range(examples(2_000, 100_000)):
        changed = mutated(dice, field)
        inner, proven = changed.partition("=")[2], is_proven(with_headers(whole, signature_input=changed))
        assert not proven or inner.strip() == field.partition("=")[2], changed
        assert not is_proven(with_headers(whole, signature=mutated(dice, signature)[:-1] + "x"))


def test_a_label_that_covers_nothing_does_not_lend_its_proof_to_one_that_does():
    """Two labels: the valid one is uncovered, the covering one is forged."""
    weak = rfc9421(ADA, components='"@method"', label="weak")
    forged = rfc9421(rsa_key("eve"), label="strong")
    fields = {name: f"{weak.header(name)}, {forged.header(name)}" for name in ("signature-input", "signature")}
    both = with_headers(forged, **{name.replace("-", "_"): value for name, value in fields.items()})
    assert not is_proven(both)
    assert is_proven(rfc9421(ADA))


def test_a_signature_of_one_form_does_not_stand_in_for_the_other():
    new, old = rfc9421(ADA), cavage(ADA)
    assert not is_proven(with_headers(new, signature=old.header("signature")))
    assert not is_proven(with_headers(old, signature_input=new.header("signature-input")))
