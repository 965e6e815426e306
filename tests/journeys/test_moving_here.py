"""Other accounts of the author, and moving from one of them to the blog."""

import json

import pytest

from fedblog.errors import Conflict, Invalid, Missing
from fedblog.services.moving import aliases, arriving
from fedblog.services.moving.steps import StepState
from fedblog.store import followers
from fedblog.world import WireResponse
from tests.fediverse import Peer
from tests.journeys.following import follow_all


def as_json(document):
    return WireResponse(200, (("content-type", "application/json"),), json.dumps(document).encode())


def runs(peer, software):
    """The server says what runs it."""
    schema = "http://nodeinfo.diaspora.software/ns/schema/2.0"
    address = f"{peer.origin}/nodeinfo/2.0"
    peer.documents["/.well-known/nodeinfo"] = as_json({"links": [{"rel": schema, "href": address}]})
    peer.documents["/nodeinfo/2.0"] = as_json({"software": {"name": software, "version": "1"}})


async def names_of(blog):
    return (await blog.document(await blog.actor_id())).get("alsoKnownAs", [])


async def send_gathered(blog, box):
    """The gathered Update goes out."""
    box.clock.move(minutes=3)
    await blog.work()


@pytest.mark.parametrize("written", ["@ada@pond.example", "ada@Pond.example", "page", "id"])
async def test_another_account_is_named_by_handle_page_or_id_and_followers_hear_of_it(
    blog, box, pond, ada, lake, written
):
    pond.documents["/@ada"] = pond.documents["/users/ada"]
    bob = lake.person("bob")
    await follow_all(blog, [bob])
    address = {"page": f"{pond.origin}/@ada", "id": ada.id}.get(written, written)
    alias = await aliases.add(blog.shop, address, by="author")
    assert (alias.actor_id, alias.full_handle) == (ada.id, "@ada@pond.example")
    assert await names_of(blog) == [ada.id]
    await send_gathered(blog, box)
    [update] = lake.got("Update")
    assert update["object"]["alsoKnownAs"] == [ada.id]

    await aliases.remove(blog.shop, "@ada@pond.example", by="author")
    assert await names_of(blog) == []
    await send_gathered(blog, box)
    assert "alsoKnownAs" not in lake.got("Update")[-1]["object"]


async def test_naming_an_account_twice_names_it_once(blog, ada):
    await aliases.add(blog.shop, ada.id, by="author")
    await aliases.add(blog.shop, "@ada@pond.example", by="author")
    assert await names_of(blog) == [ada.id]


async def test_there_are_at_most_twenty_other_accounts(blog, pond):
    people = [pond.person(f"n{number}") for number in range(21)]
    for person in people[:20]:
        await aliases.add(blog.shop, person.id, by="author")
    with pytest.raises(Conflict, match="20 other accounts"):
        await aliases.add(blog.shop, people[20].id, by="author")
    assert sorted(await names_of(blog)) == sorted(person.id for person in people[:20])


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("@blog@blog.example", "this blog itself"),
        ("https://blog.example/", "this blog itself"),
        ("@nobody@pond.example", "no account"),
        ("https://pond.example/none", "no account"),
        ("https://pond.example/note", "no account"),
        ("@ada@nowhere.example", "could not be looked at"),
        ("ada", "account address"),
        ("", "account address"),
    ],
)
async def test_what_is_no_other_account_is_refused_in_words(blog, pond, ada, written, words):
    pond.documents["/note"] = {"id": "https://pond.example/note", "type": "Note", "attributedTo": ada.id}
    with pytest.raises(Invalid, match=words):
        await aliases.add(blog.shop, written, by="author")
    assert await names_of(blog) == []


async def test_what_is_not_named_cannot_be_removed(blog):
    with pytest.raises(Missing):
        await aliases.remove(blog.shop, "@ada@pond.example", by="author")


async def comment_by(blog, person, post):
    note = person.note("<p>It is me.</p>", in_reply_to=post.object_id)
    await person.post(blog.inbox, person.create(note))
    await blog.work()


def badges(page):
    return page.count('<span class="badge">Author</span>')


async def test_a_comment_of_the_authors_other_account_wears_the_badge_when_both_say_so(blog, box, pond, ada):
    post = await blog.publish()
    await comment_by(blog, ada, post)
    assert badges(await blog.page(post)) == 0
    await aliases.add(blog.shop, ada.id, by="author")
    assert badges(await blog.page(post)) == 0, "the other account has not agreed"
    pond.documents["/users/ada"]["alsoKnownAs"] = [await blog.actor_id()]
    box.clock.move(minutes=1)
    await aliases.look_again(blog.shop, ada.id)
    page = await blog.page(post)
    assert badges(page) == 1
    assert "@ada@pond.example" in page, "the handle stays that of the other account"
    pond.documents["/users/ada"]["alsoKnownAs"] = []
    box.clock.move(days=2)
    await blog.worker.keep_house()
    assert badges(await blog.page(post)) == 0, "it was taken back over there"


