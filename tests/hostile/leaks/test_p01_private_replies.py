"""P01, replies that were not public, on public pages.

Known case: Hollo 0.6.12 (direct messages on public pages) and 0.7.11 (in the Atom feed), CVE-2026-25808 (in the outbox).
Verdict: kept for the author alone; not a byte of it at a public address, nor sent to another server (protocol.md e.4).

Every example writes marked texts; then whatever the route table, the links of the pages and the log of the network
hold is searched for the marks of what was not public.
"""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fedblog.domain.blog import CommentPolicy
from fedblog.domain.comment import CommentState
from fedblog.errors import Conflict
from fedblog.services import answering, moderating, publishing
from fedblog.store import comments
from tests.fediverse.peer import PUBLIC
from tests.hostile.asking import AP
from tests.hostile.leaks.searching import everything_public, marked, marks, new_mark, where
from tests.lengths import examples

IN_FIXTURE = settings(
    max_examples=examples(10, 150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def private_audiences(person, us):
    """Audiences that name the public nowhere, in the ways that servers and mischief write them."""
    followers = f"{person.id}/followers"
    return [
        {"to": [followers], "cc": []},
        {"to": followers, "cc": [us]},
        {"to": [us], "cc": [followers]},
        {"to": [us], "cc": []},
        {"to": us},
        {"cc": [us]},
        {"to": [{"id": us, "type": "Person"}]},
        {"to": [{"type": "Link", "href": PUBLIC}], "cc": [us]},
        {"to": [], "cc": []},
        {"to": None, "cc": None},
        {"to": [[PUBLIC]], "cc": []},
        {"to": [f"{PUBLIC}/"], "cc": [f"{PUBLIC} x", "public", "as:public", "as:Followers"]},
        {"to": [us], "bto": [PUBLIC], "bcc": [PUBLIC]},
        {"to": [us], "audience": PUBLIC},
        {"to": [us], "as:to": [PUBLIC], "@to": [PUBLIC], "To": [PUBLIC]},
        {"to": {"en": PUBLIC}},
        {"to": 1, "cc": True},
        {"to": [us] * 150},
        {"to": [followers], "visibility": "public", "interactionPolicy": {"canReply": {"always": [PUBLIC]}}},
    ]


def public_audiences(person, us):
    followers = f"{person.id}/followers"
    return [
        {"to": [PUBLIC], "cc": [followers]},
        {"to": PUBLIC},
        {"to": ["as:Public"], "cc": []},
        {"to": [followers], "cc": [PUBLIC]},
        {"to": [us], "cc": ["Public"]},
        {"to": [{"id": PUBLIC}]},
    ]


@pytest.mark.soak
@IN_FIXTURE
@given(data=st.data())
@pytest.mark.checklist(row=28)
async def test_no_audience_but_the_public_reaches_a_public_address(blog, pond, data):
    """Random people, audiences, threads and edits below one post: 0 bytes of a private mark anywhere outside."""
    us, case = await blog.actor_id(), next(marks)
    private = set()
    blog.box.clock.move(minutes=30)
    blog.box.log.clear()
    post = await blog.publish(f"Case {case}", "Words.", comment_policy=CommentPolicy.OPEN)
    people = [await _person(pond, data, case, number) for number in range(3)]
    written = []
    for _ in range(data.draw(st.integers(1, 5), label="steps")):
        person = data.draw(st.sampled_from(people), label="who")
        mine = [note for note in written if note["attributedTo"] == person.id]
        before = data.draw(st.none() | st.sampled_from(mine), label="edited") if mine else None
        is_for_all = data.draw(st.booleans(), label="public")
        choices = (public_audiences if is_for_all else private_audiences)(person, us)
        audience = data.draw(st.sampled_from(choices), label="audience")
        mark = new_mark()
        if before is None:
            parents = [post.object_id, f"{blog.origin}{post.path}", *(note["id"] for note in written)]
            before = person.note("", in_reply_to=data.draw(st.sampled_from(parents), label="parent"))
        note = {name: value for name, value in before.items() if name not in {"to", "cc"}}
        note = marked(note, mark, us) | audience | {"updated": _later(blog)}
        kind = "Update" if before in written else "Create"
        await person.post(blog.inbox, _activity(person, kind, note, audience))
        await blog.work()
        pond.documents[note["id"].removeprefix(pond.origin)] = note
        if not is_for_all:
            private |= {mark, *(old["mark"] for old in written if old["id"] == note["id"])}
        written = [old for old in written if old["id"] != note["id"]] + [note | {"mark": mark}]
    answers = await everything_public(blog, post)
    for mark in private:
        assert where(mark, answers) == [], mark
        assert [
            e.request for e in blog.box.log if mark.encode() in e.request.body and e.request.host != blog.host
        ] == []
    assert len(answers) > 100
    await publishing.unpublish(blog.shop, post.pk)  # so that the next case need not look at this one


def _later(blog):
    blog.box.clock.move(seconds=2)
    return datetime.fromtimestamp(blog.box.clock.now() / 1000, UTC).isoformat()


async def _person(pond, data, case, number):
    flags = [{}, {"hidesToPublicFromUnauthedWeb": False}]
    return pond.person(f"p{case}n{number}", **data.draw(st.sampled_from(flags), label="flags"))


def _activity(person, kind, note, audience):
    told = {name: value for name, value in note.items() if name != "mark"}
    return person.activity(kind, told, **{name: audience[name] for name in ("to", "cc") if name in audience})


async def test_the_search_finds_what_is_public(blog, ada):
    """The test above would see a leak: a public mark is found where it belongs, and only text that may go out is."""
    post = await blog.publish("Open", "Words.", comment_policy=CommentPolicy.OPEN)
    mark = new_mark()
    note = marked(ada.note("", in_reply_to=post.object_id), mark, await blog.actor_id()) | {"to": [PUBLIC], "cc": []}
    await ada.post(blog.inbox, ada.create(note))
    await blog.work()
    assert f"GET {post.path}" in where(mark, await everything_public(blog, post))


async def test_who_only_whispered_is_named_nowhere(blog, pond):
    mark = new_mark()
    mallory = pond.person(mark, summary=mark, icon={"url": f"https://pond.example/{mark}.png"})
    us = await blog.actor_id()
    post = await blog.publish("Open", "Words.", comment_policy=CommentPolicy.OPEN)
    for audience in private_audiences(mallory, us):
        for said in (mallory.note("<p>psst</p>", in_reply_to=post.object_id), mallory.note("<p>psst</p>")):
            unaddressed = {name: value for name, value in said.items() if name not in {"to", "cc"}}
            await mallory.post(blog.inbox, mallory.activity("Create", unaddressed | audience))
        await blog.work()
    await mallory.post(blog.inbox, mallory.activity("Follow", us))
    await blog.work()
    blog.box.clock.move(minutes=5)
    answers = await everything_public(blog, post)
    assert where(mark, answers) == []
    assert where("psst", answers) == []
    assert "0 comments" in await blog.page(post)
    article = await blog.document(post.object_id)
    assert article["replies"]["totalItems"] == 0
    nodeinfo = json.loads((await blog.get("/nodeinfo/2.1", AP)).body)
    assert nodeinfo["usage"]["localComments"] == 0


async def test_an_accept_names_a_follower_to_nobody_else(blog, ada, pond):
    await ada.post(blog.inbox, ada.activity("Follow", await blog.actor_id()))
    await blog.work()
    [accept] = pond.got("Accept")
    answer = await blog.get(accept["id"], AP)
    assert answer.status == 404
    assert b"ada" not in answer.body


async def test_narrowing_takes_text_and_edits_off_at_once_and_widening_is_the_authors(blog, ada, pond):
    post = await blog.publish("Open", "Words.", comment_policy=CommentPolicy.OPEN)
    eve = pond.person("eve")
    first, second = new_mark(), new_mark()
    note = ada.note(f"<p>{first}</p>", in_reply_to=post.object_id)
    await ada.post(blog.inbox, ada.create(note))
    answer = eve.note("<p>I see.</p>", in_reply_to=note["id"])
    await eve.post(blog.inbox, eve.create(answer))
    await blog.work()
    assert first in await blog.page(post)
    narrowed = note | {"content": f"<p>{second}</p>", "to": [f"{ada.id}/followers"], "cc": [], "updated": _later(blog)}
    pond.documents[note["id"].removeprefix(pond.origin)] = narrowed
    await ada.post(blog.inbox, ada.activity("Update", narrowed, to=narrowed["to"], cc=[]))
    await blog.work()
    answers = await everything_public(blog, post)
    assert where(first, answers) == where(second, answers) == []
    assert "I see." in await blog.page(post)
    # Somebody else says that it is for everybody again
    widened = narrowed | {"to": [PUBLIC], "updated": _later(blog)}
    await eve.post(blog.inbox, eve.activity("Update", widened, to=[PUBLIC]))
    await blog.work()
    assert where(second, await everything_public(blog, post)) == []
    # The blog's author cannot show or answer it either
    hidden = await comments.by_object_id(blog.shop.store.reader, 1, note["id"])
    with pytest.raises(Conflict):
        await moderating.approve(blog.shop, hidden.pk, by="test")
    with pytest.raises(Conflict):
        await answering.answer(blog.shop, post.pk, hidden.pk, "No.")
    # Its own author may
    await ada.post(blog.inbox, ada.activity("Update", widened | {"updated": _later(blog)}, to=[PUBLIC]))
    await blog.work()
    assert second in await blog.page(post)


@pytest.mark.parametrize(
    ("flag", "audience", "is_shown"),
    [
        ({"hidesToPublicFromUnauthedWeb": True}, {"to": [PUBLIC]}, False),
        ({"hidesCcPublicFromUnauthedWeb": True}, {"to": [], "cc": [PUBLIC]}, False),
        ({"hidesCcPublicFromUnauthedWeb": True}, {"to": [PUBLIC], "cc": []}, True),
        ({"suspended": True}, {"to": [PUBLIC]}, False),
    ],
)
@pytest.mark.checklist(row=29)
async def test_the_flags_of_an_actor_are_heeded(blog, pond, flag, audience, is_shown):
    """Checklist 29: GoToSocial's flags, when they were there before, and when they come with a new profile."""
    post = await blog.publish("Open", "Words.", comment_policy=CommentPolicy.OPEN)
    before, after = pond.person("before", **flag), pond.person("after")
    marks_of = {}
    for person in (before, after):
        marks_of[person.name] = new_mark()
        note = person.note(f"<p>{marks_of[person.name]}</p>", in_reply_to=post.object_id) | audience
        await person.post(blog.inbox, person.activity("Create", note))
    await blog.work()
    assert marks_of["after"] in await blog.page(post)
    await after.post(blog.inbox, after.activity("Update", after.document() | flag))
    await blog.work()
    answers = await everything_public(blog, post)
    for mark in marks_of.values():
        assert bool(where(mark, answers)) == is_shown


async def test_what_waits_or_was_hidden_or_refused_stands_nowhere(blog, ada, pond):
    post = await blog.publish("Careful", "Words.", comment_policy=CommentPolicy.HOLD_ALL)
    closed = await blog.publish("Closed", "Words.", comment_policy=CommentPolicy.CLOSED)
    opened = await blog.publish("Open", "Words.", comment_policy=CommentPolicy.OPEN)
    us, found = await blog.actor_id(), {}
    for name, under in (
        ("held", post),
        ("closed", closed),
        ("hidden", opened),
        ("deleted", opened),
        ("removed", opened),
    ):
        found[name] = new_mark()
        note = marked(ada.note("", in_reply_to=under.object_id), found[name], us)
        await ada.post(blog.inbox, ada.create(note))
        await blog.work()
        row = await comments.by_object_id(blog.shop.store.reader, 1, note["id"])
        if name == "hidden":
            await moderating.hide(blog.shop, row.pk, by="test")
        elif name == "deleted":
            await moderating.delete(blog.shop, row.pk, by="test")
        elif name == "removed":
            await ada.post(blog.inbox, ada.activity("Delete", note["id"]))
            await blog.work()
    for under in (post, closed, opened):
        answers = await everything_public(blog, under)
        for name, mark in found.items():
            assert where(mark, answers) == [], name
    states = {line.state for line in await comments.listed(blog.shop.store.reader, 1)}
    assert states == {CommentState.HELD, CommentState.REFUSED, CommentState.HIDDEN, CommentState.REMOVED}
