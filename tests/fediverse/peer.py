"""A scripted server of the fediverse: people with keys, documents, an inbox that keeps what it gets."""

import functools
import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from fedblog.ap.signatures import CAVAGE, Form, KeyPair, Message, SigningKey, make_key_pair, read_private_key, sign
from fedblog.world import Limits, WireRequest, WireResponse
from tests.fediverse.box import Box

AS = "https://www.w3.org/ns/activitystreams"
PUBLIC = f"{AS}#Public"
AP_TYPE = "application/activity+json"


@functools.cache
def spare_key_pair(number: int) -> KeyPair:
    """A key pair; the same number gives the same one, since making them takes long."""
    return make_key_pair()


def own_key_pairs() -> Callable[[], KeyPair]:
    """What founds a blog of the tests: the same keys for each, which no person has."""
    return map(spare_key_pair, itertools.count(20)).__next__


@dataclass
class Delivered:
    """One activity as it arrived in an inbox of this server."""

    path: str
    activity: dict[str, Any]
    request: WireRequest


@dataclass
class Peer:
    """One server: `host` in `box`. `answers` scripts the statuses of the next deliveries to it."""

    box: Box
    host: str
    form: Form = CAVAGE
    people: dict[str, "Person"] = field(default_factory=dict)
    documents: dict[str, Any] = field(default_factory=dict)
    delivered: list[Delivered] = field(default_factory=list)
    answers: list[int | WireResponse] = field(default_factory=list)
    has_shared_inbox: bool = True
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.box.add(self.host, self.serve)

    @property
    def origin(self) -> str:
        return f"https://{self.host}"

    def person(self, name: str, **extra: Any) -> "Person":
        """A new account here, with an actor document that everybody may fetch."""
        pair = spare_key_pair(len(self.people))
        person = Person(
            self, name, pair, SigningKey(f"{self.origin}/users/{name}#main-key", read_private_key(pair.private_pem))
        )
        self.people[name] = person
        self.documents[f"/users/{name}"] = person.document() | extra
        return person

    def number(self) -> int:
        return next(self._numbers)

    def got(self, kind: str) -> list[dict[str, Any]]:
        """The activities of that type that arrived, in order."""
        return [d.activity for d in self.delivered if d.activity["type"] == kind]

    async def serve(self, request: WireRequest) -> WireResponse:
        """Answer one request, as a server of the box."""
        path, _, query = request.target.partition("?")
        if request.method == "POST":
            return self._receive(path, request)
        if path == "/.well-known/webfinger":
            return self._webfinger(query)
        if path not in self.documents:
            return WireResponse(404, (), b"")
        return self._document(self.documents[path])

    def _document(self, document: Any) -> WireResponse:
        if isinstance(document, WireResponse):
            return document
        return WireResponse(200, (("content-type", AP_TYPE),), json.dumps(document).encode())

    def _receive(self, path: str, request: WireRequest) -> WireResponse:
        answer = self.answers.pop(0) if self.answers else 202
        response = answer if isinstance(answer, WireResponse) else WireResponse(answer, (), b"")
        if 200 <= response.status < 300:
            self.delivered.append(Delivered(path, json.loads(request.body), request))
        return response

    def _webfinger(self, query: str) -> WireResponse:
        for name in self.people:
            actor = f"{self.origin}/users/{name}"
            if f"acct%3A{name}%40{self.host}" in query or f"acct:{name}@{self.host}" in query or actor in query:
                return _json(
                    {
                        "subject": f"acct:{name}@{self.host}",
                        "aliases": [actor],
                        "links": [
                            {"rel": "self", "type": AP_TYPE, "href": actor},
                            {
                                "rel": "http://ostatus.org/schema/1.0/subscribe",
                                "template": f"{self.origin}/authorize_interaction?uri={{uri}}",
                            },
                        ],
                    }
                )
        return WireResponse(404, (), b"")


def _json(document: Mapping[str, Any]) -> WireResponse:
    return WireResponse(200, (("content-type", "application/jrd+json"),), json.dumps(document).encode())


@dataclass
class Person:
    """An account on a peer: says things to a blog, signed."""

    peer: Peer
    name: str
    pair: KeyPair
    key: SigningKey

    @property
    def id(self) -> str:
        return f"{self.peer.origin}/users/{self.name}"

    @property
    def handle(self) -> str:
        return f"@{self.name}@{self.peer.host}"

    def document(self) -> dict[str, Any]:
        """The actor document."""
        document: dict[str, Any] = {
            "@context": [AS, "https://w3id.org/security/v1"],
            "id": self.id,
            "type": "Person",
            "preferredUsername": self.name,
            "name": self.name.title(),
            "summary": "",
            "inbox": f"{self.id}/inbox",
            "outbox": f"{self.id}/outbox",
            "followers": f"{self.id}/followers",
            "url": f"{self.peer.origin}/@{self.name}",
            "publicKey": {"id": self.key.key_id, "owner": self.id, "publicKeyPem": self.pair.public_pem},
        }
        if self.peer.has_shared_inbox:
            document["endpoints"] = {"sharedInbox": f"{self.peer.origin}/inbox"}
        return document

    def request(self, inbox: str, activity: Mapping[str, Any], *, form: Form | None = None) -> WireRequest:
        """The signed POST that delivers an activity to an inbox."""
        host, _, path = inbox.removeprefix("https://").partition("/")
        body = json.dumps(activity).encode()
        headers = (("Host", host), ("Content-Type", AP_TYPE))
        message = Message("POST", "https", host, f"/{path}", headers, body)
        signed = sign(message, self.key, form or self.peer.form, self.peer.box.clock.now())
        length = ("Content-Length", str(len(body)))
        return WireRequest("POST", "https", host, 443, f"/{path}", (*headers, *signed, length), body)

    async def post(self, inbox: str, activity: Mapping[str, Any], *, form: Form | None = None) -> WireResponse:
        """Deliver an activity; returns the answer."""
        request = self.request(inbox, activity, form=form)
        return await self.peer.box.exchange(request, self.peer.box.addresses[request.host], Limits())

    def activity(self, kind: str, object_: Any, **extra: Any) -> dict[str, Any]:
        """An activity of this person, with an id of its own."""
        return {
            "@context": AS,
            "id": f"{self.id}/activities/{self.peer.number()}",
            "type": kind,
            "actor": self.id,
            "object": object_,
            **extra,
        }

    def note(self, content: str, *, in_reply_to: str | None = None, **extra: Any) -> dict[str, Any]:
        """A public Note, served from its id."""
        path = f"/users/{self.name}/notes/{self.peer.number()}"
        note = {
            "@context": AS,
            "id": f"{self.peer.origin}{path}",
            "type": "Note",
            "attributedTo": self.id,
            "content": content,
            "inReplyTo": in_reply_to,
            "published": _time(self.peer.box.clock.now()),
            "to": [PUBLIC],
            "cc": [f"{self.id}/followers"],
            "url": f"{self.peer.origin}/@{self.name}/{path.rsplit('/', 1)[1]}",
            **extra,
        }
        self.peer.documents[path] = note
        return note

    def create(self, note: Mapping[str, Any]) -> dict[str, Any]:
        """The Create of a note."""
        embedded = {name: value for name, value in note.items() if name != "@context"}
        return self.activity("Create", embedded, to=note["to"], cc=note["cc"])


def _time(now_ms: int) -> str:
    return datetime.fromtimestamp(now_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
