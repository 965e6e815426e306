import json
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedblog.text import xml


@given(st.text())
def test_any_text_is_well_formed_in_an_element_and_in_an_attribute(text):
    parsed = ET.fromstring(f'<a b="{xml.escape(text)}">{xml.escape(text)}</a>')
    assert (parsed.text or "").replace("\n", "") == xml.clean(text).replace("\r", "").replace("\n", "")


@pytest.mark.parametrize("code", [0x00, 0x08, 0x0B, 0x1F, 0xD800, 0xDFFF, 0xFFFE, 0xFFFF])
def test_characters_that_break_a_feed_are_taken_out(code):
    assert xml.clean(f"a{chr(code)}b") == "ab"


def test_ordinary_text_stays():
    text = "Grüße\t\n日本語 \U0001f600 \x85"
    assert xml.clean(text) == text


def test_a_name_cannot_turn_the_words_after_it():
    assert xml.isolate("gpj.\u202eexe") == "gpj.exe"
    assert xml.isolate("Ada") == "Ada"
    assert xml.isolate("\u2069עדה\u202e") == "\u2068עדה\u2069"


def test_a_script_element_cannot_be_closed_from_inside():
    value = {"name": "</script><!--<script>&\u2028\u2029"}
    written = xml.script_json(value)
    assert not set("<>&\u2028\u2029") & set(written)
    assert json.loads(written) == value
