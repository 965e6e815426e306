"""D13, pictures that are small on the wire and enormous in memory.

Known case: Pillow CVE-2026-40192 and CVE-2026-55380.
Verdict: refused in words; four formats only, decoded in a child with bounded memory and time, which may die alone.
"""

import io
import struct
import tracemalloc
import zlib

import pytest
from PIL import Image

from fedblog.errors import Invalid
from fedblog.services.media import take_in
from tests.engines import ON_SQLITE
from tests.lengths import IS_FULL


def png(width, height, data=b""):
    """A PNG that says it has this size, whatever it holds."""
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), (b"IDAT", data), (b"IEND", b"")]
    chunks = (struct.pack(">I", len(p)) + n + p + struct.pack(">I", zlib.crc32(n + p)) for n, p in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def saved(kind, size=(8, 8), **options):
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **options)
    return out.getvalue()


def gif_of(frames):
    out = io.BytesIO()
    pictures = [Image.new("P", (400, 400), number % 200) for number in range(frames)]
    pictures[0].save(out, "GIF", save_all=True, append_images=pictures[1:])
    return out.getvalue()


BOMBS = {
    "a gigapixel of nothing": lambda: png(50_000, 50_000, zlib.compress(b"")),
    "a gigapixel of zeros": lambda: png(30_000, 30_000, zlib.compress(bytes(10 << 20), 9)),
    "one line without end": lambda: png(2**31 - 1, 1, zlib.compress(bytes(1 << 20))),
    "one byte of a picture": lambda: saved("PNG")[:40],
    "noise behind a good head": lambda: saved("JPEG")[:200] + b"\xff" * 100_000,
    "a TIFF": lambda: saved("TIFF"),
    "a BMP": lambda: saved("BMP"),
    "an icon": lambda: saved("ICO"),
    "PostScript": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 99999 99999\nshowpage\n",
    "an SVG": lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "a page": lambda: b"<html><script>alert(1)</script>",
    "a PDF": lambda: b"%PDF-1.7\n" + b"0" * 1000,
    "nothing": lambda: b"",
    "eleven mebibytes": lambda: b"\x89PNG\r\n\x1a\n" + bytes(11 << 20),
}


QUICK = ("a gigapixel of zeros", "one line without end", "noise behind a good head", "a TIFF", "an SVG", "nothing")


@ON_SQLITE
@pytest.mark.slow
@pytest.mark.parametrize("name", BOMBS if IS_FULL else QUICK)
async def test_a_bomb_is_refused_in_words_and_costs_us_nothing(blog, name):
    bomb = BOMBS[name]()
    tracemalloc.start()
    try:
        with pytest.raises(Invalid) as refusal:
            await take_in(blog.shop, 1, bomb)
        assert tracemalloc.get_traced_memory()[1] < 5 << 20
    finally:
        tracemalloc.stop()
    assert str(refusal.value).endswith((".", "!"))
    assert (await blog.get("/")).status == 200


@ON_SQLITE
@pytest.mark.slow
async def test_an_animation_of_hundreds_of_frames_is_refused_or_made_small(blog):
    try:
        media = await take_in(blog.shop, 1, gif_of(250))
    except Invalid:
        return
    assert media.size < 1 << 20
