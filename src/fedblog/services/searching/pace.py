"""What a search asks of others: never faster than one request a second of one host, and never more than it may."""

from fedblog.errors import Overspent
from fedblog.world import World

SECONDS_APART = 1.0
_MOST_HOSTS = 10_000


class Pace:
    """When each host was asked last. One for each process, for searches follow one another."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._asked_at: dict[str, float] = {}

    async def wait(self, host: str) -> None:
        """Wait until the host may be asked again, and note that it is."""
        last = self._asked_at.pop(host, None)
        if last is not None and (wait := last + SECONDS_APART - self._world.monotonic()) > 0:
            await self._world.sleep(wait)
        if len(self._asked_at) >= _MOST_HOSTS:
            del self._asked_at[next(iter(self._asked_at))]
        self._asked_at[host] = self._world.monotonic()


class Budget:
    """The meter of one run: `spent` requests of `most`."""

    def __init__(self, pace: Pace, spent: int, most: int) -> None:
        self._pace = pace
        self._most = most
        self.spent = spent

    async def before(self, host: str) -> None:
        """Count one request. Raises `Overspent` for one too many."""
        if self.spent >= self._most:
            raise Overspent(f"{self._most} requests are used up")
        self.spent += 1
        await self._pace.wait(host)
