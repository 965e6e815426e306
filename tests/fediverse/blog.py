"""fedblog itself in the box: the real app over the box's world."""

import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fedblog.app import open_workshop
from fedblog.config import Config, FederationConfig, ServerConfig, SiteConfig, StorageConfig
from fedblog.domain.post import Post
from fedblog.services import founding, publishing
from fedblog.services.workshop import Workshop, the_actor
from fedblog.services.writing import Draft
from fedblog.store import inbox_events
from fedblog.urls import Url
from fedblog.web.site import Site
from fedblog.worker import Worker
from fedblog.world import WireRequest, WireResponse
from tests.fediverse.box import Box, asgi_server, call_asgi
from tests.fediverse.peer import Person, own_key_pairs

HOST = "blog.example"


def config_for(storage: StorageConfig, host: str = HOST, handle_domain: str = "") -> Config:
    """A configuration for a blog in the box."""
    site = SiteConfig(Url.parse(f"https://{host}"), "blog", handle_domain, "A quiet blog", "en", "UTC")
    return Config(site, ServerConfig("127.0.0.1", 0, None, None, (), "info"), storage, FederationConfig())


@dataclass
class Blog:
    """A running blog: its workshop, its web face, its worker, and shorthands for what tests ask."""

    box: Box
    shop: Workshop
    site: Site
    worker: Worker
    host: str = HOST
    log: list[WireResponse] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"https://{self.host}"

    @property
    def inbox(self) -> str:
        return f"{self.origin}/inbox"

    async def actor_id(self) -> str:
        return (await the_actor(self.shop.store.reader)).actor_id

    async def get(self, path: str, accept: str = "text/html", **headers: str) -> WireResponse:
        """One GET by a reader."""
        sent = (("host", self.host), ("accept", accept), *((n.replace("_", "-"), v) for n, v in headers.items()))
        target = path.removeprefix(self.origin)
        return await call_asgi(self.site, WireRequest("GET", "https", self.host, 443, target, sent))

    async def document(self, address: str) -> dict[str, Any]:
        """An ActivityPub document as any server gets it."""
        response = await self.get(address, "application/activity+json")
        assert response.status == 200, (address, response)
        document: dict[str, Any] = json.loads(response.body)
        return document

    async def publish(self, title: str = "On slow reading", markdown: str = "Read slowly.", **extra: Any) -> Post:
        """Publish a post and let its deliveries go."""
        post = await publishing.publish_new(self.shop, Draft(title, markdown, **extra))
        await self.work()
        return post

    async def work(self) -> None:
        """Let the worker do everything that is due now."""
        await self.worker.work_off()

    async def hear(self, person: Person, activity: Mapping[str, Any]) -> tuple[str, str]:
        """Take in one activity: its verdict and the reason, as the ledger has them."""
        answer = await person.post(self.inbox, activity)
        assert answer.status == 202, answer
        await self.work()
        return await self.last_line()

    async def last_line(self) -> tuple[str, str]:
        """The newest line of the ledger: verdict and reason."""
        [event] = await inbox_events.listed(self.shop.store.reader, 1, limit=1)
        return event.verdict.value, event.reason

    async def page(self, post: Post) -> str:
        """The page of a post, as text."""
        response = await self.get(post.path or "/")
        assert response.status == 200, response
        return response.body.decode()

    async def comments(self, post: Post) -> list[str]:
        """The ids of the comment elements on the page of a post, in order."""
        return re.findall(r'id="(comment-\d+)"', await self.page(post))


@asynccontextmanager
async def blog_in(
    box: Box, storage: StorageConfig, host: str = HOST, *, handle_domain: str = ""
) -> AsyncIterator[Blog]:
    """Found a blog (or open the one that is there) and put it into the box."""
    config = config_for(storage, host, handle_domain)
    async with open_workshop(config, world=box.world(), migrate=True) as shop:
        await founding.found(shop.store, shop.world, config, own_key_pairs())
        blog = Blog(box, shop, Site(shop), Worker(shop), host)
        if host not in box.servers:
            box.add_app(host, blog.site)
        else:
            box.servers[host] = asgi_server(blog.site)
        yield blog


def storage_in(folder: Path) -> StorageConfig:
    """SQLite in a folder."""
    return StorageConfig(folder / "fedblog.db", folder)
