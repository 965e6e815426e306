"""A check of a sound blog through its public name: everything is in order, and its canary leaves nothing behind."""

import dataclasses
import json

import pytest

from fedblog.domain.blog import CommentPolicy
from fedblog.services import checkups
from fedblog.services.canary import life
from fedblog.services.checking import singing
from fedblog.services.checking.findings import Grade
from fedblog.services.workshop import the_actor
from fedblog.store import canaries, inbox_events
from fedblog.store import checkups as checkup_rows
from fedblog.store.migrating import FOLDER
from fedblog.worker.checkups import Checkups
from tests.fediverse import doctor
from tests.fediverse.proxies import leading_on

_OF_THE_MACHINERY = {"canary", "claim_turn", "used_signature"}


async def contents(blog):
    """Every row of the database, but the own rows of canaries, hashes of used signatures, and the turns of claims."""
    db, tables = blog.shop.store.reader, set()
    for path in FOLDER.glob("*.sql"):
        tables |= {line.split()[2] for line in path.read_text().splitlines() if line.startswith("CREATE TABLE")}
    tables -= _OF_THE_MACHINERY
    rows = {table: [list(row) for row in await db.all(f"SELECT * FROM {table}")] for table in sorted(tables)}
    return {table: sorted(map(str, found)) for table, found in rows.items()}


@pytest.fixture
def upright(blog):
    """A blog whose plain http leads on to https."""
    blog.box.servers[blog.host] = leading_on(blog.box.servers[blog.host])
    return blog


async def test_a_sound_blog_passes_every_check(upright, ada):
    blog = upright
    await blog.publish()
    await ada.post(blog.inbox, ada.activity("Follow", await blog.actor_id()))
    await blog.work()
    ada.peer.documents["/.well-known/nodeinfo"] = {}
    found = await doctor.outside(blog) + await doctor.sung(blog)
    assert doctor.faults(found) == []
    subjects = {f.subject for f in found if f.grade is Grade.OK}
    assert subjects == {
        "tls",
        "reach",
        "webfinger",
        "negotiation",
        "keys",
        "nodeinfo",
        "media",
        "https",
        "inbox",
        "canary",
    }


async def test_a_name_that_leads_nowhere_was_blamed_on_the_router(upright):
    upright.box.addresses[upright.host] = ()
    [reach] = [f for f in await doctor.outside(upright) if f.subject == "reach"]
    assert "the name does not resolve" in reach.what
    assert "router" not in reach.what
    assert "DNS" in reach.todo


async def test_a_canary_goes_all_the_way_and_its_verdicts_are_told(upright):
    await upright.publish("On slow reading")
    found = await doctor.sung(upright)
    assert [(f.subject, f.grade.value) for f in found] == [("inbox", "ok"), ("canary", "ok"), ("canary", "ok")]
    assert "our Accept went out and came back, proven" in found[1].what
    assert "“On slow reading” came in (it would be: shown as a comment)" in found[2].what


async def test_nothing_of_a_canary_is_left(upright, ada):
    blog = upright
    post = await blog.publish()
    await ada.post(blog.inbox, ada.activity("Follow", await blog.actor_id()))
    await ada.post(blog.inbox, ada.create(ada.note("Well said.", in_reply_to=post.object_id)))
    await blog.work()
    before = await contents(blog)
    assert doctor.faults(await doctor.sung(blog)) == []
    assert await contents(blog) == before
    blog.box.clock.move(minutes=10)
    await life.sweep(blog.shop)
    assert await canaries.listed(blog.shop.store.reader) == []


async def test_readers_and_followers_never_meet_a_canary(upright):
    """Looked at between any two of its steps: the page, the counts, the collections and the listings."""
    blog = upright
    post = await blog.publish()
    actor = await the_actor(blog.shop.store.reader)

    async def seen():
        pages = [await blog.get(path) for path in (post.path, "/", "/feed.atom", "/nodeinfo/2.1")]
        paths = (actor.followers, f"{post.object_id}/replies", f"{post.object_id}/likes", actor.actor_id)
        return [p.body for p in pages] + [json.dumps(await blog.document(path)) for path in paths]

    before, looks = await seen(), []
    shop = doctor.waiting_shop(blog)

    async def sleep(seconds):
        await blog.work()
        looks.append(await seen())

    object.__setattr__(shop.world, "sleep", sleep)
    found = await singing.check_canary(await doctor.rounds.begin(shop), doctor.canary_pair)
    assert doctor.faults(found) == []
    assert len(looks) >= 4
    assert all(look == before for look in looks)


