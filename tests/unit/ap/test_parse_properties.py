"""Any JSON value in any place: a struct or `Invalid`, and never anything else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedblog.ap.parse.activity import read_activity, read_head, trusts_embedded
from fedblog.ap.parse.actor import read_actor
from fedblog.ap.parse.keys import find_key, read_keys
from fedblog.ap.parse.object import read_object
from fedblog.ap.parse.reaction import reaction_of
from fedblog.ap.webfinger import read_jrd
from fedblog.errors import Invalid
from fedblog.urls import is_same_origin

NAMES = [
    "id",
    "type",
    "actor",
    "object",
    "attributedTo",
    "content",
    "contentMap",
    "summary",
    "name",
    "inReplyTo",
    "to",
    "cc",
    "tag",
    "attachment",
    "url",
    "published",
    "updated",
    "icon",
    "image",
    "publicKey",
    "assertionMethod",
    "owner",
    "controller",
    "publicKeyPem",
    "publicKeyMultibase",
    "inbox",
    "endpoints",
    "sharedInbox",
    "outbox",
    "followers",
    "featured",
    "preferredUsername",
    "alsoKnownAs",
    "movedTo",
    "manuallyApprovesFollowers",
    "suspended",
    "href",
    "rel",
    "mediaType",
    "template",
    "subject",
    "links",
    "quote",
    "quoteUrl",
    "oneOf",
    "anyOf",
    "target",
    "_misskey_reaction",
    "sensitive",
    "webfinger",
    "value",
]
WORDS = st.sampled_from(
    [
        "Note",
        "as:Note",
        "Person",
        "Create",
        "Undo",
        "Announce",
        "Like",
        "EmojiReact",
        "Emoji",
        "Mention",
        "Link",
        "Image",
        "self",
        "Public",
        "https://a.test/1",
        "https://a.test/1/inbox",
        "https://b.test/2#x",
        "https://[::1",
        "https://a.test:99999/",
        "2026-11-23T04:09:24.073964063Z",
        "application/activity+json",
        "acct:bob@a.test",
        "",
    ]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | WORDS
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=8),
    max_leaves=20,
)
DOCUMENTS = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=len(NAMES))
KINDS = {
    "actor": {"id": "https://a.test/1", "type": "Person", "inbox": "https://a.test/1/inbox"},
    "object": {"id": "https://a.test/2", "type": "Note", "attributedTo": "https://a.test/1"},
    "activity": {"id": "https://a.test/3", "type": "Create", "actor": "https://a.test/1"},
}


def _read_everything(document):
    for read in (read_head, read_actor, read_keys, read_object, read_jrd):
        try:
            read(document)
        except Invalid:
            continue
    try:
        activity = read_activity(document)
    except Invalid:
        return
    reaction_of(activity)
    if trusts_embedded(activity) and activity.object_id:
        assert is_same_origin(activity.object_id, activity.actor_id)


@given(VALUES)
def test_no_json_value_upsets_a_reader(value):
    _read_everything(value)


@pytest.mark.parametrize("kind", KINDS)
@given(changes=DOCUMENTS)
def test_no_value_in_any_place_upsets_a_reader(kind, changes):
    _read_everything(changes | KINDS[kind])
    _read_everything(KINDS[kind] | changes)


@given(DOCUMENTS)
def test_no_key_without_an_address_is_found(document):
    for entry in read_keys(document):
        assert find_key([entry], entry.key_id) == entry
        assert entry.owner.startswith(("https://", "http://"))
