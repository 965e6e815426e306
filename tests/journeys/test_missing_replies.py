"""Replies that never came are looked for: row 36 of the federation checklist, FEP-f228, protocol.md e.6."""

import asyncio
import itertools
import json

import pytest

from fedblog.domain.blog import CommentPolicy
from fedblog.domain.thread_search import ASKED_REQUESTS, REQUESTS
from fedblog.services import moderating, publishing
from fedblog.services.searching import planning, watching
from fedblog.store import comments, thread_searches
from fedblog.worker import Worker
from fedblog.world import WireResponse
from tests.fediverse import Peer
from tests.fediverse.peer import AP_TYPE
from tests.journeys.looking import answers, asked, conversation, found_lines, pass_time, path_of, say


@pytest.fixture
async def post(blog):
    """A post of ten days ago: no search is due by itself."""
    made = await blog.publish(comment_policy=CommentPolicy.OPEN)
    for _ in range(10):
        await pass_time(blog, days=1)
    return made


async def search_of(blog, post):
    return await thread_searches.by_post(blog.shop.store.reader, post.pk)


async def texts(blog, post):
    return [line.text for line in await comments.thread(blog.shop.store.reader, post.pk)]


@pytest.mark.checklist(row=36)
async def test_row_36_a_reply_that_was_given_up_while_we_were_down_appears_after_the_start(blog, box, ada, bob, post):
    """GoToSocial gives up after four minutes. Bob answered Ada meanwhile; her server knows of it."""
    said = await say(blog, ada, post.object_id)
    await pass_time(blog, hours=1)
    box.clock.move(minutes=30)  # nobody is here
    missed = bob.note("<p>Missed.</p>", in_reply_to=said["id"])
    answers(ada.peer, said, [missed["id"]])
    blog.worker = Worker(blog.shop)
    assert await blog.worker.look_back() == 1
    await pass_time(blog, minutes=1)
    assert await texts(blog, post) == ["Yes.", "Missed."]
    [(found_id, reason)] = await found_lines(blog)
    assert (found_id, reason) == (missed["id"], "shown as a comment (found while looking for missing replies)")


async def test_a_short_absence_is_none(blog, box, ada, post):
    await say(blog, ada, post.object_id)
    await pass_time(blog, hours=1)
    box.clock.move(minutes=3)
    assert await Worker(blog.shop).look_back() == 0


@pytest.mark.checklist(row=36)
@pytest.mark.parametrize("is_embedded", [True, False])
async def test_row_36_a_direct_reply_of_somebody_who_follows_appears_after_an_absence(
    blog, box, ada, bob, post, is_embedded
):
    """It stands in nobody's list of answers, but in the outbox of its author."""
    us = await blog.actor_id()
    await bob.post(blog.inbox, bob.activity("Follow", us))
    await pass_time(blog, hours=1)
    missed = bob.note("<p>Missed.</p>", in_reply_to=post.object_id)
    stray = bob.note("<p>To somebody else.</p>", in_reply_to="https://sea.example/1")
    outbox, first = f"{bob.id}/outbox", f"{bob.id}/outbox?page=true"
    items = [bob.create(stray), bob.create(missed), stray["id"], bob.activity("Announce", "https://sea.example/2")]
    page = {"id": first, "type": "OrderedCollectionPage", "orderedItems": items, "next": f"{bob.peer.origin}/older"}
    served = {"id": outbox, "type": "OrderedCollection", "first": page if is_embedded else first}
    pages = iter([served] if is_embedded else [served, page])
    serve, before = box.servers["lake.example"], len(box.log)

    async def with_outbox(request):
        if not request.target.startswith(path_of(outbox)):
            return await serve(request)
        return WireResponse(200, (("content-type", AP_TYPE),), json.dumps(next(pages)).encode())

    box.servers["lake.example"] = with_outbox
    box.clock.move(minutes=30)  # nobody is here
    await blog.worker.look_back()
    await pass_time(blog, minutes=1)
    assert await texts(blog, post) == ["Missed."]
    paths = asked(box, "lake.example", before)
    assert path_of(stray["id"]) not in paths
    assert len(paths) <= 5  # two pages at most, the reply, its author's handle


