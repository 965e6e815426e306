import pytest

from fedblog.ap.parse.activity import Head, read_activity, read_head, trusts_embedded
from fedblog.ap.parse.reaction import RemoteReaction, is_emoji, reaction_of
from fedblog.ap.parse.tags import Emoji
from fedblog.domain.comment import ReactionKind
from fedblog.errors import Invalid

POST = "https://blog.test/ap/articles/1"
BOB = "https://remote.test/users/bob"
LIKE = {"id": "https://remote.test/likes/1", "type": "Like", "actor": BOB, "object": POST}


def activity(**changes):
    return read_activity(LIKE | changes)


def test_the_head_is_enough_to_ask_who_sent_it():
    assert read_head(LIKE) == Head("https://remote.test/likes/1", "Like", BOB, POST)
    assert read_head(LIKE | {"actor": {"id": BOB}, "object": {"id": POST}}) == read_head(LIKE)
    assert read_head(LIKE | {"type": ["Strange", "as:Like"]}).type == "Like"
    assert read_head(LIKE | {"id": None}).activity_id is None
    assert read_head(LIKE | {"type": "Uninvented"}).type == "Uninvented"


@pytest.mark.parametrize("changes", [{"type": None}, {"type": ""}, {"type": [7]}, {"actor": None}, {"actor": "bob"}])
def test_an_activity_without_type_or_actor_is_refused(changes):
    with pytest.raises(Invalid):
        read_head(LIKE | changes)
    with pytest.raises(Invalid):
        read_activity(LIKE | changes)


@pytest.mark.parametrize("document", [None, [], "Like", 7, True])
def test_what_is_no_object_is_refused(document):
    with pytest.raises(Invalid):
        read_head(document)


def test_undo_by_embedded_activity():
    found = activity(type="Undo", object=LIKE)
    assert (found.object_id, found.inner.type, found.inner.object_id) == (LIKE["id"], "Like", POST)


def test_undo_by_actor_and_object_alone():
    found = activity(type="Undo", object={"type": "Like", "object": POST})
    assert found.object_id is None
    assert (found.inner.activity_id, found.inner.actor_id, found.inner.object_id) == (None, BOB, POST)


def test_undo_by_id():
    found = activity(type="Undo", object=LIKE["id"])
    assert (found.object_id, found.inner) == (LIKE["id"], None)


def test_an_undo_shows_whose_activity_it_names():
    found = activity(type="Undo", object=LIKE | {"actor": "https://other.test/users/eve"})
    assert found.inner.actor_id == "https://other.test/users/eve"


def test_an_unreadable_actor_inside_an_undo_is_not_the_sender():
    assert activity(type="Undo", object=LIKE | {"actor": "eve"}).inner is None


def test_an_announced_activity_needs_an_actor_of_its_own():
    create = {"type": "Create", "object": {"type": "Note"}}
    assert activity(type="Announce", object=create).inner is None
    assert activity(type="Announce", object=create | {"actor": BOB}).inner.type == "Create"


def test_a_flag_names_several_objects():
    found = activity(type="Flag", object=[BOB, POST, POST], content="Looks copied.")
    assert found.object_ids == (BOB, POST)
    assert found.content == "Looks copied."


def test_a_second_object_cannot_lend_its_id_to_the_first():
    found = activity(type="Create", object=[{"type": "Note", "content": "x"}, "https://remote.test/notes/1"])
    assert found.object == {"type": "Note", "content": "x"}
    assert found.object_id is None


NOTE = {"id": "https://remote.test/notes/1", "type": "Note", "attributedTo": BOB}


@pytest.mark.parametrize(
    ("embedded", "is_trusted"),
    [
        (NOTE, True),
        ({"type": "Note", "attributedTo": BOB}, True),
        ({"type": "Note"}, True),
        ({"type": "Note", "attributedTo": "https://remote.test/users/eve"}, False),
        (NOTE | {"id": "https://victim.test/notes/1"}, False),
        (NOTE | {"id": "http://remote.test/notes/1"}, False),
        (NOTE | {"id": "https://remote.test:444/notes/1"}, False),
        (NOTE | {"id": "https://remote.test@victim.test/notes/1"}, False),
        (NOTE | {"id": ["https://remote.test/notes/1"]}, False),
        (NOTE | {"id": 7}, False),
        (NOTE | {"attributedTo": "https://remote.test/users/eve"}, False),
        (NOTE | {"attributedTo": None}, False),
        ({"id": BOB, "type": "Person", "inbox": f"{BOB}/inbox"}, True),
        ({"id": "https://remote.test/users/eve", "type": "Person"}, False),
        ({"id": BOB, "type": ["Person", "Note"], "attributedTo": "https://remote.test/users/eve"}, False),
        (LIKE, True),
        (LIKE | {"actor": "https://remote.test/users/eve"}, False),
        ("https://remote.test/notes/1", False),
        (None, False),
    ],
)
def test_an_embedded_object_is_used_only_when_it_is_surely_the_senders(embedded, is_trusted):
    assert trusts_embedded(activity(type="Create", object=embedded)) is is_trusted


BLOBCAT = {"type": "Emoji", "name": ":blobcat:", "icon": {"type": "Image", "url": "https://remote.test/b.png"}}
CUSTOM = RemoteReaction(ReactionKind.EMOJI, ":blobcat:", Emoji(":blobcat:", "https://remote.test/b.png"))
PLAIN = RemoteReaction(ReactionKind.LIKE)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, PLAIN),
        ({"content": "🦆"}, RemoteReaction(ReactionKind.EMOJI, "🦆")),
        ({"_misskey_reaction": "👍🏽"}, RemoteReaction(ReactionKind.EMOJI, "👍🏽")),
        ({"type": "EmojiReact", "content": "🦆"}, RemoteReaction(ReactionKind.EMOJI, "🦆")),
        ({"type": "litepub:EmojiReact", "id": None, "content": "🦆"}, RemoteReaction(ReactionKind.EMOJI, "🦆")),
        ({"content": ":blobcat:", "tag": [BLOBCAT]}, CUSTOM),
        ({"type": "EmojiReact", "content": ":blobcat:", "tag": BLOBCAT | {"id": None, "name": "blobcat"}}, CUSTOM),
        ({"content": ":blobcat:"}, PLAIN),
        ({"content": ":dog:", "tag": [BLOBCAT]}, PLAIN),
        ({"content": ":blobcat:", "tag": [BLOBCAT | {"icon": {"url": "javascript:x"}}]}, PLAIN),
        ({"type": "EmojiReact", "content": "You are all wrong!"}, PLAIN),
        ({"type": "Announce"}, RemoteReaction(ReactionKind.BOOST)),
        ({"type": "Announce", "object": LIKE}, None),
        ({"type": "Dislike"}, None),
        ({"type": "View"}, None),
    ],
)
def test_reactions(changes, expected):
    assert reaction_of(activity(**changes)) == expected


@pytest.mark.parametrize("text", ["❤", "❤️", "👍🏽", "👨‍👩‍👧‍👦", "🏴󠁧󠁢󠁷󠁬󠁳󠁿", "1️⃣", "🇩🇪", "⭐"])
def test_emojis(text):
    assert is_emoji(text)


@pytest.mark.parametrize("text", ["", "a", "1", "##", "🦆 quack", "\u202e🦆", "🦆" * 17, "+1", "<b>"])
def test_words_are_no_emoji(text):
    assert not is_emoji(text)
