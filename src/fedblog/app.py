"""The composition root: configuration and world in, a workshop out. `serving` adds the web and the worker to it.

Nothing else wires things. Commands import only this, and start fast.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fedblog.config import Config
from fedblog.net.client import Net, user_agent_of
from fedblog.net.tls import client_context
from fedblog.net.transport import SocketTransport
from fedblog.services.keyring import Keyring
from fedblog.services.keys import KeyRing
from fedblog.services.workshop import Workshop
from fedblog.store.opening import open_store
from fedblog.world import World, real_world


def outside(config: Config) -> World:
    """The real world: clock, dice, DNS, and a transport that trusts what the configuration trusts.

    Raises `Invalid` for a `ca_file` that cannot be used. Without one, the authorities are read when they are needed.
    """
    ca_file = config.federation.ca_file
    return real_world(SocketTransport(client_context(ca_file) if ca_file else client_context))


@asynccontextmanager
async def open_workshop(
    config: Config, *, world: World | None = None, migrate: bool = False, serving: bool = False
) -> AsyncIterator[Workshop]:
    """Everything that services need, over the real world unless another one is given; closed at the end.

    `migrate` brings the database up to date first; `serving` takes the place of the one server of a SQLite file.
    """
    world = world or outside(config)
    try:
        store = await open_store(config.storage, world, migrate=migrate, serving=serving)
        try:
            keyring = Keyring(store)
            net = Net(world, config.federation, keyring.of_instance, user_agent_of(config.site.base_url))
            try:
                yield Workshop(world, config, store, net, keyring, KeyRing(world, config.federation, store, net))
            finally:
                await net.aclose()
        finally:
            await store.close()
    finally:
        await world.transport.aclose()
