"""Endless collections (security.md D04): what a search for missing replies meets on the servers of others.

Known cases: PeerTube CVE-2025-32947 (a collection that leads to itself kept the inbox busy for ever); GoToSocial stops
after 512 pages; Mastodon CVE-2026-23962 (lists without a limit).
Verdict: every address once, at most 25 pages of a collection, 1,000 items of a page and 100 requests of a run, one a
second; collections are hints only, and nothing is believed but what its own server shows under its own id.
"""

import itertools
import json

import pytest

from fedblog.domain.blog import CommentPolicy
from fedblog.domain.thread_search import PAGES, REQUESTS, STEPS
from fedblog.store import comments, thread_searches
from fedblog.world import WireResponse
from tests.fediverse.peer import AP_TYPE
from tests.journeys.looking import answers, asked, conversation, pass_time, path_of, say


@pytest.fixture
async def post(blog):
    return await blog.publish("On rivers", "Words.", comment_policy=CommentPolicy.OPEN)


@pytest.fixture
async def said(blog, ada, post):
    return await say(blog, ada, post.object_id)


async def texts(blog, post):
    return [line.text for line in await comments.thread(blog.shop.store.reader, post.pk)]


async def look(blog):
    """One search; returns the paths that were asked for at the hostile server."""
    before = len(blog.box.log)
    await pass_time(blog, minutes=6)
    assert len(blog.box.log) - before <= REQUESTS
    return asked(blog.box, "pond.example", before)


def served(document):
    return WireResponse(200, (("content-type", AP_TYPE),), json.dumps(document).encode())


async def test_a_collection_without_end_is_read_for_25_pages(blog, box, pond, bob, post, said):
    """Each page leads to a new one; what stands on the first is found all the same."""
    missed = bob.note("<p>Missed.</p>", in_reply_to=said["id"])
    answers(pond, said, [missed["id"]], next=f"{pond.origin}/endless/1")
    serve, numbers = box.servers["pond.example"], itertools.count(2)

    async def endless(request):
        if not request.target.startswith("/endless/"):
            return await serve(request)
        here = f"{pond.origin}{request.target}"
        return served({"id": here, "type": "CollectionPage", "next": f"{pond.origin}/endless/{next(numbers)}"})

    box.servers["pond.example"] = endless
    paths = await look(blog)
    assert sum(path.startswith("/endless/") for path in paths) == PAGES - 1
    assert await texts(blog, post) == ["Yes.", "Missed."]


@pytest.mark.parametrize("circle", [["a", "a"], ["a", "b", "a"], ["a", "replies"]])
async def test_collections_that_lead_in_circles_are_read_once(blog, pond, said, circle):
    here = answers(pond, said, [])
    names = {"a": f"{pond.origin}/a", "b": f"{pond.origin}/b", "replies": here}
    pond.documents[path_of(here)]["first"] = names[circle[0]]
    for name, following in itertools.pairwise(circle):
        document = {"id": names[name], "type": "CollectionPage", "next": names[following]}
        pond.documents[path_of(names[name])] = document
    paths = await look(blog)
    assert len(paths) == len(set(paths))


@pytest.mark.parametrize("name", ["first", "next", "context", "replies"])
async def test_a_collection_does_not_go_on_at_another_server(blog, box, pond, lake, bob, said, name):
    """Else anybody could make us read the collections of somebody who has nothing to do with it."""
    lake.documents["/victim"] = {"id": f"{lake.origin}/victim", "type": "Collection", "items": []}
    if name in {"context", "replies"}:
        said[name] = f"{lake.origin}/victim"
    else:
        answers(pond, said, [], **{name: f"{lake.origin}/victim"})
    await look(blog)
    assert asked(box, "lake.example") == []


async def test_what_a_collection_claims_to_hold_is_not_believed(blog, pond, bob, post, said):
    missed = bob.note("<p>Missed.</p>", in_reply_to=said["id"])
    answers(pond, said, [missed["id"]], totalItems=10**15)
    await look(blog)
    assert await texts(blog, post) == ["Yes.", "Missed."]


async def test_a_collection_of_a_hundred_thousand_costs_no_more_than_a_small_one(blog, pond, said):
    """The first thousand of a page are kept in mind, five thousand in all, a hundred are asked for."""
    answers(pond, said, [f"https://x{number}.example/1" for number in range(30_000)])
    for number in range(1, 7):
        here = f"{pond.origin}/more/{number}"
        items = [f"{pond.origin}/{number}/{item}" for item in range(1000)]
        following = f"{pond.origin}/more/{number + 1}"
        pond.documents[path_of(here)] = {"id": here, "type": "CollectionPage", "items": items, "next": following}
    pond.documents[path_of(said["replies"])]["next"] = f"{pond.origin}/more/1"
    await look(blog)
    steps, _ = await thread_searches.count_steps(blog.shop.store.reader, 1)
    assert steps <= STEPS


async def test_a_page_that_is_too_large_is_passed_by(blog, pond, bob, post, said):
    answers(pond, said, [bob.note("<p>Missed.</p>", in_reply_to=said["id"])["id"]], padding="x" * (1 << 20))
    paths = await look(blog)
    assert path_of(said["replies"]) in paths
    search = await thread_searches.by_post(blog.shop.store.reader, post.pk)
    assert search.complete_at is not None


