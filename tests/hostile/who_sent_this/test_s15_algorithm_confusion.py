"""S15, an algorithm that is chosen by the sender.

Known case: `alg=none` and HMAC with the public key as its secret, from JSON Web Tokens.
Verdict: 401; the type of the key chooses the algorithm, RSA below 2048 or above 8192 bits is no key.
"""

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers

from fedblog.ap.signatures import SigningKey, claim, read_public_key
from fedblog.errors import Invalid
from tests.hand_signed import (
    NOW,
    cavage,
    ed25519_key,
    pem_of,
    rfc9421,
    rsa_key,
)
from tests.hostile.who_sent_this.forging import both_forms, nothing_happened


@pytest.mark.parametrize("sign", [cavage, rfc9421])
def test_a_short_rsa_key_proves_nothing_although_it_signed(sign):
    weak = rsa_key("weak", bits=1024)
    assert claim(sign(weak), NOW, needs_body=True)
    with pytest.raises(Invalid, match="2048"):
        read_public_key(pem_of(weak))


@pytest.mark.parametrize("sign", [cavage, rfc9421])
def test_an_rsa_algorithm_with_an_ed25519_key_is_refused(sign):
    key = ed25519_key()
    assert not claim(sign(key), NOW, needs_body=True).is_made_by(read_public_key(pem_of(key)))


def enormous_pem():
    numbers = RSAPublicNumbers(65537, (1 << 16383) + 12345)
    key = numbers.public_key()
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


@both_forms
async def test_a_key_of_1024_or_16384_bits_opens_no_door(blog, pond, form):
    for number, pem in enumerate((pem_of(rsa_key("weak", bits=1024)), enormous_pem())):
        person = pond.person(f"weak{number}")
        person.key = SigningKey(person.key.key_id, rsa_key("weak", bits=1024))
        pond.documents[f"/users/weak{number}"]["publicKey"]["publicKeyPem"] = pem
        assert (await blog.post(person, person.activity("Follow", blog.actor_id), form=form)).status == 401
    await nothing_happened(blog)
