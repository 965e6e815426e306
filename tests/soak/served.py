"""`fedblog serve` as a process that can be killed and started again, and the workshop of its commands beside it."""

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from fedblog import config as configuration
from fedblog.app import open_workshop
from fedblog.config import StorageConfig
from fedblog.services.founding import found
from fedblog.services.workshop import Workshop
from tests.fediverse.peer import own_key_pairs
from tests.ports import free_port

_STARTS_WITHIN = 60.0


@dataclass
class Served:
    """A founded blog. `shop` works on its database from this process, as the commands do; `log` is the server's."""

    shop: Workshop
    origin: str
    log: Path
    client: httpx.AsyncClient
    starts: int = 0
    _process: "asyncio.subprocess.Process | None" = field(default=None)

    async def start(self) -> None:
        """Start the server; returns when it takes connections."""
        program = Path(sys.executable).with_name("fedblog")
        self.starts += 1
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                program, "--config", str(self.shop.config.path), "serve", stdout=log, stderr=log
            )
        async with asyncio.timeout(_STARTS_WITHIN):
            while not self._listens():
                assert self._process.returncode is None, self.log.read_text()
                await asyncio.sleep(0.02)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.shop.config.server.port)) == 0

    async def kill(self) -> None:
        """SIGKILL: no last words."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """SIGTERM, and wait for its end."""
        await self._end(signal.SIGTERM)

    async def _end(self, with_signal: signal.Signals) -> None:
        process, self._process = self._process, None
        if process and process.returncode is None:
            process.send_signal(with_signal)
            await process.wait()

    async def page(self, path: str) -> str:
        """A page as readers get it."""
        answer = await self.client.get(f"{self.origin}{path}")
        assert answer.status_code == 200, answer
        return answer.text


@asynccontextmanager
async def founded(storage: StorageConfig, folder: Path) -> AsyncIterator[Served]:
    """Found a blog for a laboratory; its server is killed at the end if it runs."""
    port, path = free_port(), folder / "config.toml"
    database = storage.database if isinstance(storage.database, str) else f"sqlite:///{storage.database.name}"
    path.write_text(
        f'[site]\nbase_url = "http://127.0.0.1:{port}"\n[server]\nport = {port}\nlog_level = "warning"\n'
        f'[storage]\ndatabase = "{database}"\ndata_directory = "{storage.data_directory}"\n'
        f'[federation]\nallow_private_networks = ["127.0.0.0/8"]\nallow_http = true\n'
    )
    config = configuration.load(path)
    async with (
        open_workshop(config, migrate=True) as shop,
        httpx.AsyncClient(trust_env=False, timeout=30) as client,
    ):
        await found(shop.store, shop.world, config, own_key_pairs())
        served = Served(shop, config.site.base_url.origin, folder / "serve.log", client)
        try:
            yield served
        finally:
            await served.kill()
