import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedblog.ap.intents import Intent, Typed, interaction_url, parse_typed
from fedblog.ap.webfinger import Acct, read_jrd
from fedblog.errors import Invalid
from fedblog.urls import Url

ARTICLE = "https://blog.test/ap/articles/1?a=1&b=ü"
ENCODED = "https%3A%2F%2Fblog.test%2Fap%2Farticles%2F1%3Fa%3D1%26b%3D%C3%BC"
ADA = Typed("example.org", Acct("ada", "example.org"))
SUBSCRIBE = "http://ostatus.org/schema/1.0/subscribe"
CREATE, OBJECT, FOLLOW, LIKE, ANNOUNCE = (
    f"https://w3id.org/fep/3b86/{name}" for name in ("Create", "Object", "Follow", "Like", "Announce")
)


def jrd(*links, subject="acct:ada@example.org"):
    return read_jrd({"subject": subject, "links": list(links)})


MASTODON = jrd(
    {"rel": SUBSCRIBE, "template": "https://example.org/authorize_interaction?uri={uri}"},
    {"rel": CREATE, "template": "https://example.org/share?text={content}"},
    {"rel": OBJECT, "template": "https://example.org/object?uri={object}"},
)
WORDPRESS = jrd(
    {"rel": FOLLOW, "href": "https://example.org/wp-json/follow?o={object}&then={on-success}&else={on-cancel}"},
    {"rel": SUBSCRIBE, "template": "https://example.org/wp-json/interactions?uri={uri}"},
)
EACH_DEED = jrd(
    {"rel": LIKE, "template": "https://example.org/like?object={object}&then={on-success}"},
    {"rel": ANNOUNCE, "href": "https://example.org/boost?object={object}"},
    {"rel": OBJECT, "template": "https://example.org/object?uri={object}"},
)
OLD = jrd({"rel": SUBSCRIBE, "template": "https://example.org/ostatus_subscribe?acct={uri}"})


@pytest.mark.parametrize(
    ("intent", "answer", "expected"),
    [
        (Intent.REPLY, MASTODON, f"https://example.org/object?uri={ENCODED}"),
        (Intent.FOLLOW, MASTODON, f"https://example.org/object?uri={ENCODED}"),
        (Intent.FOLLOW, WORDPRESS, f"https://example.org/wp-json/follow?o={ENCODED}&then=&else="),
        (Intent.REPLY, WORDPRESS, f"https://example.org/wp-json/interactions?uri={ENCODED}"),
        (Intent.LIKE, EACH_DEED, f"https://example.org/like?object={ENCODED}&then="),
        (Intent.BOOST, EACH_DEED, f"https://example.org/boost?object={ENCODED}"),
        (Intent.REPLY, EACH_DEED, f"https://example.org/object?uri={ENCODED}"),
        (Intent.LIKE, MASTODON, f"https://example.org/object?uri={ENCODED}"),
        (Intent.BOOST, OLD, f"https://example.org/ostatus_subscribe?acct={ENCODED}"),
        (Intent.LIKE, OLD, f"https://example.org/ostatus_subscribe?acct={ENCODED}"),
        (Intent.OPEN, jrd(), f"https://example.org/authorize_interaction?uri={ENCODED}"),
        (Intent.OPEN, None, f"https://example.org/authorize_interaction?uri={ENCODED}"),
    ],
)
@pytest.mark.checklist(row=43)
def test_the_best_link_that_the_server_offers(intent, answer, expected):
    assert interaction_url(intent, ARTICLE, ADA, answer) == expected


@pytest.mark.checklist(row=43)
def test_the_template_wins_over_the_href():
    answer = jrd({"rel": FOLLOW, "template": "https://example.org/t?{uri}", "href": "https://example.org/h?{uri}"})
    assert interaction_url(Intent.FOLLOW, ARTICLE, ADA, answer) == f"https://example.org/t?{ENCODED}"


@pytest.mark.parametrize(
    "template",
    [
        "javascript:alert('{uri}')",
        "http://example.org/?uri={uri}",
        "https://evil.test/?uri={uri}",
        "https://example.org.evil.test/?uri={uri}",
        "https://example.org@evil.test/?uri={uri}",
        "https://example.org:8443/?uri={uri}",
        "https://{uri}/",
        "https://example.org{uri}",
        "//example.org/?uri={uri}",
        "https://example.org/",
        "https://example.org/?uri={uri}&again={uri}",
        "https://example.org/?uri={uri}&again={object}",
        "https://example.org/\r\nSet-Cookie:x?uri={uri}",
        "https://example.org\\@evil.test/?uri={uri}",
        "{uri}",
        "https://example.org/?uri={uri}" + "x" * 1000,
    ],
)
def test_a_template_that_leads_astray_is_not_used(template):
    answer = jrd({"rel": SUBSCRIBE, "template": template})
    assert interaction_url(Intent.OPEN, ARTICLE, ADA, answer) == (
        f"https://example.org/authorize_interaction?uri={ENCODED}"
    )


def test_the_host_of_the_accounts_own_address_may_be_used():
    answer = jrd(
        {"rel": SUBSCRIBE, "template": "https://social.example.org/subscribe?uri={uri}"},
        subject="acct:ada@social.example.org",
    )
    assert interaction_url(Intent.OPEN, ARTICLE, ADA, answer) == f"https://social.example.org/subscribe?uri={ENCODED}"


def test_in_a_laboratory_plain_http_may_be_used():
    typed = parse_typed("@ada@127.0.0.2:8001")
    assert interaction_url(Intent.OPEN, ARTICLE, typed).startswith("https://127.0.0.2:8001/")
    assert interaction_url(Intent.OPEN, ARTICLE, typed, allow_http=True).startswith("http://127.0.0.2:8001/")
    assert interaction_url(Intent.OPEN, ARTICLE, ADA, allow_http=True).startswith("https://example.org/")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("@Ada@Example.org", ADA),
        ("ada@example.org", ADA),
        ("acct:ada@example.org", ADA),
        (" example.org ", Typed("example.org")),
        ("example.org/", Typed("example.org")),
        ("https://example.org", Typed("example.org")),
        ("https://example.org/@ada", ADA),
        ("https://example.org/@ada/", ADA),
        ("https://example.org/users/ada", Typed("example.org")),
    ],
)
def test_what_readers_type(written, expected):
    assert parse_typed(written) == expected


@pytest.mark.parametrize(
    "written", ["", "ada", "@ada", "javascript:alert(1)", "a b", "x" * 600, "example..org", "@a@b@c"]
)
def test_what_is_no_handle_gets_an_answer(written):
    with pytest.raises(Invalid, match=r"@name@example\.org"):
        parse_typed(written)


@given(st.sampled_from(Intent), st.text() | st.text(alphabet="https://example.org?{uri}@:.", max_size=60))
def test_a_link_never_leaves_the_readers_server(intent, template):
    answer = jrd({"rel": SUBSCRIBE, "template": template})
    url = Url.parse(interaction_url(intent, ARTICLE, ADA, answer))
    assert url.origin == "https://example.org"
