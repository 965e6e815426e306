"""The strict reader of structured fields, checked against an independent one."""

from decimal import Decimal

import http_sf
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fedblog.ap.signatures.structured_fields import InnerList, Item, Token, read_dictionary
from fedblog.errors import Invalid
from tests.lengths import examples


def test_every_type_is_read():
    members = read_dictionary('a=1, b=-2.5, c="x \\"y\\" \\\\", d=tok/en:1, e=:aGk=:, f=?0, g, h;p=1;q')
    assert members == {
        "a": Item(1, {}),
        "b": Item(Decimal("-2.5"), {}),
        "c": Item('x "y" \\', {}),
        "d": Item(Token("tok/en:1"), {}),
        "e": Item(b"hi", {}),
        "f": Item(False, {}),
        "g": Item(True, {}),
        "h": Item(True, {"p": 1, "q": True}),
    }
    assert type(members["d"].value) is Token


def test_an_inner_list_keeps_its_text():
    raw = '( "a";x   "b" ) ;  y=1;z="w"'.replace(" ;", ";")
    member = read_dictionary(f" sig1={raw} ,  other=1 ")["sig1"]
    assert member == InnerList((Item("a", {"x": True}), Item("b", {})), {"y": 1, "z": "w"}, raw)


def test_nothing_is_an_empty_dictionary():
    assert read_dictionary("  ") == {}


BROKEN = [
    "a=1,", ",a=1", "a=1,,b=2", "a=1 b=2", "A=1", "a=", "=1", 'a="x', 'a="\\x"', 'a="ä"', 'a="\t"', "a=1.", "a=1.2345",
    "a=1234567890123456", "a=1234567890123.1", "a=--1", "a=:a:", "a=:aGk", "a=:a-k=:", "a=?2", "a=(", 'a=("x""y")',
    'a=("x" "y"', "a=(1,2)", "a=1;", "a=1;B", "a=1;b=", "a=1 ;b", "a=@123", 'a=%"x"', "a=1, a=2", "a;b;b", "\ta=1",
    "a =1", "a= 1", "a=(1)(2)", "é=1", "a=1\n", "a=1\x00",
]  # fmt: skip


@pytest.mark.parametrize("text", BROKEN)
def test_broken_fields_are_refused(text):
    with pytest.raises(Invalid):
        read_dictionary(text)


PIECES = [
    "a", "b", "sig1", "=", ",", ", ", ";", "(", ")", " ", '"x"', '"@method"', '"', "\\", ":", ":aGk=:", "?1", "?", "1",
    "-1", "1.5", "tok", "created", "keyid", "*", "\t", "é", "@1", "%",
]  # fmt: skip


@pytest.mark.soak
@settings(max_examples=examples(300, 20_000))
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
@example('a=("x";y "z");w=1, b=:aGk=:')
def test_what_we_read_an_independent_reader_reads_alike(text):
    try:
        ours = read_dictionary(text)
    except Invalid:
        return
    theirs = http_sf.parse(text.encode(), tltype="dictionary")
    assert {name: _plain(member) for name, member in ours.items()} == theirs


def _plain(member):
    if isinstance(member, InnerList):
        return [(item.value, item.parameters) for item in member.items], member.parameters
    return member.value, member.parameters
