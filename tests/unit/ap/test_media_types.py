import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedblog.ap.media_types import is_activity_type, is_inbox_type, wants_activity, wants_html

PROFILE = 'profile="https://www.w3.org/ns/activitystreams"'
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.mark.parametrize(
    "accept",
    [
        "application/activity+json",
        "application/activity+json, application/ld+json",
        "application/activity+json, application/ld+json, text/html;q=0.1",
        f"application/ld+json; {PROFILE}",
        "application/ld+json",
        'application/ld+json; profile="https://example.org/, other"',
        "APPLICATION/Activity+JSON",
        "text/html;q=0.5, application/activity+json;q=0.6",
        "application/activity+json, */*",
        "*/*, application/activity+json",
        "application/activity+json;q=0.9, text/html;q=0.8, */*;q=0.1",
        "application/activity+json; q=banana",
        "application/activity+json, text/html",
        f"application/json, application/activity+json, application/ld+json;{PROFILE}",
        "application/jrd+json, application/activity+json;q=0.2",
    ],
)
def test_a_server_gets_the_document(accept):
    assert wants_activity(accept)
    assert not wants_html(accept)


@pytest.mark.parametrize(
    "accept",
    [
        None,
        "",
        "*/*",
        FIREFOX,
        "text/html, application/activity+json;q=0.9",
        "text/html, application/activity+json",
        "application/activity+json;q=0",
        "application/activity+json;q=0.0, text/html;q=0.1",
        "application/activity+json;q=0.5, */*;q=0.8",
        "application/json",
        'text/html; x="application/activity+json, application/activity+json',
        ";;;,,,===",
        "application/activity+jsonx",
    ],
)
def test_everybody_else_gets_the_page(accept):
    assert not wants_activity(accept)


def test_an_id_leads_to_its_page_only_for_those_who_name_html():
    assert wants_html(FIREFOX)
    assert wants_html("application/xhtml+xml")
    assert not wants_html("*/*")
    assert not wants_html(None)


@pytest.mark.parametrize(
    "content_type",
    [
        "application/activity+json",
        "application/activity+json; charset=utf-8",
        "Application/Activity+JSON",
        f"application/ld+json; {PROFILE}",
        f"application/ld+json;charset=utf-8;{PROFILE}",
        'application/ld+json; profile="http://www.w3.org/ns/json-ld#compacted https://www.w3.org/ns/activitystreams"',
    ],
)
def test_a_fetched_document_of_an_activitypub_type_is_read(content_type):
    assert is_activity_type(content_type)


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "text/html",
        "application/json",
        "application/ld+json",
        'application/ld+json; profile="https://www.w3.org/ns/activitystreams.evil"',
        "application/octet-stream; x=application/activity+json",
        "text/html, application/activity+json",
        "application/activity+json, text/html",
        'application/x; y="application/activity+json"',
        "application/activity+jsonp",
    ],
)
def test_an_upload_of_another_type_is_never_read_as_a_document(content_type):
    assert not is_activity_type(content_type)


def test_an_inbox_also_reads_plain_json():
    assert is_inbox_type("application/json; charset=utf-8")
    assert is_inbox_type("application/ld+json")
    assert not is_inbox_type("text/json")
    assert not is_inbox_type(None)


@given(st.one_of(st.text(), st.text(alphabet='application/activity+json;q=0.1,"*\\ \t', max_size=80)))
def test_no_header_upsets_negotiation(header):
    for question in (wants_activity, wants_html, is_activity_type, is_inbox_type):
        assert question(header) in (True, False)
