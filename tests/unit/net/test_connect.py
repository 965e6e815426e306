"""The race between several addresses: who wins, what is said, and that nothing stays behind."""

import asyncio
import errno

import pytest

from fedblog.errors import Unreachable
from fedblog.net.connect import first_of
from fedblog.net.connection import Connection, Place


class FakeConnection(Connection):
    """A connection without a socket that knows whether it was ended."""

    def __init__(self, place: Place) -> None:
        super().__init__(place, lambda _: None)
        self.is_aborted = False

    def abort(self) -> None:
        self.is_aborted = True


def places(count: int) -> list[Place]:
    return [Place("https", "peer.test", 443, f"192.0.2.{number}") for number in range(count)]


async def test_the_first_that_opens_wins_and_a_late_one_is_ended():
    late: list[FakeConnection] = []

    async def open_one(place):
        if place.address.endswith(".0"):
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                late.append(FakeConnection(place))
                return late[0]
        return FakeConnection(place)

    winner = await first_of(places(2), open_one)
    assert winner.place.address == "192.0.2.1"
    assert [connection.is_aborted for connection in late] == [True]


async def test_a_failure_brings_the_next_address():
    tried = []

    async def open_one(place):
        tried.append(place.address)
        if len(tried) < 3:
            raise ConnectionRefusedError
        return FakeConnection(place)

    assert (await first_of(places(3), open_one)).place.address == "192.0.2.2"
    assert tried == ["192.0.2.0", "192.0.2.1", "192.0.2.2"]


async def test_the_most_telling_reason_is_given():
    reasons = iter([OSError(errno.ENETUNREACH, "no route"), ConnectionRefusedError(errno.ECONNREFUSED, "no")])

    async def open_one(_):
        raise next(reasons)

    with pytest.raises(Unreachable, match="connection refused"):
        await first_of(places(2), open_one)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENETUNREACH, "x"), "no route"),
        (ConnectionResetError(), "closed while it was being made"),
        (TimeoutError(), "no connection in time"),
        (OSError(errno.EMFILE, "x"), "the connection failed"),
    ],
)
async def test_each_failure_has_plain_words(error, words):
    async def open_one(_):
        raise error

    with pytest.raises(Unreachable, match=words):
        await first_of(places(1), open_one)
