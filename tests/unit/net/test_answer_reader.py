"""Reading answers from bytes: framing, caps, and what is left of the connection."""

import contextlib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedblog.errors import BadAnswer, RemoteError, TooLarge
from fedblog.net.answer_reader import AnswerReader
from fedblog.world import Limits

SMALL = Limits(body=1000)
PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-One: 1\r\n\r\nhello"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\nX-Late: 1\r\n\r\n"


def read(data: bytes, method: str = "GET", limits: Limits = SMALL) -> AnswerReader:
    reader = AnswerReader(method, limits)
    assert reader.feed(data)
    return reader


@pytest.mark.parametrize("data", [PLAIN, CHUNKED])
def test_an_answer_is_read_whole_and_the_connection_can_go_on(data):
    reader = read(data)
    assert (reader.answer.status, reader.answer.body) == (200, b"hello")
    assert reader.keeps_alive


@given(st.sampled_from([PLAIN, CHUNKED]), st.lists(st.integers(0, 80), max_size=6))
def test_where_the_bytes_are_cut_makes_no_difference(data, cuts):
    reader = AnswerReader("GET", SMALL)
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    for start, end in itertools.pairwise(edges):
        reader.feed(data[start:end])
    assert reader.answer == read(data).answer


@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_end_in_an_answer_or_a_plain_refusal(data, is_after_head):
    reader = AnswerReader("GET", SMALL)
    with contextlib.suppress(RemoteError):
        reader.feed(b"HTTP/1.1 200 OK\r\n" * is_after_head + data)


def test_header_names_are_lower_case_and_trailers_are_no_headers():
    assert read(PLAIN).answer.header("x-one") == "1"
    assert read(CHUNKED).answer.header("x-late") is None


def test_interim_answers_are_skipped():
    reader = read(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + PLAIN)
    assert reader.answer.status == 200
    assert reader.answer.header("link") is None
    assert reader.keeps_alive


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_body_is_whole_at_its_head(status):
    head = f"HTTP/1.1 {status} No\r\n".encode()
    assert read(head + b"\r\n").keeps_alive
    assert read(head + b"Content-Length: 7\r\n\r\n").answer.body == b""


def test_the_answer_to_head_is_whole_at_its_head():
    reader = read(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "HEAD")
    assert reader.answer.body == b""
    assert not reader.keeps_alive


def test_the_end_of_the_connection_ends_a_body_without_length():
    reader = AnswerReader("GET", SMALL)
    assert not reader.feed(b"HTTP/1.1 200 OK\r\n\r\nall of ")
    assert not reader.feed(b"it")
    assert reader.ends_with_connection()
    assert reader.answer.body == b"all of it"


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n",
    ],
)
def test_an_answer_that_is_cut_short_is_not_taken_for_whole(data):
    reader = AnswerReader("GET", SMALL)
    assert not reader.feed(data)
    assert not reader.ends_with_connection()


@pytest.mark.parametrize(
    "data",
    [
        PLAIN + PLAIN,
        PLAIN + b"garbage",
        PLAIN.replace(b"X-One: 1", b"Connection: close"),
        PLAIN.replace(b"HTTP/1.1", b"HTTP/1.0"),
        b"HTTP/1.1 204 No\r\n\r\n" + PLAIN,
    ],
)
def test_a_connection_with_something_behind_the_answer_is_not_used_again(data):
    reader = read(data)
    assert reader.answer.status in {200, 204}
    assert not reader.keeps_alive


def test_an_upgrade_that_is_only_offered_does_no_harm():
    data = b"HTTP/1.1 200 OK\r\nUpgrade: h2\r\nConnection: Upgrade, Keep-Alive\r\nContent-Length: 2\r\n\r\nok"
    assert read(data).answer.body == b"ok"


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 101 Switching\r\nUpgrade: h2\r\nConnection: Upgrade\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_what_is_not_sound_http_is_refused(data):
    with pytest.raises(BadAnswer, match="not HTTP"):
        AnswerReader("GET", SMALL).feed(data)


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 17_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 40_000,
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 4_000 + b"\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 2_000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + b"x" * 60_000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + b"X: y\r\n" * 8_000,
    ],
)
def test_a_head_that_does_not_end_is_refused(data):
    with pytest.raises(TooLarge, match="head"):
        AnswerReader("GET", SMALL).feed(data)


@pytest.mark.parametrize("framing", ["Content-Length: 1001\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n3e9\r\n"])
def test_a_body_one_byte_over_the_cap_is_refused(framing):
    reader = AnswerReader("GET", SMALL)
    with pytest.raises(TooLarge, match="larger than 1000 bytes"):
        reader.feed(f"HTTP/1.1 200 OK\r\n{framing}".encode() + b"x" * 1001)


def test_a_body_of_exactly_the_cap_is_read():
    assert len(read(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"x" * 1000).answer.body) == 1000


def test_a_caller_who_wants_the_status_alone_gets_it_in_spite_of_a_long_body():
    reader = read(
        b"HTTP/1.1 202 OK\r\nContent-Length: 500000\r\n\r\n" + b"x" * 200_000, limits=Limits(body=1000, cuts_body=True)
    )
    assert reader.answer.status == 202
    assert len(reader.answer.body) == 1000
    assert not reader.keeps_alive