@pytest.mark.checklist(row=36)
@pytest.mark.parametrize("kind", ["Like", "Announce", "EmojiReact", "Create"])
async def test_row_36_whatever_anybody_does_below_a_post_makes_us_look(blog, box, ada, bob, post, kind):
    said = await say(blog, ada, post.object_id)
    await pass_time(blog, hours=1)
    missed = bob.note("<p>Missed.</p>", in_reply_to=said["id"])
    answers(ada.peer, said, [missed["id"]])
    eve = Peer(box, "sea.example").person("eve")
    if kind == "Create":
        await say(blog, eve, post.object_id)
    else:
        await eve.post(blog.inbox, eve.activity(kind, post.object_id, content="🎉"))
        await blog.work()
    await pass_time(blog, minutes=10)
    assert "Missed." not in await texts(blog, post)
    await pass_time(blog, minutes=6)  # fifteen minutes after the last search
    assert "Missed." in await texts(blog, post)


async def test_threads_are_looked_through_at_their_fixed_times(blog, box, ada, bob):
    post = await blog.publish(comment_policy=CommentPolicy.OPEN)
    said = await say(blog, ada, post.object_id)
    seen = []
    for hours in (0.5, 0.6, 4.8, 0.2, 17.8, 0.2, 143.8, 0.2, 24, 240):
        before = len(box.log)
        await pass_time(blog, hours=hours)
        seen.append(path_of(said["id"]) in asked(box, "pond.example", before))
    # Half an hour after publishing because of the reply; then after 1 h, 6 h, 24 h and 7 days.
    assert seen == [True, True, False, True, False, True, False, True, False, False]


async def test_a_conversation_on_the_comments_own_server_goes_before_its_answers(blog, box, ada, bob, post):
    said = await say(blog, ada, post.object_id)
    first = bob.note("<p>One.</p>", in_reply_to=said["id"])
    second = ada.note("<p>Two.</p>", in_reply_to=first["id"])
    conversation(ada.peer, said, [post.object_id, said["id"], first["id"], second["id"]])
    collection = answers(ada.peer, said, [])
    await pass_time(blog, minutes=6)
    assert await texts(blog, post) == ["Yes.", "One.", "Two."]
    assert asked(box, "pond.example").count("/contexts/1") == 1
    assert path_of(collection) not in asked(box, "pond.example")


@pytest.mark.parametrize("context", ["tag:pond.example,2026:1", "https://sea.example/contexts/1", "/missing", "/note"])
async def test_a_conversation_that_is_none_is_passed_by(blog, box, ada, bob, post, context):
    """Mastodon names tags, or our own conversation; others name what is on a third server, or no collection."""
    sea = Peer(box, "sea.example")
    said = await say(blog, ada, post.object_id)
    missed = bob.note("<p>Missed.</p>", in_reply_to=said["id"])
    answers(ada.peer, said, [missed["id"]])
    ada.peer.documents["/note"] = bob.note("<p>No list.</p>")
    said["context"] = f"{ada.peer.origin}{context}" if context.startswith("/") else context
    await pass_time(blog, minutes=6)
    assert await texts(blog, post) == ["Yes.", "Missed."]
    assert asked(box, sea.host) == []


async def test_answers_are_read_as_mastodon_serves_them(blog, ada, bob, post):
    """The first page stands in the note, with the own answers; the next one has those of others."""
    said = await say(blog, ada, post.object_id)
    own, other = ada.note("<p>Own.</p>", in_reply_to=said["id"]), bob.note("<p>Other.</p>", in_reply_to=said["id"])
    here = f"{said['id']}/replies"
    rest = f"{here}?only_other_accounts=true&page=true"
    first = {"type": "CollectionPage", "next": rest, "partOf": here, "items": [own["id"]]}
    said["replies"] = {"id": here, "type": "Collection", "first": first}
    ada.peer.documents[path_of(here)] = {"id": rest, "type": "CollectionPage", "partOf": here, "items": [other["id"]]}
    await pass_time(blog, minutes=6)
    assert sorted(await texts(blog, post)) == ["Other.", "Own.", "Yes."]


