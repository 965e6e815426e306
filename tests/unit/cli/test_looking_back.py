"""Deliveries and the inbox from the command line: filters, sending again, and the rehearsal."""

import pytest

from fedblog.config import load
from fedblog.services import publishing
from fedblog.services.receiving import Inbox
from fedblog.services.workshop import the_actor
from fedblog.services.writing import Draft
from fedblog.store import receipts
from fedblog.store.receipts import DeliveryFilter
from fedblog.worker import Worker
from tests.fediverse import Box, Peer
from tests.fediverse.receiver import Receiver
from tests.journeys.following import follow_all


@pytest.fixture
def lived_in(blog):
    """A blog with a post that two servers got, a comment and a like; its clock stands still."""
    import asyncio

    asyncio.run(_live(blog))
    return blog


async def _live(commands):
    from fedblog.app import open_workshop

    box = Box()
    box.clock.at = _now()
    async with open_workshop(load(commands.config), world=box.world()) as shop:
        ada = Peer(box, "pond.example").person("ada")
        lake = Peer(box, "lake.example")
        box.addresses["blog.example"] = ("45.33.255.1",)
        receiver = Receiver(box, shop, Inbox(shop), (await the_actor(shop.store.reader)).actor_id)
        receiver.box = box
        await follow_all(receiver, [ada, lake.person("bob")])
        lake.answers = [410]
        post = await publishing.publish_new(shop, Draft("On slow reading", "Read slowly."))
        await Worker(shop).work_off()
        note = ada.note("<p>Well said.</p>", in_reply_to=post.object_id)
        await receiver.hear(ada, ada.create(note))
        await receiver.hear(ada, ada.activity("Like", post.object_id))
        assert len(await receipts.listed(shop.store.reader, 1, DeliveryFilter())) == 2


def _now():
    import time

    return int(time.time() * 1000) - 60_000


def test_deliveries_are_listed_by_post_server_and_state(lived_in):
    listed = lived_in("deliveries", "list", "--json").json
    assert {line["state"] for line in listed} == {"delivered", "gave_up"}
    assert [line["host"] for line in lived_in("deliveries", "list", "--state", "gave_up", "--json").json] == [
        "lake.example"
    ]
    assert len(lived_in("deliveries", "list", "--post", 1, "--host", "POND.example", "--json").json) == 1
    assert lived_in("deliveries", "list", "--host", "nobody.example").out == "There is no such delivery.\n"


def test_sending_again_says_first_how_many_and_then_does_it(lived_in):
    tried = lived_in("deliveries", "resend", "--post", 1, "--dry-run")
    assert tried.out == "Activities that would go out again: 2 (2 Create).\nServers: 2. Left out, since blocked: 0.\n"
    assert {line["state"] for line in lived_in("deliveries", "list", "--json").json} == {"delivered", "gave_up"}
    done = lived_in("deliveries", "resend", "--host", "pond.example", "--since", "2d")
    assert done.out.startswith("Activities that go out again: 1 (1 Create).")
    [line] = lived_in("deliveries", "list", "--host", "pond.example", "--json").json
    assert (line["state"], line["attempts"]) == ("waiting", 1)
    assert lived_in("deliveries", "resend", "--post", 1, "--since", "2d").status == 1


def test_a_post_is_tried_again_at_one_server_only(lived_in):
    assert (
        lived_in("deliveries", "retry", "--post", 1, "--host", "pond.example").out
        == "Deliveries that are due now: 0.\n"
    )
    assert (
        lived_in("deliveries", "retry", "--post", 1, "--host", "lake.example").out
        == "Deliveries that are due now: 1.\n"
    )


def test_the_inbox_is_listed_by_everything_that_is_asked(lived_in):
    def types(*words):
        return [line["type"] for line in lived_in("inbox", "list", *words, "--json").json]

    assert types() == ["Like", "Create"]
    assert types("--type", "Like") == ["Like"]
    assert types("--verdict", "held") == []
    assert types("--host", "pond.example", "--verdict", "accepted") == ["Like", "Create"]
    assert types("--actor", "https://pond.example/users/ada", "--limit", 1) == ["Like"]
    [like] = lived_in("inbox", "list", "--type", "Like", "--json").json
    assert types("--id", like["activity_id"]) == ["Like"]
    assert lived_in("inbox", "list", "--host", "nobody.example").out == "Nothing like that was received.\n"


