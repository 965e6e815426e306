import pytest

from fedblog.ap.render import collections
from fedblog.ap.render.activities import create
from fedblog.ap.render.article import article
from tests.unit.ap.parts import ACTOR_ID, ARTICLE_ID, article_parts

OUTBOX = f"{ACTOR_ID}/outbox"


@pytest.mark.parametrize(("total", "last"), [(0, 1), (1, 1), (20, 1), (21, 2), (45, 3)])
def test_the_outbox_names_its_first_and_last_page(total, last):
    document = collections.outbox(OUTBOX, total)
    assert (document["type"], document["totalItems"]) == ("OrderedCollection", total)
    assert document["first"] == f"{OUTBOX}/page/1"
    assert document["last"] == f"{OUTBOX}/page/{last}"


def test_walking_the_pages_of_the_outbox_ends():
    activity = create("https://blog.test/ap/activities/1", article(article_parts()))
    pages = {
        page["id"]: page for number in (1, 2, 3) if (page := collections.outbox_page(OUTBOX, number, [activity], 45))
    }
    walked, here = [], f"{OUTBOX}/page/1"
    while here:
        walked.append(here)
        assert pages[here]["partOf"] == OUTBOX
        here = pages[here].get("next")
    assert walked == [f"{OUTBOX}/page/{number}" for number in (1, 2, 3)]
    assert "prev" not in pages[walked[0]]
    assert pages[walked[2]]["prev"] == walked[1]
    item = pages[walked[0]]["orderedItems"][0]
    assert item["type"] == "Create"
    assert "@context" not in item


def test_replies_are_ids_on_pages():
    document = collections.replies(ARTICLE_ID, 41)
    assert document["first"] == f"{ARTICLE_ID}/replies/page/1"
    page = collections.replies_page(ARTICLE_ID, 1, ["https://remote.test/notes/1"], 41)
    assert page["type"] == "CollectionPage"
    assert page["items"] == ["https://remote.test/notes/1"]
    assert page["next"] == f"{ARTICLE_ID}/replies/page/2"


def test_a_conversation_belongs_to_the_author_and_is_walked_from_page_to_page():
    """FEP-f228: an OrderedCollection of objects, owned by the author of the post."""
    document = collections.context(ARTICLE_ID, ACTOR_ID, 81)
    assert (document["type"], document["attributedTo"]) == ("OrderedCollection", ACTOR_ID)
    assert (document["first"], document["last"]) == (f"{ARTICLE_ID}/context/page/1", f"{ARTICLE_ID}/context/page/3")
    page = collections.context_page(ARTICLE_ID, ACTOR_ID, 2, ["https://remote.test/notes/1"], 81)
    assert (page["type"], page["partOf"]) == ("OrderedCollectionPage", document["id"])
    assert (page["prev"], page["next"]) == (document["first"], document["last"])
    assert page["orderedItems"] == ["https://remote.test/notes/1"]
    assert "next" not in collections.context_page(ARTICLE_ID, ACTOR_ID, 3, [], 81)


def test_followers_are_counted_and_not_named():
    document = collections.followers(f"{ACTOR_ID}/followers", 12)
    assert document["totalItems"] == 12
    assert {"orderedItems", "items", "first"}.isdisjoint(document)


def test_whom_the_blog_follows_is_counted_and_not_named():
    document = collections.following(f"{ACTOR_ID}/following", 3)
    assert document["totalItems"] == 3
    assert {"orderedItems", "items", "first"}.isdisjoint(document)


def test_featured_holds_ids_only():
    document = collections.ids(f"{ACTOR_ID}/featured", [ARTICLE_ID])
    assert document["orderedItems"] == [ARTICLE_ID]
    assert document["totalItems"] == 1


@pytest.mark.parametrize("name", ["likes", "shares"])
def test_likes_and_boosts_are_counted_under_their_own_address(name):
    document = getattr(collections, name)(ARTICLE_ID, 0)
    assert document["id"] == f"{ARTICLE_ID}/{name}"
    assert document["totalItems"] == 0
