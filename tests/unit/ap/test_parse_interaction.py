"""Requests to interact and answers to ours, in the spellings of Mastodon and GoToSocial."""

import pytest

from fedblog.ap.parse.activity import read_activity
from fedblog.ap.parse.interaction import read_answer, read_request
from fedblog.errors import Invalid

US = "https://blog.test/ap/notes/1"
BOB = "https://remote.test/users/bob"
REQUEST = {
    "id": "https://remote.test/requests/1",
    "type": "QuoteRequest",
    "actor": BOB,
    "object": "https://blog.test/ap/articles/1",
    "instrument": "https://remote.test/notes/1",
}
ACCEPT = {"id": "https://remote.test/accepts/1", "type": "Accept", "actor": BOB, "object": US}


def request(**changes):
    document = REQUEST | changes
    return read_request(read_activity(document), document)


def answer(**changes):
    document = ACCEPT | changes
    return read_answer(read_activity(document), document)


def test_the_answer_repeats_every_id_as_it_was_spelled():
    found = request(
        id="https://REMOTE.test:443/requests/1",
        object={"id": "https://blog.test/ap/articles/1", "type": "Article"},
        instrument={"id": "https://Remote.test/notes/1", "type": "Note", "content": "Hello"},
    )
    assert found.instrument_id == "https://remote.test/notes/1"
    assert found.instrument["content"] == "Hello"
    assert found.spelled == {
        "id": "https://REMOTE.test:443/requests/1",
        "object": "https://blog.test/ap/articles/1",
        "instrument": "https://Remote.test/notes/1",
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"id": None},
        {"object": None},
        {"instrument": None},
        {"instrument": 7},
        {"instrument": {"type": "Note"}},
        {"instrument": "https://elsewhere.test/notes/1"},
        {"instrument": [7, "https://remote.test/notes/1"]},
        {"id": "https://elsewhere.test/requests/1"},
        {"id": "bear:requests"},
    ],
)
def test_a_request_that_cannot_be_answered_is_refused(changes):
    with pytest.raises(Invalid):
        request(**changes)


@pytest.mark.parametrize(
    ("said", "about"),
    [
        (US, (US,)),
        ({"type": "Note", "id": US}, (US,)),
        (
            {"type": "ReplyRequest", "id": f"{US}/ask", "actor": "https://blog.test/a", "instrument": US},
            (US, f"{US}/ask"),
        ),
        ({"type": "https://gotosocial.org/ns#ReplyRequest", "instrument": {"id": US}}, (US,)),
        ({"type": "Note", "id": US, "instrument": "https://blog.test/ap/notes/2"}, (US,)),
        (7, ()),
    ],
)
def test_what_an_answer_is_about(said, about):
    assert answer(object=said).about == about


def test_an_accept_without_a_result_is_the_authorization_itself():
    assert answer().authorization_id == ACCEPT["id"]
    assert answer(result="https://remote.test/auth/1").authorization_id == "https://remote.test/auth/1"
    assert answer(result={"id": "https://remote.test/auth/1"}).authorization_id == "https://remote.test/auth/1"
    assert answer(id=None).authorization_id is None
