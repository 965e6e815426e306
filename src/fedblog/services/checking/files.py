"""Files and folders: there, writable, and closed to others (security.md A12)."""

import shutil
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from fedblog.config import Config
from fedblog.errors import Refused
from fedblog.services import data_directory
from fedblog.services.checking.findings import Finding, ok, problem, warning

_LITTLE_SPACE = 200 << 20
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_OTHERS_READ = stat.S_IRGRP | stat.S_IROTH


def check_files(config: Config) -> list[Finding]:
    """The data directory, what fedblog keeps in it, and the files that its operator made."""
    folder = config.storage.data_directory
    try:
        data_directory.make_ready(folder)
    except Refused as error:
        return [problem("data directory", error.why, error.todo)]
    found = [*_open_folder(folder), *_open_own_files(config), *_open_operators_files(config), *_space(folder)]
    return [ok("data directory", f"{folder} can be written to."), *found]


def _open_folder(folder: Path) -> Iterator[Finding]:
    if _mode(folder) & _OTHERS:
        yield warning("data directory", f"Other users of this machine can look into {folder}.", f"chmod 700 {folder}")


def _open_own_files(config: Config) -> Iterator[Finding]:
    for path in _own_files(config):
        if _mode(path) & _OTHERS_READ:
            yield problem(
                "files", f"Other users of this machine can read {path}, which holds private keys.", f"chmod 600 {path}"
            )


def _own_files(config: Config) -> Iterable[Path]:
    """The database, its log and the copies made before migrations."""
    database = config.storage.database
    return sorted(database.parent.glob(f"{database.name}*")) if isinstance(database, Path) else ()


def _open_operators_files(config: Config) -> Iterator[Finding]:
    for path, holds in ((config.path, "may hold a password"), (config.server.tls_key, "is a private key")):
        if path and path.exists() and _mode(path) & _OTHERS_READ:
            yield warning("files", f"Other users of this machine can read {path}, which {holds}.", f"chmod 600 {path}")


def _space(folder: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(folder).free
    if free < _LITTLE_SPACE:
        yield warning("disk", f"Only {free >> 20} MiB are free at {folder}.", "Make room before the database stops.")


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
