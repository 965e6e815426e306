"""Views of a page that the browser tests look at, and where their screenshots go."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"


@dataclass(frozen=True, slots=True)
class View:
    """A reader's window: its name, width and height in CSS pixels, and colour scheme."""

    name: str
    width: int
    height: int
    scheme: Literal["light", "dark"]


DESKTOP = View("desktop", 1280, 900, "light")
DESKTOP_DARK = View("desktop-dark", 1280, 900, "dark")
PHONE = View("phone", 390, 844, "light")
PHONE_DARK = View("phone-dark", 390, 844, "dark")
VIEWS = (DESKTOP, DESKTOP_DARK, PHONE, PHONE_DARK)
