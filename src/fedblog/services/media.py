"""Files of the blog: taken in, re-encoded, named by their content, written safely."""

import asyncio
import contextlib
import hashlib
import json
import os
import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from fedblog.domain.post import Media
from fedblog.errors import FedblogError, Invalid, Overspent
from fedblog.net.client import IMAGE
from fedblog.services.workshop import Workshop
from fedblog.store import media as media_rows
from fedblog.world import Limits

LARGEST_UPLOAD = 10 << 20
MEDIA_TYPES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
_EXTENSIONS = {media_type: extension for extension, media_type in MEDIA_TYPES.items()}
_NAME = re.compile(r"[0-9a-f]{32}\.(?:jpg|png|webp)")
_SECONDS = 20.0
_SWEPT_AFTER, _MOST_LOOKED_AT = 24 * 3600, 20


@dataclass(frozen=True, slots=True)
class Shape:
    """What a picture is made into: its longest side in pixels, whether it is cut to a square or made to stand still."""

    longest: int
    is_square: bool = False
    is_still: bool = False


PICTURE = Shape(2000)
HEADER = Shape(1500)
AVATAR = Shape(400, is_square=True)
FACE = Shape(120, is_square=True)
EMOJI = Shape(96, is_still=True)
_LARGEST_EMOJI = 100_000


@dataclass(frozen=True, slots=True)
class Picture:
    """A re-encoded picture, not yet kept."""

    media_type: str
    width: int
    height: int
    data: bytes

    @property
    def name(self) -> str:
        """The file name: a hash of the content that we chose, never of what came in (security.md A08)."""
        return f"{hashlib.sha256(self.data).hexdigest()[:32]}.{_EXTENSIONS[self.media_type]}"


async def take_in(shop: Workshop, blog_pk: int, data: bytes, *, alt: str = "", shape: Shape = PICTURE) -> Media:
    """Take in an uploaded picture. Raises `Invalid` for what is no PNG, JPEG, WebP or GIF, or too large."""
    return await keep(shop, blog_pk, await reencode(shop, data, shape), alt=alt)


async def keep(shop: Workshop, blog_pk: int, picture: Picture, *, alt: str = "") -> Media:
    """Store a re-encoded picture; the same one again is the row that is there."""
    await asyncio.to_thread(_keep, directory(shop), picture)
    row = Media(
        0, blog_pk, picture.name, picture.media_type, picture.width, picture.height, len(picture.data), alt, shop.now()
    )
    pk = await shop.store.write(lambda db: media_rows.add(db, row))
    return Media(pk, blog_pk, row.name, row.media_type, row.width, row.height, row.size, alt, row.created_at)


async def keep_avatar(shop: Workshop, avatar_url: str) -> str | None:
    """Copy a stranger's avatar; returns the name of our copy, or None where there is none to be had."""
    return await _keep_copy(shop, avatar_url, FACE, IMAGE)


async def keep_emoji(shop: Workshop, icon_url: str, seconds: float) -> str | None:
    """Copy a stranger's emoji, asking for at most that long; returns as `keep_avatar`. No copy is above 100 kB."""
    limits = Limits(total=seconds, connect=min(seconds, 3.0), body=512 << 10)
    return await _keep_copy(shop, icon_url, EMOJI, limits, largest=_LARGEST_EMOJI)


async def _keep_copy(
    shop: Workshop, url: str, shape: Shape, limits: Limits, *, largest: int = LARGEST_UPLOAD
) -> str | None:
    try:
        answer = await shop.net.get_image(url, limits=limits)
        picture = await reencode(shop, answer.body, shape)
    except Overspent:
        raise
    except FedblogError:
        return None
    if len(picture.data) > largest:
        return None
    await asyncio.to_thread(_keep, directory(shop), picture)
    return picture.name


async def reencode(shop: Workshop, data: bytes, shape: Shape) -> Picture:
    """Decode and re-encode a picture in a child with bounded memory and time. Raises `Invalid`."""
    if not data or len(data) > LARGEST_UPLOAD:
        raise Invalid("That picture is empty or larger than 10 MiB.", "Make it smaller and try again.")
    async with shop.slots.pictures:
        out = await _run_child(data, shape)
    head, _, body = out.partition(b"\n")
    facts = json.loads(head)
    return Picture(facts["media_type"], facts["width"], facts["height"], body)


async def _run_child(data: bytes, shape: Shape) -> bytes:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "fedblog.services.pictures",
        str(shape.longest),
        "square" if shape.is_square else "still" if shape.is_still else "fit",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        out, _ = await asyncio.wait_for(child.communicate(data), _SECONDS)
    except TimeoutError:
        out = b""
    finally:
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()
    if child.returncode != 0 or not out:
        raise Invalid("That file is not a picture that fedblog takes.", "It takes PNG, JPEG, WebP and GIF.")
    return out


def directory(shop: Workshop) -> Path:
    """Where the files of the blog lie."""
    return shop.config.storage.data_directory / "media"


def is_media_name(name: str) -> bool:
    """Whether that is a file name that we give."""
    return _NAME.fullmatch(name) is not None


def path_of(shop: Workshop, name: str) -> Path | None:
    """The file of that name, if the name is one that we gave and the file is there."""
    if not is_media_name(name):
        return None
    path = directory(shop) / name
    return path if path.is_file() else None


async def sweep(shop: Workshop) -> int:
    """Remove a few files, a day old or more, that nothing shows any more: faces of people who left or
    changed theirs, and what a crash left half done. Returns how many."""
    old = await asyncio.to_thread(_older_than, directory(shop), shop.now() / 1000 - _SWEPT_AFTER)
    named = await media_rows.names_in_rows(shop.store.reader) if old else set()
    doubtful = [path for path in old if path.name not in named][:_MOST_LOOKED_AT]
    unused = [path for path in doubtful if not await media_rows.is_in_texts(shop.store.reader, path.name)]
    for path in unused:
        path.unlink(missing_ok=True)
    return len(unused)


def _older_than(folder: Path, moment: float) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_file() and path.stat().st_mtime < moment)


def _keep(folder: Path, picture: Picture) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / picture.name
    if target.exists():
        target.touch()  # it is young again, so that the sweep leaves it until its row is written
        return
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(picture.data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).rename(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync_directory(folder)


def _sync_directory(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
