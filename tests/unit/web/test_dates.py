from fedblog.web import dates

NEW_YEAR_IN_UTC = 1_798_761_600_000  # 1 January 2027, 00:00 UTC


def test_the_day_is_that_of_the_blogs_clock():
    assert dates.day(NEW_YEAR_IN_UTC, "UTC") == "1 January 2027"
    assert dates.day(NEW_YEAR_IN_UTC, "America/New_York") == "31 December 2026"
    assert dates.day_and_time(NEW_YEAR_IN_UTC, "Asia/Tokyo") == "1 January 2027, 09:00"


def test_machines_get_utc_and_whole_seconds():
    assert dates.machine(NEW_YEAR_IN_UTC + 999) == "2027-01-01T00:00:00Z"
    assert dates.rfc822(NEW_YEAR_IN_UTC) == "Fri, 01 Jan 2027 00:00:00 +0000"


def test_a_year_begins_and_ends_in_the_blogs_zone():
    start, end = dates.year_span(2027, "Asia/Tokyo")
    assert start == NEW_YEAR_IN_UTC - 9 * 3_600_000
    assert dates.local(end, "Asia/Tokyo").year == 2028
    assert dates.local(end - 1, "Asia/Tokyo").year == 2027


def test_a_zone_that_this_machine_does_not_know_is_utc():
    assert dates.day(NEW_YEAR_IN_UTC, "Mars/Olympus") == "1 January 2027"
    assert dates.day(NEW_YEAR_IN_UTC, "../../etc/passwd") == "1 January 2027"