async def test_edits_and_deletions_that_never_came_are_noticed_too(blog, box, ada, bob, post):
    first, second = await say(blog, ada, post.object_id, "<p>One.</p>"), await say(blog, bob, post.object_id)
    first |= {"content": "<p>One, edited.</p>", "updated": "2027-01-01T00:00:00Z"}
    ada.peer.documents[path_of(first["id"])] = first
    bob.peer.documents[path_of(second["id"])] = WireResponse(410, (), b"")
    await pass_time(blog, minutes=6)
    assert await texts(blog, post) == ["One, edited."]


async def test_what_is_found_is_judged_like_what_arrives(blog, ada, bob, post):
    """The author's rules, blocks and the audience hold for both."""
    said = await say(blog, ada, post.object_id)
    await blog.shop.store.write(lambda db: db.run("UPDATE post SET comment_policy = 'hold_all' WHERE pk = ?", post.pk))
    held = bob.note("<p>Held.</p>", in_reply_to=said["id"])
    private = bob.note("<p>Hush.</p>", in_reply_to=said["id"], to=[f"{bob.id}/followers"], cc=[])
    answers(ada.peer, said, [held["id"], private["id"]])
    await pass_time(blog, minutes=6)
    assert await texts(blog, post) == ["Yes."]
    row = await comments.by_object_id(blog.shop.store.reader, 1, held["id"])
    assert (row.state.value, row.rule) == ("held", "hold-all")
    assert (held["id"], "hold-all: every comment waits for the author's yes") in [
        (found_id, reason.partition(" (")[0]) for found_id, reason in await found_lines(blog)
    ]


async def test_the_blocked_are_not_even_asked(blog, box, ada, bob, post):
    said = await say(blog, ada, post.object_id)
    answers(ada.peer, said, [bob.note("<p>No.</p>", in_reply_to=said["id"])["id"]])
    await moderating.block_host(blog.shop, "lake.example", by="test")
    await pass_time(blog, minutes=6)
    assert await texts(blog, post) == ["Yes."]
    assert asked(box, "lake.example") == []


async def test_the_blocked_are_not_asked_where_their_words_stay(blog, box, ada, bob, post):
    """The author may leave what was said; its server is none to ask any more."""
    said = await say(blog, ada, post.object_id)
    await moderating.block_host(blog.shop, "pond.example", by="test", hides_all=False)
    before = len(box.log)
    await pass_time(blog, minutes=6)
    assert await texts(blog, post) == ["Yes."]
    assert path_of(said["id"]) not in asked(box, "pond.example", before)


async def test_a_search_is_complete_as_of_its_beginning_and_the_author_sees_it(blog, box, ada, bob, post):
    said = await say(blog, ada, post.object_id)
    answers(ada.peer, said, [bob.note("<p>Missed.</p>", in_reply_to=said["id"])["id"]])
    began, before = box.clock.at + 6 * 60_000, len(box.log)
    await pass_time(blog, minutes=6)
    search = await search_of(blog, post)
    assert (search.complete_at, search.found, search.unanswered) == (began, 1, 0)
    assert search.requests == len(asked(box, "pond.example", before)) + len(asked(box, "lake.example", before))


async def test_a_server_that_does_not_answer_is_asked_once_and_counted(blog, box, ada, bob, post):
    said = await say(blog, ada, post.object_id)
    answers(ada.peer, said, [bob.note(f"<p>{n}</p>", in_reply_to=said["id"])["id"] for n in range(5)])
    box.down.add("lake.example")
    await pass_time(blog, minutes=6)
    assert len(asked(box, "lake.example")) == 1
    search = await search_of(blog, post)
    assert (search.unanswered, search.complete_at is not None) == (5, True)


async def test_one_run_costs_at_most_a_hundred_requests_and_the_next_one_goes_on(blog, box, ada, post):
    said = await say(blog, ada, post.object_id)
    ids = [f"{ada.peer.origin}/void/{number}" for number in range(150)]
    missed = ada.note("<p>Missed.</p>", in_reply_to=said["id"])
    answers(ada.peer, said, [*ids, missed["id"]])
    before = len(box.log)
    await pass_time(blog, minutes=6)
    assert len(asked(box, "pond.example", before)) == REQUESTS
    search = await search_of(blog, post)
    assert (search.is_under_way, search.complete_at) == (False, None)
    before = len(box.log)
    await pass_time(blog, minutes=16)
    assert len(asked(box, "pond.example", before)) == 53
    assert (await search_of(blog, post)).complete_at == search.began_at
    assert await texts(blog, post) == ["Yes.", "Missed."]


