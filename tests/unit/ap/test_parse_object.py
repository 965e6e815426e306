import pytest

from fedblog.ap.addressing import Addressing
from fedblog.ap.parse.object import read_object
from fedblog.ap.parse.tags import Emoji, MentionTag
from fedblog.ap.vocabulary import PUBLIC
from fedblog.domain.comment import Attachment
from fedblog.errors import Invalid

POST = "https://blog.test/ap/articles/1"
BOB = "https://remote.test/users/bob"


def note(**changes):
    return {
        "id": "https://remote.test/notes/1",
        "type": "Note",
        "attributedTo": BOB,
        "content": "<p>Yes.</p>",
        "inReplyTo": POST,
        "published": "2026-11-23T04:09:24.073964063Z",
        "to": "as:Public",
        "cc": [f"{BOB}/followers"],
    } | changes


def test_a_note_is_read():
    found = read_object(note(sensitive=True, summary="Spoiler", url="https://remote.test/@bob/1"))
    assert found.object_id == "https://remote.test/notes/1"
    assert found.attributed_to == BOB
    assert found.in_reply_to == POST
    assert found.addressing == Addressing((PUBLIC,), (f"{BOB}/followers",))
    assert (found.content, found.summary, found.is_sensitive) == ("<p>Yes.</p>", "Spoiler", True)
    assert found.published_at == 1795406964073
    assert found.url == "https://remote.test/@bob/1"
    assert not found.is_vote


@pytest.mark.parametrize("kind", ["Person", "Create", "Tombstone", None, 7, [], {"type": "Note"}])
def test_what_is_no_post_is_refused(kind):
    with pytest.raises(Invalid):
        read_object(note(type=kind))


@pytest.mark.parametrize("kind", ["Article", "Page", "Question", "Video", "Audio", "Image", "Event", "ChatMessage"])
def test_every_kind_of_post_is_read(kind):
    assert read_object(note(type=kind)).type == kind


@pytest.mark.parametrize(
    ("content", "translations", "expected"),
    [
        ("<p>Ja</p>", {"de": "<p>Ja</p>"}, ("<p>Ja</p>", "de")),
        ("<p>Ja</p>", {"en": "<p>Yes</p>", "de": "<p>Ja</p>"}, ("<p>Ja</p>", "de")),
        (None, {"de-AT": "<p>Ja</p>"}, ("<p>Ja</p>", "de-AT")),
        ("<p>Ja</p>", {"und": "<p>Ja</p>"}, ("<p>Ja</p>", "")),
        ("<p>Ja</p>", {'de" onclick="x': "<p>Ja</p>"}, ("<p>Ja</p>", "")),
        ("<p>Ja</p>", ["de"], ("<p>Ja</p>", "")),
        (None, {"de": 7}, ("", "")),
    ],
)
def test_the_language_is_that_of_the_shown_content(content, translations, expected):
    found = read_object(note(content=content, contentMap=translations))
    assert (found.content, found.language) == expected


def test_plain_text_content_cannot_be_taken_for_html():
    found = read_object(note(content="<script>\nx", mediaType="text/plain"))
    assert found.content == "<p>&lt;script&gt;<br>x</p>"


def test_an_object_that_names_nobody_leaves_it_to_its_activity():
    document = note()
    del document["to"], document["cc"]
    assert read_object(document).addressing is None
    assert read_object(note(to=[], cc=[])).addressing == Addressing()


def test_a_vote_is_told_from_a_reply():
    vote = note(name="pencil", content=None)
    assert read_object(vote).is_vote
    assert not read_object(vote | {"content": "<p>pencil, for</p>"}).is_vote
    assert not read_object(vote | {"inReplyTo": None}).is_vote


def test_a_poll_shows_its_options():
    options = [{"type": "Note", "name": "pencil"}, {"type": "Note", "name": "pen"}, {"name": ""}, 7]
    assert read_object(note(type="Question", anyOf=options)).options == ("pencil", "pen")


def test_single_tags_and_doubled_tags_are_read():
    mention = {"type": "Mention", "href": "https://blog.test/", "name": "@blog@blog.test"}
    assert read_object(note(tag=mention)).tags.mentions == (MentionTag("https://blog.test/", "@blog@blog.test"),)
    assert len(read_object(note(tag=[mention, mention])).tags.mentions) == 1


def test_tags_are_sorted_by_kind_and_capped():
    tags = [
        {"type": ["as:Hashtag", "Link"], "name": "#Careers", "href": "https://remote.test/tags/careers"},
        {
            "type": "toot:Emoji",
            "name": "blobcat",
            "icon": {"url": "https://remote.test/b.png", "mediaType": "image/png"},
        },
        {"type": "Emoji", "name": ":page:", "icon": {"url": "https://remote.test/b.html", "mediaType": "text/html"}},
        {"type": "Emoji", "name": ":plain:", "icon": {"url": "http://remote.test/b.png"}},
        {"type": "Mention", "href": "javascript:x", "name": "@x"},
    ]
    found = read_object(note(tag=tags)).tags
    assert found.hashtags == ("#Careers",)
    assert found.emojis == (Emoji(":blobcat:", "https://remote.test/b.png"),)
    assert found.mentions == ()
    many = [{"type": "Mention", "href": f"https://remote.test/{number}", "name": "@x"} for number in range(500)]
    assert len(read_object(note(tag=many)).tags.mentions) == 50


def test_attachments_are_links_with_their_alt_text():
    attachments = [
        {"type": "Document", "mediaType": "image/png", "url": "https://remote.test/a.png", "name": "A red door"},
        {"type": "Video", "url": [{"type": "Link", "href": "https://remote.test/v.mp4", "mediaType": "video/mp4"}]},
        {"type": "Link", "href": "https://remote.test/page", "mediaType": 'text/html"><script>'},
        {"type": "Image", "url": "data:image/png;base64,AAAA"},
        {"type": "PropertyValue", "name": "Site", "value": "x"},
    ]
    assert read_object(note(attachment=attachments)).attachments == (
        Attachment("https://remote.test/a.png", "image/png", "A red door"),
        Attachment("https://remote.test/v.mp4", "", ""),
        Attachment("https://remote.test/page", "", ""),
    )
    pile = [{"type": "Image", "url": f"https://remote.test/{number}.png"} for number in range(100)]
    assert len(read_object(note(attachment=pile)).attachments) == 20


@pytest.mark.parametrize(
    "quote",
    [
        {"quote": POST},
        {"quoteUrl": POST},
        {"quoteUri": POST},
        {"_misskey_quote": POST},
        {
            "tag": {
                "type": "Link",
                "mediaType": 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
                "rel": "https://misskey-hub.net/ns#_misskey_quote",
                "href": POST,
            }
        },
    ],
)
def test_a_quote_is_found_in_every_spelling(quote):
    assert read_object(note(**quote)).quote_id == POST


def test_a_mere_object_link_is_no_quote():
    tag = {"type": "Link", "mediaType": "application/activity+json", "href": POST}
    assert read_object(note(tag=tag)).quote_id is None
