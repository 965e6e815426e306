"""The canary of a check may speak under our own name: may anybody else, with its help?

Known case: servers that let "themselves" in through a side door for a self-test have been told to do anything by whoever
found that door. Here the door is one random id for some minutes, its key was never stored, and what comes through it
is rehearsed and rolled back. Verdict: a stranger cannot use, guess, extend or replay a canary.
"""

import dataclasses
import json

import pytest

from fedblog.ap.signatures import CAVAGE, Message, SigningKey, read_private_key, sign
from fedblog.errors import Busy
from fedblog.services.canary import life
from fedblog.services.checking import song
from fedblog.store import canaries, comments, inbox_events
from fedblog.world import WireRequest
from tests.fediverse import doctor
from tests.fediverse.box import call_asgi
from tests.fediverse.peer import spare_key_pair


@pytest.fixture
async def singer(blog):
    """A living canary. Its blog has a post."""
    await blog.publish()
    return await life.begin(blog.shop, doctor.canary_pair())


def posted(blog, key, document, target="/inbox") -> WireRequest:
    """A POST of a document, signed with a key."""
    body = json.dumps(document).encode()
    headers = (("Host", blog.host), ("Content-Type", "application/activity+json"))
    signed = sign(Message("POST", "https", blog.host, target, headers, body), key, CAVAGE, blog.box.clock.now())
    length = ("Content-Length", str(len(body)))
    return WireRequest("POST", "https", blog.host, 443, target, (*headers, *signed, length), body)


async def status_of(blog, request) -> int:
    return (await call_asgi(blog.site, request)).status


async def reasons(blog) -> set[str]:
    return {line.reason for line in await inbox_events.unproven(blog.shop.store.reader)}


def other_key(key_id: str) -> SigningKey:
    """A key of a stranger who gives it that id."""
    return SigningKey(key_id, read_private_key(spare_key_pair(41).private_pem))


async def newest(blog):
    rows = await blog.shop.store.reader.all("SELECT object_id FROM post ORDER BY pk DESC")
    return rows[0]["object_id"]


async def comments_of(blog):
    return await blog.shop.store.reader.all("SELECT * FROM comment")


async def test_the_canary_itself_is_let_in(blog, singer):
    assert await status_of(blog, posted(blog, singer.key, song.follow(singer, await blog.actor_id()))) == 202


async def test_its_id_with_the_key_of_a_stranger_proves_nothing(blog, singer):
    follow = song.follow(singer, await blog.actor_id())
    request = posted(blog, other_key(singer.key.key_id), follow)
    assert await status_of(blog, request) == 401
    assert await reasons(blog) == {"signature-mismatch"}


async def test_a_stranger_cannot_speak_as_the_canary_with_a_key_of_his_own_server(blog, singer, ada):
    follow = song.follow(singer, await blog.actor_id())
    assert (await ada.post(blog.inbox, follow)).status in {401, 403}
    assert await inbox_events.listed(blog.shop.store.reader, 1) == []


async def test_an_id_that_is_guessed_is_refused_like_any_other_of_our_name(blog, singer):
    guessed = singer.actor_id[:-1] + ("0" if singer.actor_id[-1] != "0" else "1")
    stranger = dataclasses.replace(singer, canary=dataclasses.replace(singer.canary, actor_id=guessed))
    for actor_id in (guessed, await blog.actor_id(), f"{blog.origin}/ap/instance"):
        document = {**song.follow(stranger, await blog.actor_id()), "actor": actor_id}
        assert await status_of(blog, posted(blog, other_key(f"{actor_id}#main-key"), document)) == 403
    assert await reasons(blog) == {"our-own-name"}
    for path in (guessed, f"{guessed}/inbox", f"{guessed}/mirror/inbox", f"{blog.origin}/ap/canaries/"):
        assert (await blog.get(path, "application/activity+json")).status in {404, 405, 308}


async def test_no_other_spelling_of_its_id_is_let_in(blog, singer):
    for ending in ("/", "?x", "#x", "/.", "%00", "/../x"):
        document = {**song.follow(singer, await blog.actor_id()), "actor": f"{singer.actor_id}{ending}"}
        assert await status_of(blog, posted(blog, singer.key, document)) in {400, 401, 403}, ending
    for spelling in ("https://BLOG.example", "https://blog.example:443", "https://blog.example."):
        actor_id = singer.actor_id.replace("https://blog.example", spelling)
        document = {**song.follow(singer, await blog.actor_id()), "actor": actor_id}
        assert await status_of(blog, posted(blog, other_key(f"{actor_id}#main-key"), document)) in {401, 403}, spelling
    assert await inbox_events.listed(blog.shop.store.reader, 1) == []


async def test_when_it_is_dead_nothing_of_it_is_let_in_or_shown(blog, singer):
    request = posted(blog, singer.key, song.follow(singer, await blog.actor_id()))
    await life.end(blog.shop, singer.actor_id)
    assert await status_of(blog, request) == 403
    for path in (singer.actor_id, singer.inbox, singer.mirror):
        assert (await blog.get(path, "application/activity+json")).status in {404, 405}
    mirrored = posted(blog, singer.key, {}, singer.mirror.removeprefix(blog.origin))
    assert await status_of(blog, mirrored) == 404


async def test_it_dies_by_itself_and_nothing_it_says_makes_it_live_longer(blog, singer):
    db = blog.shop.store.reader
    before = (await canaries.by_id(db, singer.actor_id)).expires_at
    await status_of(blog, posted(blog, singer.key, song.follow(singer, await blog.actor_id())))
    await blog.work()
    assert (await canaries.by_id(db, singer.actor_id)).expires_at == before == singer.canary.born_at + life.LIFE
    blog.box.clock.move(seconds=life.LIFE / 1000)
    late = posted(blog, singer.key, song.create(singer, await newest(blog), blog.box.clock.now()))
    assert await status_of(blog, late) == 403


