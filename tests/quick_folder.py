"""A folder for what the tests write: in memory where there is room, as a disk makes each of thousands of commits wait."""

import os
import shutil
from pathlib import Path

_ROOM = 2_000_000_000


def quick_folder() -> Path:
    """An existing folder with a short path, as the path of a socket in it must be short."""
    memory = Path("/dev/shm")
    has_room = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOM
    return memory if has_room else Path("/tmp")
