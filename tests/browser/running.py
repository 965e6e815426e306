"""A fresh blog behind a real socket, for a real browser. Its way out is a fediverse in a box."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from fedblog.app import open_workshop
from fedblog.config import Config, FederationConfig, ServerConfig, SiteConfig, StorageConfig
from fedblog.server import HttpServer, listen
from fedblog.services import founding, signing_in
from fedblog.services.workshop import Workshop
from fedblog.urls import Url
from fedblog.web.site import Site
from tests.fediverse.box import Box
from tests.fediverse.peer import own_key_pairs

NAME, PASSWORD = "author", "a sentence is good"


@dataclass
class RunningBlog:
    """`url` is its origin, without a slash at the end."""

    url: str
    shop: Workshop
    box: Box

    async def setup_link(self) -> str:
        """The link that `serve` prints while there is no account."""
        return f"{self.url}/admin/setup?token={await signing_in.open_setup(self.shop)}"

    async def log_in(self, page) -> None:
        """Make an account if there is none, and log the page in."""
        token = await signing_in.open_setup(self.shop)
        if token:
            await signing_in.create_account(self.shop, NAME, PASSWORD)
        await page.goto(f"{self.url}/admin/login")
        await page.get_by_label("Name").fill(NAME)
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Log in").click()
        await page.wait_for_url(f"{self.url}/admin/")


@asynccontextmanager
async def serving(directory: Path, box: Box) -> AsyncIterator[RunningBlog]:
    """Found a blog and serve it on a free port of this machine."""
    sockets = listen("127.0.0.1", 0)
    url = f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
    server = ServerConfig("127.0.0.1", 0, None, None, (), "info")
    site = SiteConfig(Url.parse(url), "blog", "", "Tidewater Notes", "en", "UTC")
    config = Config(site, server, StorageConfig(directory / "fedblog.db", directory), FederationConfig())
    async with open_workshop(config, world=box.world(), migrate=True) as shop:
        await founding.found(shop.store, shop.world, config, own_key_pairs())
        http = HttpServer(Site(shop), server, sockets)
        task = asyncio.create_task(http.run_until_stopped())
        try:
            yield RunningBlog(url, shop, box)
        finally:
            http.stop()
            http.force_exit = True
            await task


@pytest.fixture
async def running_blog(tmp_path: Path) -> AsyncIterator[RunningBlog]:
    """A blog that is just founded: no account, no post."""
    async with serving(tmp_path, Box()) as blog:
        yield blog
