import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fedblog.ap.strict_json import MAX_DEPTH, MAX_TOKENS, compact, read_object
from fedblog.errors import Invalid
from tests.lengths import examples

BAD = {
    "latin-1": (b'{"a":"\xe9"}', "not UTF-8"),
    "utf-16": ('{"a":1}'.encode("utf-16"), "not UTF-8"),
    "an encoded surrogate": (b'{"a":"\xed\xa0\x80"}', "not UTF-8"),
    "a byte order mark": ('\ufeff{"a":1}'.encode(), "not JSON"),
    "nothing": (b"", "not JSON"),
    "half an object": (b'{"a":', "not JSON"),
    "two objects": (b"{}{}", "not JSON"),
    "a raw NUL": (b'{"a":"\0"}', "not JSON"),
    "more closed than opened": (b"{}}", "not JSON"),
    "100,000 deep": (b'{"a":' + b"[" * 100_000, "too many"),
    "9,000 deep": (b'{"a":' + b"[" * 9_000, "too deeply"),
    "one level too deep": (b'{"a":' + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH + b"}", "too deeply"),
    "too many numbers": (b'{"a":[' + b",".join([b"1"] * MAX_TOKENS) + b"]}", "too many"),
    "too many texts": (b'{"a":[' + b",".join([b'""'] * MAX_TOKENS) + b"]}", "too many"),
    "a name twice": (b'{"actor":"https://a.example","actor":"https://b.example"}', "twice"),
    "a name twice, once escaped": (b'{"actor":1,"\\u0061ctor":2}', "twice"),
    "a name twice, far inside": (b'{"a":[{"b":{"c":1,"c":1}}]}', "twice"),
    "NaN": (b'{"a":NaN}', "NaN"),
    "Infinity": (b'{"a":-Infinity}', "NaN"),
    "1e999": (b'{"a":1e999}', "out of range"),
    "-1e999": (b'{"a":-1e999}', "out of range"),
    "2^53": (b'{"a":9007199254740992}', "out of range"),
    "-2^53": (b'{"a":-9007199254740992}', "out of range"),
    "2^70": (b'{"a":1180591620717411303424}', "out of range"),
    "5,000 digits": (b'{"a":' + b"9" * 5_000 + b"}", "out of range"),
    "an escaped NUL": (b'{"a":"\\u0000"}', "NUL"),
    "a NUL in a name": (b'{"a\\u0000":1}', "NUL"),
    "half a pair": (b'{"a":["\\ud83d"]}', "surrogate"),
    "a pair the wrong way round": (b'{"a":"\\ude00\\ud83d"}', "surrogate"),
    "half a pair behind a backslash": (b'{"a":"\\\\ud83d\\ude00"}', "surrogate"),
    "a list": (b"[]", "not an object"),
    "a text": (b'"a"', "not an object"),
    "null": (b"null", "not an object"),
}


@pytest.mark.parametrize("case", BAD)
def test_doubtful_json_is_refused_with_its_reason(case):
    body, reason = BAD[case]
    with pytest.raises(Invalid, match=reason):
        read_object(body)


GOOD = {
    "an empty object": b"{}",
    "the deepest": b'{"a":' + b"[" * (MAX_DEPTH - 1) + b"]" * (MAX_DEPTH - 1) + b"}",
    "the longest": b'{"a":[' + b",".join([b"1"] * (MAX_TOKENS - 2)) + b"]}",
    "brackets and commas in texts": b'{"a":"' + b"[{,:" * 20_000 + b'"}',
    "quotes in texts": b'{"a":"' + b'\\"' * 20_000 + b'"}',
    "the largest whole number": b'{"a":9007199254740991,"b":-9007199254740991}',
    "a fraction": b'{"a":25.273962,"b":1e300}',
    "a pair of surrogates": b'{"a":"\\ud83d\\ude00"}',
    "a backslash before what looks like an escape": b'{"a":"\\\\u0000 \\\\ud83d"}',
    "raw text of every plane": '{"a":"ä€😀"}'.encode(),
    "spaces": b' \t\r\n{ "a" : [ 1 , 2 ] } \n',
}


@pytest.mark.parametrize("case", GOOD)
def test_sound_json_is_read_as_python_reads_it(case):
    assert read_object(GOOD[case]) == json.loads(GOOD[case])


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), inner, max_size=4
    ),
    max_leaves=20,
)  # fmt: skip


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), VALUES, max_size=5))
def test_what_compact_writes_is_read_back(document):
    assert read_object(compact(document)) == document
    assert read_object(json.dumps(document).encode()) == document


FRAGMENTS = [
    b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b'"a"', b"1", b"-", b"1e999", b"NaN", b"\\u", b"d83d", b"0000",
    b"true", b"null", b" ", b"\0", b"\xff", b"\xc3", b'{"a":', b'"type"',
]  # fmt: skip


@pytest.mark.soak
@settings(max_examples=examples(200, 20_000))
@given(st.lists(st.sampled_from(FRAGMENTS) | st.binary(max_size=4), max_size=30).map(b"".join))
def test_any_bytes_are_an_object_or_invalid(body):
    try:
        document = read_object(body)
    except Invalid:
        return
    assert document == json.loads(body)


def test_compact_is_plain_utf8_without_spaces():
    assert compact({"b": ["ä", 1, None], "a": {"c": True}}) == '{"b":["ä",1,null],"a":{"c":true}}'.encode()


def test_compact_refuses_what_is_not_json():
    with pytest.raises(ValueError, match="JSON compliant"):
        compact({"a": float("nan")})
