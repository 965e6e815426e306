"""Group commit: what arrives while one commit is under way shares the next one (docs/decisions/0009).

A lone item pays for one commit and waits for nothing; under load a commit carries up to 64 items.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from fedblog.errors import Busy
from fedblog.store.door import Store, Writer, refuse_inside_unit

GATHERING = 0.005
"""Seconds in which, under load, what is on its way may join the next commit (decisions: "up to 5 ms or 64")."""

Item = TypeVar("Item")
Result = TypeVar("Result")
Apply = Callable[[Writer, Sequence[Item]], Awaitable[Sequence[Result]]]


class Batch(Generic[Item, Result]):
    """Gathers items for `apply`, which writes many of them at once and gives one result for each, in order.

    `alone` as in `Store.write`.
    """

    def __init__(self, store: Store, apply: Apply[Item, Result], *, most: int = 64, alone: bool = True) -> None:
        self._store = store
        self._apply = apply
        self._most = most
        self._alone = alone
        self._waiting: deque[tuple[Item, asyncio.Future[Result]]] = deque()
        self._draining: asyncio.Task[None] | None = None

    async def add(self, item: Item) -> Result:
        """Have `item` written and return its result once it is durable.

        Raises what `apply` raises for this item alone. Who is cancelled before the item's turn leaves no trace.
        """
        refuse_inside_unit()
        answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, answer))
        if self._draining is None:
            self._draining = asyncio.create_task(self._drain())
        return await answer

    async def _drain(self) -> None:
        try:
            while group := self._next_group():
                await self._settle(group)
                if len(group) > 1 and len(self._waiting) < self._most:
                    await self._store.world.sleep(GATHERING)
        finally:
            self._draining = None
            for _, answer in self._waiting:
                answer.cancel()
            self._waiting.clear()

    def _next_group(self) -> list[tuple[Item, asyncio.Future[Result]]]:
        group: list[tuple[Item, asyncio.Future[Result]]] = []
        while self._waiting and len(group) < self._most:
            item, answer = self._waiting.popleft()
            if not answer.done():
                group.append((item, answer))
        return group

    async def _settle(self, group: Sequence[tuple[Item, asyncio.Future[Result]]]) -> None:
        """Write the group; when that fails, each item alone, so that a bad one fails by itself."""
        try:
            results = await self._write([item for item, _ in group])
        except asyncio.CancelledError:
            for _, answer in group:
                answer.cancel()
            raise
        except Exception as error:  # noqa: BLE001 - it is handed to whoever waits for the item
            if len(group) == 1 or isinstance(error, Busy):
                _fail([answer for _, answer in group], error)
                return
            for pair in group:
                await self._settle([pair])
        else:
            for (_, answer), result in zip(group, results, strict=True):
                if not answer.done():
                    answer.set_result(result)

    async def _write(self, items: Sequence[Item]) -> Sequence[Result]:
        async def work(db: Writer) -> Sequence[Result]:
            results = await self._apply(db, items)
            if len(results) != len(items):
                raise RuntimeError(f"{len(items)} items, but {len(results)} results: nothing was written.")
            return results

        return await self._store.write(work, alone=self._alone)


def _fail(answers: Sequence[asyncio.Future[Result]], error: Exception) -> None:
    for answer in answers:
        if not answer.done():
            answer.set_exception(error)
