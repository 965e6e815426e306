"""Advisory locks (flock) on files beside the database. The system releases them when their process dies."""

import errno
import fcntl
import os
import time
from pathlib import Path

_PAUSE = 0.002


class FileLock:
    """One holder's view of a lock file. Two of them on one file exclude each other, also within a process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def try_exclusive(self) -> bool:
        """Take it alone, unless anyone holds it. Never waits."""
        return self._try(fcntl.LOCK_EX)

    def wait_shared(self, patience: float) -> bool:
        """Take it beside other sharers; waits up to `patience` seconds, blocking its thread."""
        return self._wait(fcntl.LOCK_SH, patience)

    def wait_exclusive(self, patience: float) -> bool:
        """Take it alone; waits up to `patience` seconds, blocking its thread."""
        return self._wait(fcntl.LOCK_EX, patience)

    def release(self) -> None:
        """Give it back; nothing happens when it is not held."""
        fcntl.flock(self._file, fcntl.LOCK_UN)

    def sign(self, role: str) -> None:
        """Write who we are into the file, for the message to whom is refused."""
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, f"{role} (process {os.getpid()})".encode(), 0)

    def holder(self) -> str:
        """Who signed last: "server (process 12)"."""
        return os.pread(self._file, 80, 0).decode("ascii", "replace")

    def close(self) -> None:
        """Release it for good."""
        os.close(self._file)

    def _wait(self, how: int, patience: float) -> bool:
        deadline = time.monotonic() + patience
        while not self._try(how):
            if time.monotonic() > deadline:
                return False
            time.sleep(_PAUSE)
        return True

    def _try(self, how: int) -> bool:
        try:
            fcntl.flock(self._file, how | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in {errno.EWOULDBLOCK, errno.EACCES}:
                return False
            raise
        return True
