"""D03, JSON that a parser or a database does not survive. Whatever a known sender signs leaves the blog whole.

Known case: nested JSON that ends in a RecursionError, numbers of 5,000 digits, lone surrogates and 2^70 that a
database does not take, GoToSocial's internal error for undecodable JSON.
Verdict: 400 for what is no sound JSON, and for all else a plain verdict; never a 5xx but "come back later" (protocol.md a.4).
"""

import itertools
import json
import logging
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fedblog.domain.inbox_event import Verdict
from fedblog.store import inbox_events
from tests.fediverse.peer import PUBLIC
from tests.hostile.asking import AP, BROWSER, send
from tests.hostile.signing import deliver
from tests.lengths import examples

ANSWERS = {202, 400, 401, 403, 413, 415, 429, 503}
IN_FIXTURE = settings(
    max_examples=examples(60, 3_000), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
async def post(blog, ada):
    """A post, and Ada known below it: a follower, with a comment."""
    made = await blog.publish("On slow reading")
    await ada.post(blog.inbox, ada.activity("Follow", await blog.actor_id()))
    await ada.post(blog.inbox, ada.create(ada.note("<p>First.</p>", in_reply_to=made.object_id)))
    await blog.work()
    return made


@pytest.fixture(autouse=True)
def nothing_goes_wrong_unseen(caplog):
    """No case may end in an error of the program, neither in the request nor in the worker."""
    yield
    for when in ("setup", "call"):
        assert not [record.getMessage() for record in caplog.get_records(when) if record.levelno >= logging.ERROR]


async def survives(blog, person, body, **options):
    """Deliver, process, and look whether all is well. Returns the status."""
    person.peer.box.clock.move(seconds=1)
    answer = await deliver(person, blog.inbox, body, **options)
    assert answer.status in ANSWERS, (answer, body[:300])
    assert (answer.status == 503) <= (answer.header("retry-after") is not None)
    assert answer.body == b""
    await blog.work()
    for event in await inbox_events.listed(blog.shop.store.reader, 1, limit=3):
        assert event.verdict is not Verdict.FAILED, (event.reason, body[:300])
        assert "failed here" not in event.reason, (event.reason, body[:300])
        assert event.verdict is not Verdict.WAITING or event.reason, body[:300]
        assert event.leased_until is None, body[:300]
    return answer.status


async def is_whole(blog, post):
    """Whether the blog still shows everything."""
    for address, accept in itertools.product(("/", post.path, post.object_id), (AP, BROWSER)):
        assert (await send(blog, "GET", address, [("accept", accept)])).status in {200, 303}, (address, accept)
    for address in (
        "/feed.atom",
        "/feed.json",
        f"{await blog.actor_id()}/followers",
        f"{post.object_id}/replies/page/1",
    ):
        assert (await send(blog, "GET", address, [("accept", AP)])).status == 200, address


def bodies_that_are_no_activity():
    deep = b'{"a":' * 100_000
    yield from (b"", b" ", b"null", b"true", b"1", b'"text"', b"[]", b"{}", b"[{}]", b"\xff\xfe{}", b"\xef\xbb\xbf{}")
    yield from (deep, b"[" * 100_000, b'{"a":' * 33 + b"1" + b"}" * 33, b'{"a":[' * 5000 + b"]}" * 5000)
    yield from (b'{"a":1,"a":2}', b'{"a":{"b":1,"b":2}}', b'{"a":NaN}', b'{"a":Infinity}', b'{"a":-Infinity}')
    yield from (b'{"a":1e999}', b'{"a":' + b"9" * 5000 + b"}", b'{"a":9007199254740992}', b'{"a":-9007199254740992}')
    yield from (b'{"a":"\\ud800"}', b'{"\\udfff":1}', b'{"a":"\\u0000"}', b'{"a":"\x00"}', b'{"a":"\xed\xa0\x80"}')
    yield from (
        b'{"a":1}x',
        b'{"a":1,}',
        b"{'a':1}",
        b'{"a":01}',
        b'{"a":"\n"}',
        "{“a”:1}".encode(),
        "{}".encode("utf-16"),
    )
    yield b'{"a":[' + b"1," * 20_000 + b"1]}"


@pytest.mark.checklist(row=47)
async def test_what_is_no_activity_is_400(blog, ada, post):
    for body in bodies_that_are_no_activity():
        assert await survives(blog, ada, body) == 400, body[:80]
    await is_whole(blog, post)


@pytest.mark.checklist(row=47)
async def test_odd_json_inside_of_a_sound_activity_is_400(blog, ada, post):
    """So that two readers can never see two different activities in one body."""
    for body in bodies_that_are_no_activity():
        inside = body if body.startswith(b"{") and body.endswith(b"}") and len(body) > 2 else None
        if inside is None:
            continue
        whole = json.dumps(ada.activity("Like", post.object_id)).encode()
        assert await survives(blog, ada, whole[:-1] + b', "odd": ' + inside + b"}") == 400, body[:80]
    like = json.dumps(ada.activity("Like", post.object_id))
    for member in ("id", "type", "actor", "object"):
        twice = like[:-1] + f', "{member}": "https://pond.example/users/eve"}}'
        assert await survives(blog, ada, twice.encode()) == 400
    assert "1 like" not in await blog.page(post)


@pytest.mark.checklist(row=47)
async def test_what_is_too_large_or_of_another_kind_is_refused(blog, ada, post):
    note = ada.note("x" * (1 << 20), in_reply_to=post.object_id)
    assert await survives_large(blog, ada, json.dumps(ada.create(note)).encode()) == 413
    like = json.dumps(ada.activity("Like", post.object_id)).encode()
    for kind in ("text/html", "text/plain", "application/xml", "application/x-www-form-urlencoded", "", "x"):
        assert await survives(blog, ada, like, content_type=kind) == 415, kind
    assert "1 like" not in await blog.page(post)


async def survives_large(blog, person, body):
    return (await deliver(person, blog.inbox, body)).status


@pytest.mark.soak
@IN_FIXTURE
@given(body=st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")))
async def test_any_bytes_are_answered(blog, ada, post, body):
    assert await survives(blog, ada, body) == 400


def json_values(own):
    """Any JSON, with a liking for what means something here."""
    addresses = st.sampled_from(
        [
            *own,
            "https://pond.example/users/eve",
            "https://pond.example/nothing",
            "https://nowhere.example/x",
            "http://pond.example/users/ada",
            "https://pond.example:99999/",
            "https://pond.example:0/",
            "https://[::1]/users/ada",
            "https://127.0.0.1/",
            "https://user:pass@pond.example/",
            "https://xn--a/",
            "https://\u3002.example/",
            "https://pond.example/" + "汉" * 600,
            "https://pond.example/#" + "x" * 2000,
            "javascript:alert(1)",
            "data:text/html,x",
            "acct:ada@pond.example",
            "//pond.example/users/ada",
            PUBLIC,
            "as:Public",
        ]
    )
    words = st.sampled_from(
        ["Follow", "Create", "Note", "Article", "Tombstone", "Person", "Delete", "Undo", "Like", "as:Update", "Emoji"]
    )
    leaves = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats() | st.text(max_size=20)
    names = st.sampled_from(
        ["id", "type", "actor", "object", "attributedTo", "content", "to", "inReplyTo", "name", "tag"]
    )
    return st.recursive(
        leaves | addresses | words | st.just("x" * 70_000) | st.just("<b>" * 2_000),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names | st.text(max_size=5), inner, max_size=4),
        max_leaves=8,
    )


def sound_activities(ada, actor_id, post, number):
    """One valid activity of each kind, with ids of their own."""
    ada.peer._numbers = itertools.count(1000 + number * 100)
    note = ada.note("<p>Well <a href='https://a.example/'>said</a>.</p>", in_reply_to=post.object_id, summary="cw")
    note |= {
        "contentMap": {"en": note["content"]},
        "updated": note["published"],
        "sensitive": True,
        "tag": [
            {"type": "Mention", "href": actor_id, "name": "@blog@blog.example"},
            {"type": "Emoji", "name": ":x:", "icon": {"type": "Image", "url": "https://pond.example/x.png"}},
            {"type": "Hashtag", "name": "#x", "href": "https://pond.example/tags/x"},
        ],
        "attachment": [
            {"type": "Document", "mediaType": "image/png", "url": "https://pond.example/a.png", "name": "a"}
        ],
        "replies": {"type": "Collection", "first": {"items": []}},
    }
    poll = note | {"type": "Question", "oneOf": [{"type": "Note", "name": "yes"}, {"type": "Note", "name": "no"}]}
    like = ada.activity("Like", post.object_id)
    return {
        "Follow": ada.activity("Follow", actor_id),
        "Create": ada.create(note),
        "Question": ada.create(poll),
        "Update": ada.activity("Update", note, to=note["to"], cc=note["cc"]),
        "Profile": ada.activity("Update", ada.document()),
        "Delete": ada.activity("Delete", {"id": note["id"], "type": "Tombstone"}),
        "Like": like,
        "EmojiReact": ada.activity("EmojiReact", post.object_id, content="🐟", tag=note["tag"]),
        "Misskey": ada.activity("Like", post.object_id, _misskey_reaction=":x:", tag=note["tag"]),
        "Announce": ada.activity("Announce", post.object_id, to=[PUBLIC]),
        "Group": ada.activity("Announce", ada.create(note)),
        "Undo": ada.activity("Undo", like),
        "Flag": ada.activity("Flag", [actor_id, post.object_id], content="spam"),
        "Move": ada.activity("Move", ada.id, target="https://pond.example/users/eve"),
        "Block": ada.activity("Block", actor_id),
        "Accept": ada.activity("Accept", ada.activity("Follow", actor_id)),
        "Add": ada.activity("Add", note["id"], target=f"{ada.id}/featured"),
        "Quote": ada.create(note | {"quote": post.object_id, "inReplyTo": None}),
        "QuoteRequest": ada.activity("QuoteRequest", post.object_id, instrument=note | {"quote": post.object_id}),
        "ReplyRequest": ada.activity("ReplyRequest", post.object_id, instrument=note),
        "LikeRequest": ada.activity("LikeRequest", post.object_id, instrument=like),
        "AcceptNote": ada.activity(
            "Accept",
            {"type": "ReplyRequest", "id": f"{actor_id}/r", "actor": actor_id, "instrument": post.object_id},
            result=f"{ada.id}/stamps/1",
        ),
    }


def places(value, path=()):
    """The path of every member and item inside of a JSON value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in items:
        yield (*path, name)
        yield from places(inner, (*path, name))


def with_value(document, path, value):
    """The document with another value at a place; `path` as `places` gives it."""
    copy = json.loads(json.dumps(document))
    inner = copy
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    return copy


numbers = itertools.count(1)
KINDS = [
    "Accept",
    "AcceptNote",
    "Add",
    "Announce",
    "Block",
    "Create",
    "Delete",
    "EmojiReact",
    "Flag",
    "Follow",
    "Group",
    "Like",
    "LikeRequest",
    "Misskey",
    "Move",
    "Profile",
    "Question",
    "Quote",
    "QuoteRequest",
    "ReplyRequest",
    "Undo",
    "Update",
]


@pytest.mark.soak
@settings(IN_FIXTURE, max_examples=examples(80, 3_000))
@given(data=st.data(), kind=st.sampled_from(KINDS))
async def test_any_value_in_any_place_of_any_activity_gets_its_verdict(blog, ada, post, data, kind):
    actor_id = await blog.actor_id()
    sound = sound_activities(ada, actor_id, post, next(numbers))
    assert sorted(sound) == KINDS
    activity = sound[kind]
    own = [
        actor_id,
        post.object_id,
        ada.id,
        f"{blog.origin}{post.path}",
        f"{actor_id}/followers",
        f"{ada.id}/followers",
    ]
    changed = data.draw(st.lists(st.sampled_from(list(places(activity))), min_size=1, max_size=2))
    for path in changed:
        if path in list(places(activity)):
            activity = with_value(activity, path, data.draw(json_values(own)))
    await survives(blog, ada, json.dumps(activity).encode())
    await is_whole(blog, post)


def any_text(length, alphabet, seed):
    return "".join(random.Random(seed).choices(alphabet, k=length))


async def test_ids_of_any_length_fit_or_are_refused(blog, ada, pond, post):
    """An index of PostgreSQL takes 2,704 bytes of a row, and text that does not compress shows it."""
    han = [chr(code) for code in range(0x4E00, 0x9FA5)]
    hexed = "0123456789abcdef"
    eve = pond.person("eve")
    lengths = [(n, alphabet) for n in (500, 1000, 1500, 2000, 2020, 2048, 3000) for alphabet in (hexed, han)]
    for seed, (length, alphabet) in enumerate(lengths):
        long = f"https://pond.example/{any_text(length, alphabet, seed)}"
        note = eve.note("<p>Long.</p>", in_reply_to=post.object_id)
        for activity in (
            eve.activity("Like", post.object_id) | {"id": long},
            eve.activity("Like", long),
            eve.activity("Delete", long),
            eve.activity("Delete", {"id": long, "type": "Tombstone"}) | {"id": long + "d"},
            eve.activity("Undo", long) | {"id": long + "u"},
            eve.create(note | {"id": long}),
            eve.create(note | {"url": long}),
            eve.create(note | {"inReplyTo": long}),
            eve.create(note | {"attachment": [{"type": "Document", "url": long}]}),
            eve.create(note | {"tag": [{"type": "Mention", "href": long, "name": "@x@y.example"}]}),
            eve.activity("Move", eve.id, target=long),
            eve.activity("Update", eve.document() | {"inbox": long, "url": long, "icon": {"url": long}}),
            eve.activity("Flag", [long], content="x"),
            eve.activity("QuoteRequest", post.object_id, instrument=note | {"id": long, "quote": post.object_id}),
            eve.activity("ReplyRequest", post.object_id, instrument=note | {"id": long}),
            eve.activity("ReplyRequest", post.object_id, instrument=note) | {"id": long},
            eve.activity("Accept", long, result=long),
        ):
            await survives(blog, eve, json.dumps(activity).encode())
    await is_whole(blog, post)


async def test_a_person_with_the_longest_of_names_follows_comments_and_leaves(blog, pond, post):
    for length in (950, 985, 1100):
        name = any_text(length, "0123456789abcdef", length)
        person = pond.person(name)
        note = person.note("<p>Long.</p>", in_reply_to=post.object_id)
        for activity in (
            person.activity("Follow", await blog.actor_id()),
            person.create(note),
            person.activity("Like", post.object_id),
            person.activity("Delete", person.id),
        ):
            await survives(blog, person, json.dumps(activity).encode())
    await is_whole(blog, post)
