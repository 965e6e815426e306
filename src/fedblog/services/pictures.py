"""The bounded child process that decodes pictures of strangers and of the author (security.md D13, A09).

Run as `python -m fedblog.services.pictures LONGEST SHAPE` (fit, square or still): reads a picture from standard
input, writes one line of JSON (`media_type`, `width`, `height`) and then the re-encoded bytes. Re-encoding drops EXIF,
XMP and IPTC; orientation is applied, the colour profile kept. Exit status 1: it is no picture we take.
"""

import io
import json
import resource
import sys

from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_MOST_PIXELS = 40_000_000
_MOST_FRAMES = 200
_LARGEST_PNG = 2 << 20
_MEMORY = 512 << 20
_CPU_SECONDS = 10


def main() -> int:
    """Read, re-encode, write."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    longest, shape = int(sys.argv[1]), sys.argv[2]
    try:
        media_type, size, data = _reencoded(sys.stdin.buffer.read(), longest, shape)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError):
        return 1
    head = json.dumps({"media_type": media_type, "width": size[0], "height": size[1]})
    sys.stdout.buffer.write(head.encode() + b"\n" + data)
    return 0


def _reencoded(data: bytes, longest: int, shape: str) -> tuple[str, tuple[int, int], bytes]:
    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
    with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
        if picture.width * picture.height > _MOST_PIXELS or getattr(picture, "n_frames", 1) > _MOST_FRAMES:
            raise ValueError("too large")
        if getattr(picture, "is_animated", False) and shape == "fit":
            return _animation(picture, longest)
        return _still(picture, longest, is_square=shape == "square")


def _still(picture: Image.Image, longest: int, *, is_square: bool) -> tuple[str, tuple[int, int], bytes]:
    profile, was_png = picture.info.get("icc_profile"), picture.format == "PNG"
    upright = ImageOps.exif_transpose(picture)
    upright = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    if is_square:
        upright = ImageOps.fit(upright, (longest, longest))
    else:
        upright.thumbnail((longest, longest))
    out = io.BytesIO()
    if upright.mode == "RGBA" or was_png:  # a PNG is mostly a drawing, which JPEG would smear
        upright.save(out, "PNG", optimize=True, icc_profile=profile)
        if upright.mode == "RGBA" or out.tell() <= _LARGEST_PNG:
            return "image/png", upright.size, out.getvalue()
        out = io.BytesIO()
    upright.save(out, "JPEG", quality=85, optimize=True, progressive=True, icc_profile=profile)
    return "image/jpeg", upright.size, out.getvalue()


def _animation(picture: Image.Image, longest: int) -> tuple[str, tuple[int, int], bytes]:
    frames, durations = [], []
    for frame in ImageSequence.Iterator(picture):
        copy = frame.convert("RGBA")
        copy.thumbnail((longest, longest))
        frames.append(copy)
        durations.append(int(frame.info.get("duration", 100)))
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], duration=durations, loop=0, quality=80)
    return "image/webp", frames[0].size, out.getvalue()


if __name__ == "__main__":
    sys.exit(main())
