"""A real Fedify server as a child process, and what a person on it can do.

`start` runs `peer.mjs` beside this file under npm's Node. The peer listens on a free port of the given
loopback address, so its actors are `https://127.0.0.2:PORT/users/alice`, `@alice@127.0.0.2:PORT`.
"""

import asyncio
import json
import os
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, Self

import httpx

HERE = Path(__file__).parent
CAVAGE = "draft-cavage-http-signatures-12"
RFC9421 = "rfc9421"
_READY_SECONDS = 60
_DEED_SECONDS = 30

Audience = Literal["public", "unlisted", "followers", "direct"]
Json = dict[str, Any]


class PeerError(Exception):
    """The peer could not do what was asked; the text is its own, with the other side's answer."""


def node_binary() -> Path | None:
    """The Node that npm installed for this machine, or None before `make peers`."""
    found = sorted(HERE.glob("node_modules/node-linux-*/bin/node"))
    return found[0] if found and (HERE / "node_modules/@fedify/fedify").is_dir() else None


class Peer:
    """One running peer. Every deed takes `as_`, the account that does it (default: the first)."""

    def __init__(self, process: asyncio.subprocess.Process, origin: str, control: str) -> None:
        self.origin = origin
        self._process = process
        self._http = httpx.AsyncClient(base_url=control, timeout=_DEED_SECONDS, trust_env=False)

    @classmethod
    async def start(
        cls,
        node: Path,
        log: Path,
        *,
        host: str = "127.0.0.2",
        names: Sequence[str] = ("alice",),
        first_knock: str = RFC9421,
        understands: str | None = None,
        certificate: Path | None = None,
        ca_file: Path | None = None,
    ) -> Self:
        """Start a peer and return when it listens. Its errors go to `log`.

        It signs in the form `first_knock`, and refuses what is signed in another form than `understands`.

        With `certificate` (chain and key in one PEM file) it serves https; it trusts `ca_file`.
        """
        options = {"host": host, "names": list(names), "first_knock": first_knock, "understands": understands}
        if certificate:
            options["certificate"] = str(certificate)
        environment = {"PATH": os.environ["PATH"], "NODE_EXTRA_CA_CERTS": str(ca_file) if ca_file else ""}
        with log.open("wb") as errors:
            process = await asyncio.create_subprocess_exec(
                node, HERE / "peer.mjs", json.dumps(options), stdin=PIPE, stdout=PIPE, stderr=errors, env=environment
            )
        assert process.stdout is not None
        async with asyncio.timeout(_READY_SECONDS):
            line = await process.stdout.readline()
        if not line:
            await process.wait()
            raise PeerError(f"The Fedify peer did not start:\n{log.read_text()}")
        ready = json.loads(line)
        return cls(process, ready["origin"], ready["control"])

    async def stop(self) -> None:
        """End the process; it goes by itself too when the tests are killed, as its input closes."""
        await self._http.aclose()
        if self._process.returncode is None:
            self._process.kill()
        await self._process.communicate()

    def actor_id(self, name: str = "alice") -> str:
        """The id of an account's actor."""
        return f"{self.origin}/users/{name}"

    def handle(self, name: str = "alice") -> str:
        """The handle of an account, `@alice@127.0.0.2:PORT`."""
        return f"@{name}@{self.origin.partition('://')[2]}"

    # ------------------------------------------------------------ deeds

    async def follow(self, actor: str, *, as_: str | None = None) -> Json:
        """Look up `actor` (an id, or `@name@host` over https) and send it a Follow."""
        return await self._do("follow", as_, actor=actor)

    async def write(self, html: str, *, audience: Audience = "public", as_: str | None = None, **more: Any) -> Json:
        """Create a note for the followers; `mentions=[actor_id]`, `summary=`, `sensitive=` as wanted.

        Returns `object_id` and `activity_id`, as every deed does.
        """
        return await self._do("write", as_, html=html, audience=audience, **more)

    async def reply(
        self, in_reply_to: str, html: str, *, audience: Audience = "public", as_: str | None = None, **more: Any
    ) -> Json:
        """Create a note in answer to an object; it goes to that object's author and the followers."""
        return await self._do("write", as_, in_reply_to=in_reply_to, html=html, audience=audience, **more)

    async def edit(self, note_id: str, html: str, *, as_: str | None = None) -> Json:
        """Update an own note."""
        return await self._do("edit", as_, id=note_id, html=html)

    async def delete(self, note_id: str, *, as_: str | None = None) -> Json:
        """Delete an own note; its address answers 410 with a Tombstone from then on."""
        return await self._do("delete", as_, id=note_id)

    async def like(self, object_id: str, *, as_: str | None = None) -> Json:
        """Like an object."""
        return await self._do("like", as_, object=object_id)

    async def react(self, object_id: str, emoji: str, *, as_: str | None = None) -> Json:
        """Send an EmojiReact to an object's author."""
        return await self._do("react", as_, object=object_id, emoji=emoji)

    async def boost(self, object_id: str, *, as_: str | None = None) -> Json:
        """Announce an object."""
        return await self._do("boost", as_, object=object_id)

    async def quote(self, object_id: str, html: str, *, as_: str | None = None) -> Json:
        """Ask the author of an object for leave to quote it; `note_id` is the note that does."""
        return await self._do("quote", as_, object=object_id, html=html)

    async def undo(self, activity_id: str, *, as_: str | None = None) -> Json:
        """Undo an earlier Follow, Like, EmojiReact, Announce or Block by the id that its deed returned."""
        return await self._do("undo", as_, activity_id=activity_id)

    async def block(self, actor: str, *, as_: str | None = None) -> Json:
        """Block an actor, telling it so."""
        return await self._do("block", as_, actor=actor)

    async def rename(self, name: str, *, tell: Sequence[str] = (), as_: str | None = None) -> Json:
        """Change the display name and send the actor's Update to the followers and to `tell`."""
        return await self._do("rename", as_, name=name, tell=list(tell))

    async def post(self, activity: Json, to: str, *, as_: str | None = None) -> Json:
        """Send any activity as it is, signed, to the inbox of actor `to`."""
        return await self._do("post", as_, activity=activity, to=to)

    async def verifies(self, activity: Json) -> bool:
        """Whether Fedify finds an activity proven by what stands in it (FEP-8b32)."""
        return bool((await self._do("verify", None, activity=activity))["proven"])

    async def fetch(self, object_id: str, *, as_: str | None = None) -> Json:
        """What Fedify makes of an object that it fetches with a signed GET."""
        answer: Json = (await self._do("fetch", as_, id=object_id))["object"]
        return answer

    async def walk(self, collection: str, *, as_: str | None = None) -> list[str]:
        """The ids of everything in a collection, as Fedify walks through its pages."""
        return list((await self._do("walk", as_, id=collection))["ids"])

    async def _do(self, deed: str, as_: str | None, **wish: Any) -> Json:
        answer = await self._http.post(f"/{deed}", json=wish | ({"as": as_} if as_ else {}))
        result: Json = answer.json()
        if answer.is_error:
            raise PeerError(f"{deed}: {result['error']}")
        return result

    # ------------------------------------------------------------ what came

    async def received(
        self, type_: str | None = None, *, count: int = 0, seconds: float = 20, **wanted: str
    ) -> list[Json]:
        """Activities that came and were verified, in order: each with `type`, `id`, `actor`, `activity`.

        With `count`, waits until so many have come; raises `PeerError` when they do not within `seconds`.
        """
        wanted |= {"type": type_} if type_ else {}
        return await self._journal("activity", count, seconds, wanted)

    async def requests(self, *, count: int = 0, seconds: float = 20, **wanted: str) -> list[Json]:
        """Every HTTP request that came: `method`, `path`, `status`, `signature` (form or None), `headers`, `body`."""
        return await self._journal("request", count, seconds, wanted)

    async def state(self) -> Json:
        """`accounts` (each with `name`, `actor_id`, `handle`, `followers`, `following`) and `notes`."""
        answer: Json = (await self._http.get("/state")).json()
        return answer

    async def _journal(self, kind: str, count: int, seconds: float, wanted: dict[str, str]) -> list[Json]:
        query: dict[str, Any] = {"kind": kind, "count": count, "seconds": seconds, **wanted}
        found: list[Json] = (await self._http.get("/journal", params=query, timeout=seconds + 10)).json()
        if len(found) < count:
            raise PeerError(f"{len(found)} of {count} came within {seconds} s: {kind} {wanted}")
        return found