async def test_one_host_is_asked_at_most_once_a_second(blog, box, ada, post):
    said = await say(blog, ada, post.object_id)
    answers(ada.peer, said, [f"{ada.peer.origin}/void/{number}" for number in range(20)])
    times = []
    serve = box.servers["pond.example"]

    async def noting(request):
        times.append(box.clock.at)
        return await serve(request)

    box.servers["pond.example"] = noting
    await pass_time(blog, minutes=6)
    assert len(times) == 22
    assert min(later - earlier for earlier, later in itertools.pairwise(times)) >= 1000


async def test_a_run_brings_at_most_fifty_comments(blog, box, post):
    people = [Peer(box, f"s{number}.example").person("ann") for number in range(20)]
    said = await say(blog, people[0], post.object_id)
    ids = [person.note(f"<p>{n}</p>", in_reply_to=said["id"])["id"] for person in people for n in range(3)]
    answers(people[0].peer, said, ids)
    await planning.ask(blog.shop, post.pk, by="test")
    await blog.shop.store.write(lambda db: db.run("UPDATE thread_search SET is_asked = 0"))
    await blog.work()
    # Each author's server is asked for more than the comment: the run ends by its requests, before its comments do.
    assert len(await texts(blog, post)) <= 51
    assert (await search_of(blog, post)).requests <= REQUESTS


async def test_the_author_may_ask_for_fifteen_times_as_much(blog, box, ada, post):
    said = await say(blog, ada, post.object_id)
    answers(ada.peer, said, [f"{ada.peer.origin}/void/{number}" for number in range(400)])
    await planning.ask(blog.shop, post.pk, by="test")
    before = len(box.log)
    await blog.work()
    assert len(asked(box, "pond.example", before)) == 403  # the comment, its answers, the outbox of its author
    assert ASKED_REQUESTS == 1500
    assert (await search_of(blog, post)).complete_at is not None


async def test_a_search_that_is_stopped_keeps_what_it_has_and_goes_on_when_asked_again(blog, box, ada, post):
    said = await say(blog, ada, post.object_id)
    missed = ada.note("<p>Missed.</p>", in_reply_to=said["id"])
    answers(ada.peer, said, [*(f"{ada.peer.origin}/void/{number}" for number in range(60)), missed["id"]])
    await planning.ask(blog.shop, post.pk, by="test")
    serve, before = box.servers["pond.example"], len(box.log)

    async def stopping(request):
        if len(asked(box, "pond.example", before)) == 30:
            await planning.stop(blog.shop, post.pk, by="test")
        return await serve(request)

    box.servers["pond.example"] = stopping
    await blog.work()
    search = await search_of(blog, post)
    assert (search.is_under_way, search.leased_by, search.complete_at) == (False, None, None)
    first = asked(box, "pond.example", before)
    assert 30 <= len(first) <= 32
    box.servers["pond.example"], before = serve, len(box.log)
    await planning.ask(blog.shop, post.pk, by="test")
    await blog.work()
    second = asked(box, "pond.example", before)
    assert len(set(first) & set(second)) <= 1
    assert "Missed." in await texts(blog, post)


async def test_a_search_survives_the_end_of_its_server(blog, box, ada, post):
    """Killed in the middle of a step: the next server takes that step again, and none that was done."""
    said = await say(blog, ada, post.object_id)
    answers(ada.peer, said, [f"{ada.peer.origin}/void/{number}" for number in range(30)])
    await planning.ask(blog.shop, post.pk, by="test")
    serve, before, reached = box.servers["pond.example"], len(box.log), asyncio.Event()

    async def hanging(request):
        if len(asked(box, "pond.example", before)) == 10:
            reached.set()
            await asyncio.get_running_loop().create_future()
        return await serve(request)

    box.servers["pond.example"] = hanging
    task = asyncio.create_task(blog.work())
    await reached.wait()
    task.cancel()
    await asyncio.wait([task])
    box.servers["pond.example"] = serve
    first = asked(box, "pond.example", before)
    box.clock.move(minutes=2)  # the lease of the dead one runs out
    blog.worker = Worker(blog.shop)
    await blog.work()
    second = asked(box, "pond.example", before)[len(first) :]
    assert set(first).isdisjoint(second)
    assert len(first) + len(second) == 33
    assert (await search_of(blog, post)).complete_at is not None