async def test_what_was_taken_while_it_lived_has_no_effect_after_its_death(blog, singer):
    await status_of(blog, posted(blog, singer.key, song.follow(singer, await blog.actor_id())))
    blog.box.clock.move(minutes=10)
    await blog.worker.process_due()
    (event,) = await inbox_events.listed(blog.shop.store.reader, 1)
    assert (event.verdict.value, event.reason) == ("ignored", "a check's canary that is gone")
    assert await blog.shop.store.reader.all("SELECT * FROM activity WHERE object_id = ?", singer.actor_id) == []


async def test_its_requests_cannot_be_replayed(blog, singer):
    request = posted(blog, singer.key, song.follow(singer, await blog.actor_id()))
    assert [await status_of(blog, request) for _ in range(3)] == [202, 202, 202]
    await blog.work()
    assert len((await canaries.by_id(blog.shop.store.reader, singer.actor_id)).verdicts) == 1
    await life.end(blog.shop, singer.actor_id)
    assert await status_of(blog, request) == 403


@pytest.mark.parametrize("kind", ["Like", "Announce", "Undo", "Move", "Flag", "Block", "Accept", "Add", "QuoteRequest"])
async def test_it_has_four_words_and_no_other(blog, singer, kind):
    document = {**song.follow(singer, await blog.actor_id()), "type": kind, "id": f"{singer.actor_id}/x"}
    assert await status_of(blog, posted(blog, singer.key, document)) == 403


async def test_it_cannot_touch_what_others_or_we_have_written(blog, singer, ada):
    """Ids on one origin trust each other (FEP-fe34), and ours are on the canary's: so it may only name its own."""
    post = await newest(blog)
    note = ada.note("Well said.", in_reply_to=post)
    await ada.post(blog.inbox, ada.create(note))
    await blog.work()
    for object_id in (post, await blog.actor_id(), note["id"], singer.actor_id, f"{singer.actor_id}x/note"):
        for kind in ("Create", "Update", "Delete"):
            object_ = {"id": object_id, "type": "Note", "attributedTo": singer.actor_id, "content": "Ha!"}
            document = {**song.delete(singer), "id": f"{singer.actor_id}/1", "type": kind, "object": object_}
            assert await status_of(blog, posted(blog, singer.key, document)) == 403, (kind, object_id)
    [row] = await comments_of(blog)
    assert (row["text"], row["state"]) == ("Well said.", "shown")


async def test_a_reply_of_it_that_names_another_author_has_no_effect(blog, singer, ada):
    """What a canary says is rehearsed and rolled back, whatever it says."""
    document = dict(song.create(singer, await newest(blog), blog.box.clock.now()))
    document["object"] = {**document["object"], "attributedTo": ada.id, "content": "<p>In her name</p>"}
    assert await status_of(blog, posted(blog, singer.key, document)) == 202
    await blog.work()
    assert await comments_of(blog) == []
    assert not await blog.shop.store.reader.all("SELECT * FROM mention")


async def test_it_cannot_fill_the_ledger(blog, singer):
    post, now = await newest(blog), blog.box.clock.now()
    statuses = []
    for number in range(12):
        document = {**song.create(singer, post, now), "id": f"{singer.actor_id}/{number}"}
        statuses.append(await status_of(blog, posted(blog, singer.key, document)))
        await blog.work()
    assert statuses == [202] * 8 + [403] * 4


async def test_others_cannot_put_an_answer_into_its_inbox(blog, singer, ada):
    """Only our own Accept, signed with our own key, counts as our answer."""
    accept = {
        "id": f"{ada.id}/1", "type": "Accept", "actor": ada.id, "object": singer.canary.follow_id,
    }  # fmt: skip
    inbox = singer.inbox.removeprefix(blog.origin)
    forged = {**accept, "actor": await blog.actor_id(), "id": f"{blog.origin}/ap/activities/1"}
    assert await status_of(blog, posted(blog, ada.key, accept, inbox)) == 403
    assert await status_of(blog, posted(blog, ada.key, forged, inbox)) == 401
    assert await status_of(blog, posted(blog, other_key(f"{await blog.actor_id()}#main-key"), forged, inbox)) == 401
    assert await status_of(blog, posted(blog, singer.key, forged, inbox)) in {401, 403}
    assert (await canaries.by_id(blog.shop.store.reader, singer.actor_id)).answered_at is None


async def test_a_reply_to_its_note_hangs_nowhere(blog, singer, ada):
    """Whoever saw the canary's words on the way finds nothing here to answer."""
    await status_of(blog, posted(blog, singer.key, song.create(singer, await newest(blog), blog.box.clock.now())))
    await blog.work()
    await ada.post(blog.inbox, ada.create(ada.note("Who are you?", in_reply_to=singer.note_id)))
    await blog.work()
    assert await comments_of(blog) == []


async def test_nobody_else_can_begin_one_while_it_lives_and_its_key_is_in_no_row(blog, singer):
    with pytest.raises(Busy):
        await life.begin(blog.shop, spare_key_pair(42))
    (row,) = await blog.shop.store.reader.all("SELECT * FROM canary")
    assert "PRIVATE" not in str(list(row))
    assert await comments.count_by_state(blog.shop.store.reader, 1) == {}


async def test_a_stranger_finds_no_button(blog):
    """The page is behind the log-in, and its form behind the session's token."""
    request = WireRequest("POST", "https", blog.host, 443, "/admin/health", (("Host", blog.host),))
    assert await status_of(blog, request) in {303, 403}
    assert await blog.shop.store.reader.all("SELECT * FROM checkup") == []
