"""When did what change? So that a page which was rendered from old rows is never kept as new."""

from collections.abc import Iterable

_MOST_TOPICS = 10_000


class Freshness:
    """A counter of changes, and for each topic the count at its last one.

    A render notes `now` before its first read; its page may be kept only if `is_fresh` afterwards.
    """

    def __init__(self) -> None:
        self.now = 0
        self._all_changed = 0
        self._changed: dict[str, int] = {}

    def changed(self, topics: Iterable[str] | None) -> None:
        """Note a change of these topics; None: anything may have changed."""
        self.now += 1
        if topics is None:
            self._forget()
            return
        self._changed.update(dict.fromkeys(topics, self.now))
        if len(self._changed) > _MOST_TOPICS:
            self._forget()

    def is_fresh(self, topics: Iterable[str], since: int) -> bool:
        """Whether none of the topics changed after the count `since`."""
        return self._all_changed <= since and all(self._changed.get(topic, 0) <= since for topic in topics)

    def _forget(self) -> None:
        self._all_changed = self.now
        self._changed.clear()
