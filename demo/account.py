"""The simulated account: what it knows, does and says."""

import asyncio
import itertools
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from typing import Any

from demo.pages import words_of
from demo.wires import Wires

AS = "https://www.w3.org/ns/activitystreams"
PUBLIC = f"{AS}#Public"
NAME, FULL_NAME = "ada", "Ada Brook"
SECONDS = 20.0


class Account:
    """Ada, who reads the blog. `received` holds what arrived in her inbox, checked."""

    def __init__(self, origin: str, wires: Wires, public_pem: str) -> None:
        self.origin = origin
        self.wires = wires
        self.id = f"{origin}/users/{NAME}"
        self.blog: dict[str, Any] = {}
        self.received: list[dict[str, Any]] = []
        self.notes: dict[str, dict[str, Any]] = {}
        self._public_pem = public_pem
        self._numbers: Iterator[int] = itertools.count(1)
        self._arrived = asyncio.Condition()

    def document(self) -> dict[str, Any]:
        """The actor document."""
        return {
            "@context": [AS, "https://w3id.org/security/v1"],
            "id": self.id,
            "type": "Person",
            "preferredUsername": NAME,
            "name": FULL_NAME,
            "summary": "<p>Reads, walks, grows tomatoes. Simulated by the demo of fedblog.</p>",
            "url": f"{self.origin}/@{NAME}",
            "inbox": f"{self.id}/inbox",
            "outbox": f"{self.id}/outbox",
            "followers": f"{self.id}/followers",
            "icon": {"type": "Image", "mediaType": "image/png", "url": f"{self.origin}/flower.png"},
            "endpoints": {"sharedInbox": f"{self.origin}/inbox"},
            "publicKey": {"id": f"{self.id}#main-key", "owner": self.id, "publicKeyPem": self._public_pem},
        }

    async def take(self, activity: dict[str, Any]) -> None:
        """Keep what arrived."""
        async with self._arrived:
            self.received.append(activity)
            self._arrived.notify_all()

    async def wait_for(self, kind: str, **wanted: Any) -> dict[str, Any]:
        """The activity of that type whose object has these values, once it has arrived."""

        def found() -> dict[str, Any] | None:
            return next((a for a in self.received if a["type"] == kind and _matches(a["object"], wanted)), None)

        async with self._arrived, asyncio.timeout(SECONDS):
            await self._arrived.wait_for(found)
            activity = found()
        assert activity
        return activity

    # ------------------------------------------------------------------ what the account does

    async def find(self, handle: str) -> dict[str, Any]:
        """Find the blog by its handle."""
        name, _, host = handle.removeprefix("@").partition("@")
        address = f"http://{host}/.well-known/webfinger?resource=acct:{name}@{host}"
        answer = await self.wires.client.get(address)
        answer.raise_for_status()
        links = answer.json()["links"]
        actor_id = next(link["href"] for link in links if link["rel"] == "self")
        self.blog = await self.wires.get(actor_id)
        return {"actor": actor_id, "name": self.blog["name"], "type": self.blog["type"]}

    async def follow(self) -> dict[str, Any]:
        """Follow the blog, and wait for its Accept."""
        follow = self._activity("Follow", self.blog["id"])
        status = await self.wires.post(self.blog["inbox"], _bytes(follow))
        accept = await self.wait_for("Accept", id=follow["id"])
        return {"status": status, "by": accept["actor"]}

    async def receive_post(self, title: str) -> dict[str, Any]:
        """Wait for a post of that title."""
        create = await self.wait_for("Create", name=title)
        article = create["object"]
        return {"id": article["id"], "type": article["type"], "url": article["url"], "words": _words(article)}

    async def reply(self, to: str, text: str) -> dict[str, Any]:
        """Reply in public, mentioning the blog."""
        note = self._note(to, text)
        activity = self._activity("Create", note, to=note["to"], cc=note["cc"])
        return {"id": note["id"], "status": await self._deliver(activity)}

    async def receive_answer(self, to: str) -> dict[str, Any]:
        """Wait for the author's answer to one of our notes."""
        answer = (await self.wait_for("Create", inReplyTo=to))["object"]
        mentioned = [tag["href"] for tag in answer["tag"] if tag["type"] == "Mention"]
        return {"id": answer["id"], "type": answer["type"], "mentions_us": self.id in mentioned}

    async def like(self, of: str) -> dict[str, Any]:
        """Like a post."""
        return {"status": await self._deliver(self._activity("Like", of))}

    async def boost(self, of: str) -> dict[str, Any]:
        """Boost a post."""
        return {"status": await self._deliver(self._activity("Announce", of, to=[PUBLIC], cc=[self.blog["id"]]))}

    async def edit(self, note_id: str, text: str) -> dict[str, Any]:
        """Give one of our notes another text."""
        note = self.notes[note_id]
        note |= {"content": f"<p>{escape(text)}</p>", "updated": _now()}
        activity = self._activity("Update", note, to=note["to"], cc=note["cc"])
        return {"status": await self._deliver(activity)}

    async def delete(self, note_id: str) -> dict[str, Any]:
        """Delete one of our notes."""
        del self.notes[note_id]
        tombstone = {"id": note_id, "type": "Tombstone"}
        return {"status": await self._deliver(self._activity("Delete", tombstone, to=[PUBLIC]))}

    # ------------------------------------------------------------------ how it says it

    async def _deliver(self, activity: dict[str, Any]) -> int:
        return await self.wires.post(self.blog["endpoints"]["sharedInbox"], _bytes(activity))

    def _activity(self, kind: str, object_: Any, **extra: Any) -> dict[str, Any]:
        activity_id = f"{self.id}/activities/{next(self._numbers)}"
        return {"@context": AS, "id": activity_id, "type": kind, "actor": self.id, "object": object_, **extra}

    def _note(self, to: str, text: str) -> dict[str, Any]:
        note_id = f"{self.id}/notes/{next(self._numbers)}"
        self.notes[note_id] = {
            "id": note_id,
            "type": "Note",
            "attributedTo": self.id,
            "inReplyTo": to,
            "content": f"<p>{escape(text)}</p>",
            "published": _now(),
            "url": note_id,
            "to": [PUBLIC],
            "cc": [f"{self.id}/followers", self.blog["id"]],
            "tag": [{"type": "Mention", "href": self.blog["id"]}],
        }
        return self.notes[note_id]


def _matches(object_: Any, wanted: dict[str, Any]) -> bool:
    if isinstance(object_, str):
        object_ = {"id": object_}
    return all(object_.get(name) == value for name, value in wanted.items())


def _words(article: dict[str, Any]) -> int:
    return len(words_of(article["content"]).split())


def _bytes(activity: dict[str, Any]) -> bytes:
    return json.dumps(activity).encode()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
