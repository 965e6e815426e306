"""Serving: the HTTP server, the worker and the watcher of one process, put together and taken apart."""

import asyncio
import gc
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from enum import StrEnum
from pathlib import Path
from socket import socket

from fedblog.app import open_workshop
from fedblog.config import Config
from fedblog.errors import Refused
from fedblog.server import HttpServer, listen
from fedblog.services import data_directory, founding
from fedblog.services.workshop import Workshop, the_blog
from fedblog.web.site import Site
from fedblog.worker import Worker
from fedblog.world import World

_STOP_SECONDS = 9.0


class Role(StrEnum):
    """What a process does. Apart only on PostgreSQL."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"


class Service:
    """A blog that is ready to serve. `sockets` listen already; the worker's role has none."""

    def __init__(self, shop: Workshop, role: Role, sockets: Sequence[socket]) -> None:
        self.shop = shop
        self.addresses = [_authority(one) for one in sockets]
        self._server = HttpServer(Site(shop), shop.config.server, sockets) if sockets else None
        self._worker = Worker(shop) if role is not Role.WEB else None

    async def run(self, stopping: asyncio.Event) -> None:
        """Serve until `stopping` is set; then stop accepting, drain and return the leases, within 10 s.

        When one part breaks, all end, and its error is raised: whoever started us starts us anew.
        """
        gc.freeze()  # what was made until here stays: no collection has to walk it again
        async with asyncio.TaskGroup() as parts:
            watching = parts.create_task(self.shop.store.watch())
            working = [parts.create_task(part.run_until_stopped()) for part in (self._server, self._worker) if part]
            await stopping.wait()
            for part in (self._server, self._worker):
                if part:
                    part.stop()
            await asyncio.wait(working, timeout=_STOP_SECONDS)
            for task in (watching, *working):
                task.cancel()


@asynccontextmanager
async def open_service(config: Config, role: Role, *, world: World | None = None) -> AsyncIterator[Service]:
    """Bring the database up to date and listen.

    Raises `Refused` in words, with nothing changed: a busy port, a folder that cannot be written, a second
    server, no blog or another one than the configuration names, a newer database, a role of its own on SQLite.
    """
    _refuse_role(config, role)
    _refuse_unfounded(config)
    data_directory.make_ready(config.storage.data_directory)
    sockets = listen(config.server.host, config.server.port) if role is not Role.WORKER else []
    try:
        async with open_workshop(config, world=world, migrate=True, serving=True) as shop:
            founding.refuse_other_identity(await the_blog(shop.store.reader), config)
            await founding.complete(shop.store, shop.world)
            yield Service(shop, role, sockets)
    finally:
        for one in sockets:
            with suppress(OSError):
                one.close()


def _refuse_role(config: Config, role: Role) -> None:
    if role is not Role.ALL and isinstance(config.storage.database, Path):
        raise Refused(
            f"--role {role} needs PostgreSQL: a SQLite file has one server that does everything.",
            "Leave --role out, or set storage.database to postgresql://…",
        )


def _refuse_unfounded(config: Config) -> None:
    """A missing SQLite file is not made here; one that cannot be looked at is refused in words further on."""
    database = config.storage.database
    with suppress(OSError):
        if isinstance(database, Path) and not database.exists():
            raise Refused(f"There is no database at {database}.", "Make one with: fedblog init")


def _authority(listener: socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
