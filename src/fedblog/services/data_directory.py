"""The folder with the database and the media: made, and known to be writable, before anything relies on it."""

import os
import tempfile
from pathlib import Path

from fedblog.errors import Refused


def make_ready(folder: Path) -> None:
    """Make the folder, for our eyes only, unless it is there. Raises `Refused` when we could not write into it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=folder, prefix=".try-")
        os.close(descriptor)
        Path(name).unlink()
    except OSError as error:
        raise Refused(
            f"The data directory {folder} cannot be written to: {error.strerror}.",
            "Give it to the user that fedblog runs as, or set another storage.data_directory.",
        ) from error
