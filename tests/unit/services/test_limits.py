from fedblog.services.limits import Buckets
from tests.fediverse import HandClock


def test_a_bucket_empties_and_fills_again():
    clock = HandClock()
    buckets = Buckets(clock.monotonic, size=3, per_second=0.5)
    assert [buckets.take("a") for _ in range(3)] == [0, 0, 0]
    assert buckets.take("a") == 2
    assert buckets.take("b") == 0
    clock.move(seconds=2)
    assert buckets.take("a") == 0
    assert buckets.take("a") > 0


def test_what_was_given_back_can_be_taken_again_but_never_more_than_fits():
    clock = HandClock()
    buckets = Buckets(clock.monotonic, size=1, per_second=0.01)
    buckets.take("a")
    buckets.give_back("a")
    buckets.give_back("a")
    assert buckets.take("a") == 0
    assert buckets.take("a") > 0


def test_only_so_many_names_are_remembered():
    clock = HandClock()
    buckets = Buckets(clock.monotonic, size=1, per_second=0.01, most=2)
    for name in "abc":
        buckets.take(name)
    assert buckets.take("c") > 0
    assert buckets.take("a") == 0
