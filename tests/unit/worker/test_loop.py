"""The loop that keeps jobs in flight: how many, woken by what, ended how."""

import asyncio
import dataclasses
import logging

import pytest

from fedblog.errors import Busy
from fedblog.worker.loop import AFTER_TROUBLE, LONGEST_PAUSE, Loop
from tests.engines import quiet_world


class Naps:
    """Sleepers that wake only when the test says so."""

    def __init__(self):
        self.asked = []
        self._alarm = asyncio.Event()

    async def sleep(self, seconds):
        self.asked.append(seconds)
        await self._alarm.wait()

    async def wake(self):
        self._alarm.set()
        await settle()
        self._alarm.clear()


class Jobs:
    """A source of jobs that end when the test says so."""

    def __init__(self, *waiting):
        self.waiting = list(waiting)
        self.running = {}
        self.handed_back = 0
        self.errors = []
        self.due_at = None

    async def take(self, free):
        if self.errors:
            raise self.errors.pop()
        taken, self.waiting = self.waiting[:free], self.waiting[free:]
        return taken

    async def do(self, job):
        self.running[job] = asyncio.get_running_loop().create_future()
        try:
            await self.running[job]
        finally:
            del self.running[job]

    def end(self, job, error=None):
        if error:
            self.running[job].set_exception(error)
        else:
            self.running[job].set_result(None)

    async def next_due(self):
        return self.due_at

    async def hand_back(self):
        self.handed_back += 1


async def settle():
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.fixture
def naps():
    return Naps()


@pytest.fixture
def looping(naps):
    """Makes a loop over jobs, and its task."""
    tasks = []

    def make(jobs, most=2):
        loop = Loop("jobs", jobs, most, dataclasses.replace(quiet_world(naps.sleep), now=lambda: 1000))
        tasks.append(asyncio.create_task(loop.run(8.0)))
        return loop, tasks[-1]

    yield make
    for task in tasks:
        task.cancel()


async def test_no_more_jobs_run_at_once_than_there_are_places(looping):
    jobs = Jobs("a", "b", "c")
    looping(jobs, most=2)
    await settle()
    assert set(jobs.running) == {"a", "b"}
    jobs.end("a")
    await settle()
    assert set(jobs.running) == {"b", "c"}


async def test_a_ring_wakes_it(looping):
    jobs = Jobs()
    loop, _ = looping(jobs)
    await settle()
    jobs.waiting.append("late")
    await settle()
    assert not jobs.running
    loop.ring()
    await settle()
    assert set(jobs.running) == {"late"}


async def test_it_sleeps_until_the_next_job_is_due(looping, naps):
    jobs = Jobs()
    jobs.due_at = 1000 + 2500
    looping(jobs)
    await settle()
    assert naps.asked == [2.5]
    jobs.waiting.append("due")
    await naps.wake()
    assert set(jobs.running) == {"due"}


async def test_it_looks_again_after_a_minute_in_any_case(looping, naps):
    jobs = Jobs()
    jobs.due_at = 1000 + 86_400_000
    looping(jobs)
    await settle()
    assert naps.asked == [LONGEST_PAUSE]


async def test_a_job_that_breaks_stops_no_other(looping, caplog):
    jobs = Jobs("bad", "good")
    looping(jobs, most=1)
    await settle()
    with caplog.at_level(logging.ERROR):
        jobs.end("bad", ValueError("broken"))
        await settle()
    assert set(jobs.running) == {"good"}
    assert "One of the jobs failed." in caplog.text


async def test_a_store_that_does_not_answer_ends_nothing(looping, naps, caplog):
    jobs = Jobs("a")
    jobs.errors.append(Busy("The database does not answer."))
    with caplog.at_level(logging.ERROR):
        looping(jobs)
        await settle()
    assert naps.asked == [AFTER_TROUBLE]
    await naps.wake()
    assert set(jobs.running) == {"a"}


async def test_stopping_takes_nothing_more_and_waits_for_what_is_under_way(looping):
    jobs = Jobs("a", "b")
    loop, running = looping(jobs, most=1)
    await settle()
    loop.stop()
    await settle()
    assert not running.done()
    jobs.end("a")
    await running
    assert jobs.waiting == ["b"]
    assert jobs.handed_back == 1


async def test_what_does_not_end_in_time_is_cancelled_and_handed_back(looping, naps):
    jobs = Jobs("endless")
    loop, running = looping(jobs)
    await settle()
    loop.stop()
    await settle()
    assert naps.asked[-1] == 8.0
    await naps.wake()
    await running
    assert not jobs.running
    assert jobs.handed_back == 1


async def test_working_off_ends_when_nothing_is_left():
    class Quick(Jobs):
        async def do(self, job):
            await asyncio.sleep(0)

    assert await Loop("jobs", Quick(*range(7)), 2, quiet_world()).work_off() == 7


async def test_after_a_taking_it_breathes_so_that_the_next_one_brings_many(naps):
    jobs = Jobs("a")
    world = dataclasses.replace(quiet_world(naps.sleep), now=lambda: 1000)
    loop = Loop("jobs", jobs, 8, world, breath=0.01)
    running = asyncio.create_task(loop.run(8.0))
    await settle()
    assert naps.asked == [0.01]
    jobs.waiting += ["b", "c"]
    loop.ring()
    await settle()
    assert set(jobs.running) == {"a"}
    await naps.wake()
    assert set(jobs.running) == {"a", "b", "c"}
    running.cancel()
