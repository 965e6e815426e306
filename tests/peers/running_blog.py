"""fedblog as people run it: `fedblog init`, `fedblog serve` as a child process over https, and its commands."""

import asyncio
import json
import os
import re
import ssl
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Self

import httpx

from tests.peers.certificates import Certificates
from tests.ports import free_port

_READY_SECONDS = 30
_COMMAND_SECONDS = 30
_STOP_SECONDS = 15
_PATIENCE_SECONDS = 20
_BETWEEN_LOOKS = 0.05


class BlogError(Exception):
    """A command was refused, or what should have happened did not; the text says which."""


class RunningBlog:
    """One blog at `origin` on 127.0.0.1, whose handle is `@blog@127.0.0.1:PORT`."""

    def __init__(self, folder: Path, origin: str, ca_file: Path) -> None:
        self.folder = folder
        self.origin = origin
        self.config = folder / "config.toml"
        self._process: asyncio.subprocess.Process | None = None
        self._http = httpx.AsyncClient(
            base_url=origin, verify=ssl.create_default_context(cafile=ca_file), trust_env=False
        )

    @classmethod
    async def start(cls, folder: Path, certificates: Certificates, *, tls: bool = True) -> Self:
        """Found a blog in `folder` and serve it; returns when it listens. Its log goes to `folder/serve.log`.

        Without `tls` it is a blog for a laboratory, over plain http.
        """
        port = free_port()
        blog = cls(folder, f"{'https' if tls else 'http'}://127.0.0.1:{port}", certificates.ca_file)
        blog.config.write_text(_configuration(blog.origin, port, certificates), encoding="utf-8")
        try:
            await blog.command("init")
            await blog._serve()
        except BaseException:
            await blog.stop()
            raise
        return blog

    @property
    def handle(self) -> str:
        return f"@blog@{self.origin.partition('://')[2]}"

    async def stop(self) -> int:
        """End it as systemd would; returns its exit status, that of a killed process when it does not end in time."""
        await self._http.aclose()
        if self._process is None:
            return 0
        if self._process.returncode is None:
            self._process.terminate()
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await self._process.communicate()
        except TimeoutError:
            self._process.kill()
            await self._process.communicate()
        return self._process.returncode or 0

    # ------------------------------------------------------------ what the author does

    async def command(self, *arguments: str, text: str = "") -> str:
        """Run `fedblog …` beside the server; returns what it prints."""
        process = await self._start(*arguments, stdin=PIPE, stdout=PIPE, stderr=PIPE)
        async with asyncio.timeout(_COMMAND_SECONDS):
            output, errors = await process.communicate(text.encode())
        if process.returncode:
            raise BlogError(f"fedblog {' '.join(arguments)}: {errors.decode()}")
        return output.decode()

    async def listed(self, what: str) -> list[dict[str, Any]]:
        """`fedblog <what> list --json`."""
        found: list[dict[str, Any]] = json.loads(await self.command(what, "list", "--json"))
        return found

    async def publish(self, title: str, markdown: str, *options: str) -> dict[str, Any]:
        """Publish a file; returns what `--json` prints: pk, url, object_id and more."""
        file = self.folder / "post.md"
        file.write_text(markdown, encoding="utf-8")
        found: dict[str, Any] = json.loads(
            await self.command("post", "publish", str(file), "--title", title, "--json", *options)
        )
        return found

    # ------------------------------------------------------------ what others see

    async def get(self, address: str, accept: str = "text/html") -> httpx.Response:
        """One GET by a reader or server."""
        return await self._http.get(address, headers={"accept": accept})

    async def page(self, post: dict[str, Any]) -> str:
        """The page of a post."""
        response = await self.get(post["url"])
        assert response.status_code == 200, response
        return response.text

    async def actor_id(self) -> str:
        """The id of the blog's actor, by WebFinger."""
        acct = self.handle.removeprefix("@")
        answer = await self.get(f"/.well-known/webfinger?resource=acct:{acct}", "application/jrd+json")
        [link] = [link for link in answer.json()["links"] if link["rel"] == "self"]
        return str(link["href"])

    async def comment_with(self, post: dict[str, Any], words: str) -> int:
        """Wait until a comment with these words stands on the page; returns its number."""

        async def look() -> int | None:
            for number, comment in comments_on(await self.page(post)).items():
                if words in comment:
                    return number
            return None

        return await self.eventually(look, f"a comment with {words!r}")

    async def until_page_says(self, post: dict[str, Any], words: str) -> None:
        """Wait until the page of a post holds these words."""

        async def look() -> bool:
            return words in await self.page(post)

        await self.eventually(look, f"{words!r} on the page")

    async def until_page_forgets(self, post: dict[str, Any], words: str) -> None:
        """Wait until the page of a post holds these words no more."""

        async def look() -> bool:
            return words not in await self.page(post)

        await self.eventually(look, f"a page without {words!r}")

    async def verdict_on(self, activity_id: str) -> tuple[str, str]:
        """Wait until the ledger has a verdict on an activity; returns it with its reason."""

        async def look() -> tuple[str, str] | None:
            for event in await self.listed("inbox"):
                if event["activity_id"] == activity_id and event["verdict"] != "waiting":
                    return event["verdict"], event["reason"]
            return None

        return await self.eventually(look, f"a verdict on {activity_id}")

    async def eventually(self, look: Callable[[], Awaitable[Any]], what: str) -> Any:
        """Look again and again until there is something to see; raises `BlogError` after 20 s."""
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                while not (found := await look()):
                    await asyncio.sleep(_BETWEEN_LOOKS)
                return found
        except TimeoutError as error:
            log = (self.folder / "serve.log").read_text(encoding="utf-8")
            raise BlogError(f"There never was {what}.\n{log[-3000:]}") from error

    # ------------------------------------------------------------ the process

    async def _start(self, *arguments: str, **streams: Any) -> asyncio.subprocess.Process:
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)}
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "fedblog", "--config", self.config, *arguments, env=environment, **streams
        )

    async def _serve(self) -> None:
        with (self.folder / "serve.log").open("wb") as log:
            self._process = await self._start("serve", stdin=DEVNULL, stdout=PIPE, stderr=log)
        assert self._process.stdout is not None
        async with asyncio.timeout(_READY_SECONDS):
            while line := await self._process.stdout.readline():
                if line.startswith(b"Listening on"):
                    return
        log = (self.folder / "serve.log").read_text(encoding="utf-8")
        raise BlogError(f"fedblog did not start:\n{log}")


def comments_on(page: str) -> dict[int, str]:
    """The comment elements of a page by number."""
    parts = re.split(r'id="comment-(\d+)"', page)
    return {int(number): html for number, html in zip(parts[1::2], parts[2::2], strict=True)}


def _configuration(origin: str, port: int, certificates: Certificates) -> str:
    certificate = certificates.of("127.0.0.1")
    if origin.startswith("https:"):
        tls, http = f'tls_certificate = "{certificate}"\ntls_key = "{certificate}"', ""
    else:
        tls, http = "", "allow_http = true"
    return f"""
[site]
base_url = "{origin}"
title = "A quiet blog"

[server]
port = {port}
{tls}

[federation]
allow_private_networks = ["127.0.0.0/8"]
ca_file = "{certificates.ca_file}"
{http}
"""
