"""What every service works with."""

import asyncio
from dataclasses import dataclass, field

from fedblog.config import Config
from fedblog.domain.actor import Actor, ActorKind
from fedblog.domain.blog import Blog
from fedblog.errors import Refused
from fedblog.net.client import Net
from fedblog.services.keyring import Keyring
from fedblog.services.keys import KeyRing
from fedblog.store import actors, blogs
from fedblog.store.door import Reader, Store
from fedblog.world import World


@dataclass(frozen=True, slots=True)
class Slots:
    """How many costly things may run at once in one process: password hashes, decoded pictures."""

    hashing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    pictures: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))


@dataclass(frozen=True, slots=True)
class Workshop:
    """The world, the store and the way out, as `app` put them together."""

    world: World
    config: Config
    store: Store
    net: Net
    keyring: Keyring
    others_keys: KeyRing
    slots: Slots = field(default_factory=Slots)

    def now(self) -> int:
        """The time in milliseconds UTC."""
        return self.world.now()


async def the_blog(db: Reader) -> Blog:
    """The blog. Raises `Refused` before `init`."""
    blog = await blogs.only(db)
    if blog is None:
        raise Refused("There is no blog in this database yet.", "Make one with: fedblog init")
    return blog


async def the_actor(db: Reader) -> Actor:
    """The blog's own actor."""
    actor = await actors.own(db, ActorKind.BLOG)
    if actor is None:
        raise Refused("There is no blog in this database yet.", "Make one with: fedblog init")
    return actor
