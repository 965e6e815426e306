from dataclasses import replace

import pytest

from fedblog.ap.parse.actor import read_actor
from fedblog.ap.parse.keys import find_key
from fedblog.ap.render.actor import application, person, profile_field_html
from fedblog.ap.render.wire import Picture
from tests.unit.ap.parts import ACTOR, ACTOR_ID, BASE, BLOG, INSTANCE, KEY, person_parts


def test_the_actor_has_all_that_servers_look_for():
    document = person(person_parts())
    assert document["@context"][0] == "https://www.w3.org/ns/activitystreams"
    expected = {
        "id": ACTOR_ID,
        "type": "Person",
        "preferredUsername": "blog",
        "name": "Slow & steady",
        "summary": "<p>Essays.</p>",
        "url": f"{BASE}/",
        "inbox": f"{ACTOR_ID}/inbox",
        "outbox": f"{ACTOR_ID}/outbox",
        "followers": f"{ACTOR_ID}/followers",
        "following": f"{ACTOR_ID}/following",
        "featured": f"{ACTOR_ID}/featured",
        "endpoints": {"sharedInbox": f"{BASE}/inbox"},
        "publicKey": {"id": f"{ACTOR_ID}#main-key", "owner": ACTOR_ID, "publicKeyPem": KEY.public_pem},
        "published": "2026-11-18T00:00:00Z",
        "manuallyApprovesFollowers": False,
        "discoverable": True,
        "indexable": True,
        "hidesToPublicFromUnauthedWeb": False,
        "hidesCcPublicFromUnauthedWeb": False,
        "attributionDomains": ["blog.test"],
        "webfinger": "blog@blog.test",
    }
    assert {name: document[name] for name in expected} == expected
    rfc9421 = "https://datatracker.ietf.org/doc/html/rfc9421"
    assert document["generator"]["implements"] == [
        {"href": rfc9421, "name": "RFC-9421: HTTP Message Signatures"},
        {
            "href": f"{rfc9421}#name-eddsa-using-curve-edwards25",
            "name": "RFC-9421 signatures using the Ed25519 algorithm",
        },
    ]
    assert {"alsoKnownAs", "movedTo", "suspended", "memorial", "icon", "image"}.isdisjoint(document)


def test_mastodon_can_verify_the_blog_field():
    fields = person(person_parts())["attachment"]
    assert fields == [
        {"type": "PropertyValue", "name": "Blog", "value": f'<a href="{BASE}/" rel="me">{BASE}/</a>'},
        {"type": "PropertyValue", "name": "Town", "value": "Bath &amp; Wells"},
    ]


@pytest.mark.parametrize("value", ["https://a b/<script>", "javascript:alert(1)", "<b>x</b>", 'https://"onclick="x/'])
def test_a_profile_field_is_inert(value):
    shown = profile_field_html(value)
    assert [part for part in ("<script", "<b>", 'href="javascript', "<a") if part in shown] == []


def test_a_link_in_a_profile_field_cannot_break_out_of_its_attribute():
    assert '"><script>' not in profile_field_html('https://a.test/"><script>')


def test_an_address_with_a_query_is_escaped_once():
    assert profile_field_html("https://a.test/?a=1&b=2") == (
        '<a href="https://a.test/?a=1&amp;b=2" rel="me">https://a.test/?a=1&amp;b=2</a>'
    )


def test_pictures_aliases_and_the_lock_are_shown():
    document = person(
        person_parts(
            actor=replace(ACTOR, also_known_as=("https://old.test/users/me",)),
            blog=replace(BLOG, approves_followers_at=1),
            avatar=Picture(f"{BASE}/media/a.png", "image/png", "A fox"),
            header=Picture(f"{BASE}/media/h.jpg", "image/jpeg"),
        )
    )
    assert document["icon"] == {
        "type": "Image",
        "mediaType": "image/png",
        "url": f"{BASE}/media/a.png",
        "name": "A fox",
    }
    assert document["image"]["url"] == f"{BASE}/media/h.jpg"
    assert document["alsoKnownAs"] == ["https://old.test/users/me"]
    assert document["manuallyApprovesFollowers"] is True


def test_attribution_names_the_host_without_its_port():
    document = person(person_parts(blog=replace(BLOG, base_url="http://127.0.0.1:8000")))
    assert document["attributionDomains"] == ["127.0.0.1"]


def test_our_own_reader_accepts_our_actor():
    found = read_actor(person(person_parts()))
    assert (found.actor_id, found.username, found.webfinger) == (ACTOR_ID, "blog", "blog@blog.test")
    key = find_key(found.keys, f"{ACTOR_ID}#main-key")
    assert key is not None
    assert key.owner == ACTOR_ID


def test_the_instance_actor_has_no_address_that_is_not_served():
    document = application(INSTANCE, replace(KEY, key_id=f"{BASE}/ap/instance#main-key"), "blog.test@blog.test")
    assert document["type"] == "Application"
    assert document["preferredUsername"] == "blog.test"
    assert document["webfinger"] == "blog.test@blog.test"
    assert document["manuallyApprovesFollowers"] is True
    assert document["publicKey"]["owner"] == document["id"] == f"{BASE}/ap/instance"
    assert {"outbox", "followers", "following", "featured"}.isdisjoint(document)
    assert read_actor(document).type == "Application"
