"""The example documents in FEDERATION.md, made by the program itself: `make reference` writes them.

A blog is founded in a temporary folder, at a clock that stands still and with dice that always fall alike. What it
then publishes, answers and takes back is rendered by the same functions that a server's request runs through.
"""

import asyncio
import dataclasses
import hashlib
import json
import re
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

from fedblog.ap.parse.actor import read_actor
from fedblog.ap.parse.object import read_object
from fedblog.ap.render import activities as documents_of
from fedblog.ap.render import gestures, interactions
from fedblog.ap.render.interactions import Deed
from fedblog.ap.render.note import tombstone
from fedblog.ap.vocabulary import CONTEXT
from fedblog.app import open_workshop
from fedblog.config import Config, FederationConfig, ServerConfig, SiteConfig, StorageConfig
from fedblog.domain.actor import Actor
from fedblog.domain.blog import Blog
from fedblog.domain.interaction import InteractionKind
from fedblog.services import answering, commenting, documents, founding, own_ids, publishing, remote_actors
from fedblog.services.attesting import attested
from fedblog.services.replies import read_reply
from fedblog.services.workshop import Workshop, the_actor, the_blog
from fedblog.services.writing import Draft
from fedblog.store import actors, comments, posts
from fedblog.store.door import Reader, Writer
from fedblog.urls import Url
from fedblog.world import WireResponse, World, real_world

