"""Token buckets: how much one name (a host, a client) may ask for."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float


class Buckets:
    """One bucket for each name, full at first. At most `most` names are remembered; the oldest is forgotten.

    `size` tokens fit in, `per_second` come back; `monotonic` gives seconds.
    """

    def __init__(self, monotonic: Callable[[], float], *, size: float, per_second: float, most: int = 10_000) -> None:
        self._monotonic = monotonic
        self._size = size
        self._per_second = per_second
        self._most = most
        self._buckets: dict[str, _Bucket] = {}

    def take(self, name: str) -> float:
        """Take a token. 0 when there was one, else the seconds until there will be."""
        bucket = self._filled(name)
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            return 0.0
        return (1 - bucket.tokens) / self._per_second

    def give_back(self, name: str) -> None:
        """Undo a `take`."""
        bucket = self._filled(name)
        bucket.tokens = min(self._size, bucket.tokens + 1)

    def _filled(self, name: str) -> _Bucket:
        now = self._monotonic()
        bucket = self._buckets.pop(name, None) or _Bucket(self._size, now)
        bucket.tokens = min(self._size, bucket.tokens + max(0.0, now - bucket.filled_at) * self._per_second)
        bucket.filled_at = now
        if len(self._buckets) >= self._most:
            del self._buckets[next(iter(self._buckets))]
        self._buckets[name] = bucket
        return bucket
