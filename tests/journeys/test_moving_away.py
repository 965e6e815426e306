"""The blog's account moves to another one, and back."""

import asyncio

import pytest

from fedblog.errors import Refused
from fedblog.services import moderating
from fedblog.services.moving import aliases, leaving
from fedblog.services.moving.steps import StepState
from fedblog.store import actors
from tests.fediverse import Peer
from tests.journeys.following import follow_all, followers_of
from tests.journeys.test_moving_here import runs


@pytest.fixture
async def new(blog, lake):
    """The account to move to, which names the blog."""
    return lake.person("author", alsoKnownAs=[await blog.actor_id()])


@pytest.fixture
async def hill(box):
    return Peer(box, "hill.example")


async def actor_of(blog):
    return await blog.document(await blog.actor_id())


def kinds(peer):
    return [delivered.activity["type"] for delivered in peer.delivered]


async def missing(blog, written):
    flight = await leaving.prepare(blog.shop, written)
    assert not flight.may_go
    return [step for step in flight.steps if step.state is StepState.MISSING]


async def test_the_dry_run_counts_and_tells_nobody(blog, box, pond, ada, hill, new):
    await follow_all(blog, [ada, pond.person("bea"), hill.person("cid")])
    flight = await leaving.prepare(blog.shop, "@author@lake.example")
    assert flight.may_go
    assert (flight.reach.followers, flight.reach.hosts, flight.reach.inboxes) == (3, 2, 2)
    await blog.work()
    box.clock.move(hours=1)
    await blog.work()
    assert kinds(pond) == kinds(hill) == []
    assert "movedTo" not in await actor_of(blog)


async def test_the_dry_run_keeps_nothing_of_whom_it_looked_at(blog, new):
    await leaving.prepare(blog.shop, "@author@lake.example")
    assert await actors.by_id(blog.shop.store.reader, new.id) is None


async def test_every_server_gets_the_update_first_and_then_the_move(blog, pond, ada, hill, new):
    await follow_all(blog, [ada, hill.person("cid")])
    await leaving.leave(blog.shop, "@author@lake.example", by="author")
    us = await blog.actor_id()
    assert (await actor_of(blog))["movedTo"] == new.id
    await blog.work()
    for peer in (pond, hill):
        assert kinds(peer) == ["Update", "Move"]
        assert peer.got("Update")[0]["object"]["movedTo"] == new.id
        [move] = peer.got("Move")
        assert (move["actor"], move["object"], move["target"]) == (us, us, new.id)
        assert move["to"] == [f"{us}/followers"]
        assert await blog.document(move["id"]) == move, "whoever was told in passing can look it up"


async def test_moving_twice_is_moving_once(blog, pond, ada, new):
    await follow_all(blog, [ada])
    first = await leaving.leave(blog.shop, "@author@lake.example", by="author")
    await blog.work()
    again = await leaving.leave(blog.shop, new.id, by="author")
    await blog.work()
    assert first.pk == again.pk
    assert kinds(pond) == ["Update", "Move"]


async def test_two_clicks_at_once_are_one_move(blog, pond, ada, new):
    await follow_all(blog, [ada])
    one, two = await asyncio.gather(*(leaving.leave(blog.shop, new.id, by="author") for _ in range(2)))
    await blog.work()
    assert one.pk == two.pk
    assert kinds(pond) == ["Update", "Move"]


async def test_a_move_that_was_interrupted_goes_on_by_itself(blog, box, pond, ada, new):
    await follow_all(blog, [ada])
    box.down.add(pond.host)
    await leaving.leave(blog.shop, new.id, by="author")
    await blog.work()
    report = await blog.shop.store.read(leaving.report)
    assert (report.told, report.waiting, report.gave_up) == (0, 1, 0)
    box.down.clear()
    box.clock.move(hours=2)
    await blog.work()
    assert kinds(pond) == ["Update", "Move"]
    report = await blog.shop.store.read(leaving.report)
    assert (report.told, report.waiting, report.gave_up) == (1, 0, 0)


@pytest.mark.parametrize(
    ("software", "words"),
    [
        ("mastodon", "“Moving from a different account”: write @blog@blog.example"),
        ("gotosocial", "“Alias account”: write https://blog.example/ap/actors/"),
        ("wordpress", "account aliases"),
        ("strange", "Account aliases"),
    ],
)
async def test_an_account_that_does_not_name_the_blog_is_told_where_to_click(blog, lake, software, words):
    lake.person("other", alsoKnownAs=["https://hill.example/users/blog"])
    runs(lake, software)
    [step] = await missing(blog, "@other@lake.example")
    assert "does not name the blog yet" in step.words
    assert step.todo.startswith("Log in at lake.example. ")
    assert words in step.todo
    with pytest.raises(Refused, match="does not name the blog yet"):
        await leaving.leave(blog.shop, "@other@lake.example", by="author")
    assert "movedTo" not in await actor_of(blog)


@pytest.mark.parametrize("written", ["@blog@blog.example", "@nobody@lake.example", "@author@nowhere.example", "author"])
async def test_nobody_moves_to_what_is_no_other_account(blog, new, written):
    assert await missing(blog, written)


