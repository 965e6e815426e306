import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedblog.ap.intents import Intent, interaction_url, parse_typed
from fedblog.ap.render.wire import Picture
from fedblog.ap.webfinger import Acct, FeedLink, parse_acct, parse_resource, query_url, read_jrd, render_jrd
from fedblog.errors import Invalid
from fedblog.urls import Url

ACTOR_ID = "https://blog.test/ap/actors/1"


@pytest.mark.parametrize(
    "resource",
    [
        "acct:blog@blog.test",
        "ACCT:Blog@BLOG.test",
        "acct%3Ablog%40blog.test",
        "acct:@blog@blog.test",
        "@blog@blog.test",
        "blog@blog.test",
        " blog@blog.test ",
        "acct:blog@blog.test.",
        "acct:blog@blog.test:443",
    ],
)
def test_every_spelling_of_an_account(resource):
    assert parse_resource(resource) == Acct("blog", "blog.test")


def test_a_port_and_a_foreign_script_stay_in_the_host():
    assert parse_resource("acct:blog@127.0.0.1:8000") == Acct("blog", "127.0.0.1:8000")
    assert parse_resource("acct:blog@bücher.test") == Acct("blog", "xn--bcher-kva.test")
    assert parse_resource("acct:blog@[::1]:8000") == Acct("blog", "[::1]:8000")


@pytest.mark.parametrize(
    "resource",
    ["https://blog.test/ap/actors/1", "https%3A%2F%2Fblog.test%2Fap%2Factors%2F1", "HTTPS://Blog.Test:443/ap/actors/1"],
)
def test_an_address_of_an_actor_or_page(resource):
    assert parse_resource(resource) == Url.parse(ACTOR_ID)


@pytest.mark.parametrize(
    "resource",
    [
        None,
        "",
        "   ",
        "acct:",
        "acct:blog",
        "blog",
        "@",
        "acct:@blog.test",
        "acct:blog@",
        "acct:blog@blog.test@evil.test",
        "acct:blog@blog.test/path",
        "acct:bl og@blog.test",
        "acct:<b>@blog.test",
        "mailto:blog@blog.test",
        "ftp://blog.test/",
        "acct:blog@2130706433",
        "x" * 5000,
        "acct:" + "a" * 101 + "@blog.test",
    ],
)
def test_what_is_no_resource_is_refused(resource):
    with pytest.raises(Invalid):
        parse_resource(resource)


@given(st.text() | st.text(alphabet="acct:@%3A.blog/[]?# ", max_size=40))
def test_no_query_upsets_the_reader(resource):
    try:
        found = parse_resource(resource)
    except Invalid:
        return
    assert isinstance(found, Url) or parse_acct(found.uri) == found


def test_the_question_for_an_account():
    assert query_url(Acct("ada", "example.org")) == (
        "https://example.org/.well-known/webfinger?resource=acct%3Aada%40example.org"
    )


def test_our_answer_leads_back_to_the_actor():
    feeds = [FeedLink("https://blog.test/feed.atom", "application/atom+xml", "A blog")]
    avatar = Picture("https://blog.test/media/a.png", "image/png")
    document = render_jrd("blog@blog.test", ACTOR_ID, "https://blog.test/", avatar, feeds)
    assert document["subject"] == "acct:blog@blog.test"
    assert document["aliases"] == ["https://blog.test/", ACTOR_ID]
    links = {link["rel"]: link for link in document["links"]}
    assert links["self"] == {"rel": "self", "type": "application/activity+json", "href": ACTOR_ID}
    assert links["http://webfinger.net/rel/profile-page"]["href"] == "https://blog.test/"
    assert links["http://webfinger.net/rel/avatar"]["href"] == "https://blog.test/media/a.png"
    assert links["alternate"]["type"] == "application/atom+xml"
    assert not any("template" in link for link in document["links"])
    found = read_jrd(document)
    assert (found.subject, found.actor_id) == (Acct("blog", "blog.test"), ACTOR_ID)


def test_the_intents_stand_in_template_and_in_href_and_our_own_reader_takes_each():
    """FEP-3b86 has the pattern in `href`, Mastodon in `template` (protocol.md c.3)."""
    url = "https://blog.test/authorize_interaction"
    document = render_jrd("blog@blog.test", ACTOR_ID, "https://blog.test/", interaction_url=url)
    links = {link["rel"]: link for link in document["links"]}
    assert links["http://ostatus.org/schema/1.0/subscribe"] == {
        "rel": "http://ostatus.org/schema/1.0/subscribe",
        "template": f"{url}?uri={{uri}}",
    }
    for name in ("Object", "Create", "Follow", "Like", "Announce"):
        link = links[f"https://w3id.org/fep/3b86/{name}"]
        assert link["template"] == link["href"]
    assert links["https://w3id.org/fep/3b86/Object"]["template"] == f"{url}?uri={{object}}"
    typed, found = parse_typed("@blog@blog.test"), read_jrd(document)
    ways = {intent: interaction_url(intent, "https://a.test/1?b=c", typed, found) for intent in Intent}
    quoted = "https%3A%2F%2Fa.test%2F1%3Fb%3Dc"
    assert ways == {
        Intent.FOLLOW: f"{url}?do=follow&uri={quoted}",
        Intent.REPLY: f"{url}?do=reply&uri={quoted}&content=",
        Intent.LIKE: f"{url}?do=like&uri={quoted}",
        Intent.BOOST: f"{url}?do=boost&uri={quoted}",
        Intent.OPEN: f"{url}?uri={quoted}",
    }


def test_the_self_link_is_the_one_of_an_activitypub_type():
    document = {
        "subject": "acct:Ada@Example.org",
        "links": [
            {"rel": "self", "type": "text/html", "href": "https://example.org/@ada"},
            {
                "rel": "self",
                "type": 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
                "href": "https://social.example.org/users/ada",
            },
        ],
    }
    assert read_jrd(document).actor_id == "https://social.example.org/users/ada"
    assert read_jrd(document).subject == Acct("ada", "example.org")


@pytest.mark.parametrize(
    "document", [{}, {"subject": 7, "links": "x"}, {"subject": "https://a.test/", "links": [None]}]
)
def test_an_odd_answer_says_nothing(document):
    found = read_jrd(document)
    assert (found.subject, found.actor_id, found.templates) == (None, None, {})
