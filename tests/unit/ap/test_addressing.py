import pytest

from fedblog.ap.addressing import Addressing, audience, outgoing
from fedblog.ap.parse.values import recipients
from fedblog.ap.vocabulary import PUBLIC
from fedblog.domain.comment import Audience

FOLLOWERS = "https://remote.test/users/bob/followers"
BLOG = "https://blog.test/ap/actors/1"


@pytest.mark.parametrize("public", ["https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"])
def test_all_three_spellings_of_public_count(public):
    assert audience(recipients(public), (), FOLLOWERS) is Audience.PUBLIC
    assert audience(recipients([FOLLOWERS]), recipients([BLOG, public]), FOLLOWERS) is Audience.UNLISTED


@pytest.mark.parametrize(
    ("to", "cc", "expected"),
    [
        ([FOLLOWERS], [BLOG], Audience.FOLLOWERS),
        ([BLOG], [FOLLOWERS], Audience.FOLLOWERS),
        ([BLOG], [], Audience.DIRECT),
        ([], [], Audience.DIRECT),
        (["https://remote.test/users/eve/followers"], [], Audience.DIRECT),
        (["https://remote.test/ns/activitystreams#Public"], [], Audience.DIRECT),
        (["public"], ["AS:Public"], Audience.DIRECT),
        ([{"name": "Public"}, 7, None, ["as:Public"]], [], Audience.DIRECT),
    ],
)
def test_what_does_not_name_public_is_never_public(to, cc, expected):
    assert audience(recipients(to), recipients(cc), FOLLOWERS) is expected


def test_an_author_without_followers_collection_addresses_nobody_by_an_empty_id():
    assert audience(("",), (), "") is Audience.DIRECT


def test_public_survives_a_flood_of_recipients():
    flood = [f"https://remote.test/users/{number}" for number in range(5000)]
    assert audience(recipients([*flood[:500], "as:Public"]), (), FOLLOWERS) is Audience.PUBLIC
    assert len(recipients(flood)) == 100


@pytest.mark.parametrize(
    ("to_whom", "expected"),
    [
        (Audience.PUBLIC, Addressing((PUBLIC,), (FOLLOWERS, BLOG))),
        (Audience.UNLISTED, Addressing((FOLLOWERS,), (PUBLIC, BLOG))),
        (Audience.FOLLOWERS, Addressing((FOLLOWERS,), (BLOG,))),
        (Audience.DIRECT, Addressing((BLOG,))),
    ],
)
def test_what_we_address_is_read_back_as_the_same_audience(to_whom, expected):
    addressed = outgoing(to_whom, FOLLOWERS, [BLOG, BLOG])
    assert addressed == expected
    assert audience(addressed.to, addressed.cc, FOLLOWERS) is to_whom
