"""Notices what other processes commit to the SQLite file, and checkpoints its write-ahead log."""

import itertools
import logging
import sqlite3
from typing import Protocol

from fedblog.errors import Busy
from fedblog.store.door import Heard, Sleep

POLL_SECONDS = 0.2
POLLS_PER_CHECKPOINT = 10

_log = logging.getLogger(__name__)


class Watched(Protocol):
    """What the watcher asks of the engine."""

    async def has_foreign_commit(self) -> bool:
        """Whether another process committed since the last call."""
        ...

    async def checkpoint(self) -> bool:
        """Move what was committed from the log into the file; False when another process writes right now."""
        ...


async def watch_file(file: Watched, heard: Heard, sleep: Sleep) -> None:
    """Never ends. A failed look is logged and repeated: a watcher that stops would leave old pages up for good."""
    for turn in itertools.count(1):
        await sleep(POLL_SECONDS)
        try:
            if await file.has_foreign_commit():
                heard(None)
            if turn % POLLS_PER_CHECKPOINT == 0:
                await file.checkpoint()
        except (sqlite3.Error, Busy):
            _log.exception("The database could not be looked at.")
