"""Several processes on one database, real ones: what one does, the others notice and survive."""

import asyncio
import signal
import sys

import pytest

from tests.engines import ON_SQLITE, quiet_world
from tests.store.conftest import COUNTER, small
from tests.store.stories import inserting, names

MORE = "CREATE TABLE more (pk {pk}, n {int} NOT NULL){strict};\nCREATE INDEX more_by_n ON more (n);\nINSERT INTO more (n) VALUES (1);\n"


async def second_process(storage, deed, argument, **environment):
    """Run one deed of `second_process.py` to its end; its exit status."""
    import os

    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.store.second_process", str(storage.database), deed, argument,
        env=os.environ | environment,
    )  # fmt: skip
    return await process.wait()


class Turns:
    """A sleep that ends when the test says so."""

    def __init__(self):
        self._asked = asyncio.Queue()

    async def sleep(self, seconds):
        woken = asyncio.Event()
        self._asked.put_nowait((seconds, woken))
        await woken.wait()

    async def next(self):
        """Let the sleeper go on; how long it had wanted to sleep."""
        seconds, woken = await self._asked.get()
        woken.set()
        return seconds


async def test_what_another_process_commits_is_noticed(opened, storage):
    turns = Turns()
    server = await opened(world=quiet_world(turns.sleep), serving=True)
    heard = asyncio.Queue()
    server.listen(heard.put_nowait)
    watching = asyncio.create_task(server.watch())
    if server.engine.kind == "postgres":
        assert await heard.get() is None
    assert await second_process(storage, "insert", "from afar") == 0
    if server.engine.kind == "sqlite":
        assert heard.empty()
        assert await turns.next() <= 0.25
    assert await heard.get() in {None, frozenset({"frame"})}
    assert await names(server) == ["from afar"]
    watching.cancel()


@ON_SQLITE
async def test_own_commits_and_checkpoints_are_no_news(opened):
    turns = Turns()
    server = await opened(world=quiet_world(turns.sleep), serving=True)
    heard = []
    server.listen(heard.append)
    watching = asyncio.create_task(server.watch())
    for number in range(25):
        await server.write(inserting(f"row {number}"))
        await turns.next()
    assert heard == []
    watching.cancel()


@ON_SQLITE
async def test_the_watcher_checkpoints_the_log(opened):
    turns = Turns()
    server = await opened(world=quiet_world(turns.sleep), serving=True)
    watching = asyncio.create_task(server.watch())
    await server.write(inserting("logged"))
    for _ in range(11):
        await turns.next()
    assert await server.engine.checkpoint() is False, "the watcher has done it"
    watching.cancel()


async def test_a_process_that_dies_inside_a_unit_leaves_nothing_and_blocks_nobody(opened, storage):
    store = await opened()
    assert await second_process(storage, "die_inside_a_unit", "half") == -signal.SIGKILL
    await store.write(inserting("whole"))
    assert await names(store) == ["whole"]


@pytest.mark.parametrize("statements", ["0", "1", "2", "3"])
async def test_a_migration_that_is_killed_leaves_the_database_as_it_was(opened, storage, tmp_path, statements):
    first = await opened()
    await first.write(inserting("kept"))
    (tmp_path / "migration.sql").write_text(MORE)
    status = await second_process(storage, "die_migrating", statements, MIGRATION=str(tmp_path / "migration.sql"))
    assert status == -signal.SIGKILL
    assert await names(first) == ["kept"]
    assert await first.reader.value("SELECT MAX(number) FROM schema_migration") == 1
    again = await opened(migrations=small(COUNTER, MORE))
    assert await again.reader.value("SELECT COUNT(*) FROM more") == 1
    assert await names(again) == ["kept"]


@ON_SQLITE
async def test_two_processes_write_while_one_checkpoints_and_nothing_is_lost(opened, storage):
    """A short form of the WAL-reset race: commits of two writers between checkpoints of one."""
    server, command = await opened(serving=True), await opened()

    async def writing(store, who):
        for number in range(60):
            await store.write(inserting(f"{who} {number}"))

    async def checkpointing(until):
        while not until.done():
            await server.engine.checkpoint()
            await asyncio.sleep(0)

    both = asyncio.gather(writing(server, "server"), writing(command, "command"))
    await checkpointing(both)
    await both
    assert len(await names(server)) == 120
    assert await server.reader.value("SELECT integrity_check FROM pragma_integrity_check") == "ok"
