"""A blog as a process that may die at any moment, and be started again over what it left on disk."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass

from fedblog.config import StorageConfig
from fedblog.store.postgres import PostgresEngine
from fedblog.world import WireRequest, WireResponse
from tests.fediverse import Box
from tests.fediverse.blog import Blog, blog_in
from tests.fediverse.box import call_asgi

LEASES_END = 61  # seconds after which what the dead had taken is free


@dataclass
class Process:
    """The running blog, and how to kill it."""

    box: Box
    storage: StorageConfig
    blog: Blog
    _open: AsyncExitStack

    @classmethod
    async def start(cls, box: Box, storage: StorageConfig) -> "Process":
        stack = AsyncExitStack()
        return cls(box, storage, await stack.enter_async_context(blog_in(box, storage)), stack)

    async def post(self, request: WireRequest) -> WireResponse:
        """One delivery to it."""
        return await call_asgi(self.blog.site, request)

    async def die_while(self, doing: str, request: WireRequest | None, after: int) -> None:
        """Begin to work or to receive, be killed after so many turns of the loop, and start again."""
        await self._begin(doing, request, after)
        for task in (others := asyncio.all_tasks() - {asyncio.current_task()}):
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        self._break_off()
        await self.stop()
        self.box.clock.move(seconds=LEASES_END)
        again = await Process.start(self.box, self.storage)
        self.blog, self._open = again.blog, again._open

    async def _begin(self, doing: str, request: WireRequest | None, after: int) -> None:
        task = asyncio.ensure_future(self.post(request) if request else self.blog.work())
        for _ in range(after):
            if task.done():
                break
            await asyncio.sleep(0)

    def _break_off(self) -> None:
        """Drop the connections to PostgreSQL: of the tasks that died, some were to give theirs back, which closing awaits."""
        if isinstance(engine := self.blog.shop.store.engine, PostgresEngine):
            engine._pool.terminate()

    async def stop(self) -> None:
        """Let go of the database, as the end of a process does."""
        await self._open.aclose()