async def test_a_canary_tells_that_comments_are_closed(upright):
    blog = upright
    await blog.publish(comment_policy=CommentPolicy.CLOSED)
    found = await doctor.sung(blog)
    assert doctor.faults(found) == []
    assert "would not become a comment: closed" in found[-1].what


async def test_without_a_worker_the_check_says_so(upright):
    found = await singing.check_canary(await doctor.rounds.begin(upright.shop), doctor.canary_pair)
    assert doctor.faults(found) == [("canary", "problem")]
    assert "no worker runs" in found[-1].what


async def test_a_canary_whose_check_crashed_is_cleared_away_by_the_housekeeping(upright):
    blog = upright
    await blog.publish()
    before = await contents(blog)
    around = await doctor.around(blog)
    singer = await life.begin(blog.shop, doctor.canary_pair())
    stage = singing.Stage(around, singer, 10.0)
    document = singing.song.follow(singer, await blog.actor_id())
    await singing._said(stage, document, singing.CAVAGE, 1)
    assert await contents(blog) != before
    blog.box.clock.move(minutes=30)
    await blog.worker.keep_house()
    assert await contents(blog) == before
    assert await canaries.listed(blog.shop.store.reader) == []


async def test_two_checks_at_once_have_one_canary(upright):
    first = await life.begin(upright.shop, doctor.canary_pair())
    found = await doctor.sung(upright)
    assert [(f.grade.value, f.what) for f in found] == [("note", "Another check is just using its canary.")]
    await life.end(upright.shop, first.actor_id)
    assert doctor.faults(await doctor.sung(upright)) == []


async def test_the_worker_runs_what_the_author_asks_for_and_keeps_what_it_found(upright):
    blog = upright
    await blog.publish()
    source = Checkups(doctor.waiting_shop(blog))
    assert await source.take(1) == []
    await checkups.ask(blog.shop, "ada")
    (job,) = await source.take(1)
    assert await source.take(1) == []
    await source.do(job)
    kept = await checkup_rows.last(blog.shop.store.reader, 1)
    findings = checkups.findings_in(kept.findings)
    assert not kept.is_waiting
    assert {f.subject for f in findings if f.grade is Grade.PROBLEM} <= {"files"}  # those of tests are open to others
    assert kept.problems == sum(f.grade is Grade.PROBLEM for f in findings)
    assert any(f.subject == "canary" and f.grade is Grade.OK for f in findings)
    assert await source.next_due() is None


async def test_a_check_that_fails_by_our_own_mistake_ends_and_says_so(upright):
    blog = upright
    await checkups.ask(blog.shop, "ada")
    (job,) = await Checkups(blog.shop).take(1)
    await checkups.run(dataclasses.replace(blog.shop, config=None), job)
    kept = await checkup_rows.last(blog.shop.store.reader, 1)
    assert [f.what for f in checkups.findings_in(kept.findings)] == ["The check itself failed: fedblog made a mistake."]
    assert not kept.is_waiting


async def test_a_check_whose_worker_died_is_run_by_the_next_one(upright):
    blog = upright
    await checkups.ask(blog.shop, "ada")
    assert await Checkups(blog.shop).take(1)
    assert await Checkups(blog.shop).take(1) == []
    blog.box.clock.move(minutes=3)
    assert await Checkups(blog.shop).take(1)


async def test_checks_cannot_be_asked_for_twice_within_a_minute(upright):
    await checkups.ask(upright.shop, "ada")
    with pytest.raises(checkups.Busy):
        await checkups.ask(upright.shop, "ada")
    upright.box.clock.move(minutes=2)
    await checkups.ask(upright.shop, "ada")


async def test_the_ledger_holds_no_line_of_a_canary(upright):
    await upright.publish()
    await doctor.sung(upright)
    assert await inbox_events.listed(upright.shop.store.reader, 1) == []
