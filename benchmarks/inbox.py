"""Signed Creates of 2 kB, to a durable 202 and on to the shown comment, against a bare ASGI app that takes a POST.

    python -m benchmarks.inbox [--rounds 5] [--requests 1000]

Every request is another one, signed beforehand; the senders' keys are known here. The database is the
default one: SQLite, `synchronous=FULL`. To the 202 is measured on a process whose worker rests; to the shown
comment on `fedblog serve`, from the first request until the last comment can be read.
"""

import argparse
import asyncio
import json
import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import bare
from benchmarks.filling import DRAFT, person
from benchmarks.harness import Goal, blog_folder, cpu_seconds, founded, free_port, report, running_module, serving
from benchmarks.load import request, send_all
from fedblog.ap.media_types import ACTIVITY_JSON
from fedblog.ap.signatures import CAVAGE, Message, SigningKey, make_key_pair, read_private_key, sign
from fedblog.config import Config
from fedblog.domain.actor import RemoteKey
from fedblog.services import publishing
from fedblog.services.workshop import Workshop
from fedblog.store import actors, remote_keys
from fedblog.store.door import Writer

SENDERS = 500  # one may comment 30 times in ten minutes before the rest is held
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
TEXT = "<p>" + "I read it twice, and found another thing to like each time. " * 10 + "</p>"
SIZE = 2048


def host(number: int) -> str:
    return f"127.0.{1 + number // 250}.{1 + number % 250}"


class Senders:
    """People of many servers who share one key (the cost of checking it is the same), and what they say."""

    def __init__(self) -> None:
        self.pair = make_key_pair()
        self.private = read_private_key(self.pair.private_pem)
        self.said = 0

    def key_id(self, number: int) -> str:
        return f"http://{host(number)}/users/ada#main-key"

    async def introduce(self, db: Writer, now: int) -> None:
        for number in range(SENDERS):
            actor = person(host(number), now)
            await actors.save(db, actor)
            key = RemoteKey(self.key_id(number), actor.actor_id, host(number), self.pair.public_pem, now, 0, None, None)
            await remote_keys.save(db, key)

    def replies(self, config: Config, article: str, count: int) -> Iterator[bytes]:
        """Signed requests, each a reply of its own to the article."""
        for _ in range(count):
            self.said += 1
            yield self._reply(config, article, self.said)

    def _reply(self, config: Config, article: str, number: int) -> bytes:
        authority = config.site.base_url.authority
        body = _create(host(number % SENDERS), article, number)
        plain = (("Host", authority), ("Content-Type", ACTIVITY_JSON))
        message = Message("POST", "http", authority, "/inbox", plain, body)
        key = SigningKey(self.key_id(number % SENDERS), self.private)
        signed = sign(message, key, CAVAGE, time.time_ns() // 1_000_000)
        headers = {name.lower().replace("-", "_"): value for name, value in (*plain[1:], *signed)}
        return request("POST", "/inbox", authority, body, **headers)


def _create(name: str, article: str, number: int) -> bytes:
    actor = f"http://{name}/users/ada"
    published = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    audience = {"to": [PUBLIC], "cc": [f"{actor}/followers"]}
    note = {
        "id": f"{actor}/notes/{number}",
        "type": "Note",
        "attributedTo": actor,
        "content": TEXT,
        "inReplyTo": article,
        "published": published,
        "url": f"http://{name}/@ada/{number}",
        **audience,
    }
    activity = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"{actor}/activities/{number}",
        "type": "Create",
        "actor": actor,
        "published": published,
        **audience,
        "object": note,
    }
    body = json.dumps(activity).encode()
    return body + b" " * (SIZE - len(body))


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
            waiting = database.execute("SELECT COUNT(*) FROM inbox_event WHERE ended_at IS NULL").fetchone()[0]
            shown = database.execute("SELECT COUNT(*) FROM comment WHERE state = 'shown'").fetchone()[0]
            if not waiting:
                break
            time.sleep(0.1)
    if shown != count:
        raise SystemExit(f"{count} replies were sent, {shown} are shown, {waiting} wait")


def measure(options: argparse.Namespace) -> list[Goal]:
    with ExitStack() as stack:
        config = stack.enter_context(blog_folder())
        senders = Senders()
        article = asyncio.run(fill(config, senders))
        folder = Path(stack.enter_context(TemporaryDirectory()))
        bare.keep(folder, 0, (202, [(b"content-length", b"0")], b""))
        port = free_port()
        limit = stack.enter_context(running_module("benchmarks.bare", port, str(folder)))
        shares, whole = [], []
        for _ in range(options.rounds):
            requests = list(senders.replies(config, article, options.requests + SENDERS))
            to_bare = [raw.replace(b"POST /inbox", b"POST /0", 1) for raw in requests[SENDERS:]]
            least = cost(limit, port, to_bare)
            with resting(config) as ours:
                send_all(config.server.port, requests[:SENDERS], 202)  # every key is in memory now
                taken = cost(ours, config.server.port, requests[SENDERS:])
            with serving(config) as ours:
                wait_until_shown(config, senders.said)
                requests = list(senders.replies(config, article, options.requests))
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
