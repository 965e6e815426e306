"""People of many servers who reply: one key, known here, and signed Creates of 2 kB."""

import json
import time
from collections.abc import Iterator, Sequence

from benchmarks.filling import person
from benchmarks.load import request
from fedblog.ap.media_types import ACTIVITY_JSON
from fedblog.ap.signatures import CAVAGE, Message, SigningKey, make_key_pair, read_private_key, sign
from fedblog.domain.actor import RemoteKey
from fedblog.store import actors, remote_keys
from fedblog.store.door import Writer

SENDERS = 500  # one may comment 30 times in ten minutes before the rest is held
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
TEXT = "<p>" + "I read it twice, and found another thing to like each time. " * 10 + "</p>"
SIZE = 2048

Said = tuple[int, int]
"""Which sender says which sentence."""


def address(number: int) -> str:
    """The loopback address of the n-th server."""
    return f"127.0.{1 + number // 250}.{1 + number % 250}"


class Senders:
    """One person on each of the servers, who share one key (the cost of checking it is the same).

    `port`: `:8080` where their servers are to be asked there; nobody asks them where every key is known.
    """

    def __init__(self, port: str = "", count: int = SENDERS) -> None:
        self.pair = make_key_pair()
        self.said = 0
        self._private = read_private_key(self.pair.private_pem)
        self._port = port
        self._count = count

    def actor_id(self, number: int) -> str:
        return f"http://{address(number)}{self._port}/users/ada"

    def key_id(self, number: int) -> str:
        return f"{self.actor_id(number)}#main-key"

    async def introduce(self, db: Writer, now: int) -> None:
        """Make everybody known, with the key."""
        for number in range(self._count):
            actor = person(address(number), now, port=self._port)
            await actors.save(db, actor)
            key = RemoteKey(self.key_id(number), actor.actor_id, actor.host, self.pair.public_pem, now, 0, None, None)
            await remote_keys.save(db, key)

    def next(self, count: int) -> Sequence[Said]:
        """So many new sentences, by everybody in turns."""
        first = self.said
        self.said += count
        return [(number % self._count, number) for number in range(first + 1, first + count + 1)]

    def requests(self, said: Sequence[Said], authority: str, article: str) -> Iterator[bytes]:
        """The sentences as signed requests to one server. Their bodies do not depend on which."""
        for who, number in said:
            yield self._request(who, number, authority, article)

    def _request(self, who: int, number: int, authority: str, article: str) -> bytes:
        body = _create(self.actor_id(who), article, number)
        plain = (("Host", authority), ("Content-Type", ACTIVITY_JSON))
        message = Message("POST", "http", authority, "/inbox", plain, body)
        signed = sign(message, SigningKey(self.key_id(who), self._private), CAVAGE, time.time_ns() // 1_000_000)
        headers = {name.lower().replace("-", "_"): value for name, value in (*plain[1:], *signed)}
        return request("POST", "/inbox", authority, body, **headers)


def _create(actor: str, article: str, number: int) -> bytes:
    published = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    audience = {"to": [PUBLIC], "cc": [f"{actor}/followers"]}
    note = {
        "id": f"{actor}/notes/{number}",
        "type": "Note",
        "attributedTo": actor,
        "content": TEXT,
        "inReplyTo": article,
        "published": published,
        "url": f"{actor}/{number}",
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
