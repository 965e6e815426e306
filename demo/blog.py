"""The demo's blog: a real one, started and worked with through its command line."""

import asyncio
import contextlib
import json
import os
import secrets
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fedblog.cli.config_text import Value, config_text

TEXTS = Path(__file__).parent / "texts"
AUTHOR = "author"
_LABORATORY = ("127.0.0.0/8",)


class Failed(Exception):
    """A step of the demo did not happen; the text says what was wrong."""


@dataclass(frozen=True)
class Blog:
    """A blog in a folder of its own."""

    folder: Path
    origin: str
    password: str

    @property
    def handle(self) -> str:
        """The blog's handle."""
        return f"@blog@{self.origin.partition('://')[2]}"

    async def run(self, *words: str, told: str = "") -> str:
        """Run one command of fedblog, and return what it printed. Raises `Failed` with what it said."""
        command = await asyncio.create_subprocess_exec(
            *self._command(*words), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE, env=_environment(),
        )  # fmt: skip
        out, complaint = await command.communicate(told.encode())
        if command.returncode:
            raise Failed(f"fedblog {' '.join(words[:2])}: {complaint.decode().strip()}")
        return out.decode()

    async def ask(self, *words: str, told: str = "") -> Any:
        """Run a command that prints JSON."""
        return json.loads(await self.run(*words, "--json", told=told))

    async def publish(self, file_name: str) -> dict[str, Any]:
        """Publish one of the demo's texts."""
        published: dict[str, Any] = await self.ask("post", "publish", str(TEXTS / file_name))
        return published

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[asyncio.subprocess.Process]:
        """`fedblog serve`, until the end of the block; its log lies in the folder."""
        with (self.folder / "serve.log").open("wb") as log:
            server = await asyncio.create_subprocess_exec(
                *self._command("serve"), stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
                env=_environment(), start_new_session=True,
            )  # fmt: skip
        try:
            yield server
        finally:
            await stop(server)

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "fedblog", "--config", str(self.folder / "fedblog.toml"), *words]


async def found(folder: Path, port: int) -> Blog:
    """A fresh blog with an author and two posts."""
    blog = Blog(folder, f"http://127.0.0.1:{port}", secrets.token_urlsafe(9))
    settings: dict[str, Value] = {
        "site.base_url": blog.origin,
        "site.title": "A window seat",
        "server.port": port,
        "federation.allow_private_networks": _LABORATORY,
        "federation.allow_http": True,
    }
    (folder / "fedblog.toml").write_text(config_text(settings), encoding="utf-8")
    await blog.run("init")
    await blog.run("account", "create", AUTHOR, "--password-stdin", told=f"{blog.password}\n")
    for name in ("what-the-beans-know.md", "a-chair-by-the-window.md"):
        await blog.publish(name)
    return blog


async def stop(process: asyncio.subprocess.Process) -> None:
    """End a process of ours: asked first, forced after 15 seconds."""
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), 15)
    except TimeoutError:
        process.kill()
        await process.wait()


def _environment() -> dict[str, str]:
    """Ours, without settings of another blog."""
    return {name: value for name, value in os.environ.items() if not name.startswith("FEDBLOG_")}
