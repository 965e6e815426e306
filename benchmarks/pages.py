"""Cached answers against a bare ASGI app that answers the same bytes and headers.

    python -m benchmarks.pages [--rounds 10] [--requests 4000]

A post with 50 comments as a browser asks for it, the same when the browser has it already (304), and the AP
documents of actor and article. CPU share = CPU of the bare app / CPU of fedblog, per request.
"""

import argparse
import asyncio
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from benchmarks import bare
from benchmarks.filling import publish_with_comments
from benchmarks.harness import Goal, blog_folder, cpu_seconds, founded, free_port, report, running_module, serving
from benchmarks.load import request, send_all
from fedblog.config import Config
from fedblog.services.workshop import Workshop, the_actor

BROWSER = {
    "accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "accept_encoding": "gzip, deflate",
    "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
}
SERVER = {"accept": "application/activity+json", "accept_encoding": "gzip", "user_agent": "peer/1.0"}


@dataclass(frozen=True)
class Case:
    """One kind of request and its goal."""

    what: str
    path: str
    headers: dict[str, str]
    goal: float
    status: int = 200


async def fill(config: Config) -> tuple[str, str, str]:
    """The path of the post, and those of its article and of the actor."""
    paths: list[str] = []

    async def work(shop: Workshop) -> None:
        post = await publish_with_comments(shop, 50)
        actor = await the_actor(shop.store.reader)
        origin = config.site.base_url.origin
        paths.extend(
            [post.path or "", (post.object_id or "").removeprefix(origin), actor.actor_id.removeprefix(origin)]
        )

    await founded(config, work)
    post, article, actor = paths
    return post, article, actor


def cases(config: Config, paths: tuple[str, str, str]) -> list[Case]:
    post, article, actor = paths
    etag = answer_of(config, Case("", post, BROWSER, 0)).headers["etag"]
    return [
        Case("post page with 50 comments, cached", post, BROWSER, 0.80),
        Case("the same with If-None-Match (304)", post, {**BROWSER, "if_none_match": etag}, 0.90, 304),
        Case("AP JSON of the actor", actor, SERVER, 0.75),
        Case("AP JSON of the article", article, SERVER, 0.75),
    ]


def answer_of(config: Config, case: Case) -> httpx.Response:
    headers = {name.replace("_", "-"): value for name, value in case.headers.items()}
    return httpx.get(f"{config.site.base_url.origin}{case.path}", headers=headers)


def record(config: Config, case: Case, folder: Path, number: int) -> None:
    """What fedblog answers, byte for byte as on the wire, is what the bare app answers too."""
    headers = {name.replace("_", "-"): value for name, value in case.headers.items()}
    with httpx.stream("GET", f"{config.site.base_url.origin}{case.path}", headers=headers) as answer:
        assert answer.status_code == case.status, answer
        raw = [(name.lower(), value) for name, value in answer.headers.raw if name.lower() != b"date"]
        bare.keep(folder, number, (answer.status_code, raw, b"".join(answer.iter_raw())))


def cost(pid: int, port: int, raw: bytes, case: Case, count: int) -> float:
    """CPU seconds of one request."""
    before = cpu_seconds(pid)
    send_all(port, repeat(raw, count), case.status)
    return (cpu_seconds(pid) - before) / count


def measure(options: argparse.Namespace) -> list[Goal]:
    with ExitStack() as stack:
        config = stack.enter_context(blog_folder())
        paths = asyncio.run(fill(config))
        ours = stack.enter_context(serving(config))
        folder = Path(stack.enter_context(TemporaryDirectory()))
        wanted = cases(config, paths)
        for number, case in enumerate(wanted):
            record(config, case, folder, number)
        port = free_port()
        limit = stack.enter_context(running_module("benchmarks.bare", port, str(folder)))
        shares: list[list[float]] = [[] for _ in wanted]
        for _ in range(options.rounds):
            for number, case in enumerate(wanted):
                host, listens = config.site.base_url.authority, config.server.port
                own = cost(ours, listens, request("GET", case.path, host, **case.headers), case, options.requests)
                least = cost(limit, port, request("GET", f"/{number}", host, **case.headers), case, options.requests)
                print(f"{case.what:40} {own * 1e6:6.1f} us, bare {least * 1e6:6.1f} us")
                shares[number].append(least / own)
        return [Goal(f"{c.what}, CPU share", found, c.goal) for c, found in zip(wanted, shares, strict=True)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--requests", type=int, default=4_000)
    return report(*measure(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
