"""Undoing the compression that some servers apply although we asked them not to (security.md D02)."""

import zlib

from fedblog.errors import BadAnswer, TooLarge

_GZIP = 16 + zlib.MAX_WBITS
_ZLIB = zlib.MAX_WBITS
_RAW = -zlib.MAX_WBITS


def inflate(body: bytes, coding: str, cap: int) -> bytes:
    """`body` without its `Content-Encoding`; at most `cap` bytes are ever made of it.

    Raises `TooLarge` beyond the cap and `BadAnswer` for codings other than one of gzip and deflate,
    for damaged data, and for data with something behind its end.
    """
    coding = coding.strip().lower()
    if coding in {"", "identity"} or not body:
        return body
    if coding in {"gzip", "x-gzip"}:
        return _undo(body, _GZIP, cap)
    if coding == "deflate":
        return _undo(body, _ZLIB if _has_zlib_head(body) else _RAW, cap)
    raise BadAnswer("the answer is compressed in a way that was not asked for")


def _has_zlib_head(body: bytes) -> bool:
    """Whether "deflate" is meant as RFC 9110 says; some servers leave the frame out (RFC 1950 section 2.2)."""
    return body[0] & 0x0F == zlib.DEFLATED and int.from_bytes(body[:2], "big") % 31 == 0


def _undo(body: bytes, window: int, cap: int) -> bytes:
    stream = zlib.decompressobj(window)
    try:
        plain = stream.decompress(body, cap + 1)
    except zlib.error as error:
        raise BadAnswer("the compressed answer is damaged") from error
    if len(plain) > cap:
        raise TooLarge(f"the answer is larger than {cap} bytes")
    if not stream.eof or stream.unused_data:
        raise BadAnswer("the compressed answer is damaged")
    return plain
