"""Servers that did not answer are not asked again for a while: each question may cost eight seconds."""

from fedblog.world import World

LASTS = 600.0
"""Seconds."""
_MOST = 1_000


class Silence:
    """Which hosts are left alone until when. One for each process."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._until: dict[str, float] = {}

    def begin(self, host: str) -> None:
        """It did not answer."""
        if len(self._until) >= _MOST:
            del self._until[next(iter(self._until))]
        self._until[host] = self._world.monotonic() + LASTS

    def is_over(self, host: str) -> bool:
        """Whether it may be asked."""
        return self._until.get(host, 0.0) <= self._world.monotonic()
