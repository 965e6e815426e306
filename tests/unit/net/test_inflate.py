"""Undoing compression that nobody asked for, within a cap."""

import gzip
import zlib

import pytest

from fedblog.errors import BadAnswer, TooLarge
from fedblog.net.inflate import inflate

TEXT = b"a text that is long enough to be worth it " * 20


def packed(data: bytes) -> bytes:
    """Without the time, so that each process that collects these cases names them alike."""
    return gzip.compress(data, mtime=0)


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (TEXT, ""),
        (TEXT, "identity"),
        (packed(TEXT), "gzip"),
        (packed(TEXT), " X-GZIP "),
        (zlib.compress(TEXT), "deflate"),
        (raw_deflate(TEXT), "deflate"),
    ],
)
def test_the_usual_codings_are_undone(body, coding):
    assert inflate(body, coding, len(TEXT)) == TEXT


def test_one_byte_over_the_cap_is_refused():
    with pytest.raises(TooLarge):
        inflate(packed(TEXT), "gzip", len(TEXT) - 1)


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (b"x", "br"),
        (b"x", "zstd"),
        (packed(packed(TEXT)), "gzip, gzip"),
        (packed(TEXT)[:-1], "gzip"),
        (b"no gzip", "gzip"),
        (packed(TEXT) + packed(TEXT), "gzip"),
        (zlib.compress(TEXT) + b"more", "deflate"),
    ],
)
def test_other_codings_and_damaged_data_are_refused(body, coding):
    with pytest.raises(BadAnswer):
        inflate(body, coding, 10_000)


def test_an_empty_body_needs_no_undoing():
    assert inflate(b"", "br", 10) == b""
