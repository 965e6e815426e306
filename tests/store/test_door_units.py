"""Units of work: alone, whole or not at all, heard by those who listen."""

import asyncio

import pytest

from fedblog.store.door import Duplicate, Unstorable
from tests.store.stories import INSERT, inserting, names


async def test_rows_are_read_by_name(counters):
    row = await counters.reader.one("SELECT pk, name, n FROM counter WHERE name LIKE ?", "first%")
    assert dict(row) == {"pk": 1, "name": "first; or 'not'", "n": 0}
    assert row["n"] == 0
    assert await counters.reader.one("SELECT 1 FROM counter WHERE n = ?", 99) is None
    assert await counters.reader.value("SELECT n FROM counter WHERE n = ?", 99) is None


async def test_a_question_mark_in_quotes_is_no_placeholder(counters):
    row = await counters.reader.one(
        """SELECT name, 'why? ''yes?''' AS "what?" -- really?
           FROM counter /* or not? */ WHERE n = ?""",
        0,
    )
    assert row["what?"] == "why? 'yes?'"


async def test_bytes_texts_and_nothing_come_back_as_they_went_in(counters):
    async def work(db):
        await db.run("INSERT INTO counter (name, n, body) VALUES (?, ?, ?)", "ünï – 🦊", -(1 << 63), b"\x00\xff")
        return await db.one("SELECT * FROM counter WHERE name = ?", "ünï – 🦊")

    row = await counters.write(work)
    assert (row["n"], bytes(row["body"]), row["parent_pk"]) == (-(1 << 63), b"\x00\xff", None)


async def test_statements_tell_how_many_rows_they_touched(counters):
    async def work(db):
        await db.many(INSERT, [("a", 1), ("b", 1), ("c", 2)])
        updated = await db.run("UPDATE counter SET n = n + 1 WHERE n = ?", 1)
        again = await db.run(f"{INSERT} ON CONFLICT (name) DO NOTHING", "a", 1)
        pk = await db.value(f"{INSERT} RETURNING pk", "d", 7)
        return updated, again, await db.value("SELECT name FROM counter WHERE pk = ?", pk)

    assert await counters.write(work) == (2, 0, "d")


async def test_sums_are_whole_numbers(counters):
    total = await counters.reader.value("SELECT SUM(n) FROM counter")
    assert (type(total), total) == (int, 0)


async def test_two_units_at_once_do_not_roll_back_each_other(counters):
    async def failing(db):
        await db.run(INSERT, "bad", 1)
        raise ZeroDivisionError

    units = [counters.write(inserting("good 1")), counters.write(failing), counters.write(inserting("good 2"))]
    results = await asyncio.gather(*units, return_exceptions=True)
    assert [type(result) for result in results] == [type(None), ZeroDivisionError, type(None)]
    assert sorted(await names(counters)) == ["good 1", "good 2"]


async def test_fifty_units_that_read_and_write_count_exactly(counters):
    async def increment(db):
        n = await db.value("SELECT n FROM counter WHERE pk = 1")
        await db.run("UPDATE counter SET n = ? WHERE pk = 1", n + 1)
        return n

    seen = await asyncio.gather(*(counters.write(increment) for _ in range(50)))
    assert sorted(seen) == list(range(50))
    assert await counters.reader.value("SELECT n FROM counter WHERE pk = 1") == 50


async def test_a_unit_inside_a_unit_is_refused_and_rolled_back(counters):
    async def outer(db):
        await db.run(INSERT, "outer", 1)
        await counters.write(inserting("inner"))

    with pytest.raises(RuntimeError, match="only its own `db`"):
        await counters.write(outer)
    assert await names(counters) == []


async def test_the_shared_reader_inside_a_unit_is_refused(counters):
    async def work(db):
        await counters.reader.one("SELECT 1")

    with pytest.raises(RuntimeError, match="only its own `db`"):
        await counters.write(work)


async def test_listeners_hear_topics_after_the_commit_and_before_the_writer_goes_on(counters):
    heard = []
    counters.listen(lambda topics: heard.append(("first", topics)))
    counters.listen(lambda topics: heard.append(("second", topics)))

    async def work(db):
        await db.run(INSERT, "told", 1)
        db.touch("frame", "post:12")
        db.touch("frame")
        heard.append("working")

    await counters.write(work)
    topics = frozenset({"frame", "post:12"})
    assert heard[-2:] == [("first", topics), ("second", topics)]
    assert "working" in heard[:-2]


async def test_listeners_hear_nothing_of_what_was_rolled_back(counters):
    heard = []
    counters.listen(heard.append)

    async def work(db):
        db.touch("frame")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await counters.write(work)
    assert heard == []


async def test_a_listener_that_fails_does_not_undo_the_write(counters, caplog):
    heard = []

    def failing(topics):
        raise ZeroDivisionError

    counters.listen(failing)
    counters.listen(heard.append)

    async def work(db):
        await db.run(INSERT, "kept", 1)
        db.touch("frame")

    await counters.write(work)
    assert (await names(counters), heard) == (["kept"], [frozenset({"frame"})])
    assert "A listener failed" in caplog.text


