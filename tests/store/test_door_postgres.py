"""What only PostgreSQL does."""

import asyncio
import dataclasses

import pytest

from fedblog.errors import Busy, Refused
from fedblog.store.opening import open_store
from fedblog.store.postgres_notices import notice
from tests.engines import ON_POSTGRES, quiet_world
from tests.store.stories import inserting, names

pytestmark = ON_POSTGRES


async def test_topics_reach_other_processes_as_they_are(opened):
    writer, server = await opened(), await opened()
    heard = asyncio.Queue()
    server.listen(heard.put_nowait)
    watching = asyncio.create_task(server.watch())
    assert await heard.get() is None
    await writer.write(inserting("one", 1, "work:delivery", "post:12"))
    await server.write(inserting("two", 1, "frame"))
    await writer.write(inserting("three", 1, "frame"))
    assert [await heard.get() for _ in range(3)] == [
        frozenset({"work:delivery", "post:12"}),
        frozenset({"frame"}),
        frozenset({"frame"}),
    ]
    assert heard.empty()
    watching.cancel()


async def test_a_lost_connection_is_made_again_and_everything_may_have_changed(opened, caplog):
    async def at_once(_seconds):
        await asyncio.sleep(0.01)

    server, other = await opened(world=quiet_world(at_once)), await opened()
    heard = asyncio.Queue()
    server.listen(heard.put_nowait)
    watching = asyncio.create_task(server.watch())
    assert await heard.get() is None

    async def kill(db):
        await db.all(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )

    await other.write(kill)
    assert await heard.get() is None
    await other.write(inserting("after", 1, "frame"))
    assert await heard.get() == frozenset({"frame"})
    assert await _eventually_names(server) == ["after"]
    watching.cancel()


async def _eventually_names(store):
    """The first statements may still meet a killed connection of the pool; that is told as Busy."""
    for _ in range(20):
        try:
            return await names(store)
        except Busy:
            continue
    return None


def test_too_many_topics_for_a_notice_mean_anything(databases):
    assert notice("me", ["b", "a"]) == '["me", ["a", "b"]]'
    assert notice("me", [f"post:{n}" for n in range(5000)]) == '["me", null]'


async def test_a_server_that_is_not_there_is_refused_in_words(storage):
    nowhere = dataclasses.replace(storage, database="postgresql://fedblog@/x?host=/nowhere/at/all")
    with pytest.raises(Refused, match=r"PostgreSQL cannot be reached: .*storage\.database"):
        await open_store(nowhere, quiet_world())


async def test_a_unit_whose_connection_is_killed_is_busy_and_leaves_nothing(opened):
    store, other = await opened(), await opened()

    async def work(db):
        await inserting("half")(db)
        process = await db.value("SELECT pg_backend_pid()")
        await other.engine._pool.execute("SELECT pg_terminate_backend($1)", process)
        await db.run("SELECT 1")

    with pytest.raises(Busy):
        await store.write(work)
    assert await names(other) == []


async def test_check_tells_version_and_size(counters):
    facts = await counters.facts()
    assert (facts.engine, facts.migration, facts.problems, facts.warnings) == ("postgres", 1, (), ())
    assert int(facts.version.split(".")[0]) >= 15
    assert facts.size > 1_000_000
