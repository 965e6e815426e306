"""Waiting until a server has done its work."""

import asyncio


async def drained(served, within: float = 120) -> None:
    """Wait until nothing is left to deliver or to process."""
    waiting = """SELECT (SELECT COUNT(*) FROM delivery WHERE ended_at IS NULL)
                      + (SELECT COUNT(*) FROM inbox_event WHERE ended_at IS NULL)"""
    await until(served, waiting, 0, within)


async def until(served, sql: str, wanted: int, within: float = 120) -> None:
    """Look until the number is there."""
    async with asyncio.timeout(within):
        while (found := await served.shop.store.reader.value(sql)) != wanted:
            assert found is not None
            await asyncio.sleep(0.05)
