"""Pictures to upload."""

import io

from PIL import Image


def jpeg(colour: tuple[int, int, int]) -> bytes:
    """A small JPEG of one colour."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, "JPEG")
    return out.getvalue()
