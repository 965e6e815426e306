import pytest

from fedblog.web.negotiate import Wanted, accepts_gzip, wanted
from tests.unit.web.asgi import BROWSER

LD = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (BROWSER, Wanted.PAGE),
        ("application/activity+json", Wanted.DOCUMENT),
        (LD, Wanted.DOCUMENT),
        (f"application/activity+json, {LD}, text/html;q=0.1", Wanted.DOCUMENT),
        ("text/html;q=0.9, application/activity+json;q=0.5", Wanted.PAGE),
        ("", Wanted.EITHER),
        ("*/*", Wanted.EITHER),
        ("image/png", Wanted.EITHER),
    ],
)
def test_what_clients_of_the_field_get(accept, expected):
    assert wanted(accept) is expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("gzip, deflate, br", True),
        ("GZIP", True),
        ("*", True),
        ("br;q=1.0, gzip;q=0.001", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("*;q=0, gzip", True),
        ("identity", False),
        ("", False),
    ],
)
def test_gzip_is_sent_only_where_it_may(header, expected):
    assert accepts_gzip(header) is expected
