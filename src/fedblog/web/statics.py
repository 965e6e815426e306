"""Style, script and marks that come with the program: read once, named by their content, kept for a year."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

# What is served under one name, and the files it is put together from. Tokens come first: a theme
# replaces only them.
BUNDLES: Mapping[str, tuple[str, ...]] = {
    "blog.css": ("tokens.css", "blog.css"),
    "admin.css": ("tokens.css", "admin.css"),
    "admin.js": ("admin.js",),
    "mark.svg": ("mark.svg",),
}


@dataclass(frozen=True, slots=True)
class Statics:
    """The bundles: `paths` from plain name to address, `bodies` from the address's last part to content."""

    paths: Mapping[str, str]
    bodies: Mapping[str, bytes]


def load(bundles: Mapping[str, tuple[str, ...]] = BUNDLES) -> Statics:
    """Read and hash the static files of the package."""
    folder = files("fedblog.web") / "static"
    paths: dict[str, str] = {}
    bodies: dict[str, bytes] = {}
    for name, parts in bundles.items():
        body = b"\n".join(_read(folder, part) for part in parts)
        stem, _, kind = name.rpartition(".")
        hashed = f"{stem}.{hashlib.sha256(body).hexdigest()[:12]}.{kind}"
        paths[name] = f"/static/{hashed}"
        bodies[hashed] = body
    return Statics(paths, bodies)


def _read(folder: Traversable, name: str) -> bytes:
    return (folder / name).read_bytes()
