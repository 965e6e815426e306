"""The blog of the rooms above, with an author who is logged in."""

import pytest
from argon2 import PasswordHasher

from fedblog.domain.blog import Account, Session
from fedblog.ids import token_hash
from fedblog.store import accounts
from tests.fediverse.clock import START
from tests.unit.web.admin.browser import Browser
from tests.unit.web.admin.pictures import jpeg

NAME, PASSWORD = "author", "a sentence is good"


@pytest.fixture(scope="session")
def password_hash():
    """Argon2 takes its time on purpose; once is enough."""
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1).hash(PASSWORD)


@pytest.fixture
async def account(blog, password_hash):
    """The author's account."""
    pk = await blog.write(lambda db: accounts.create(db, blog.row.pk, NAME, password_hash, START))
    return Account(pk, blog.row.pk, NAME, password_hash, START)


@pytest.fixture
def stranger(blog):
    """A browser in which nobody is logged in."""
    return Browser(blog.site)


@pytest.fixture
async def author(blog, account):
    """A browser in which the author is logged in."""
    browser, token = Browser(blog.site), "token-of-the-session"
    session = Session(token_hash(token), account.pk, "token-of-the-forms", START, START)
    await blog.write(lambda db: accounts.add_session(db, session))
    browser.cookies["__Host-fedblog"] = token
    return browser


@pytest.fixture(scope="session")
def photo():
    """A small JPEG."""
    return jpeg((90, 140, 160))
