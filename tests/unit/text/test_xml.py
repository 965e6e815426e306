from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedblog.text import xml


@given(st.text())
def test_any_text_is_well_formed_in_an_element_and_in_an_attribute(text):
    parsed = ET.fromstring(f"<a b={quoteattr(xml.clean(text))}>{escape(xml.clean(text))}</a>")
    assert (parsed.text or "").replace("\n", "") == xml.clean(text).replace("\r", "").replace("\n", "")


@pytest.mark.parametrize("code", [0x00, 0x08, 0x0B, 0x1F, 0xD800, 0xDFFF, 0xFFFE, 0xFFFF])
def test_characters_that_break_a_feed_are_taken_out(code):
    assert xml.clean(f"a{chr(code)}b") == "ab"


def test_ordinary_text_stays():
    text = "Grüße\t\n日本語 \U0001f600 \x85"
    assert xml.clean(text) == text