async def test_a_listener_may_start_a_write(counters):
    started = []
    counters.listen(lambda topics: started or started.append(asyncio.create_task(counters.write(inserting("echo")))))

    async def work(db):
        db.touch("frame")

    await counters.write(work)
    await started[0]
    assert await names(counters) == ["echo"]


async def test_a_cancelled_writer_leaves_a_whole_unit_and_a_working_store(counters):
    heard = asyncio.Queue()
    counters.listen(heard.put_nowait)

    async def work(db):
        await db.many(INSERT, [(f"row {n}", n) for n in range(100)])
        db.touch("frame")

    writing = asyncio.create_task(counters.write(work))
    await asyncio.sleep(0)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    await counters.write(inserting("after"))
    async with asyncio.timeout(30):
        assert await heard.get() == frozenset({"frame"})
    assert len(await names(counters)) == 101
    assert heard.empty()


async def test_a_taken_key_is_a_duplicate_on_either_engine(counters):
    await counters.write(inserting("taken"))
    with pytest.raises(Duplicate):
        await counters.write(inserting("taken"))
    await counters.write(inserting("free"))
    assert await names(counters) == ["taken", "free"]


@pytest.mark.parametrize("value", ["a\0b", "\ud800", 1 << 63])
async def test_what_one_engine_cannot_keep_is_refused_by_both(counters, value):
    name, n = (value, 0) if isinstance(value, str) else ("big", value)
    with pytest.raises(Unstorable):
        await counters.write(inserting(name, n))

    async def many(db):
        await db.many(INSERT, [("fine", 0), (name, n)])

    with pytest.raises(Unstorable):
        await counters.write(many)
    assert await names(counters) == []


async def test_a_snapshot_does_not_see_what_is_written_meanwhile(counters):
    """Two statements of one reading agree with each other, whatever is committed between them."""

    async def grow(db):
        await db.run("UPDATE counter SET n = n + 1 WHERE pk = 1")
        await db.run(INSERT, f"row {await db.value('SELECT n FROM counter WHERE pk = 1')}", 0)

    async def reading(db):
        n = await db.value("SELECT n FROM counter WHERE pk = 1")
        rows = await db.value("SELECT COUNT(*) FROM counter WHERE pk > 1")
        return n, rows

    writing = asyncio.gather(*(counters.write(grow) for _ in range(30)))
    pairs = []
    while not writing.done():
        pairs.append(await counters.read(reading))
    await writing
    assert all(n == rows for n, rows in pairs), pairs


async def test_a_reading_cannot_write(counters):
    with pytest.raises(Exception, match=r"read-only|may not be written to"):
        await counters.read(inserting("never"))
    assert await names(counters) == []


async def test_claims_by_four_workers_take_each_row_once(opened):
    stores = [await opened() for _ in range(2)]

    async def fill(db):
        await db.many(INSERT, [(f"job {n}", 0) for n in range(1000)])

    await stores[0].write(fill)
    claimed = []

    def claiming(limit):
        async def work(db):
            rows = await db.all(
                """WITH chosen AS MATERIALIZED (
                       SELECT pk FROM counter WHERE pk > 1 AND n = 0 ORDER BY pk LIMIT ? {claim_lock})
                   UPDATE counter SET n = 1 WHERE pk IN (SELECT pk FROM chosen) AND n = 0 RETURNING pk""",
                limit,
            )
            return [row["pk"] for row in rows]

        return work

    async def worker(store):
        while taken := await store.write(claiming(7), alone=False):
            claimed.extend(taken)

    await asyncio.gather(*(worker(store) for store in stores * 2))
    assert len(claimed) == 1000
    assert len(set(claimed)) == 1000


async def test_a_question_that_fails_leaves_those_asked_with_it_alone(counters):
    reader = counters.reader
    asked = [
        reader.value("SELECT CAST(? AS INTEGER)", 1),
        reader.value("SELECT nonsense"),
        reader.value("SELECT CAST(? AS INTEGER)", 2),
    ]
    first, failed, last = await asyncio.gather(*asked, return_exceptions=True)
    assert (first, last) == (1, 2)
    assert isinstance(failed, Exception)


async def test_a_hundred_questions_at_once_get_their_own_answers(counters):
    asked = [counters.reader.value("SELECT CAST(? AS INTEGER)", number) for number in range(100)]
    assert await asyncio.gather(*asked) == list(range(100))


async def test_who_no_longer_waits_for_an_answer_takes_it_from_nobody(counters):
    leaving = asyncio.create_task(counters.reader.value("SELECT CAST(? AS INTEGER)", 1))
    staying = asyncio.create_task(counters.reader.value("SELECT CAST(? AS INTEGER)", 2))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying == 2
