"""The limits on guessing a password keep out those who guess, and nobody else.

Known case: a lock-out that strangers can cause is a denial of service (security.md A03: delay, not lock-out).
"""

import pytest

from fedblog.services import signing_in
from fedblog.services.signing_in import TooManyAttempts

PASSWORD = "a sentence is good"
HOME, AWAY = "203.0.113.9", "198.51.100.7"


@pytest.fixture
async def shop(blog):
    for name in ("ada", "a_a"):
        await signing_in.create_account(blog.shop, name, PASSWORD)
    return blog.shop


async def guess(shop, name, client, times):
    for _ in range(times):
        assert await signing_in.log_in(shop, name, "wrong", client) is None


async def test_nobody_fills_the_limit_of_another_network_with_a_name_that_looks_like_it(shop):
    for _ in range(5):
        await signing_in.log_in(shop, f"ada {signing_in.network_of(HOME)}", "wrong", AWAY)
    assert await signing_in.log_in(shop, "ada", PASSWORD, HOME)


async def test_one_account_does_not_forgive_the_guesses_at_another(shop):
    await guess(shop, "ada", AWAY, 5)
    assert await signing_in.log_in(shop, "a_a", PASSWORD, AWAY)
    with pytest.raises(TooManyAttempts):
        await signing_in.log_in(shop, "ada", "wrong", AWAY)


async def test_who_guesses_waits_and_the_author_does_not(shop):
    await guess(shop, "ada", AWAY, 5)
    with pytest.raises(TooManyAttempts):
        await signing_in.log_in(shop, "ADA ", PASSWORD, AWAY)
    assert await signing_in.log_in(shop, " Ada", PASSWORD, HOME)