PAGE = Path(__file__).parents[1] / "FEDERATION.md"
_PUBLISHED = 1_795_432_500_000  # 2026-11-23 11:15 UTC
_MINUTE = 60_000
_BLOCK = re.compile(r"(<!-- example: (?P<name>[a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_CONTEXT = "@context"

_ADA_ID = "https://pond.example/users/ada"
_REPLY_ID = "https://pond.example/notes/1"
_FOLLOW = {
    _CONTEXT: "https://www.w3.org/ns/activitystreams",
    "id": "https://pond.example/follows/7",
    "type": "Follow",
    "actor": _ADA_ID,
    "object": "",
}
_ADA = {
    _CONTEXT: "https://www.w3.org/ns/activitystreams",
    "id": _ADA_ID,
    "type": "Person",
    "preferredUsername": "ada",
    "inbox": f"{_ADA_ID}/inbox",
    "url": "https://pond.example/@ada",
}
_REPLY = {
    "id": _REPLY_ID,
    "type": "Note",
    "attributedTo": _ADA_ID,
    "content": "<p>I read it twice.</p>",
    "to": ["https://www.w3.org/ns/activitystreams#Public"],
}


def main() -> None:
    """Write the examples between their marks in FEDERATION.md."""
    PAGE.write_text(with_examples(PAGE.read_text(encoding="utf-8"), asyncio.run(examples())), encoding="utf-8")


def with_examples(text: str, made: dict[str, dict[str, Any]]) -> str:
    """The page with every example between its marks as the program makes it now."""
    return _BLOCK.sub(lambda block: f"{block[1]}```json\n{_shown(made[block['name']])}\n```\n{block[3]}", text)


def _shown(document: dict[str, Any]) -> str:
    """The document for people. The context that is the same everywhere stands in full once."""
    shortened = document if len(document) == 1 else document | {_CONTEXT: _short_context(document[_CONTEXT])}
    return json.dumps(shortened, ensure_ascii=False, indent=2)


def _short_context(context: Any) -> Any:
    if context == CONTEXT:
        return "…"
    own = [part for part in context if part not in CONTEXT]
    return ["…", *own] if CONTEXT[-1] in context else context


async def examples() -> dict[str, dict[str, Any]]:
    """Every example by its name."""
    clock = count(_PUBLISHED, 0)
    with tempfile.TemporaryDirectory() as folder:
        async with _blog(Path(folder), clock) as shop:
            return await _tell(shop)


async def _tell(shop: Workshop) -> dict[str, dict[str, Any]]:
    """The little story that the examples are taken from."""
    reader = shop.store.reader
    blog, actor = await the_blog(reader), await the_actor(reader)
    person = await documents.person_of(reader)
    post = await publishing.publish_new(shop, Draft("On slow reading", "Read *slowly*, and twice.", tags=("reading",)))
    article = await documents.article_of(reader, post)
    await shop.store.write(_ada_replies)
    [reply] = await comments.listed(reader, blog.pk)
    answer = await answering.answer(shop, post.pk, reply.pk, "Thank you.")
    follow = _FOLLOW | {"object": actor.actor_id}
    return {
        "context": {_CONTEXT: article[_CONTEXT]},
        "actor": _with_short_keys(person),
        "article": article,
        "create": await _proven(reader, documents_of.create(own_ids.activity_id(blog, shop.world), article), actor.pk),
        "accept": documents_of.accept(own_ids.activity_id(blog, shop.world), actor.actor_id, follow),
        "note": await documents.note_of(reader, answer),
        "tombstone": tombstone(article["id"], "Article", _PUBLISHED + _MINUTE),
        **_gestures(blog, actor, shop, article["id"]),
        **_quoted(blog, actor, shop, article["id"]),
        "move": documents_of.move(own_ids.activity_id(blog, shop.world), person, "https://lake.example/users/ada"),
    }


def _gestures(blog: Blog, us: Actor, shop: Workshop, article_id: str) -> dict[str, dict[str, Any]]:
    """What the blog does without words."""
    ids = [own_ids.activity_id(blog, shop.world) for _ in range(3)]
    addressed = gestures.boost_addressing(us.followers, None)
    return {
        "announce": gestures.announce(ids[0], us.actor_id, article_id, addressed, _PUBLISHED),
        "add": gestures.add_to(ids[1], us.actor_id, article_id, own_ids.featured_id(us), us.followers),
        "follow": gestures.follow(ids[2], us.actor_id, _ADA_ID),
    }


def _quoted(blog: Blog, us: Actor, shop: Workshop, article_id: str) -> dict[str, dict[str, Any]]:
    """Ada asks to quote the post, and may."""
    note_id = "https://pond.example/notes/2"
    request = {"id": "https://pond.example/requests/9", "object": article_id, "instrument": note_id}
    deed = Deed(InteractionKind.QUOTE, _ADA_ID, note_id, article_id, request)
    stamp_id = own_ids.authorization_id(blog, shop.world)
    activity_id = own_ids.activity_id(blog, shop.world)
    return {
        "accept-quote": interactions.accept(activity_id, us.actor_id, (), deed, stamp_id),
        "quote-authorization": interactions.authorization(stamp_id, us.actor_id, deed),
    }


def _with_short_keys(actor: dict[str, Any]) -> dict[str, Any]:
    """Keys are never the same twice."""
    methods = [method | {"publicKeyMultibase": "z6Mk…"} for method in actor["assertionMethod"]]
    signing = actor["publicKey"] | {"publicKeyPem": "-----BEGIN PUBLIC KEY-----\n…"}
    return actor | {"publicKey": signing, "assertionMethod": methods}


async def _proven(db: Reader, activity: dict[str, Any], actor_pk: int) -> dict[str, Any]:
    """The activity as it is sent, with what is long in it left out."""
    activity = await attested(db, activity, actor_pk, _PUBLISHED)
    inner = activity["object"]
    short = {"id": inner["id"], "type": inner["type"], "…": "the whole Article, as above"}
    return activity | {"object": short, "proof": activity["proof"] | {_CONTEXT: "…", "proofValue": "z…"}}


async def _ada_replies(db: Writer) -> None:
    """Somebody answers the newest post."""
    blog = await the_blog(db)
    [post] = await posts.public(db, blog.pk, limit=1, offset=0)
    ada = dataclasses.replace(remote_actors.as_actor(_ADA, read_actor(_ADA), _PUBLISHED), handle="ada@pond.example")
    ada = dataclasses.replace(ada, pk=await actors.save(db, ada))
    written = read_object(_REPLY | {"inReplyTo": post.object_id})
    await commenting.take(db, blog, read_reply(written, _REPLY_ID, ada, blog, None), _PUBLISHED)


@asynccontextmanager
async def _blog(folder: Path, clock: Iterator[int]) -> AsyncIterator[Workshop]:
    site = SiteConfig(Url.parse("https://blog.example"), "blog", "", "Slow Reading", "en", "UTC")
    server = ServerConfig("127.0.0.1", 0, None, None, (), "info")
    config = Config(site, server, StorageConfig(folder / "fedblog.db", folder), FederationConfig())
    async with open_workshop(config, world=_still_world(clock), migrate=True) as shop:
        await founding.found(shop.store, shop.world, config)
        yield shop


def _still_world(clock: Iterator[int]) -> World:
    """The clock of the story, dice that always fall alike, and nobody to talk with."""
    throws = count()

    def token(length: int) -> bytes:
        return hashlib.shake_256(str(next(throws)).encode()).digest(length)

    return dataclasses.replace(real_world(_Silence()), now=lambda: next(clock), token=token)


class _Silence:
    """No example needs anybody else."""

    async def exchange(self, *_: Any, **__: Any) -> WireResponse:
        raise AssertionError("an example must not ask anybody")

    async def aclose(self) -> None:
        """Nothing is open."""


if __name__ == "__main__":
    main()
