"""Group commit: many callers, few commits, each answered after its own."""

import asyncio

import pytest

from fedblog.errors import Busy
from fedblog.store.batching import Batch
from fedblog.store.door import Duplicate
from tests.store.stories import INSERT, inserting, names


class Counting:
    """Inserts names; remembers how many came together."""

    def __init__(self, store):
        self.groups = []
        self.batch = Batch(store, self.apply)

    async def apply(self, db, items):
        self.groups.append(len(items))
        results = []
        for item in items:
            if item == "poison":
                raise ZeroDivisionError
            results.append(await db.value(f"{INSERT} RETURNING name", item, 0))
        return results


async def test_what_arrives_together_is_committed_together(counters):
    counting = Counting(counters)
    wanted = [f"item {number}" for number in range(100)]
    assert await asyncio.gather(*(counting.batch.add(name) for name in wanted)) == wanted
    assert await names(counters) == wanted
    assert counting.groups == [64, 36]


async def test_what_arrives_during_a_commit_shares_the_next_one(counters):
    counting = Counting(counters)
    first = asyncio.create_task(counting.batch.add("first"))
    while not counting.groups:
        await asyncio.sleep(0)
    later = [asyncio.create_task(counting.batch.add(f"later {number}")) for number in range(3)]
    await asyncio.gather(first, *later)
    assert counting.groups == [1, 3]


async def test_each_caller_is_answered_after_its_commit(opened):
    store, other = await opened(), await opened()
    counting = Counting(store)

    async def add(name):
        await counting.batch.add(name)
        return name in await names(other)

    assert all(await asyncio.gather(*(add(f"item {number}") for number in range(20))))


async def test_a_poisoned_item_fails_alone(counters):
    counting = Counting(counters)
    adding = (counting.batch.add(name) for name in ["a", "poison", "b", "b", "c"])
    results = await asyncio.gather(*adding, return_exceptions=True)
    kinds = [result if isinstance(result, str) else type(result) for result in results]
    assert kinds == ["a", ZeroDivisionError, "b", Duplicate, "c"]
    assert await names(counters) == ["a", "b", "c"]
    assert await counting.batch.add("afterwards") == "afterwards"


async def test_a_caller_who_leaves_before_its_turn_leaves_no_trace(counters):
    counting = Counting(counters)
    first = [asyncio.create_task(counting.batch.add(f"first {number}")) for number in range(64)]
    leaving = asyncio.create_task(counting.batch.add("leaving"))
    staying = asyncio.create_task(counting.batch.add("staying"))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying == "staying"
    await asyncio.gather(*first)
    assert counting.groups == [64, 1]
    assert "leaving" not in await names(counters)


async def test_a_busy_database_fails_the_whole_group_at_once(counters):
    tries = []

    async def busy(db, items):
        tries.append(len(items))
        raise Busy("not now")

    batch = Batch(counters, busy)
    results = await asyncio.gather(*(batch.add(number) for number in range(10)), return_exceptions=True)
    assert {type(result) for result in results} == {Busy}
    assert tries == [10]


async def test_a_wrong_number_of_results_writes_nothing(counters):
    async def short(db, items):
        await inserting("lost")(db)
        return []

    with pytest.raises(RuntimeError, match="1 items, but 0 results"):
        await Batch(counters, short).add("x")
    assert await names(counters) == []


async def test_a_batch_inside_a_unit_is_refused(counters):
    counting = Counting(counters)

    async def work(db):
        await counting.batch.add("inner")

    with pytest.raises(RuntimeError, match="only its own `db`"):
        await counters.write(work)
