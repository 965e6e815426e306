"""`make demo`: watch a blog and a follower talk with each other. `python -m demo --help` lists the flags."""

import argparse
import asyncio
import itertools
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from demo.blog import Blog, Failed, found, stop
from demo.pages import Reader
from demo.story import Puppet, tell
from fedblog.errors import Refused
from fedblog.server import listen

BLOG_HOST, ACCOUNT_HOST = "127.0.0.1", "127.0.0.2"


def main() -> int:
    """Tell the story. 0: all of it happened; 1: a step did not, and which."""
    given = _parser().parse_args()
    try:
        return asyncio.run(_until_interrupted(given))
    except (Failed, Refused, TimeoutError) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="port of the blog, on 127.0.0.1 (default: 8000)")
    parser.add_argument(
        "--account-port", type=int, default=8081, help="port of the account, on 127.0.0.2 (default: 8081)"
    )
    parser.add_argument("--once", action="store_true", help="end after the last step")
    return parser


async def _until_interrupted(given: argparse.Namespace) -> int:
    """Run the story as a task that Ctrl-C and SIGTERM cancel, so that both processes are ended in any case."""
    story = asyncio.create_task(_run(given))
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, story.cancel)
    try:
        await story
    except asyncio.CancelledError:
        print("\nBoth have ended, and their files are gone.")
    return 0


async def _run(given: argparse.Namespace) -> None:
    _refuse_busy(given)
    print("A blog and a follower, each with a server of its own, talk over signed HTTP on this machine.\n", flush=True)
    numbers = itertools.count(1)

    def say(line: str) -> None:
        print(f"{next(numbers):3}. {line}", flush=True)

    handle = f"@ada@{ACCOUNT_HOST}:{given.account_port}"
    with tempfile.TemporaryDirectory(prefix="fedblog-demo-") as folder:
        blog = await found(Path(folder), given.port)
        async with blog.serving(), _account(given.account_port) as ada, httpx.AsyncClient(trust_env=False) as client:
            url = await _told(blog, tell(blog, ada, handle, Reader(client), say))
            print(f"\nOpen {url} to see it. Ctrl-C ends it all.", flush=True)
            if not given.once:
                await asyncio.Event().wait()


async def _told(blog: Blog, story: Awaitable[str]) -> str:
    """The story's result; when it fails, with the last words of the server's log."""
    try:
        return await story
    except (Failed, TimeoutError) as error:
        log = (blog.folder / "serve.log").read_text(encoding="utf-8", errors="replace").splitlines()[-5:]
        raise Failed("\n  ".join([str(error), "The blog's log ends so:", *log])) from error


def _refuse_busy(given: argparse.Namespace) -> None:
    """Look before anything is made: both ports must be free. Raises `Refused`."""
    for host, port, flag in ((BLOG_HOST, given.port, "--port"), (ACCOUNT_HOST, given.account_port, "--account-port")):
        try:
            for listener in listen(host, port):
                listener.close()
        except Refused as error:
            raise Failed(f"{error.why} Stop it, or choose another port: python -m demo {flag} NUMBER") from error


@asynccontextmanager
async def _account(port: int) -> AsyncIterator[Puppet]:
    words = ("-m", "demo.account_process", "--host", ACCOUNT_HOST, "--port", str(port))
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    try:
        yield Puppet(process)
    finally:
        await stop(process)


if __name__ == "__main__":
    sys.exit(main())
