"""The blog of the rooms above, with an author who is logged in."""

import io

import pytest
from PIL import Image

from fedblog.services import signing_in
from tests.unit.web.admin.browser import Browser

NAME, PASSWORD = "author", "a sentence is good"


@pytest.fixture
async def account(blog):
    """The author's account."""
    return await signing_in.create_account(blog.shop, NAME, PASSWORD)


@pytest.fixture
def stranger(blog):
    """A browser in which nobody is logged in."""
    return Browser(blog.site)


@pytest.fixture
async def author(blog, account):
    """A browser in which the author is logged in."""
    browser = Browser(blog.site)
    await browser.get("/admin/login")
    answer = await browser.submit(browser.form("/admin/login"), name=NAME, password=PASSWORD)
    assert answer.status == 303, answer.text
    return browser


@pytest.fixture(scope="session")
def photo():
    """A small JPEG."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40), (90, 140, 160)).save(out, "JPEG")
    return out.getvalue()
