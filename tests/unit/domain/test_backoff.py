"""The rules of trying again: what an answer means, how long to wait, when to stop."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedblog.domain.backoff import (
    DAY,
    GIVES_UP_AFTER,
    HOUR,
    MINUTE,
    SECOND,
    Exchange,
    Missing,
    ending_of,
    knocks_again,
    next_try,
    read_retry_after,
)
from fedblog.domain.delivery import Delivery, DeliveryState, Lane

NOW = 1_800_000_000_000
WAITING, GAVE_UP, DELIVERED = DeliveryState.WAITING, DeliveryState.GAVE_UP, DeliveryState.DELIVERED


def delivery(attempts=1, created_at=NOW):
    return Delivery(
        1, 1, 1, "o", "https://a.example/inbox", "a.example", Lane.POST, WAITING, created_at, NOW, "w", attempts,
        None, "", created_at, None
    )  # fmt: skip


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (200, DELIVERED),
        (202, DELIVERED),
        (301, WAITING),
        (308, WAITING),
        (400, GAVE_UP),
        (401, WAITING),
        (403, GAVE_UP),
        (404, WAITING),
        (405, GAVE_UP),
        (408, WAITING),
        (410, GAVE_UP),
        (413, GAVE_UP),
        (422, GAVE_UP),
        (425, WAITING),
        (429, WAITING),
        (500, WAITING),
        (501, WAITING),
        (503, WAITING),
        (None, WAITING),
    ],
)
def test_what_an_answer_means(status, state):
    assert ending_of(delivery(), Exchange(status, "no answer"), NOW, 0.5).state is state


def test_the_author_reads_why():
    assert ending_of(delivery(), Exchange(None, "no connection within 5 s"), NOW, 0.5).last_error == (
        "no connection within 5 s"
    )
    assert ending_of(delivery(), Exchange(410), NOW, 0.5).last_error == "the inbox is gone (410)"
    assert ending_of(delivery(), Exchange(418), NOW, 0.5).last_error == "the server answered with status 418"
    assert ending_of(delivery(), Exchange(202), NOW, 0.5).last_error == ""


def test_the_schedule():
    waits = [next_try(delivery(n), Exchange(503), NOW, 0.5) - NOW for n in range(1, 10)]
    assert [wait / MINUTE for wait in waits] == [1, 5, 15, 60, 180, 360, 720, 1440, 1440]


def test_a_quarter_of_jitter_each_way():
    assert next_try(delivery(4), Exchange(503), NOW, 0.0) == NOW + 45 * MINUTE
    assert next_try(delivery(4), Exchange(503), NOW, 0.999999) < NOW + 75 * MINUTE


@given(st.lists(st.floats(0, 1, exclude_max=True), min_size=30, max_size=30))
def test_an_outage_of_a_week_costs_few_tries_and_the_last_is_exactly_at_seven_days(jitters):
    tries, now = [NOW], NOW
    for jitter in jitters:
        due_at = next_try(delivery(len(tries)), Exchange(None, "no answer"), now, jitter)
        if due_at is None:
            break
        assert due_at > now
        now = due_at
        tries.append(now)
    assert tries[-1] == NOW + GIVES_UP_AFTER
    assert 14 <= len(tries) <= 20


def test_retry_after_wins():
    asked = Exchange(503, retry_after=NOW + 2 * HOUR)
    assert next_try(delivery(1), asked, NOW, 0.5) == NOW + 2 * HOUR
    sooner = Exchange(503, retry_after=NOW + 10 * SECOND)
    assert next_try(delivery(3), sooner, NOW, 0.5) == NOW + 10 * SECOND


def test_a_server_that_asks_to_be_tried_every_second_is_tried_on_our_schedule():
    asked = Exchange(429, retry_after=NOW + SECOND)
    assert next_try(delivery(4), asked, NOW, 0.5) == NOW + HOUR


def test_retry_after_does_not_move_the_last_try():
    old = delivery(5, created_at=NOW - GIVES_UP_AFTER + HOUR)
    assert next_try(old, Exchange(503, retry_after=NOW + 5 * HOUR), NOW, 0.5) == NOW + HOUR


@pytest.mark.parametrize(
    ("value", "at"),
    [
        ("120", NOW + 120 * SECOND),
        (" 7 ", NOW + 7 * SECOND),
        ("0", NOW + SECOND),
        ("99999999999999999999", NOW + DAY),
        ("Fri, 15 Jan 2027 09:00:00 GMT", NOW + HOUR),
        ("Fri, 15 Jan 2027 07:00:00 GMT", NOW + SECOND),
        ("Fri, 15 Jan 2099 07:00:00 GMT", NOW + DAY),
        ("soon", None),
        ("-5", None),
        ("١٢", None),
        ("Fri, 99 Jan 2027 07:00:00 GMT", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_in_both_forms(value, at):
    assert read_retry_after(value, NOW) == at


@given(st.text())
def test_no_retry_after_breaks_anything(value):
    at = read_retry_after(value, NOW)
    assert at is None or NOW < at <= NOW + DAY


def test_an_inbox_is_lost_after_three_404_over_three_days():
    assert not Missing(2, NOW - 4 * DAY).is_lost(NOW)
    assert not Missing(9, NOW - DAY).is_lost(NOW)
    assert Missing(3, NOW - 3 * DAY).is_lost(NOW)
    assert ending_of(delivery(), Exchange(404), NOW, 0.5, is_lost=True).state is GAVE_UP


@pytest.mark.parametrize(
    ("status", "was_reached", "again"),
    [(401, True, True), (401, False, True), (403, False, True), (403, True, False), (400, False, True),
     (400, True, False), (404, False, False), (500, False, False), (202, False, False)],
)  # fmt: skip
def test_when_the_other_signature_form_is_tried(status, was_reached, again):
    assert knocks_again(status, was_reached=was_reached) is again
