"""Reading the collections of others."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedblog.ap.parse.collection import MOST_ITEMS, Answer, RemotePage, answers_in, read_page, thread_links
from fedblog.errors import Invalid

HERE = "https://pond.example/replies"
ONE, TWO = "https://pond.example/1", "https://lake.example/2"

PAGES = {
    "ids": ({"type": "Collection", "items": [ONE, TWO]}, RemotePage((ONE, TWO), ())),
    "one id": ({"type": "OrderedCollection", "orderedItems": ONE}, RemotePage((ONE,), ())),
    "embedded objects": ({"type": "Collection", "items": [{"id": ONE, "type": "Note"}]}, RemotePage((ONE,), ())),
    "activities": (
        {"type": "OrderedCollection", "orderedItems": [{"type": "Create", "id": HERE, "object": {"id": ONE}}]},
        RemotePage((ONE,), ()),
    ),
    "first by address": ({"type": "Collection", "first": f"{HERE}/1"}, RemotePage((), (f"{HERE}/1",))),
    "first embedded": (
        {"type": "Collection", "first": {"type": "CollectionPage", "items": [ONE], "next": f"{HERE}/2"}},
        RemotePage((ONE,), (f"{HERE}/2",)),
    ),
    "first as a stub": (
        {"type": "Collection", "first": {"type": "CollectionPage", "id": f"{HERE}/1"}},
        RemotePage((), (f"{HERE}/1",)),
    ),
    "a page": (
        {"type": "as:CollectionPage", "items": [ONE, ONE, None, 7, "tag:x"], "next": {"id": f"{HERE}/3"}},
        RemotePage((ONE,), (f"{HERE}/3",)),
    ),
    "nothing": ({"type": "Collection", "totalItems": 10**12}, RemotePage((), ())),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_collection_is_read_in_every_form(name):
    document, page = PAGES[name]
    assert read_page(document) == page


@pytest.mark.parametrize("document", [None, [], "x", {}, {"type": "Note", "items": [ONE]}, {"items": [ONE]}])
def test_what_is_no_collection_is_refused(document):
    with pytest.raises(Invalid):
        read_page(document)


def test_a_page_holds_a_thousand_items_at_most():
    page = read_page({"type": "Collection", "items": [f"{HERE}/{number}" for number in range(5000)]})
    assert len(page.items) == MOST_ITEMS


def test_of_an_outbox_only_answers_are_read():
    said = [
        {"type": "Create", "object": {"id": ONE, "inReplyTo": TWO}},
        {"type": "Create", "object": {"id": TWO}},
        {"type": "Create", "object": ONE},
        {"type": "Announce", "object": {"id": TWO, "inReplyTo": ONE}},
        ONE,
    ]
    assert answers_in({"orderedItems": said}) == (Answer(ONE, TWO),)
    assert answers_in({"first": {"orderedItems": said}}) == (Answer(ONE, TWO),)


def test_where_a_thread_goes_on():
    assert thread_links({"context": "tag:pond.example,2026:1", "replies": HERE}).context is None
    assert thread_links({"context": HERE, "replies": {"id": TWO}}).replies == TWO
    assert thread_links({"replies": {"id": TWO, "items": [ONE]}}).embedded is not None
    assert thread_links({}).replies is None


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=20)
    | st.sampled_from([ONE, TWO, "Collection", "Create"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "id", "items", "orderedItems", "first", "next", "object", "context", "replies"]),
            inner,
        )
    ),
    max_leaves=30,
)


@given(st.dictionaries(st.sampled_from(["type", "items", "orderedItems", "first", "next", "context", "replies"]), JSON))
def test_whatever_stands_in_it_nothing_breaks(document):
    with contextlib.suppress(Invalid):
        page = read_page({"type": "Collection"} | document)
        assert all(item.startswith("http") for item in (*page.items, *page.going_on))
    answers_in(document)
    thread_links(document)
