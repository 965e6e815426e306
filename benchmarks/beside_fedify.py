"""The same work done by fedblog and by a small server on Fedify (npm), in turns: CPU of the server for each activity.

    python -m benchmarks.beside_fedify [--rounds 3] [--activities 600] [--posts 3]

In: signed Creates of 2 kB by people of 200 other servers, the very same bodies to both, from one load generator; every
key is known before. fedblog has each on disk before its 202, and is measured on to the shown comment; Fedify puts
each into its in-process queue and hands it to a listener that reads the note. Out: posts to the 200 inboxes, which
answer at once, over plain HTTP, signed for each with RSA-2048 in the older form. Needs `make peers`.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.filling import DRAFT, follow, person
from benchmarks.harness import Goal, blog_folder, cpu_seconds, founded, free_port, report, running_module, serving
from benchmarks.inbox import wait_until_shown
from benchmarks.load import send_all
from benchmarks.senders import Senders, address
from fedblog.config import Config
from fedblog.services import publishing
from fedblog.services.workshop import Workshop, the_blog
from fedblog.store.door import Writer
from tests.peers.fedify import HERE, node_binary

SERVERS = 200
GOAL_IN, GOAL_OUT = 4.0, 1.5
_PATIENCE = 120.0


class Neighbours:
    """The 200 other servers: one process that serves their people and counts what it is sent."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.inboxes = [f"http://{address(number)}:{port}/inbox" for number in range(SERVERS)]

    def taken(self) -> int:
        return int(asked(f"http://127.0.0.1:{self._port}/taken"))


class Fedify:
    """The other server: its process, where it is reached, and where it is told what to do."""

    def __init__(self, pid: int, origin: str, control: str) -> None:
        self.pid = pid
        self.authority = origin.partition("://")[2]
        self.port = int(self.authority.rpartition(":")[2])
        self._control = control
        self._posts = 0

    def taken(self) -> int:
        return int(asked(f"{self._control}/taken"))

    def publish(self, neighbours: Neighbours) -> None:
        self._posts += 1
        html = "".join(f"<p>{paragraph}</p>" for paragraph in DRAFT.markdown.split("\n\n"))
        wish = {"inboxes": neighbours.inboxes, "title": DRAFT.title, "html": html, "number": self._posts}
        asked(f"{self._control}/publish", json.dumps(wish).encode())


@contextmanager
def fedify() -> Iterator[Fedify]:
    node = node_binary()
    if node is None:
        raise SystemExit("The Fedify peer is not installed: make peers")
    command = [str(node), str(HERE / "lean.mjs"), json.dumps({"host": "127.0.0.1", "name": "blog"})]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Fedify(process.pid, **json.loads(process.stdout.readline()))
        finally:
            process.kill()


def asked(url: str, body: bytes | None = None) -> str:
    with urllib.request.urlopen(url, body, timeout=_PATIENCE) as answer:
        return str(answer.read().decode())


def wait_for(wanted: int, count: Callable[[], int]) -> None:
    """Return when so many were counted; look seldom, for looking is work too."""
    end = time.monotonic() + _PATIENCE
    while (found := count()) < wanted:
        if time.monotonic() > end:
            raise SystemExit(f"{found} of {wanted} came")
        time.sleep(0.1)


async def fill(config: Config, senders: Senders, port: int) -> str:
    """Everybody known, and a follower. The id of the article that all reply to."""
    found: list[str] = []

    async def work(shop: Workshop) -> None:
        blog, now = await the_blog(shop.store.reader), shop.now()

        async def unit(db: Writer) -> None:
            await senders.introduce(db, now)

        await shop.store.write(unit)
        found.append((await publishing.publish_new(shop, DRAFT)).object_id or "")

        async def follow_all(db: Writer) -> None:
            for number in range(SERVERS):
                await follow(db, blog.pk, person(address(number), now, port=f":{port}"), now)

        await shop.store.write(follow_all)

    await founded(config, work)
    return found[0]


class Contest:
    """Both servers, and what they are given to do."""

    def __init__(self, config: Config, ours: int, other: Fedify, senders: Senders, article: str) -> None:
        self._config = config
        self._ours = ours
        self._other = other
        self._senders = senders
        self._article = article

    def take_in(self, count: int) -> tuple[float, float]:
        """CPU seconds of one reply: ours to the shown comment, Fedify's to the end of its listener."""
        said = self._senders.next(count)
        before = cpu_seconds(self._ours)
        authority = self._config.site.base_url.authority
        send_all(self._config.server.port, [*self._senders.requests(said, authority, self._article)], 202)
        wait_until_shown(self._config, self._senders.said)
        mine = cpu_seconds(self._ours) - before
        before, known = cpu_seconds(self._other.pid), self._other.taken()
        send_all(self._other.port, [*self._senders.requests(said, self._other.authority, self._article)], 202)
        wait_for(known + count, self._other.taken)
        return mine / count, (cpu_seconds(self._other.pid) - before) / count

    def give_out(self, posts: int, neighbours: Neighbours) -> tuple[float, float]:
        """CPU seconds of one delivery."""
        mine = self._spent(self._ours, neighbours, posts, lambda: publish(self._config))
        theirs = self._spent(self._other.pid, neighbours, posts, lambda: self._other.publish(neighbours))
        return mine, theirs

    def _spent(self, pid: int, neighbours: Neighbours, posts: int, publish: Callable[[], None]) -> float:
        known, before = neighbours.taken(), cpu_seconds(pid)
        for number in range(1, posts + 1):
            publish()
            wait_for(known + number * SERVERS, neighbours.taken)
        return (cpu_seconds(pid) - before) / (posts * SERVERS)


def publish(config: Config) -> None:
    """By the command line, so that the server only delivers, as Fedify's does."""
    command = [str(Path(sys.executable).with_name("fedblog")), "--config", str(config.path), "post", "publish", "-"]
    text = f"# {DRAFT.title}\n\n{DRAFT.markdown}"
    subprocess.run(command, input=text, text=True, check=True, stdout=subprocess.DEVNULL)


def measure(options: argparse.Namespace) -> list[Goal]:
    with ExitStack() as stack:
        config, port = stack.enter_context(blog_folder()), free_port()
        senders = Senders(f":{port}", SERVERS)
        key = Path(stack.enter_context(TemporaryDirectory()), "key.pem")
        key.write_text(senders.pair.public_pem)
        stack.enter_context(running_module("benchmarks.neighbours", port, str(SERVERS), str(key)))
        neighbours, other = Neighbours(port), stack.enter_context(fedify())
        article = asyncio.run(fill(config, senders, port))
        ours = stack.enter_context(serving(config))
        contest = Contest(config, ours, other, senders, article)
        contest.take_in(2 * SERVERS)  # every key is known to both now, and every path is warm
        contest.give_out(1, neighbours)
        taken = [contest.take_in(options.activities) for _ in range(options.rounds)]
        given = [contest.give_out(options.posts, neighbours) for _ in range(options.rounds)]
    for what, rounds in (("a reply in", taken), ("a delivery out", given)):
        for mine, theirs in rounds:
            print(f"{what:14}  fedblog {mine * 1e6:7.1f} us, Fedify {theirs * 1e6:7.1f} us")
    return [
        Goal("a reply taken in: Fedify's CPU, times ours", [theirs / mine for mine, theirs in taken], GOAL_IN),
        Goal("a delivery: Fedify's CPU, times ours", [theirs / mine for mine, theirs in given], GOAL_OUT),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--activities", type=int, default=600)
    parser.add_argument("--posts", type=int, default=3)
    return report(*measure(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
