"""What is remembered of a host, and when it is left alone."""

from dataclasses import replace

import pytest

from fedblog.domain.backoff import DAY, HOUR, MINUTE, Exchange
from fedblog.domain.breaker import after, hold_of, is_lost, known_form, unknown_host

NOW = 1_800_000_000_000
FAILED, TAKEN = Exchange(None, "no answer"), Exchange(202, form="cavage")
NEW = unknown_host("a.example")


def failed(times, host=NEW, now=NOW):
    for _ in range(times):
        host = after(host, FAILED, now)
    return host


def test_the_fifth_failure_in_a_row_opens_the_breaker():
    assert failed(4).open_until is None
    assert failed(5).open_until == NOW + 30 * MINUTE
    assert hold_of(failed(5), NOW).until == NOW + 30 * MINUTE


@pytest.mark.parametrize("status", [200, 202, 401, 403, 404, 410, 429])
def test_any_answer_of_a_living_server_closes_it(status):
    host = after(failed(6), Exchange(status), NOW + HOUR)
    assert (host.failures, host.open_until, host.failing_since) == (0, None, None)


@pytest.mark.parametrize("status", [500, 501, 502, 503, None])
def test_what_counts_as_a_failure(status):
    assert after(NEW, Exchange(status), NOW).failures == 1


def test_failures_that_were_under_way_when_it_opened_do_not_double_the_pause():
    assert failed(7).open_until == failed(5).open_until


def test_failures_of_long_ago_are_another_story():
    host = failed(1, failed(4), NOW + 41 * DAY)
    assert (host.failures, host.failing_since) == (1, NOW + 41 * DAY)


def test_the_form_that_works_is_remembered_for_thirty_days():
    host = after(NEW, Exchange(202, form="rfc9421"), NOW)
    assert known_form(host, NOW + 30 * DAY - 1) == "rfc9421"
    assert known_form(host, NOW + 30 * DAY) == ""
    assert after(host, Exchange(202, form="rfc9421"), NOW + 29 * DAY).signature_form_at == NOW + 29 * DAY


def test_a_refusal_teaches_nothing_about_the_form():
    assert after(NEW, Exchange(403, form="rfc9421"), NOW).signature_form == ""
    assert after(NEW, Exchange(403, form="rfc9421"), NOW).reached_at is None


def test_an_ordinary_success_changes_nothing_that_would_have_to_be_written():
    host = after(NEW, TAKEN, NOW)
    assert after(host, TAKEN, NOW + MINUTE) == host


def test_a_pause_that_was_asked_for_is_kept_and_then_forgotten():
    host = after(NEW, Exchange(429, retry_after=NOW + HOUR), NOW)
    assert hold_of(host, NOW).until == NOW + HOUR
    assert after(host, TAKEN, NOW + MINUTE).retry_after == NOW + HOUR
    assert after(host, TAKEN, NOW + HOUR).retry_after is None
    assert hold_of(host, NOW + HOUR) is None


def test_a_host_is_lost_after_ninety_days_of_silence():
    host = replace(failed(1), failing_since=NOW - 90 * DAY)
    assert is_lost(host, NOW)
    assert not is_lost(replace(host, heard_at=NOW - DAY), NOW)
    assert not is_lost(replace(host, failing_since=NOW - 89 * DAY), NOW)
    assert not is_lost(NEW, NOW)
