"""The document behind a page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedblog.text.alternate import alternate

LINK = '<link rel="alternate" type="application/activity+json" href="https://a.test/1">'


@pytest.mark.parametrize(
    "html",
    [
        LINK,
        f"<!doctype html><html><head><title>A <b></title>{LINK}</head><body>x</body></html>",
        LINK.upper().replace("HTTPS://A.TEST", "https://a.test"),
        LINK.replace('"', "'"),
        LINK.replace("application/activity+json", 'application/ld+json; profile=&quot;https://www.w3.org/ns/activitystreams&quot;'),
        LINK.replace("alternate", "nofollow alternate"),
        f'<link rel="alternate" type="application/atom+xml" href="/feed">{LINK}',
        f'<link rel="alternate" type="application/activity+json" href="">{LINK}',
    ],
)  # fmt: skip
def test_the_first_link_of_an_activitypub_type_is_it(html):
    assert alternate(html) == "https://a.test/1"


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<p>x</p>",
        LINK.replace("alternate", "stylesheet"),
        LINK.replace("application/activity+json", "text/html"),
        LINK.replace("href", "src"),
        f"<!-- {LINK} -->",
        f"<script>{LINK}</script>",
        f"<title>{LINK}</title>",
        "<link>" * 3_001 + LINK,
        " " * 300_001 + LINK,
    ],
)
def test_a_page_without_one_has_none(html):
    assert alternate(html) is None


@given(st.text(alphabet="<>/=\"' abcehiklnrt!-", max_size=300))
def test_any_page_is_read(html):
    found = alternate(html)
    assert found is None or found
