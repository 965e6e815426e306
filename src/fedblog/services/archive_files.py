"""The file format of backups: a tar file of the database, the media and a manifest with the SHA-256 of each.

A plain, uncompressed tar: any tool lists it, and nothing in it can grow when it is unpacked.
"""

import contextlib
import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from fedblog.errors import Invalid, Refused
from fedblog.services.media import is_media_name

FORMAT = 1
DATABASE = "database.sqlite"
MEDIA = "media/"
_MANIFEST = "manifest.json"
_LARGEST_MANIFEST = 64 << 20
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Stored:
    """One file in an archive, as the manifest has it."""

    size: int
    sha256: str


def write(archive: Path, files: Iterable[tuple[str, Path]], facts: Mapping[str, Any]) -> None:
    """Write an archive of (name inside, file) pairs, for its owner's eyes only: complete, or not there at all.

    `facts` stand in the manifest beside the files. Raises `Refused`.
    """
    try:
        descriptor, partial = tempfile.mkstemp(dir=archive.parent, prefix=f".{archive.name}.")
        try:
            with os.fdopen(descriptor, "wb") as out:
                _write_tar(out, files, facts)
                out.flush()
                os.fsync(out.fileno())
            Path(partial).replace(archive)
            _sync(archive.parent)
        finally:
            Path(partial).unlink(missing_ok=True)
    except OSError as error:
        raise Refused(f"{archive} cannot be written: {error}.", "Nothing was changed; check the place.") from error


def _write_tar(out: IO[bytes], files: Iterable[tuple[str, Path]], facts: Mapping[str, Any]) -> None:
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        stored = {name: asdict(_add(tar, name, path)) for name, path in files}
        text = json.dumps({"format": FORMAT, **facts, "files": stored}, indent=1).encode()
        tar.addfile(_member(_MANIFEST, len(text)), io.BytesIO(text))


def _add(tar: tarfile.TarFile, name: str, path: Path) -> Stored:
    with path.open("rb") as file:
        reading = _Hashing(file)
        size = os.fstat(file.fileno()).st_size
        tar.addfile(_member(name, size), reading)
    return Stored(size, reading.hash.hexdigest())


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


class _Hashing:
    """Passes bytes through and takes their SHA-256."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.hash.update(data)
        return data


def is_archive(path: Path) -> bool:
    """Whether there is a backup of fedblog at `path`."""
    try:
        with _opened(path) as tar:
            _manifest(tar, path)
    except Refused:
        return False
    return True


def unpack(archive: Path, folder: Path) -> None:
    """Unpack an archive into an empty folder, and check that every file is the one that was put in.

    Only the names that `write` gives are taken, as plain files. Raises `Refused` for everything else.
    """
    with _opened(archive) as tar:
        expected = _manifest(tar, archive)
        (folder / MEDIA).mkdir(mode=0o700)
        seen = set()
        for member in tar:
            if member.name == _MANIFEST:
                continue
            if member.name in seen or not _is_as_expected(member, expected):
                raise _unsound(archive, f"{member.name!r} does not belong there")
            seen.add(member.name)
            if _copy_out(tar, member, folder / member.name) != expected[member.name].sha256:
                raise _unsound(archive, f"{member.name} was changed")
        if seen != set(expected):
            raise _unsound(archive, "files are missing from it")


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(path, "r:") as tar:
            yield tar
    except FileNotFoundError as error:
        raise Invalid(f"There is no backup at {path}.") from error
    except (tarfile.TarError, EOFError) as error:
        raise Invalid(f"{path} is no backup of fedblog, or only the beginning of one: {error}.") from error
    except OSError as error:
        raise Refused(f"{path} cannot be unpacked: {error}.") from error


def _manifest(tar: tarfile.TarFile, archive: Path) -> dict[str, Stored]:
    try:
        member = tar.getmember(_MANIFEST)
        file = tar.extractfile(member)
        if file is None or member.size > _LARGEST_MANIFEST:
            raise _unsound(archive, "its manifest makes no sense")
        manifest = json.loads(file.read())
        if manifest["format"] != FORMAT:
            raise Refused(f"{archive} was made by a newer fedblog.", "Install that version.")
        return {name: Stored(int(s["size"]), str(s["sha256"])) for name, s in manifest["files"].items()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _unsound(archive, "it has no manifest that fedblog wrote") from error


def _is_as_expected(member: tarfile.TarInfo, expected: Mapping[str, Stored]) -> bool:
    is_plain = member.isreg() and not member.issparse()
    is_ours = member.name == DATABASE or (
        member.name.startswith(MEDIA) and is_media_name(member.name.removeprefix(MEDIA))
    )
    return is_plain and is_ours and member.name in expected and member.size == expected[member.name].size


def _copy_out(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> str:
    source = tar.extractfile(member)
    assert source is not None
    reading = _Hashing(source)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        while data := reading.read(_CHUNK):
            out.write(data)
        out.flush()
        os.fsync(out.fileno())
    return reading.hash.hexdigest()


def _unsound(archive: Path, why: str) -> Refused:
    return Invalid(f"{archive} is no sound backup: {why}.", "Nothing was restored; try an older one.")


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
