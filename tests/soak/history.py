"""A long history of many people on many servers: what they say, and what their servers show in the end.

Nobody stops following, and nobody deletes what was answered: of those two the order decides, and with it the state.
Everything else must end the same in any order.
"""

import json
import random
import time
from dataclasses import dataclass, field
from typing import Any

from tests.fediverse.peer import AP_TYPE, AS, PUBLIC
from tests.hand_signed import ed25519_key, pem_of
from tests.soak.ledger import Ledger, address

NOTES_EACH = 4
DEEPEST = 12
"""Nobody climbs more than twenty answers to find out what the last of them is about (protocol.md e.3)."""


@dataclass
class Said:
    """One activity of the person with that number on the server with that number."""

    server: int
    key_id: str
    body: bytes
    kind: str


@dataclass
class Town(Ledger):
    """Servers with many accounts each, all with one Ed25519 key. `notes` is what they show now, by path and address."""

    notes: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def answer(self, method: str, path: str, host: str, body: bytes) -> tuple[int, str, bytes]:
        """Status, content type and body of one answer."""
        if method == "POST":
            return super().answer(method, path, host, body)
        if path.startswith("/.well-known/webfinger"):
            return 200, "application/jrd+json", self._account(host, path)
        if path.startswith("/users/") and path.count("/") == 2:
            return 200, AP_TYPE, self._person(f"http://{host}:{self.port}{path}")
        if (host, path) in self.notes:
            return 200, AP_TYPE, self.notes[host, path]
        return 404, "text/plain", b""

    def _account(self, host: str, path: str) -> bytes:
        name = path.partition("acct%3A")[2].partition("%40")[0] or path.partition("acct:")[2].partition("@")[0]
        place = f"{host}:{self.port}"
        link = {"rel": "self", "type": AP_TYPE, "href": f"http://{place}/users/{name}"}
        return json.dumps({"subject": f"acct:{name}@{place}", "links": [link]}).encode()

    def _person(self, me: str) -> bytes:
        key = {"id": f"{me}#main-key", "owner": me, "publicKeyPem": pem_of(ed25519_key())}
        below = {name: f"{me}/{name}" for name in ("inbox", "outbox", "followers")}
        about = {"id": me, "type": "Person", "preferredUsername": me.rpartition("/")[2], "name": "Somebody"}
        return json.dumps({"@context": AS, **about, **below, "publicKey": key}).encode()


class History:
    """What is said, in its order: at least `length` activities about these posts."""

    def __init__(self, town: Town, servers: int, length: int, us: str, posts: list[str], seed: int) -> None:
        self._town, self._servers, self._us, self._posts = town, servers, us, posts
        self._dice = random.Random(seed)
        self._answerable: list[tuple[str, str, int]] = []
        self.said: list[Said] = []
        number = 0
        while len(self.said) < length:
            self._life(number % servers, f"{town.origin(number % servers)}/users/p{number}")
            number += 1

    def _say(self, server: int, me: str, kind: str, about: Any, **extra: Any) -> str:
        activity_id = f"{me}/activities/{len(self.said)}"
        activity = {"@context": AS, "id": activity_id, "type": kind, "actor": me, "object": about} | extra
        self.said.append(Said(server, f"{me}#main-key", json.dumps(activity).encode(), kind))
        return activity_id

    def _life(self, server: int, me: str) -> None:
        """Somebody follows, reacts and writes."""
        self._say(server, me, "Follow", self._us)
        for kind in ("Like", "Announce"):
            post = self._dice.choice(self._posts)
            reaction = self._say(server, me, kind, post)
            if self._dice.random() < 0.4:
                whole = {"id": reaction, "type": kind, "actor": me, "object": post}
                self._say(server, me, "Undo", self._dice.choice([reaction, whole]))
        for number in range(NOTES_EACH):
            self._note(server, me, number)

    def _note(self, server: int, me: str, number: int) -> None:
        post = self._dice.choice(self._posts)
        near = [(note, depth) for note, below, depth in self._answerable[-50:] if below == post and depth < DEEPEST]
        parent, depth = self._dice.choice([(post, 0), *near])
        note = self._worded(me, f"{me}/notes/{number}", parent, 0, is_public=self._dice.random() < 0.8)
        self._say(server, me, "Create", note, to=note["to"], cc=note["cc"])
        for edit in range(1, self._dice.choice((1, 1, 2, 3))):
            is_public = self._dice.random() < 0.8
            note = self._worded(me, note["id"], note["inReplyTo"], edit, is_public=is_public)
            self._say(server, me, "Update", note, to=note["to"], cc=note["cc"])
        if self._dice.random() < 0.2:
            self._say(server, me, "Delete", self._dice.choice([note["id"], {"id": note["id"], "type": "Tombstone"}]))
            return
        place = note["id"].removeprefix(self._town.origin(server))
        self._town.notes[address(server), place] = json.dumps(note).encode()
        self._answerable.append((note["id"], post, depth + 1))

    def _worded(self, me: str, note_id: str, parent: str, edit: int, *, is_public: bool) -> dict[str, Any]:
        said_at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1_795_000_000 + 60 * edit))
        return {
            "@context": AS,
            "id": note_id,
            "type": "Note",
            "attributedTo": me,
            "content": f"<p>{'Open' if is_public else 'Secret'} words of {note_id}, version {edit}.</p>",
            "inReplyTo": parent,
            "published": "2026-11-18T10:00:00Z",
            "to": [PUBLIC] if is_public else [f"{me}/followers"],
            "cc": [],
        } | ({"updated": said_at} if edit else {})
