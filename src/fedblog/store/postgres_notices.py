"""Change notices between processes on PostgreSQL: NOTIFY in the writing transaction, LISTEN in the others."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Iterable
from typing import Any

import asyncpg

from fedblog.store.door import Heard, Sleep

CHANNEL = "fedblog"
RECONNECT_SECONDS = 1.0
HEARTBEAT_SECONDS = 15.0
_PAYLOAD_BYTES = 7000  # PostgreSQL takes 8000

_log = logging.getLogger(__name__)


def notice(instance: str, topics: Iterable[str]) -> str:
    """The payload: who changed what. Too many topics are left out, which then means: anything."""
    payload = json.dumps([instance, sorted(topics)], ensure_ascii=True)
    return payload if len(payload) <= _PAYLOAD_BYTES else json.dumps([instance, None])


async def listen_for_ever(url: str, instance: str, heard: Heard, sleep: Sleep) -> None:
    """Never ends: hands on the topics of other instances, and None after a time without connection.

    asyncpg calls it an internal error when a connection ends while a statement is about to be sent.
    """
    while True:
        try:
            await _listen(url, instance, heard, sleep)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
            _log.exception("The connection that listens for changes was lost.")
        await sleep(RECONNECT_SECONDS)


async def _listen(url: str, instance: str, heard: Heard, sleep: Sleep) -> None:
    def arrived(_connection: object, _process: int, _channel: str, payload: object) -> None:
        sender, topics = json.loads(str(payload))
        if sender != instance:
            heard(None if topics is None else frozenset(topics))

    connection = await asyncpg.connect(url, timeout=10)
    lost = asyncio.Event()
    try:
        connection.add_termination_listener(lambda _: lost.set())
        await connection.add_listener(CHANNEL, arrived)
        heard(None)
        while not lost.is_set():
            await _first(lost.wait(), sleep(HEARTBEAT_SECONDS))
            await connection.execute("SELECT 1", timeout=10)
    finally:
        connection.terminate()


async def _first(*either: Awaitable[Any]) -> None:
    """Wait until one of them is done, and end the others."""
    tasks = [asyncio.ensure_future(one) for one in either]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
