"""S10, two spellings of a host that one reader takes for one and another for two.

Known case: Mastodon CVE-2024-23832 (any remote account could be taken over) and CVE-2023-42451 (normalisation of hosts).
Verdict: one reading for all of the program; spellings of one address are one person, look-alikes are another or nobody.
"""

import pytest

from fedblog.errors import Invalid
from fedblog.store import followers
from fedblog.urls import Url, is_same_id, is_same_origin
from tests.hostile.who_sent_this.forging import both_forms

ADA = "https://pond.example/users/ada"
SAME = [
    "https://POND.example/users/ada",
    "HTTPS://pond.Example:443/users/ada",
    "https://pond.example:443/users/ada",
    "https://pond.example./users/ada",
    "https://\uff50ond.example/users/ada",
    "https://pond\u3002example/users/ada",
]
SOMEBODY_ELSE = [
    "https://pond.example:8443/users/ada",
    "http://pond.example/users/ada",
    "https://p\u043end.example/users/ada",
    "https://pond.example/users/../users/ada",
    "https://pond.example//users/ada",
    "https://pond.example/users/%61da",
    "https://pond.example/users/ADA",
]
NOBODY = [
    "https://pond.example%2e/users/ada",
    "https://pond%2eexample/users/ada",
    "https://ada@pond.example/users/ada",
    "https://dump.example\\@pond.example/users/ada",
    "https://pond.example\\@dump.example/users/ada",
    "https://pond.example@dump.example/users/ada",
    "https://xn--pond-.example/users/ada",
    "https:pond.example/users/ada",
    "//pond.example/users/ada",
    " https://pond.example/users/ada",
    "https://pond.example/users/ada\n",
    "https://pond.example/users/ada\x00",
]


@pytest.mark.parametrize("spelling", SAME)
def test_a_spelling_of_her_address_is_hers_for_every_reader(spelling):
    assert str(Url.parse(spelling)) == ADA
    assert is_same_id(spelling, ADA)
    assert is_same_origin(spelling, ADA)


@pytest.mark.parametrize("spelling", SOMEBODY_ELSE)
def test_a_look_alike_is_somebody_else_for_every_reader(spelling):
    assert str(Url.parse(spelling)) != ADA
    assert not is_same_id(spelling, ADA)


@pytest.mark.parametrize("spelling", NOBODY)
def test_what_two_readers_could_read_in_two_ways_is_read_by_none(spelling):
    with pytest.raises(Invalid):
        Url.parse(spelling)
    assert not is_same_id(spelling, ADA)
    assert not is_same_origin(spelling, ADA)


@both_forms
async def test_nobody_is_ada_by_spelling_her_name(blog, eve, form):
    for actor in (*SAME, *SOMEBODY_ELSE, *NOBODY):
        receipt = await blog.post(eve, eve.activity("Follow", blog.actor_id) | {"actor": actor}, form=form)
        assert receipt.status in {202, 400, 401}, actor
        await blog.work()
        assert await followers.listed(blog.db, 1) == [], actor


@both_forms
async def test_ada_in_another_spelling_is_the_same_follower(blog, ada, form):
    for actor in (ada.id, *SAME):
        receipt = await blog.post(ada, ada.activity("Follow", blog.actor_id) | {"actor": actor}, form=form)
        assert receipt.status == 202, actor
        await blog.work()
    assert [line.actor_id for line in await followers.listed(blog.db, 1)] == [ada.id]
