import pytest

from fedblog.ap.parse.values import id_of, link_of, milliseconds, type_of


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-11-23T04:09:24Z", 1795406964000),
        ("2026-11-23T04:09:24.073964063Z", 1795406964073),
        ("2026-11-23T06:09:24+02:00", 1795406964000),
        ("2026-11-22T23:09:24.5-05:00", 1795406964500),
        ("2026-11-23t04:09:24z", 1795406964000),
        ("2026-11-23T04:09:24", 1795406964000),
        ("1970-01-01T00:00:00Z", 0),
        ("1969-12-31T23:59:59Z", None),
        ("0001-01-01T00:00:00+23:59", None),
        ("9999-12-31T23:59:59Z", None),
        ("2026-13-01T00:00:00Z", None),
        ("yesterday", None),
        ("", None),
        (1795406964, None),
        ("2026-11-23T04:09:24." + "0" * 50 + "Z", None),
    ],
)
def test_times(written, expected):
    assert milliseconds(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("https://a.test/1", "https://a.test/1"),
        ("HTTPS://A.Test:443/1", "https://a.test/1"),
        ({"id": "https://a.test/1", "type": "Note"}, "https://a.test/1"),
        (["tag:a.test,2026:1", "https://a.test/1", "https://a.test/2"], "https://a.test/1"),
        ([{"type": "Note"}, {"id": "https://a.test/1"}], "https://a.test/1"),
        ({"id": ["https://a.test/1"]}, None),
        ("javascript:alert(1)", None),
        ("https://a.test@b.test/1", None),
        (None, None),
        (7, None),
    ],
)
def test_the_first_id_that_can_be_fetched(written, expected):
    assert id_of(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Note", "Note"),
        ("as:Note", "Note"),
        ("https://www.w3.org/ns/activitystreams#Note", "Note"),
        (["schema:Thing", "as:Note", "Article"], "Note"),
        (["Strange", "Other"], "Strange"),
        ([], ""),
        (None, ""),
        ({"type": "Note"}, ""),
    ],
)
def test_types_lose_their_prefix_and_the_first_known_one_wins(written, expected):
    assert type_of({"type": written}, {"Note", "Article"}) == expected


def test_a_page_is_preferred_among_links():
    links = [
        {"type": "Link", "mediaType": "video/mp4", "href": "https://a.test/v.mp4"},
        {"type": "Link", "mediaType": "text/html", "href": "https://a.test/v"},
    ]
    assert link_of(links, "text/html") == "https://a.test/v"
    assert link_of(["https://a.test/plain", *links], "text/html") == "https://a.test/plain"
