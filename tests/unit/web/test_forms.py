import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.exceptions import HTTPException
from starlette.requests import Request

from fedblog.errors import Invalid
from fedblog.web import forms


def request(parts: list[bytes], kind: str = forms.FORM_TYPE) -> Request:
    messages = [{"type": "http.request", "body": part, "more_body": i + 1 < len(parts)} for i, part in enumerate(parts)]

    async def receive():
        return messages.pop(0)

    return Request({"type": "http", "method": "POST", "headers": [(b"content-type", kind.encode())]}, receive)


def test_fields_arrive_as_typed_but_tidy():
    form = forms.parse(b"title=+A%0D%0Aline+&body=one%0D%0Atwo%00%0Bthree&name=e%CC%81&ticked=&n=12&t=a&t=b")
    assert form.line("title") == "A line"
    assert form.text("body") == "one\ntwothree"
    assert form.text("name") == "é"
    assert form.flag("ticked")
    assert not form.flag("other")
    assert form.number("n") == 12
    assert form.lines("t") == ["a", "b"]
    assert form.text("missing") == ""


def test_a_password_is_not_touched():
    assert forms.parse(b"p=+e%CC%81++%0D%0A").secret("p") == " e\u0301  \r\n"


@pytest.mark.parametrize("body", [b"a=%ff", b"&".join(b"a=1" for _ in range(300)), "ü=1".encode()])
def test_what_is_no_form_is_refused_in_words(body):
    with pytest.raises(Invalid, match="could not be read"):
        forms.parse(body)


@pytest.mark.parametrize("text", ["", "-1", "1.5", "٣", "1" * 19, "x"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(Invalid):
        forms.Form({"n": [text]}).number("n")


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(body):
    with contextlib.suppress(Invalid):
        forms.parse(body)


async def test_reading_stops_as_soon_as_a_form_is_too_large():
    parts = [b"a=" + b"x" * 40_000, b"x" * 40_000, b"never read"]
    asked = request(parts)
    with pytest.raises(HTTPException) as caught:
        await forms.read(asked)
    assert caught.value.status_code == 413


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/json", ""])
async def test_other_kinds_of_body_are_refused(kind):
    with pytest.raises(HTTPException) as caught:
        await forms.read(request([b"a=1"], kind))
    assert caught.value.status_code == 415


async def test_a_charset_beside_the_type_does_not_matter():
    form = await forms.read(request([b"a=1", b"&b=2"], "application/x-www-form-urlencoded; charset=UTF-8"))
    assert (form.line("a"), form.line("b")) == ("1", "2")