async def test_only_one_search_runs_at_a_time_and_none_is_forgotten(blog, box, ada, post):
    other = await blog.publish("Another", comment_policy=CommentPolicy.OPEN)
    for one in (post, other):
        said = await say(blog, ada, one.object_id)
        answers(ada.peer, said, [f"{said['id']}/void/{number}" for number in range(30)])
    for one in (post, other):
        await planning.ask(blog.shop, one.pk, by="test")
    now = blog.shop.now()
    first = await blog.shop.store.write(lambda db: thread_searches.claim(db, "a", now, now + 50_000))
    assert first is not None
    assert await blog.shop.store.write(lambda db: thread_searches.claim(db, "b", now, now + 50_000)) is None
    box.clock.move(minutes=1)
    await blog.work()
    for one in (post, other):
        assert (await search_of(blog, one)).complete_at is not None


async def test_a_post_that_is_taken_back_is_searched_no_more(blog, box, ada, post):
    said = await say(blog, ada, post.object_id)
    await publishing.unpublish(blog.shop, post.pk)
    before = len(box.log)
    await pass_time(blog, minutes=6)
    assert path_of(said["id"]) not in asked(box, "pond.example", before)
    assert (await search_of(blog, post)).wanted_at is None


async def test_the_command_line_sees_a_search_through_without_a_server(blog, ada, bob, post):
    said = await say(blog, ada, post.object_id)
    answers(ada.peer, said, [bob.note("<p>Missed.</p>", in_reply_to=said["id"])["id"]])
    seen = [progress async for progress in watching.follow(blog.shop, post.pk)]
    assert seen[0].search.is_waiting
    assert (seen[-1].search.found, seen[-1].search.is_under_way) == (1, False)
    assert await texts(blog, post) == ["Yes.", "Missed."]


async def test_many_workers_claim_one_search_once(blog, ada, post):
    """On both engines, and however many ask at the same moment."""
    await planning.ask(blog.shop, post.pk, by="test")
    now, store = blog.shop.now(), blog.shop.store
    claims = [
        store.write(lambda db, name=f"w{number}": thread_searches.claim(db, name, now, now + 50_000))
        for number in range(8)
    ]
    claimed = [search for search in await asyncio.gather(*claims) if search is not None]
    assert len(claimed) == 1
    assert (await search_of(blog, post)).leased_by == claimed[0].leased_by


async def test_what_a_search_left_over_is_not_kept_for_ever(blog, box, ada, post):
    said = await say(blog, ada, post.object_id)
    answers(ada.peer, said, [f"{ada.peer.origin}/void/{number}" for number in range(150)])
    await pass_time(blog, minutes=6)
    db = blog.shop.store.reader
    assert sum(await thread_searches.count_steps(db, post.pk)) > 0
    box.clock.move(days=3)
    await blog.worker.keep_house()
    assert await thread_searches.count_steps(db, post.pk) == (0, 0)


async def test_who_has_lost_a_search_to_another_worker_writes_nothing_more(blog, box, ada, post):
    """A worker that hung for a minute, and whose search somebody else has taken over meanwhile."""
    said = await say(blog, ada, post.object_id)
    answers(ada.peer, said, [f"{ada.peer.origin}/void/{number}" for number in range(30)])
    await planning.ask(blog.shop, post.pk, by="test")
    serve, before = box.servers["pond.example"], len(box.log)
    takeover = "UPDATE thread_search SET leased_by = 'other', leased_until = ?, requests = 77"

    async def losing(request):
        if len(asked(box, "pond.example", before)) == 10:
            await blog.shop.store.write(lambda db: db.run(takeover, box.clock.at + 3_600_000))
        return await serve(request)

    box.servers["pond.example"] = losing
    await blog.work()
    search = await search_of(blog, post)
    assert (search.leased_by, search.requests, search.complete_at) == ("other", 77, None)
    assert len(asked(box, "pond.example", before)) == 11