async def test_nobody_moves_to_an_account_that_moved_on_or_is_suspended(blog, lake, new):
    us = await blog.actor_id()
    lake.person("gone", alsoKnownAs=[us], movedTo="https://hill.example/users/x")
    lake.person("shut", alsoKnownAs=[us], suspended=True)
    assert "itself moved on" in (await missing(blog, "@gone@lake.example"))[0].words
    assert "suspended" in (await missing(blog, "@shut@lake.example"))[0].words


async def test_nobody_moves_to_a_blocked_server(blog, new):
    await moderating.block_host(blog.shop, "lake.example", by="author", hides_all=False)
    [step] = await missing(blog, "@author@lake.example")
    assert "blocked" in step.words


async def test_after_the_move_new_followers_are_turned_down_and_old_ones_stay(blog, pond, ada, hill, new):
    await follow_all(blog, [ada])
    await leaving.leave(blog.shop, new.id, by="author")
    cid, us = hill.person("cid"), await blog.actor_id()
    await cid.post(blog.inbox, cid.activity("Follow", us))
    await ada.post(blog.inbox, ada.activity("Follow", us))
    await blog.work()
    assert kinds(hill) == ["Reject"]
    assert "Reject" not in kinds(pond)
    assert await followers_of(blog) == [ada.id]


async def test_readers_are_led_to_the_new_account_and_the_posts_stay(blog, new):
    post = await blog.publish()
    await leaving.leave(blog.shop, new.id, by="author")
    page = await blog.page(post)
    assert "Read slowly." in page
    assert 'has moved to <a href="https://lake.example/@author"' in page
    assert 'follow <bdi class="handle-big">@author@lake.example</bdi>' in page
    asked = (await blog.get("/follow")).body.decode()
    assert "has moved to @author@lake.example" in asked


async def test_the_report_tells_which_server_took_it_and_whose_followers_left(blog, pond, ada, hill, new):
    bea = pond.person("bea")
    await follow_all(blog, [ada, bea, hill.person("cid")])
    hill.answers = [202, 403]
    await leaving.leave(blog.shop, new.id, by="author")
    await blog.work()
    await ada.post(blog.inbox, ada.activity("Undo", ada.activity("Follow", await blog.actor_id())))
    await blog.work()
    report = await blog.shop.store.read(leaving.report)
    assert (report.told, report.waiting, report.gave_up) == (1, 0, 1)
    assert (report.move.followers, report.followers_now) == (3, 2)
    at_hill, at_pond = report.hosts
    assert (at_hill.host, at_hill.gave_up, at_hill.last_status) == ("hill.example", 1, 403)
    assert (at_pond.host, at_pond.followers_then, at_pond.followers_now, at_pond.delivered) == ("pond.example", 2, 1, 1)


async def test_the_report_is_still_there_after_months(blog, box, pond, ada, new):
    await follow_all(blog, [ada])
    await leaving.leave(blog.shop, new.id, by="author")
    await blog.work()
    box.clock.move(days=120)
    await blog.worker.keep_house()
    report = await blog.shop.store.read(leaving.report)
    assert report.told == 1


async def test_the_blog_is_back_with_an_update_to_those_who_stayed(blog, box, pond, ada, hill, new):
    await follow_all(blog, [ada, hill.person("cid")])
    box.down.add(hill.host)
    await leaving.leave(blog.shop, new.id, by="author")
    await blog.work()
    await leaving.come_back(blog.shop, by="author")
    box.down.clear()
    box.clock.move(hours=2)
    await blog.work()
    assert "movedTo" not in await actor_of(blog)
    assert kinds(pond) == ["Update", "Move", "Update"]
    assert "movedTo" not in pond.got("Update")[-1]["object"]
    assert kinds(hill) == ["Update"], "who had not heard of the move hears nothing of it any more"
    with pytest.raises(Refused, match="has not moved"):
        await leaving.come_back(blog.shop, by="author")
    dan = hill.person("dan")
    await dan.post(blog.inbox, dan.activity("Follow", await blog.actor_id()))
    await blog.work()
    assert kinds(hill)[-1] == "Accept"


async def test_a_second_move_within_seven_days_waits(blog, box, lake, new):
    await leaving.leave(blog.shop, new.id, by="author")
    [step] = await missing(blog, "@author@lake.example")
    assert "has moved to @author@lake.example already" in step.words
    await leaving.come_back(blog.shop, by="author")
    box.clock.move(days=2, hours=1)
    [step] = await missing(blog, "@author@lake.example")
    assert step.todo == "Wait 5 days."
    box.clock.move(days=5)
    assert (await leaving.prepare(blog.shop, "@author@lake.example")).may_go


async def test_a_gathered_update_leaves_with_the_move(blog, box, pond, ada, hill, new):
    await follow_all(blog, [ada])
    await aliases.add(blog.shop, hill.person("cid").id, by="author")
    await leaving.leave(blog.shop, new.id, by="author")
    box.clock.move(minutes=5)
    await blog.work()
    assert kinds(pond) == ["Update", "Move"]
    assert pond.got("Update")[0]["object"]["alsoKnownAs"] == ["https://hill.example/users/cid"]