def test_the_inbox_list_gave_no_number_to_judge_again_by(lived_in):
    head, like, create = lived_in("inbox", "list").out.splitlines()
    assert [line.split()[0] for line in (head, like, create)] == ["pk", "2", "1"]
    changed = lived_in("inbox", "replay", "--since", "7d", "--policy", "hold_all").out.splitlines()
    assert [line.split()[0] for line in changed] == ["pk", create.split()[0]]


def test_an_activity_is_judged_again_once(lived_in):
    assert lived_in("inbox", "again", 1).out == "Event 1 waits for the worker now.\n"
    assert lived_in("inbox", "again", 1).out == "Event 1 waits for the worker already.\n"


def test_a_rehearsal_prints_nothing_where_nothing_would_change(lived_in):
    done = lived_in("inbox", "replay", "--since", "7d")
    assert (done.status, done.out) == (0, "")
    assert done.said == "Judged again: 2. Would change: none. Cannot be told: none.\n"


def test_a_rehearsal_prints_every_verdict_that_would_change_and_why(lived_in):
    done = lived_in("inbox", "replay", "--since", "7d", "--policy", "hold_all")
    assert "Create" in done.out
    assert "accepted" in done.out
    assert "hold-all: every comment waits for the author's yes" in done.out
    assert "Would change: 1." in done.said
    told = lived_in("inbox", "replay", "--since", "7d", "--block", "pond.example", "--json").json
    assert told["judged"] == 2
    assert [(line["type"], line["then"], line["now"], line["why"]) for line in told["changes"]] == [
        ("Create", "accepted", "refused", "its sender is blocked"),
        ("Like", "accepted", "refused", "its sender is blocked"),
    ]
    assert lived_in("inbox", "list", "--verdict", "refused", "--json").json == []


@pytest.mark.parametrize("since", ["", "7", "d", "7y", "2026-13-01", "yesterday", "999999d", "²d"])
def test_a_moment_is_a_span_or_a_date(blog, since):
    assert blog("inbox", "replay", "--since", since).status == 2


@pytest.mark.parametrize(
    "since", ["7d", "12h", "90m", "2w", "2026-11-03", "2026-11-03T09:05:00Z", "2026-11-03T09:05:00+01:00"]
)
def test_moments_of_every_form_are_read(blog, since):
    assert blog("inbox", "replay", "--since", since).status == 0


def test_a_block_that_names_nothing_is_refused(blog):
    done = blog("inbox", "replay", "--since", "7d", "--block", "not a host")
    assert done.status == 1
    assert "host name" in done.said


def test_a_server_is_listed_shown_and_forgiven(lived_in):
    [line] = lived_in("hosts", "list", "--json").json
    assert (line["name"], line["gave_up"], line["waiting"]) == ("lake.example", 1, 0)
    assert "lake.example" in lived_in("hosts", "list").out
    told = lived_in("hosts", "show", "pond.example", "--json").json
    assert (told["followers"], told["comments"], told["deliveries"]) == (
        {"accepted": 1},
        {"shown": 1},
        {"delivered": 1},
    )
    assert (told["events_of_30_days"], told["is_trusted"], told["blocked_as"]) == ({"accepted": 2}, False, None)
    assert "is trusted: no\nfollowers: 1 accepted\n" in lived_in("hosts", "show", "pond.example").out
    assert lived_in("hosts", "forget", "pond.example").out == "Forgotten. Deliveries that are due now: 0.\n"
    for words in (("show", "nobody.example"), ("forget", "nobody.example"), ("show", "not a host")):
        assert lived_in("hosts", *words).status == 1


def test_a_comment_is_accepted_with_trust(lived_in):
    assert lived_in("comments", "trust", 1).out == "Comment 1 is shown. Trusted: https://pond.example/users/ada\n"
    assert lived_in("comments", "trust", 1, "--server").out == "Comment 1 is shown. Trusted: pond.example\n"
    assert lived_in("hosts", "show", "pond.example", "--json").json["is_trusted"] is True
