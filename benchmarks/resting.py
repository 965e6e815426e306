"""A server whose worker rests, on SQLite, where `fedblog serve --role web` is refused: `… PORT CONFIG`."""

import asyncio
import signal
import sys
from pathlib import Path

import uvloop

from fedblog import config as configuration
from fedblog import logs
from fedblog.app import open_workshop
from fedblog.server import listen
from fedblog.serving import Role, Service


async def main(path: Path) -> None:
    config = configuration.load(path)
    logs.set_up(config.server.log_level)
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    async with open_workshop(config, serving=True) as shop:
        await Service(shop, Role.WEB, listen(config.server.host, config.server.port)).run(stopping)


if __name__ == "__main__":
    uvloop.run(main(Path(sys.argv[2])))
