"""Signed Creates of 2 kB, to a durable 202 and on to the shown comment, against a bare ASGI app that takes a POST.

    python -m benchmarks.inbox [--rounds 5] [--requests 1000]

Every request is another one, signed beforehand; the senders' keys are known here. The database is the
default one: SQLite, `synchronous=FULL`. To the 202 is measured on a process whose worker rests; to the shown
comment on `fedblog serve`, from the first request until the last comment can be read.
"""

import argparse
import asyncio
import sqlite3
import sys
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import bare
from benchmarks.filling import DRAFT
from benchmarks.harness import Goal, blog_folder, cpu_seconds, founded, free_port, report, running_module, serving
from benchmarks.load import send_all
from benchmarks.senders import SENDERS, Senders
from fedblog.config import Config
from fedblog.services import publishing
from fedblog.services.workshop import Workshop


async def fill(config: Config, senders: Senders) -> str:
    """The id of the article that all reply to."""
    found: list[str] = []

    async def work(shop: Workshop) -> None:
        await shop.store.write(lambda db: senders.introduce(db, shop.now()))
        found.append((await publishing.publish_new(shop, DRAFT)).object_id or "")

    await founded(config, work)
    return found[0]


def wait_until_shown(config: Config, count: int) -> None:
    """Return when so many comments are shown; look seldom, for looking costs the server nothing but disk."""
    with sqlite3.connect(f"file:{config.storage.database}?mode=ro", uri=True) as database:
        for _ in range(600):
            if database.execute("SELECT COUNT(*) FROM inbox_event WHERE ended_at IS NULL").fetchone() == (0,):
                break
            time.sleep(0.1)
        (shown,) = database.execute("SELECT COUNT(*) FROM comment WHERE state = 'shown'").fetchone()
    if shown != count:
        raise SystemExit(f"{count} replies were sent, {shown} are shown")


def measure(options: argparse.Namespace) -> list[Goal]:
    with ExitStack() as stack:
        config = stack.enter_context(blog_folder())
        senders = Senders()
        article = asyncio.run(fill(config, senders))
        authority = config.site.base_url.authority

        def replies(count: int) -> list[bytes]:
            return list(senders.requests(senders.next(count), authority, article))

        folder = Path(stack.enter_context(TemporaryDirectory()))
        bare.keep(folder, 0, (202, [(b"content-length", b"0")], b""))
        port = free_port()
        limit = stack.enter_context(running_module("benchmarks.bare", port, str(folder)))
        shares, whole = [], []
        for _ in range(options.rounds):
            requests = replies(options.requests + SENDERS)
            to_bare = [raw.replace(b"POST /inbox", b"POST /0", 1) for raw in requests[SENDERS:]]
            least = cost(limit, port, to_bare)
            with resting(config) as ours:
                send_all(config.server.port, requests[:SENDERS], 202)  # every key is in memory now
                taken = cost(ours, config.server.port, requests[SENDERS:])
            with serving(config) as ours:
                send_all(config.server.port, replies(SENDERS), 202)  # here too
                wait_until_shown(config, senders.said)
                requests = replies(options.requests)
                before = cpu_seconds(ours)
                send_all(config.server.port, requests, 202)
                wait_until_shown(config, senders.said)
                shown = (cpu_seconds(ours) - before) / len(requests)
            in_us = [f"{seconds * 1e6:6.1f} us" for seconds in (least, taken, shown)]
            print(f"bare {in_us[0]}, to the 202 {in_us[1]}, to the shown comment {in_us[2]}")
            shares.append(least / taken)
            whole.append(shown * 1e3)
        return [
            Goal("signed Create of 2 kB to a durable 202, CPU share", shares, 0.10),
            Goal("the same on to the shown comment, CPU", whole, 1.0, " ms", is_ceiling=True),
        ]


def cost(pid: int, port: int, requests: Sequence[bytes]) -> float:
    """CPU seconds of one request."""
    before = cpu_seconds(pid)
    send_all(port, requests, 202)
    return (cpu_seconds(pid) - before) / len(requests)


def resting(config: Config) -> AbstractContextManager[int]:
    """The server without its worker."""
    return running_module("benchmarks.resting", config.server.port, str(config.path))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=1_000)
    return report(*measure(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
