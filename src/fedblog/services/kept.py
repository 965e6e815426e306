"""What is asked for with every request and seldom changes, kept in memory until it does."""

from collections.abc import Collection
from typing import Generic, TypeVar

from fedblog.store.door import Reading, Store

Read = TypeVar("Read")


class Kept(Generic[Read]):
    """What `reading` found, read again after a commit, here or by another process, that touched one of `topics`."""

    def __init__(self, store: Store, topics: Collection[str], reading: Reading[Read]) -> None:
        self._store = store
        self._topics = frozenset(topics)
        self._reading = reading
        self._found: Read | None = None
        self._changes = 0
        store.listen(self._heard)

    async def current(self) -> Read:
        """It, as of the last commit."""
        if self._found is not None:
            return self._found
        changes = self._changes
        found = await self._store.read(self._reading)
        if changes == self._changes:
            self._found = found
        return found

    def _heard(self, topics: frozenset[str] | None) -> None:
        if topics is None or not self._topics.isdisjoint(topics):
            self._changes += 1
            self._found = None
