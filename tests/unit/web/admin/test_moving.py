"""The page for moving house, and the list of those who were let go."""

import json

import pytest

from fedblog.services.workshop import the_actor
from fedblog.store import former_followers
from fedblog.world import WireResponse
from tests.fediverse import Peer
from tests.fediverse.clock import START
from tests.unit.web.admin.conftest import PASSWORD
from tests.unit.web.admin.test_pages import follow

PAGE = "/admin/moving"


@pytest.fixture
def lake(blog):
    """Another server."""
    return Peer(blog.box, "lake.example")


async def our_id(blog):
    return (await the_actor(blog.shop.store.reader)).actor_id


def waiting(blog, kind):
    return blog.shop.store.reader.value(
        "SELECT COUNT(*) FROM delivery d JOIN activity a ON a.pk = d.activity_pk WHERE a.kind = ?", kind
    )


async def test_another_account_is_added_looked_at_and_removed(author, lake):
    lake.person("ada")
    await author.get("/admin/settings")
    assert 'href="/admin/moving"' in author.last.text
    await author.get(PAGE)
    await author.follow(await author.submit(author.form(PAGE), address="@ada@lake.example"))
    assert "The blog names that account now" in author.words
    assert "@ada@lake.example does not name the blog" in author.words
    assert "To do The other account has not moved yet. Log in at lake.example." in author.words
    await author.follow(await author.submit(author.form(f"{PAGE}/look")))
    assert "Looked at again just now" in author.words
    await author.follow(await author.submit(author.form(f"{PAGE}/remove")))
    assert "@ada@lake.example" not in author.words


async def test_what_was_typed_wrongly_stays_in_the_form_with_a_reason(author, lake):
    await author.get(PAGE)
    answer = await author.submit(author.form(PAGE), address="@nobody@lake.example")
    assert answer.status == 400
    assert "There is no account @nobody@lake.example." in author.words
    assert author.form(PAGE).value("address") == "@nobody@lake.example"


async def test_a_move_is_looked_at_confirmed_with_the_password_and_reported(author, blog, lake):
    await follow(blog, host="pond.example")
    new = lake.person("new")
    await author.get(PAGE)
    await author.submit(author.form(f"{PAGE}/away"), address="@new@lake.example")
    assert "Missing @new@lake.example does not name the blog yet" in author.words
    assert "1 follower on 1 server, by 1 delivery" in author.words
    assert all(form.action != f"{PAGE}/leave" for form in author.forms)

    lake.documents["/users/new"]["alsoKnownAs"] = [await our_id(blog)]
    await author.submit(author.form(f"{PAGE}/away"))
    assert await waiting(blog, "Move") == 0
    answer = await author.submit(author.form(f"{PAGE}/leave"), password="another password")
    assert answer.status == 403
    assert "Nothing was sent" in author.words
    assert await waiting(blog, "Move") == 0

    await author.follow(await author.submit(author.form(f"{PAGE}/leave"), password=PASSWORD))
    assert await waiting(blog, "Move") == 1
    assert "This account has moved" in author.words
    assert "pond.example waiting" in author.words
    assert all(form.action != f"{PAGE}/away" for form in author.forms)

    await author.get(f"{PAGE}/back")
    await author.follow(await author.submit(author.form(f"{PAGE}/back")))
    assert "The last move, taken back" in author.words
    assert new.id not in json.dumps((await the_actor(blog.shop.store.reader)).moved_to)


async def test_a_move_cannot_be_made_by_guessing_passwords(author, blog, lake):
    lake.person("new", alsoKnownAs=[await our_id(blog)])
    await author.get(PAGE)
    await author.submit(author.form(f"{PAGE}/away"), address="@new@lake.example")
    for _ in range(5):
        await author.submit(author.form(f"{PAGE}/leave"), password="a guess of mine")
    answer = await author.submit(author.form(f"{PAGE}/leave"), password=PASSWORD)
    assert (answer.status, await waiting(blog, "Move")) == (429, 0)
    assert answer.header("retry-after")


async def test_a_move_that_became_impossible_meanwhile_says_so(author, blog, lake):
    lake.person("new", alsoKnownAs=[await our_id(blog)])
    await author.get(PAGE)
    await author.submit(author.form(f"{PAGE}/away"), address="@new@lake.example")
    form = author.form(f"{PAGE}/leave")
    lake.documents["/users/new"] = WireResponse(410, (), b"")
    answer = await author.submit(form, password=PASSWORD)
    assert answer.status == 400
    assert "There is no account" in author.words


@pytest.mark.parametrize("path", ["", "/remove", "/look", "/away", "/leave", "/back"])
async def test_no_other_site_moves_anything(author, path):
    await author.get(PAGE)
    assert (await author.send(PAGE + path, {"address": "@x@lake.example"}, origin="https://evil.example")).status == 403
    assert (await author.send(PAGE + path, {"address": "@x@lake.example", "csrf": "guessed"})).status == 403


async def test_who_was_let_go_is_listed_with_the_reason(author, blog):
    await author.get("/admin/followers")
    assert "let go" not in author.words
    pk = await follow(blog)
    await blog.write(lambda db: former_followers.let_go(db, pk, "their inbox is gone", START))
    await author.get("/admin/followers")
    assert "1 let go" in author.words
    await author.get("/admin/followers/removed")
    assert "@ada@social.example removed: their inbox is gone" in author.words
