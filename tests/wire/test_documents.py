"""What real servers sent, as our readers understand it."""

import json

import pytest

from fedblog.ap.addressing import audience
from fedblog.ap.parse.activity import read_activity, read_head, trusts_embedded
from fedblog.ap.parse.actor import read_actor
from fedblog.ap.parse.keys import find_key, read_keys
from fedblog.ap.parse.object import read_object
from fedblog.ap.parse.reaction import reaction_of
from fedblog.ap.webfinger import Acct, parse_resource
from fedblog.domain.comment import Audience, ReactionKind
from fedblog.errors import Invalid
from tests.wire import captured

BLOG = "https://blog.test/users/blog"
ESSAY = "https://blog.test/posts/1"
STUBS = {"gotosocial/23-block-undo-follow", "gotosocial/24-block"}
"""While the blog was blocked, only GoToSocial's key stub could be fetched."""


def _has_body(name):
    return captured.read(name).document.get("body") is not None


def _has_actor(name):
    return captured.read(name).document.get("actor") is not None


ACTIVITIES = [name for name in captured.names() if _has_body(name)]
ACTORS = [name for name in captured.names() if _has_actor(name)]


def _activity(name):
    return read_activity(json.loads(captured.read(name).body))


def _object(name):
    return read_object(_activity(name).object)


@pytest.mark.parametrize("name", [name for name in ACTORS if name not in STUBS])
def test_every_actor_is_read(name):
    capture = captured.read(name)
    actor = read_actor(capture.actor)
    assert actor.actor_id == capture.key["owner"] == capture.actor["id"]
    assert actor.username == capture.actor["preferredUsername"]
    assert actor.inbox == capture.actor["inbox"]
    assert actor.followers == capture.actor.get("followers", "")
    assert actor.shared_inbox == capture.actor.get("endpoints", {}).get("sharedInbox")
    assert actor.name == capture.actor["name"]


@pytest.mark.parametrize("name", ACTORS)
def test_the_key_that_signed_is_found_in_the_actor(name):
    capture = captured.read(name)
    key = find_key(read_keys(capture.actor), capture.key["id"])
    assert key is not None
    assert key.pem.strip() == capture.key["pem"].strip()
    assert key.owner == capture.key["owner"]


@pytest.mark.parametrize("name", sorted(STUBS))
def test_a_key_stub_gives_its_key_but_is_no_actor(name):
    with pytest.raises(Invalid):
        read_actor(captured.read(name).actor)


@pytest.mark.parametrize("name", ACTIVITIES)
def test_the_sender_of_every_activity_is_read(name):
    capture = captured.read(name)
    document = json.loads(capture.body)
    head, whole = read_head(document), read_activity(document)
    assert head.type == whole.type == document["type"]
    assert head.actor_id == whole.actor_id == capture.key["owner"]
    assert head.activity_id == whole.activity_id == document.get("id")


@pytest.mark.parametrize("peer", ["gotosocial", "fedify", "snac"])
@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("03-reply-public", Audience.PUBLIC),
        ("04-reply-unlisted", Audience.UNLISTED),
        ("05-reply-followers-only", Audience.FOLLOWERS),
        ("06-reply-direct", Audience.DIRECT),
    ],
)
def test_the_four_visibilities_are_told_apart(peer, what, expected):
    name = f"{peer}/{what}"
    found, author = _object(name), read_actor(captured.read(name).actor)
    assert audience(found.addressing.to, found.addressing.cc, author.followers) is expected
    assert found.in_reply_to == ESSAY
    assert found.attributed_to == author.actor_id
    assert trusts_embedded(_activity(name))


WRITTEN = [name for name in ACTIVITIES if _activity(name).type in {"Create", "Update"} and "profile" not in name]


@pytest.mark.parametrize("name", WRITTEN)
def test_every_reply_and_edit_may_be_used_as_it_was_sent(name):
    activity = _activity(name)
    found = read_object(activity.object)
    assert trusts_embedded(activity)
    assert found.object_id == activity.object_id
    assert found.content
    assert abs(found.published_at - captured.read(name).received_at) < 60_000


@pytest.mark.parametrize(
    ("name", "kind", "content"),
    [
        ("gotosocial/16-like", ReactionKind.LIKE, ""),
        ("gotosocial/18-announce", ReactionKind.BOOST, ""),
        ("fedify/14-like", ReactionKind.LIKE, ""),
        ("fedify/16-announce", ReactionKind.BOOST, ""),
        ("snac/13-like", ReactionKind.LIKE, ""),
        ("snac/15-announce", ReactionKind.BOOST, ""),
        ("snac/17-emoji-react", ReactionKind.EMOJI, "🦆"),
    ],
)
def test_reactions_are_told_apart(name, kind, content):
    activity = _activity(name)
    reaction = reaction_of(activity)
    assert (reaction.kind, reaction.content, activity.object_id) == (kind, content, ESSAY)


