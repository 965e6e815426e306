"""A clock that moves by hand, and whose sleepers wake at once."""

import asyncio
from dataclasses import dataclass

START = 1_795_000_000_000  # November 2026


@dataclass
class HandClock:
    """Time in milliseconds UTC. Sleeping moves the clock on instead of waiting."""

    at: int = START

    def now(self) -> int:
        return self.at

    def monotonic(self) -> float:
        return self.at / 1000

    async def sleep(self, seconds: float) -> None:
        self.at += int(seconds * 1000)
        await asyncio.sleep(0)

    def move(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        """Let time pass."""
        self.at += int(1000 * (seconds + 60 * (minutes + 60 * (hours + 24 * days))))
