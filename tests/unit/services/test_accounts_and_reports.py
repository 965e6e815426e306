"""Profiles that change, accounts that go, reports that come."""

import pytest

from fedblog.domain.follower import Follower, FollowState
from fedblog.services.remote_actors import read_remote_actor
from fedblog.store import actors, comments, followers, mentions


async def test_an_embedded_profile_is_taken_over_at_once(blog, box, ada):
    post = await blog.publish()
    await blog.hear(ada, ada.create(ada.note("<p>x</p>", in_reply_to=post.object_id)))
    fetched = len(box.log)
    new = ada.document() | {"name": "Countess", "inbox": f"{ada.id}/new-inbox"}
    assert await blog.hear(ada, ada.activity("Update", new)) == ("accepted", "profile refreshed")
    [line] = await comments.thread(blog.db, post.pk)
    assert (line.actor_name, line.actor_handle) == ("Countess", "ada@pond.example")
    assert len(box.log) == fetched


async def test_a_bare_profile_id_is_fetched_and_at_most_once_in_five_minutes(blog, box, ada, pond):
    await blog.hear(ada, ada.activity("Follow", blog.actor_id))
    update = {"type": "Update", "actor": ada.id, "object": ada.id, "to": []}
    pond.documents["/users/ada"]["name"] = "One"
    await blog.hear(ada, update)
    assert (await actors.by_id(blog.db, ada.id)).name == "One"
    pond.documents["/users/ada"]["name"] = "Two"
    box.clock.move(seconds=10)
    await blog.post(ada, update | {"to": ["https://x.example/"]})
    await blog.work()
    assert (await actors.by_id(blog.db, ada.id)).name == "One"
    box.clock.move(minutes=6)
    await blog.work()
    assert (await actors.by_id(blog.db, ada.id)).name == "Two"


async def test_posts_follow_a_follower_to_its_new_inbox(blog, ada):
    await blog.hear(ada, ada.activity("Follow", blog.actor_id))
    await blog.hear(
        ada, ada.activity("Update", ada.document() | {"endpoints": {"sharedInbox": "https://pond.example/all"}})
    )
    [line] = await followers.listed(blog.db, 1)
    assert line.inbox == "https://pond.example/all"


async def test_nobody_changes_the_profile_of_another(blog, ada, pond):
    eve = pond.person("eve")
    for person in (ada, eve):
        await blog.hear(person, person.activity("Follow", blog.actor_id))
    assert (await blog.hear(eve, eve.activity("Update", ada.document() | {"name": "Fool"})))[0] == "refused"
    assert (await actors.by_id(blog.db, ada.id)).name == "Ada"


async def test_a_new_name_has_to_be_settled_again(blog, ada, pond):
    post = await blog.publish()
    await blog.hear(ada, ada.create(ada.note("<p>x</p>", in_reply_to=post.object_id)))
    await blog.hear(
        ada, ada.activity("Update", ada.document() | {"preferredUsername": "star", "webfinger": "s@lake.example"})
    )
    [line] = await comments.thread(blog.db, post.pk)
    assert line.actor_handle == "star@pond.example"


async def test_a_deleted_account_leaves_only_places(blog, box, ada, bob):
    post = await blog.publish()
    first = ada.note("<p>MARKER</p>", in_reply_to=post.object_id)
    await blog.hear(ada, ada.create(first))
    await blog.hear(ada, ada.create(ada.note("<p>psst</p>", to=[blog.actor_id], cc=[])))
    await blog.hear(ada, ada.activity("Follow", blog.actor_id))
    await blog.hear(ada, ada.activity("Like", post.object_id))
    await blog.hear(bob, bob.create(bob.note("<p>answer</p>", in_reply_to=first["id"])))
    assert (await blog.hear(ada, ada.activity("Delete", ada.id)))[0] == "accepted"
    assert await blog.comments(post) == [(2, "answer")]
    assert [place.number for place in await comments.placeholders(blog.db, post.pk)] == [1]
    assert await mentions.listed(blog.db, 1) == []
    assert await followers.listed(blog.db, 1) == []
    assert await blog.reactions(post.object_id) == (0, 0)
    box.log.clear()
    assert (await blog.post(ada, ada.activity("Delete", ada.id))).reason == "unknown-actor"
    assert box.log == []


async def test_a_report_is_written_down_as_plain_text_and_changes_nothing(blog, ada, bob):
    post = await blog.publish()
    note = ada.note("<p>x</p>", in_reply_to=post.object_id)
    await blog.hear(ada, ada.create(note))
    flag = bob.activity("Flag", [blog.actor_id, post.object_id, note["id"]], content="<b>bad</b><script>x</script>")
    assert await blog.hear(bob, flag) == ("accepted", "kept as a report")
    [report] = await mentions.reports(blog.db, 1)
    assert report.object_ids == (blog.actor_id, post.object_id, note["id"])
    assert "<" not in report.content
    assert await blog.comments(post) == [(1, "x")]


async def test_ten_reports_a_day_from_one_server(blog, box, bob, ada):
    for _ in range(12):
        await blog.hear(bob, bob.activity("Flag", blog.actor_id))
    await blog.hear(ada, ada.activity("Flag", blog.actor_id))
    assert len(await mentions.reports(blog.db, 1)) == 11
    box.clock.move(hours=25)
    assert (await blog.hear(bob, bob.activity("Flag", blog.actor_id)))[0] == "accepted"


@pytest.mark.parametrize("kind", ["Accept", "Reject"])
async def test_answers_to_what_was_never_asked_are_ignored(blog, ada, kind):
    follow = {"type": "Follow", "id": f"{blog.actor_id}/f", "actor": blog.actor_id, "object": ada.id}
    assert (await blog.hear(ada, ada.activity(kind, follow)))[0] == "ignored"


@pytest.mark.parametrize("kind", ["Dislike", "Add", "Remove", "FeatureRequest", "Offer", "Banana"])
@pytest.mark.checklist(row=33)
async def test_what_has_no_meaning_here_gets_a_verdict_that_says_so(blog, ada, kind):
    verdict, reason = await blog.hear(ada, ada.activity(kind, blog.actor_id))
    assert (verdict, reason) == ("ignored", "this blog has no use for activities of this type")


async def test_somebody_whose_handle_is_not_settled_is_named_all_the_same(blog, ada):
    await blog.publish()
    actor = read_remote_actor(ada.document(), blog.shop.now())
    pk = await blog.shop.store.write(lambda db: actors.save(db, actor))
    inbox = f"{ada.id}/inbox"
    row = Follower(0, 1, pk, FollowState.ACCEPTED, f"{ada.id}/1", "{}", inbox, "pond.example", 1, 1, 1)
    await blog.shop.store.write(lambda db: followers.save(db, row))
    known = await actors.by_pk(blog.db, pk)
    assert (actor.handle, known.full_handle) == ("", "@ada@pond.example")
    assert [line.handle for line in await followers.listed(blog.db, 1)] == ["ada@pond.example"]