async def test_what_stands_in_a_collection_is_not_believed(blog, box, pond, lake, bob, post, said):
    """A whole Note in the name of somebody elsewhere: its own server is asked, and what that says counts."""
    real = bob.note("<p>What Bob said.</p>", in_reply_to=said["id"])
    forged = real | {"content": "<p>What Bob never said.</p>"}
    never = bob.note("<p>Never there.</p>", in_reply_to=said["id"])
    del lake.documents[path_of(never["id"])]
    answers(pond, said, [forged, never, {"type": "Create", "actor": bob.id, "object": forged}])
    await look(blog)
    assert await texts(blog, post) == ["Yes.", "What Bob said."]
    assert asked(box, "lake.example").count(path_of(real["id"])) == 1


@pytest.mark.parametrize(
    "shown",
    [
        {"id": "https://pond.example/other"},
        {"attributedTo": "https://lake.example/users/bob"},
        {"attributedTo": "https://blog.example/ap/actors/1"},
        {"type": "Person"},
        {"type": "Tombstone"},
        {"inReplyTo": None},
        {"inReplyTo": "https://pond.example/nothing"},
        {"attributedTo": None},
    ],
)
async def test_what_is_not_what_its_address_says_leaves_nothing(blog, pond, ada, bob, post, said, shown):
    note = ada.note("<p>Odd.</p>", in_reply_to=said["id"])
    pond.documents[path_of(note["id"])] = note | shown
    answers(pond, said, [note["id"]])
    await look(blog)
    assert await texts(blog, post) == ["Yes."]


async def test_a_page_that_is_not_served_as_a_document_is_none(blog, pond, bob, post, said):
    """GHSA-jhrq-qvrm-qr36: what users upload must not speak for their server."""
    missed = bob.note("<p>Missed.</p>", in_reply_to=said["id"])
    here = answers(pond, said, [missed["id"]])
    body = json.dumps(pond.documents[path_of(here)]).encode()
    pond.documents[path_of(here)] = WireResponse(200, (("content-type", "text/plain"),), body)
    await look(blog)
    assert await texts(blog, post) == ["Yes."]


async def test_items_of_every_kind_are_survived(blog, box, pond, ada, post, said):
    """Numbers, nothing, lists in lists, other schemes, ourselves, addresses inside of our network."""
    odd = [
        None,
        7,
        True,
        [],
        [[said["id"]]],
        {},
        {"id": 1},
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://user:secret@pond.example/1",
        post.object_id,
        "https://blog.example/admin/",
        "http://127.0.0.1/",
        "https://127.0.0.1/",
        "https://10.0.0.1/secret",
        "https://[::1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://" + "a" * 2000 + ".example/",
        "https://pond.example/" + "x" * 3000,
        "\ud800",
    ]
    missed = ada.note("<p>Missed.</p>", in_reply_to=said["id"])
    answers(pond, said, [item for item in odd if item != "\ud800"] + [missed["id"]])
    await look(blog)
    assert await texts(blog, post) == ["Yes.", "Missed."]
    assert {e.request.host for e in box.log} <= {"blog.example", "pond.example"}


async def test_a_redirect_from_an_item_leads_nowhere_else(blog, box, pond, lake, post, said):
    pond.documents["/away"] = WireResponse(302, (("location", f"{lake.origin}/victim"),), b"")
    pond.documents["/inside"] = WireResponse(302, (("location", "https://10.0.0.1/"),), b"")
    answers(pond, said, [f"{pond.origin}/away", f"{pond.origin}/inside"])
    await look(blog)
    assert asked(box, "lake.example") == []
    assert await texts(blog, post) == ["Yes."]


async def test_threads_below_items_cost_no_more_than_the_run_may(blog, box, pond, ada, post, said):
    """Each of fifty items answers something new without end: twenty steps up for each would be a thousand."""
    serve, numbers = box.servers["pond.example"], itertools.count(1)

    async def deep(request):
        if not request.target.startswith("/deep/"):
            return await serve(request)
        here, above = f"{pond.origin}{request.target}", f"{pond.origin}/deep/up{next(numbers)}"
        return served({"id": here, "type": "Note", "attributedTo": ada.id, "content": "x", "inReplyTo": above})

    box.servers["pond.example"] = deep
    answers(pond, said, [f"{pond.origin}/deep/{number}" for number in range(50)])
    assert len(await look(blog)) == REQUESTS
    assert await texts(blog, post) == ["Yes."]


async def test_a_thread_that_goes_ever_deeper_is_followed_for_five_levels(blog, pond, ada, post, said):
    above = said
    for number in range(1, 9):
        note = ada.note(f"<p>{number}</p>", in_reply_to=above["id"])
        answers(pond, above, [note["id"]])
        above = note
    await look(blog)
    assert await texts(blog, post) == ["Yes.", "1", "2", "3", "4", "5"]


async def test_a_conversation_that_everybody_names_is_read_once(blog, box, pond, ada, post, said):
    """Fifty comments that name one conversation: one request for it, and not the answers of each beside it."""
    context = conversation(pond, said, [post.object_id])
    for number in range(20):
        note = await say(blog, ada, post.object_id, f"<p>{number}</p>")
        note["context"] = context
        answers(pond, note, [])
    paths = await look(blog)
    assert paths.count("/contexts/1") == 1
    assert len(paths) == 22


async def test_a_server_that_never_ends_its_answer_does_not_hold_up_the_others(blog, box, pond, lake, bob, post, said):
    """Silent servers cost one question, whatever they are named in."""
    box.down.add("sea.example")
    box.addresses["sea.example"] = ("45.33.99.1",)
    missed = bob.note("<p>Missed.</p>", in_reply_to=said["id"])
    answers(pond, said, [*(f"https://sea.example/{number}" for number in range(80)), missed["id"]])
    await look(blog)
    assert len(asked(box, "sea.example")) == 1
    assert await texts(blog, post) == ["Yes.", "Missed."]