@pytest.mark.parametrize(
    ("value", "is_badged"),
    [
        ('<a href="https://blog.example/" rel="nofollow me noopener">blog</a>', True),
        ('<a href="https://blog.example" rel="me">blog</a>', True),
        ('<a href="https://blog.example/" rel="nofollow">blog</a>', False),
        ('<a href="https://blog.example.evil.example/" rel="me">blog</a>', False),
        ("https://blog.example/", False),
    ],
)
async def test_a_profile_link_with_rel_me_agrees_too(blog, pond, ada, value, is_badged):
    pond.documents["/users/ada"]["attachment"] = [{"type": "PropertyValue", "name": "Blog", "value": value}]
    post = await blog.publish()
    await comment_by(blog, ada, post)
    await aliases.add(blog.shop, ada.id, by="author")
    assert badges(await blog.page(post)) == is_badged


async def test_an_account_that_only_claims_the_blog_wears_no_badge(blog, pond):
    eve = pond.person("eve", alsoKnownAs=[await blog.actor_id()])
    post = await blog.publish()
    await comment_by(blog, eve, post)
    assert badges(await blog.page(post)) == 0


async def steps_of(blog):
    [arrival] = await blog.shop.store.read(arriving.arrivals)
    return arrival


def with_state(arrival, state):
    return [step for step in arrival.steps if step.state is state]


async def test_the_list_tells_what_to_click_and_follows_the_move_to_its_end(blog, box, pond, ada, lake):
    runs(pond, "mastodon")
    await aliases.add(blog.shop, ada.id, by="author")
    arrival = await steps_of(blog)
    assert not arrival.has_moved
    to_click, to_come = with_state(arrival, StepState.OPEN)
    assert "Log in at pond.example. Preferences → Account" in to_click.todo
    assert "@blog@blog.example" in to_click.todo
    assert to_come.words.startswith("0 followers")

    # what Mastodon does when that is clicked: its documents change, and its followers follow.
    pond.documents["/users/ada"]["movedTo"] = await blog.actor_id()
    bob = lake.person("bob")
    await bob.post(blog.inbox, bob.activity("Follow", await blog.actor_id()))
    box.clock.move(minutes=1)
    await aliases.look_again(blog.shop, ada.id)
    await blog.work()
    arrival = await steps_of(blog)
    assert arrival.has_moved
    assert with_state(arrival, StepState.OPEN) == []
    assert arrival.steps[-1].words.startswith("1 follower has come")
    assert len(lake.got("Accept")) == 1


async def test_the_move_itself_is_noted_when_it_comes_in_and_the_old_account_stays_a_follower(blog, pond, ada):
    await aliases.add(blog.shop, ada.id, by="author")
    await follow_all(blog, [ada])
    us = await blog.actor_id()
    await ada.post(blog.inbox, ada.activity("Move", ada.id, target=us))
    await blog.work()
    arrival = await steps_of(blog)
    assert arrival.has_moved
    assert any("Its Move came in here" in step.words for step in arrival.steps)
    lines = await followers.listed(blog.shop.store.reader, 1)
    assert [line.actor_id for line in lines] == [ada.id], "the blog never follows itself"


async def test_a_move_to_the_blog_of_an_account_that_it_does_not_name_means_nothing(blog, ada):
    await follow_all(blog, [ada])
    await ada.post(blog.inbox, ada.activity("Move", ada.id, target=await blog.actor_id()))
    await blog.work()
    assert await blog.shop.store.reader.value("SELECT verdict FROM inbox_event") == "refused"


async def test_what_keeps_the_move_from_working_is_missing(blog, box, pond, ada):
    await aliases.add(blog.shop, ada.id, by="author")
    box.down.add(pond.host)
    box.clock.move(minutes=1)
    await aliases.look_again(blog.shop, ada.id)
    [hidden] = with_state(await steps_of(blog), StepState.MISSING)
    assert "cannot be seen from here" in hidden.words
    box.down.clear()
    pond.documents["/users/ada"]["movedTo"] = "https://lake.example/users/ada"
    box.clock.move(minutes=1)
    await aliases.look_again(blog.shop, ada.id)
    [elsewhere] = with_state(await steps_of(blog), StepState.MISSING)
    assert "https://lake.example/users/ada" in elsewhere.words


SCHEMA = "http://nodeinfo.diaspora.software/ns/schema/2.0"


@pytest.mark.parametrize(
    "discovery",
    [
        {"links": [{"rel": SCHEMA, "href": "https://evil.example/nodeinfo"}]},
        {"links": [{"rel": SCHEMA, "href": "javascript:1"}]},
        {"links": {"rel": SCHEMA}},
        {"links": [7, None, {"rel": 1, "href": 2}]},
        {"links": [{"rel": SCHEMA, "href": "https://pond.example/odd"}]},
    ],
)
async def test_what_a_server_says_of_itself_is_read_with_care(blog, box, pond, ada, discovery):
    Peer(box, "evil.example")
    pond.documents["/.well-known/nodeinfo"] = as_json(discovery)
    pond.documents["/odd"] = as_json({"software": ["mastodon", {"name": {"{there}": "{id.__class__}"}}]})
    await aliases.add(blog.shop, ada.id, by="author")
    to_click, _ = with_state(await steps_of(blog), StepState.OPEN)
    assert "Look in its settings" in to_click.todo
    assert box.requests_to("evil.example") == []
