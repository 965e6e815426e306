import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa, x25519

from fedblog.ap.signatures import make_key_pair, read_multikey, read_private_key, read_public_key
from fedblog.ap.signatures.keys import make_signature, verify
from fedblog.errors import Invalid
from tests.hand_signed import ed25519_key, pem_of, rsa_key

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def rsa_pem(bits, exponent=65537):
    """A public key of that size. Its modulus is no product of two primes: who reads it cannot tell."""
    numbers = rsa.RSAPublicNumbers(exponent, (1 << (bits - 1)) | 1)
    return numbers.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()  # fmt: skip


def multibase(octets):
    number, digits = int.from_bytes(octets, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        digits = BASE58[digit] + digits
    return "z" + digits


@pytest.mark.parametrize("form", [serialization.PublicFormat.SubjectPublicKeyInfo, serialization.PublicFormat.PKCS1])
@pytest.mark.parametrize("dress", [str, str.strip, lambda pem: f"\n  {pem}\n\n", lambda pem: pem.replace("\n", "\r\n")])
def test_rsa_keys_are_read_in_both_forms_however_they_are_wrapped(form, dress):
    assert read_public_key(dress(pem_of(rsa_key(), form))) == rsa_key().public_key()


def test_ed25519_keys_are_read():
    assert read_public_key(pem_of(ed25519_key())) == ed25519_key().public_key()


@pytest.mark.parametrize("bits", [2048, 3072, 4096, 8192])
def test_rsa_keys_of_usual_sizes_are_read(bits):
    assert read_public_key(rsa_pem(bits)).key_size == bits


@pytest.mark.parametrize("bits", [1024, 2047, 8193, 16384])
def test_rsa_keys_of_other_sizes_are_refused(bits):
    with pytest.raises(Invalid, match=r"8192|too long"):
        read_public_key(rsa_pem(bits))


def test_a_key_too_long_is_refused_before_it_is_parsed():
    with pytest.raises(Invalid, match="too long"):
        read_public_key(rsa_pem(16384))
    with pytest.raises(Invalid, match="too long"):
        read_public_key("-----BEGIN PUBLIC KEY-----\n" + "A" * 1_000_000)


def test_a_long_exponent_which_makes_every_check_slow_is_refused():
    with pytest.raises(Invalid, match="short exponent"):
        read_public_key(rsa_pem(2048, exponent=(1 << 2000) + 1))


@pytest.mark.parametrize(
    "key",
    [
        ec.generate_private_key(ec.SECP256R1()),
        ed448.Ed448PrivateKey.generate(),
        x25519.X25519PrivateKey.generate(),
    ],
)
def test_keys_of_other_types_are_refused(key):
    with pytest.raises(Invalid, match="neither RSA nor Ed25519"):
        read_public_key(pem_of(key))


@pytest.mark.parametrize("text", ["", "ssh-rsa AAAA", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "\0", "ä", "\ud800"])  # fmt: skip
def test_text_that_is_no_key_is_refused(text):
    with pytest.raises(Invalid, match="not a public key"):
        read_public_key(text)


def test_a_private_key_is_no_public_key():
    with pytest.raises(Invalid, match="not a public key"):
        read_public_key(make_key_pair().private_pem)


def test_a_new_pair_signs_and_verifies():
    pair = make_key_pair()
    private, public = read_private_key(pair.private_pem), read_public_key(pair.public_pem)
    assert private.key_size == 2048
    signature = make_signature(private, b"text")
    assert verify(public, signature, b"text")
    assert not verify(public, signature, b"other text")
    assert not verify(public, signature[:-1], b"text")
    assert not verify(public, b"", b"text")
    assert make_key_pair() != pair
    assert "PRIVATE" not in repr(pair)


@pytest.mark.parametrize("text", ["", "no key", make_key_pair().public_pem])
def test_what_is_no_private_key_is_refused(text):
    with pytest.raises(Invalid, match="not a private key"):
        read_private_key(text)


def test_a_private_key_that_is_not_rsa_is_refused():
    pem = ed25519_key().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with pytest.raises(Invalid, match="not an RSA key"):
        read_private_key(pem.decode())


def test_the_multikey_of_fep_8b32_is_read():
    key = read_multikey("z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2")
    assert multibase(b"\xed\x01" + key.public_bytes_raw()) == "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"


def test_multikeys_of_both_types_are_read():
    der = rsa_key().public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)
    assert read_multikey(multibase(b"\x85\x24" + der)) == rsa_key().public_key()
    raw = ed25519_key().public_key().public_bytes_raw()
    assert read_multikey(multibase(b"\xed\x01" + raw)) == ed25519_key().public_key()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "z",
        "z0OIl",
        "uAAAA",
        "zä",
        "z" + "1" * 40,
        "z" + "2" * 100_000,
        multibase(b"\xed\x01" + b"a" * 31),
        multibase(b"\x85\x24" + b"a" * 300),
        multibase(b"\x80\x24" + b"a" * 33),
    ],
)
def test_text_that_is_no_multikey_is_refused(text):
    with pytest.raises(Invalid):
        read_multikey(text)


def test_a_short_rsa_key_is_refused_as_a_multikey_too():
    der = rsa_key("weak", bits=1024).public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.PKCS1
    )  # fmt: skip
    with pytest.raises(Invalid, match="2048"):
        read_multikey(multibase(b"\x85\x24" + der))
