"""Base58 in Bitcoin's alphabet, as multibase writes keys and signatures behind a `z`."""

from fedblog.errors import Invalid

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}


def write_base58(octets: bytes) -> str:
    """The octets in base58, behind the `z` of multibase."""
    number, digits = int.from_bytes(octets, "big"), []
    while number:
        number, digit = divmod(number, 58)
        digits.append(_ALPHABET[digit])
    zeros = len(octets) - len(octets.lstrip(b"\0"))
    return "z" + _ALPHABET[0] * zeros + "".join(reversed(digits))


def read_base58(text: str, longest: int) -> bytes:
    """The octets of multibase text. Raises `Invalid` for another base or alphabet, and above `longest` characters:
    the time this takes grows with their square."""
    if not text.startswith("z") or len(text) > longest:
        raise Invalid("That is not in base58.")
    number, digits = 0, text[1:]
    for character in digits:
        if character not in _VALUES:
            raise Invalid("That is not in base58.")
        number = number * 58 + _VALUES[character]
    zeros = len(digits) - len(digits.lstrip(_ALPHABET[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
