"""A face for the account: a flower, so that there is something to see."""

import io
import math

from PIL import Image, ImageDraw

_SIZE, _PETALS = 240, 7


def flower() -> bytes:
    """A PNG."""
    picture = Image.new("RGB", (_SIZE, _SIZE), "#20504f")
    draw = ImageDraw.Draw(picture)
    middle = _SIZE / 2
    for petal in range(_PETALS):
        angle = 2 * math.pi * petal / _PETALS
        _disc(draw, middle + 58 * math.cos(angle), middle + 58 * math.sin(angle), 36, "#f4c95d")
    _disc(draw, middle, middle, 34, "#8a3b12")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _disc(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float, colour: str) -> None:
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
