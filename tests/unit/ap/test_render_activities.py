from dataclasses import replace

import pytest

from fedblog.ap.addressing import Addressing
from fedblog.ap.parse.activity import read_activity, trusts_embedded
from fedblog.ap.render import activities
from fedblog.ap.render.actor import person
from fedblog.ap.render.article import article
from fedblog.ap.render.collections import Counts
from fedblog.ap.render.note import NoteParts, note, tombstone
from fedblog.ap.render.wire import as_bytes
from fedblog.ap.vocabulary import PUBLIC
from fedblog.domain.comment import Audience
from fedblog.errors import Invalid
from tests.unit.ap.parts import (
    ACTOR,
    ACTOR_ID,
    ANSWER,
    ARTICLE_ID,
    BLOG,
    BOB,
    NOTE_ID,
    PUBLISHED_AT,
    article_parts,
    person_parts,
)

ID = "https://blog.test/ap/activities/01"
URL = "https://blog.test/2026/11/slow-reading#comment-2"
NOTE = NoteParts(ANSWER, BLOG, ACTOR, "<p>Thank you.</p>", URL, "https://remote.test/notes/1", (BOB,))


def test_create_embeds_the_whole_article_under_one_context():
    obj = article(article_parts())
    document = activities.create(ID, obj)
    assert document["@context"] == obj["@context"]
    assert "@context" not in document["object"]
    assert document["object"]["content"] == "<p>One.</p><p>Two.</p>"
    assert (document["id"], document["type"], document["actor"]) == (ID, "Create", ACTOR_ID)
    assert (document["to"], document["cc"]) == (obj["to"], obj["cc"])
    assert document["published"] == obj["published"]
    assert trusts_embedded(read_activity(document))


def test_update_carries_the_newer_time():
    document = activities.update(ID, article(article_parts(updated_at=PUBLISHED_AT + 1000)))
    assert document["object"]["updated"] == document["updated"] == "2026-11-23T04:00:01Z"


def test_an_update_that_mastodon_would_pass_over_is_refused():
    with pytest.raises(Invalid):
        activities.update(ID, article(article_parts()))


def test_delete_says_nothing_of_what_was_deleted():
    document = activities.delete(ID, ACTOR_ID, ARTICLE_ID, Addressing((PUBLIC,), (ACTOR.followers, BOB.actor_id)))
    assert document["object"] == {"id": ARTICLE_ID, "type": "Tombstone"}
    assert document["to"] == [PUBLIC]
    assert document["cc"] == [ACTOR.followers, BOB.actor_id]


def test_a_tombstone_keeps_only_what_it_was_and_when_it_went():
    document = tombstone(ARTICLE_ID, "Article", PUBLISHED_AT)
    del document["@context"]
    assert document == {
        "id": ARTICLE_ID,
        "type": "Tombstone",
        "formerType": "Article",
        "deleted": "2026-11-23T04:00:00Z",
    }


FOLLOW = {
    "@context": ["https://www.w3.org/ns/activitystreams"],
    "id": "https://Remote.test/follows/1",
    "type": "Follow",
    "actor": "https://Remote.test/users/bob",
    "object": ACTOR_ID,
    "to": [ACTOR_ID],
    "signature": {"signatureValue": "x"},
}


@pytest.mark.parametrize(("answer", "kind"), [(activities.accept, "Accept"), (activities.reject, "Reject")])
def test_the_answer_embeds_the_follow_as_it_was_received(answer, kind):
    document = answer(ID, ACTOR_ID, FOLLOW)
    assert (document["type"], document["actor"]) == (kind, ACTOR_ID)
    assert document["object"] == {name: FOLLOW[name] for name in ("id", "type", "actor", "object")}
    assert document["to"] == ["https://remote.test/users/bob"]
    assert document["cc"] == []


def test_a_follow_without_id_is_answered_by_actor_and_object():
    follow = {"type": "Follow", "actor": {"id": "https://remote.test/users/bob"}, "object": ACTOR_ID, "id": None}
    document = activities.accept(ID, ACTOR_ID, follow)
    assert document["object"] == {name: follow[name] for name in ("type", "actor", "object")}


def test_a_follow_of_nobody_cannot_be_answered():
    with pytest.raises(Invalid):
        activities.accept(ID, ACTOR_ID, {"type": "Follow", "object": ACTOR_ID})


def test_an_update_of_the_actor_is_the_whole_actor_for_everybody():
    document = activities.update_actor(ID, person(person_parts()), PUBLISHED_AT)
    assert document["object"]["publicKey"]["owner"] == document["actor"] == ACTOR_ID
    assert (document["to"], document["cc"]) == ([PUBLIC], [ACTOR.followers])
    assert trusts_embedded(read_activity(document))


def test_undo_embeds_what_it_takes_back():
    create = activities.create(ID, article(article_parts()))
    document = activities.undo(f"{ID}2", create)
    assert document["object"]["id"] == ID
    assert "@context" not in document["object"]
    assert (document["to"], document["cc"], document["actor"]) == (create["to"], create["cc"], ACTOR_ID)


def test_an_answer_reaches_the_person_the_thread_and_the_followers():
    document = note(NOTE)
    assert document["inReplyTo"] == "https://remote.test/notes/1"
    assert document["to"] == [PUBLIC]
    assert document["cc"] == [ACTOR.followers, BOB.actor_id]
    assert document["tag"] == [{"type": "Mention", "name": "@bob@remote.test", "href": BOB.actor_id}]
    assert document["contentMap"] == {"en": document["content"]}
    assert (document["id"], document["url"]) == (NOTE_ID, URL)
    assert {"summary", "updated", "likes", "name"}.isdisjoint(document)


def test_an_answer_can_be_edited_warned_counted_and_quiet():
    answer = replace(ANSWER, summary="Ending", updated_at=PUBLISHED_AT + 5000, audience=Audience.UNLISTED)
    document = note(replace(NOTE, comment=answer, counts=Counts(replies=1)))
    assert document["sensitive"] is True
    assert document["summary"] == "Ending"
    assert document["updated"] == "2026-11-23T04:00:05Z"
    assert document["replies"]["totalItems"] == 1
    assert document["to"] == [ACTOR.followers]
    assert document["cc"] == [PUBLIC, BOB.actor_id]


def test_the_bytes_are_compact_and_not_escaped():
    assert as_bytes({"name": "Ødegård", "to": []}) == '{"name":"Ødegård","to":[]}'.encode()
