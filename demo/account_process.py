"""The simulated account as a process of its own: `python -m demo.account_process --host … --port …`.

It reads one JSON command a line from standard input, does it over HTTP, and writes one JSON line with what it
saw. It ends when its input ends, so it never outlives the demo.
"""

import argparse
import asyncio
import contextlib
import json
import sys
from collections.abc import Iterator

import httpx
import uvicorn

from demo.account import NAME, SECONDS, Account
from demo.account_server import Home
from demo.wires import Wires
from fedblog.ap.signatures import SigningKey, make_key_pair, read_private_key


async def main(host: str, port: int) -> None:
    """Serve, and do what the standard input says, until it ends."""
    origin, pair = f"http://{host}:{port}", make_key_pair()
    key = SigningKey(f"{origin}/users/{NAME}#main-key", read_private_key(pair.private_pem))
    async with httpx.AsyncClient(timeout=SECONDS, trust_env=False) as client:
        account = Account(origin, Wires(key, client), pair.public_pem)
        server = _Server(uvicorn.Config(Home(account).app(), host=host, port=port, log_level="error", lifespan="off"))
        serving = asyncio.create_task(server.serve())
        try:
            await _obey(account)
        finally:
            server.should_exit = server.force_exit = True
            await serving


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Nothing: this process ends with its input."""
        yield


async def _obey(account: Account) -> None:
    commands = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    while line := await commands.readline():
        command = json.loads(line)
        try:
            seen = await getattr(account, command.pop("do"))(**command)
        except TimeoutError:
            seen = {"failed": f"nothing came within {SECONDS:.0f} seconds"}
        except (httpx.HTTPError, KeyError, StopIteration, ValueError) as error:
            seen = {"failed": f"{type(error).__name__}: {error}"}
        print(json.dumps(seen), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    given = parser.parse_args()
    asyncio.run(main(given.host, given.port))
