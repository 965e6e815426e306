"""Addresses in normal form: one reading of them, by the short way and by the long one."""

from hypothesis import example, given
from hypothesis import strategies as st

from fedblog.errors import Invalid
from fedblog.urls import Url, is_same_id, normal_form, origin_of

HOSTS = [
    "a.example",
    "A.example",
    "a.example.",
    "127.0.0.1",
    "127.1",
    "1.2.3",
    "-a.example",
    "a..b",
    "a_b.example",
    "x",
]
PATHS = ["", "/", "/users/ada", "/a b", "/a\\b", "/ä", "/a?b=c#d", "/%41", "//x", "/a\n", "/#"]
spelled = st.builds(
    "{}://{}{}{}".format,
    st.sampled_from(["https", "http", "HTTPS", "ftp"]),
    st.sampled_from(HOSTS) | st.text("ab.-1", min_size=1, max_size=8),
    st.sampled_from(["", ":443", ":80", ":8443", ":"]),
    st.sampled_from(PATHS) | st.text(max_size=8).map("/{}".format),
)


def read(text):
    try:
        return Url.parse(text)
    except Invalid:
        return None


@given(spelled | st.text(max_size=20))
@example("https://a.example/" + "x" * 2048)
@example("http://127.0.0.1/users/ada")
@example("https://1.2.3/")
def test_the_short_way_reads_as_the_long_one(text):
    url = read(text)
    assert normal_form(text) == (str(url) if url else None)
    assert origin_of(text) == (url.origin if url else None)


@given(spelled, spelled)
def test_two_ids_are_the_same_when_they_are_read_the_same(one, other):
    assert is_same_id(one, other) == (read(one) is not None and read(one) == read(other))
    assert is_same_id(one, one) == (read(one) is not None)