def test_a_whole_activity_announced_by_a_wordpress_blog_is_no_boost():
    activity = _activity("wordpress/13-create-and-announce")
    assert reaction_of(activity) is None
    assert activity.inner.type == "Create"
    assert activity.inner.actor_id == "https://inkwell.test/?author=1"


@pytest.mark.parametrize(
    ("name", "kind", "object_id"),
    [
        ("gotosocial/17-undo-like", "Like", ESSAY),
        ("gotosocial/19-undo-announce", "Announce", ESSAY),
        ("gotosocial/23-block-undo-follow", "Follow", BLOG),
        ("gotosocial/25-undo-block", "Block", BLOG),
        ("fedify/15-undo-like", "Like", ESSAY),
        ("fedify/22-undo-follow", "Follow", BLOG),
        ("snac/14-undo-like", "Like", ESSAY),
        ("snac/19-undo-follow", "Follow", BLOG),
    ],
)
def test_what_an_undo_takes_back(name, kind, object_id):
    activity = _activity(name)
    assert (activity.inner.type, activity.inner.object_id) == (kind, object_id)
    assert activity.inner.actor_id == activity.actor_id


@pytest.mark.parametrize("peer", ["gotosocial", "fedify", "snac"])
def test_an_accept_shows_which_follow_it_answers(peer):
    activity = _activity(f"{peer}/02-accept-of-our-follow")
    assert activity.inner.type == "Follow"
    assert activity.inner.actor_id == BLOG
    assert activity.inner.object_id == activity.actor_id


@pytest.mark.parametrize("name", ["wordpress/12-update-profile", "wordpress/14-update-blog-profile"])
def test_a_wordpress_profile_update_has_no_id_and_names_the_bare_actor(name):
    activity = _activity(name)
    assert activity.activity_id is None
    assert activity.object is None
    assert activity.object_id == activity.actor_id


@pytest.mark.parametrize(
    "name",
    [
        "gotosocial/15-delete-reply",
        "fedify/13-delete-reply",
        "snac/12-delete-reply",
        "wordpress/09-delete-comment-reply",
        "wordpress/11-delete-reply-to-essay",
    ],
)
def test_a_delete_names_its_object_as_string_tombstone_or_whole_note(name):
    activity = _activity(name)
    document = json.loads(captured.read(name).body)["object"]
    assert activity.object_id == (document if isinstance(document, str) else document["id"])


@pytest.mark.parametrize("name", ["gotosocial/21-flag", "fedify/18-flag"])
def test_a_flag_names_the_blog_and_the_essay(name):
    activity = _activity(name)
    assert set(activity.object_ids) == {BLOG, ESSAY}
    assert activity.content


def test_language_hashtag_and_emoji_of_a_fedify_reply():
    found = _object("fedify/07-reply-hashtag-emoji-language")
    assert found.language == "de"
    assert found.tags.hashtags == ("#Careers",)
    assert [emoji.name for emoji in found.tags.emojis] == [":blobcat:"]


@pytest.mark.parametrize(
    "name", ["gotosocial/09-reply-cw", "fedify/08-reply-cw-source", "snac/07-reply-cw-hashtag-emoji"]
)
def test_content_warnings(name):
    assert _object(name).summary


@pytest.mark.parametrize("name", ["gotosocial/10-reply-image", "fedify/09-reply-image", "snac/09-reply-image"])
def test_an_attached_image_comes_with_its_alt_text(name):
    (image,) = _object(name).attachments
    assert image.media_type.startswith("image/")
    assert image.name.startswith("A ")


def test_a_poll_of_snac_is_read_with_its_options():
    found = _object("snac/10-poll-mention")
    assert (found.type, found.options, found.in_reply_to) == ("Question", ("pencil", "pen"), None)


def test_a_wordpress_mention_names_the_site_in_place_of_the_actor():
    found = _object("wordpress/07-create-comment-reply")
    assert [mention.href for mention in found.tags.mentions] == ["https://blog.test/"]


@pytest.mark.parametrize(
    "name", ["gotosocial/28-get-webfinger", "fedify/30-get-webfinger-unsigned", "snac/20-get-webfinger-unsigned"]
)
def test_the_webfinger_queries_of_real_servers_name_the_blog(name):
    query = captured.read(name).document["request"]["target"].partition("resource=")[2].partition("&")[0]
    assert parse_resource(query) == Acct("blog", "blog.test")
